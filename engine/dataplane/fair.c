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

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t fair_step(const struct fair *f, size_t waiting, uint64_t now)
{
	size_t n = waiting;

	if (!fair_waits(f, now))
		return least(waiting, FAIR_STEP_MOST);
	if (f->nanoseconds)
		n = (size_t)(FAIR_STEP_US * 1000 / f->nanoseconds);
	if (n < FAIR_STEP_LEAST)
		n = FAIR_STEP_LEAST;
	return least(least(n, waiting), FAIR_STEP_MOST);
}

unsigned fair_pieces(const struct fair *f, size_t packets, uint64_t now)
{
	uint64_t us = f->nanoseconds * packets / 1000;

	if (!fair_waits(f, now))
		return 1;
	return (unsigned)least(us / FAIR_STEP_US + 1, FAIR_PIECES);
}

/* Of a few packets it is mostly the system calls' time. */
void fair_took(struct fair *f, size_t packets, uint64_t us)
{
	if (packets >= FAIR_STEP_LEAST)
		f->nanoseconds = (7 * f->nanoseconds + us * 1000 / packets) / 8;
}
