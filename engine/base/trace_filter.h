/*
 * Conditions of debugging: whose lines are wanted. A line passes when one of
 * them holds for whom it is about; without any condition every line passes.
 */
#ifndef GATEHOUSE_TRACE_FILTER_H
#define GATEHOUSE_TRACE_FILTER_H

#include <stdbool.h>

#include "engine/base/trace.h"

#define TRACE_FILTER_MAX 16 /* conditions of each kind */
#define TRACE_NAME_MAX 65

enum trace_filter_kind { TRACE_BY_PEER, TRACE_BY_USER, TRACE_BY_GROUP, TRACE_FILTER_KINDS };

struct trace_filter {
	/* of each kind: "10.1.1.0/24", names */
	char v[TRACE_FILTER_KINDS][TRACE_FILTER_MAX][TRACE_NAME_MAX];
	unsigned n[TRACE_FILTER_KINDS];
	bool unmatched; /* lines pass, too, that are about nobody that is known yet */
};

/* Is there no condition? */
bool trace_filter_empty(const struct trace_filter *);
/* Adds one; there already is no fault. False: it is none, or there are too many. */
bool trace_filter_add(struct trace_filter *, enum trace_filter_kind, const char *value);
/* Takes one away; false: it is not there. */
bool trace_filter_remove(struct trace_filter *, enum trace_filter_kind, const char *value);
/* Does a line about these pass? `about` may be NULL. */
bool trace_filter_passes(const struct trace_filter *, const struct trace_ctx *about);
/* Are they the same, in the same order? */
bool trace_filter_equal(const struct trace_filter *, const struct trace_filter *);
/* Adds the other's conditions; false: they are too many. */
bool trace_filter_merge(struct trace_filter *, const struct trace_filter *other);

#endif
