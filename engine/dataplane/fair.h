/*
 * Who goes first of a batch: those of whom only few packets wait, in a batch that is mostly
 * others'. They are few by definition, so that whoever sends in bulk loses next to nothing; the
 * packets of one owner are never put in another order. Pure but for its counts, which are zero
 * between calls.
 */
#ifndef GATEHOUSE_FAIR_H
#define GATEHOUSE_FAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAIR_BATCH 32 /* packets; a shorter batch is over soon enough as it is */
#define FAIR_FEW 4    /* of one owner, who then goes first ... */
#define FAIR_SHARE 4  /* ... unless all of those are more than one in so many of the batch */
#define FAIR_STEP_US 100 /* so long others' packets are worked on until who waits is looked at */
#define FAIR_STEP_LEAST 16
#define FAIR_STEP_MOST 256
#define FAIR_PIECES 8 /* at most; each costs the spreading of keys anew */
#define FAIR_WHILE 20000 /* microseconds that somebody counts as there who has sent little */
#define FAIR_PLACES 512

/* Zeroed at first. */
struct fair {
	uint16_t held[FAIR_PLACES]; /* packets of those whose place it is */
	uint64_t until;             /* monotonic: so long somebody of few packets is there */
	uint64_t nanoseconds;       /* that a packet took of late */
};

/* Of n packets (below 1 << 16) the i-th is of whose[i]: order[] becomes their numbers, those first
 * that go first. Returns how many these are; 0: all go as they came, and order[] is not written.
 * `now` in monotonic microseconds. */
size_t fair_order(struct fair *, const void *const whose[], size_t n, uint16_t order[],
    uint64_t now);
/* Is somebody there who sends little? */
static inline bool fair_waits(const struct fair *f, uint64_t now)
{
	return now < f->until;
}
/* So many of those that wait may be worked on at once: all, up to FAIR_STEP_MOST, or, while
 * somebody is there who sends little, those of FAIR_STEP_US. */
size_t fair_step(const struct fair *, size_t waiting, uint64_t now);
/* What is cheap only in long batches is not cut short, but worked on in so many pieces. */
unsigned fair_pieces(const struct fair *, size_t packets, uint64_t now);
/* So many packets, worked on at once, took so many microseconds. */
void fair_took(struct fair *, size_t packets, uint64_t us);

#endif
