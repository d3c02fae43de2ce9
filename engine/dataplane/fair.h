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
#define FAIR_STEP_US 100 /* so long others' packets are worked on until who waits is looked at */
#define FAIR_STEP_LEAST 32
#define FAIR_STEP_MOST 256
#define FAIR_FULL 8 /* full rounds in a row, until steps become twice as long: many are cheaper */
#define FAIR_WHILE 20000 /* microseconds that somebody counts as there who has sent little */
#define FAIR_PLACES 512

/* Zeroed at first. */
struct fair {
	uint16_t held[FAIR_PLACES]; /* packets of those whose place it is */
	uint64_t until;             /* monotonic: so long somebody of few packets is there */
	uint64_t nanoseconds;       /* that a packet took of late */
	size_t packets;             /* of this round so far */
	unsigned full;              /* rounds in a row that were as long as they may be */
};

/* Of n packets (below 1 << 16) the i-th is of whose[i]: order[] becomes their numbers, those first
 * that go first. Returns how many these are; 0: all go as they came, and order[] is not written.
 * `now` in monotonic microseconds. */
size_t fair_order(struct fair *, const void *const whose[], size_t n, uint16_t order[],
    uint64_t now);
/* So many packets may be worked on at once: all there are, or, while somebody is there who sends
 * little, those of FAIR_STEP_US; more when the others' cannot be kept up with like that. */
size_t fair_step(const struct fair *, uint64_t now);
/* A round is over that took so many microseconds for its `packets`. */
void fair_took(struct fair *, uint64_t us, uint64_t now);

#endif
