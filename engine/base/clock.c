/* The clocks; see clock.h. Nothing is kept. */
#include "engine/base/clock.h"

#include <time.h>

#include "engine/base/env.h"

static uint64_t read_clock(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * SEC + (uint64_t)t.tv_nsec / 1000;
}

uint64_t clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_thread(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}
