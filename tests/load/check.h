/*
 * No figures, but every length: what a plan's packets look like once a gateway has had them, from
 * one packet in its queues to 256, of each length in a range, a shorter one at the end of runs.
 */
#ifndef GATEHOUSE_TESTS_LOAD_CHECK_H
#define GATEHOUSE_TESTS_LOAD_CHECK_H

#include "tests/load/round.h"

/* Lengths `from` .. shape.len, every `step`th. False when anything was lost; what came both ways
 * is added to the tally. */
bool check_lengths(
    struct gateway *, const struct plan *, unsigned from, unsigned step, struct tally *);

#endif
