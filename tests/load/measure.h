/*
 * A row of figures: CPU a packet of a gateway under a plan of load, beside that of the usual
 * server and of copying the same bytes in memory, in turns, so that all have met the same
 * machine.
 */
#ifndef GATEHOUSE_TESTS_LOAD_MEASURE_H
#define GATEHOUSE_TESTS_LOAD_MEASURE_H

#include "tests/load/round.h"

struct measured {
	double ns;       /* of CPU a packet: the median of the blocks */
	uint64_t packets;
	uint64_t lost, unsent;
};

/* Finds which threads carry packets, and binds them to that core (-1: not). */
bool measure_warm(struct gateway *, const struct plan *, int core);
/* `usual` may be NULL. False: something was lost. */
bool measure_row(struct gateway *, struct gateway *usual, const struct plan *, struct measured *of,
    struct measured *of_usual);
/* Nanoseconds that a copy of so many bytes takes, from and to memory that no cache has. */
double measure_copy(size_t len);

#endif
