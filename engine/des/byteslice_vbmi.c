/* The byte slice where one instruction looks up 64 entries: AVX512-VBMI, 64 lanes. */
#define BYTESLICE_LANES 64
#define BYTESLICE_TARGET "avx512f,avx512bw,avx512vbmi"
#define BYTESLICE_WIDTH lanes64
#include "engine/des/byteslice_body.h"

static bool works(void)
{
	return des_avx512() && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vbmi");
}
BYTESLICE_WAY(des_bytes64, works, lanes64, lanes64, 64);
