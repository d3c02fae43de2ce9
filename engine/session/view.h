/*
 * Counters as they are shown: rows in a fixed order, each since an operator set its view's zero.
 * The counters themselves never go back; what `clear` took for zero is kept here, a number for each
 * row by its place.
 */
#ifndef GATEHOUSE_SESSION_VIEW_H
#define GATEHOUSE_SESSION_VIEW_H

#include "engine/session/query.h"

struct view {
	struct gateway *gw;
	struct query *q; /* NULL: nothing is told, all that counts is set to zero */
	uint64_t *zero;
	size_t n;            /* rows so far that count */
	const char *section; /* of the rows that follow; "" = none */
};

/* A counter since zero. Each call is a place of its own: the same ones, always in one order. */
uint64_t view_since(struct view *, uint64_t counter);
/* The row of a counter; of one that is what it is. */
void view_counter(struct view *, const char *name, uint64_t counter);
void view_gauge(struct view *, const char *name, uint64_t value);

/* Counters in a struct, one row each. */
struct view_row {
	const char *name;
	size_t field; /* an uint64_t there */
};
#define VIEW_ROW(holder, field, name) {name, offsetof(struct holder, field)}
#define VIEW_COUNTERS(v, rows, counters) \
	view_counters(v, rows, sizeof(rows) / sizeof *(rows), counters)
void view_counters(struct view *, const struct view_row *, size_t n, const void *counters);

#endif
