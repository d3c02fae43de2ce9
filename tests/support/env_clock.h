/* What a packet path in threads asks of its world: the real clock, any numbers for random ones. */
#ifndef GATEHOUSE_TESTS_ENV_CLOCK_H
#define GATEHOUSE_TESTS_ENV_CLOCK_H

#include "engine/base/env.h"

/* Sets its `now` and `random`; the rest stays as it is. */
void env_clock(struct env *);
/* As that `random`; of rand(). */
void env_clock_random(struct env *, void *to, size_t len);

#endif
