/* The monotonic clock; see clock.h. Nothing is kept. */
#include "engine/base/clock.h"

#include <time.h>

#include "engine/base/env.h"

uint64_t clock_monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SEC + (uint64_t)t.tv_nsec / 1000;
}
