/*
 * Which techniques this processor can do. Not in their own files, which are compiled for
 * processors that have what is asked for here.
 */
#include "engine/des/des.h"

bool des_always(void)
{
	return true;
}

bool des_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

bool des_avx512(void)
{
	return __builtin_cpu_supports("avx512f");
}

bool des_avx512vl(void)
{
	return des_avx512() && __builtin_cpu_supports("avx512vl");
}
