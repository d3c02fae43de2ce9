/*
 * Who goes first of a batch: those of whom only few packets wait, in a batch that is mostly
 * others'. They are few by definition, so that whoever sends in bulk loses next to nothing; the
 * packets of one owner are never put in another order. Pure but for its counts, which are zero
 * between calls.
 */
#ifndef GATEHOUSE_FAIR_H
#define GATEHOUSE_FAIR_H

#include <stddef.h>
#include <stdint.h>

#define FAIR_BATCH 32 /* packets; a shorter batch is over soon enough as it is */
#define FAIR_FEW 4    /* of one owner, who then goes first ... */
#define FAIR_SHARE 4  /* ... unless all of those are more than one in so many of the batch */
#define FAIR_STEP 64  /* packets of the others until who has come meanwhile is looked at */
#define FAIR_PLACES 512

struct fair {
	uint16_t held[FAIR_PLACES]; /* packets of those whose place it is */
};

/* Of n packets (below 1 << 16) the i-th is of whose[i]: order[] becomes their numbers, those first
 * that go first. Returns how many these are; 0: all go as they came, and order[] is not written. */
size_t fair_order(struct fair *, const void *const whose[], size_t n, uint16_t order[]);

#endif
