/*
 * Round trips: one user's small packets through a gateway to a host behind it and back, 500 a
 * second, while there is nothing else, or while another user takes all he can get.
 */
#ifndef GATEHOUSE_TESTS_LOAD_TRIP_H
#define GATEHOUSE_TESTS_LOAD_TRIP_H

#include "tests/load/round.h"

struct trips {
	unsigned sent, lost;
	double p50, p99;       /* microseconds */
	uint64_t other, wrong; /* the other user's packets, and what was wrong with them */
};

/* So many of the first user's, of that length; `bulk`: of the second one's load, if there is any.
 * False when anything was lost. */
bool trip_measure(struct gateway *, size_t len, unsigned n, const struct stream_shape *bulk,
    struct trips *);

#endif
