/*
 * Cures of reason.def with the names of this configuration in them: what an operator can type to
 * mend it. Pure.
 */
#ifndef GATEHOUSE_CURE_H
#define GATEHOUSE_CURE_H

#include <stddef.h>

#include "engine/base/reason.h"

#define CURE_MAX 768

/* What {interface}, {tunnel-group} ... stand for; of what is NULL or "" the usual name is taken, or
 * one in capitals where there is none. */
struct cure_names {
	const char *interface, *tunnel_group, *policy, *user, *pool, *map, *dynamic_map,
	    *transform_set, *servers, *filter, *hours;
};

/* CURE_LINES: as it can be pasted at (config)#, a `\n` between the lines, advice behind `! `.
 * CURE_SENTENCE: in one line, with "; " between. */
enum cure_form { CURE_LINES, CURE_SENTENCE };

/* Writes a cure, the reason's or a text that is written like one, cut where it does not fit; gives
 * `buf`. */
const char *cure_of(enum reason, const struct cure_names *, enum cure_form, char buf[CURE_MAX]);
const char *cure_text(const char *cure, const struct cure_names *, enum cure_form,
    char buf[CURE_MAX]);

#endif
