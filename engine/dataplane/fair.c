/* The order of a batch; see fair.h. */
#include "engine/dataplane/fair.h"

/* Two who share a place count as one: then neither goes first, and nothing else is wrong. */
static uint16_t *held(struct fair *f, const void *whose)
{
	uint64_t x = (uint64_t)(uintptr_t)whose * 0x9e3779b97f4a7c15ULL;

	return &f->held[(x >> 32) % FAIR_PLACES];
}

static void forget(struct fair *f, const void *const whose[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		*held(f, whose[i]) = 0;
}

size_t fair_order(struct fair *f, const void *const whose[], size_t n, uint16_t order[],
    uint64_t now)
{
	size_t first = 0, at = 0, behind;

	f->packets += n;
	if (n < FAIR_BATCH)
		return 0;
	for (size_t i = 0; i < n; i++)
		++*held(f, whose[i]);
	for (size_t i = 0; i < n; i++)
		first += *held(f, whose[i]) <= FAIR_FEW;
	if (first > n / FAIR_SHARE)
		first = 0;
	behind = first;
	for (size_t i = 0; first && i < n; i++)
		order[*held(f, whose[i]) <= FAIR_FEW ? at++ : behind++] = (uint16_t)i;
	if (first)
		f->until = now + FAIR_WHILE;
	forget(f, whose, n);
	return first;
}

size_t fair_step(const struct fair *f, uint64_t now)
{
	size_t n = FAIR_STEP_MOST;

	if (now >= f->until)
		return n;
	if (f->nanoseconds)
		n = (size_t)(FAIR_STEP_US * 1000 / f->nanoseconds);
	if (n < FAIR_STEP_LEAST)
		n = FAIR_STEP_LEAST;
	for (unsigned i = FAIR_FULL; i <= f->full && n < FAIR_STEP_MOST; i += FAIR_FULL)
		n *= 2;
	return n < FAIR_STEP_MOST ? n : FAIR_STEP_MOST;
}

/* Of a few packets it is mostly the system calls' time. */
void fair_took(struct fair *f, uint64_t us, uint64_t now)
{
	if (f->packets < fair_step(f, now))
		f->full = 0;
	else if (f->full < FAIR_FULL * FAIR_STEP_MOST)
		f->full++;
	if (f->packets >= FAIR_STEP_LEAST)
		f->nanoseconds = (7 * f->nanoseconds + us * 1000 / f->packets) / 8;
	f->packets = 0;
}
