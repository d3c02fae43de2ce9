/*
 * How often a thing of ours that others remove is put back. The first times it
 * is put back at once; somebody who removes it again and again is answered
 * slower and slower, up to once a minute, and the operator is told. A quiet
 * minute forgives.
 */
#ifndef GATEHOUSE_GUARD_H
#define GATEHOUSE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/keeper/news.h"

#define GUARD_THINGS 64 /* that are watched at a time; of more the oldest are forgotten */
#define GUARD_FREE 5    /* times at once */
#define GUARD_FIRST_MS 1000
#define GUARD_LONGEST_MS 60000

struct guard {
	struct news news;
	uint64_t (*now)(void); /* milliseconds that only rise */
	struct guard_thing {
		char what[96];
		unsigned times;
		uint64_t last, next; /* when it was put back; when it may be again */
		bool waits;          /* it is missing now, until `next` */
	} thing[GUARD_THINGS];
};

void guard_init(struct guard *, const struct news *);
/* `what` is missing: may it be put back now? Then it has to be tried. */
bool guard_may(struct guard *, const char *what);
/* The same for what packets pass freely without: it is never left away longer than
 * GUARD_FIRST_MS. */
bool guard_may_soon(struct guard *, const char *what);
/* Milliseconds until one has to look again, because something that waits may be put back then; -1
 * when nothing waits. */
int64_t guard_wait(struct guard *);

#endif
