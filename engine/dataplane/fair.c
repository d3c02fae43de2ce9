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

size_t fair_order(struct fair *f, const void *const whose[], size_t n, uint16_t order[])
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
	forget(f, whose, n);
	return first;
}
