/* The real clock, and numbers of rand(); see env_clock.h. */
#include "tests/support/env_clock.h"

#include <stdlib.h>

#include "engine/base/clock.h"

static uint64_t now(struct env *e)
{
	(void)e;
	return clock_monotonic();
}

void env_clock_random(struct env *e, void *to, size_t len)
{
	uint8_t *p = to;

	(void)e;
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)rand();
}

void env_clock(struct env *e)
{
	e->now = now;
	e->random = env_clock_random;
}
