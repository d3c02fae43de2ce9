/* The byte slice in registers of SSE, 16 lanes: for processors without AVX2. */
#define BYTESLICE_LANES 16
#define BYTESLICE_TARGET "sse4.1"
#define BYTESLICE_WIDTH lanes16
#include "engine/des/byteslice_body.h"

static bool works(void)
{
	return __builtin_cpu_supports("sse4.1");
}
BYTESLICE_WAY(des_bytes16_sse, works, lanes16, lanes16, 16);
