/*
 * struct layers_near: for each way the elements by where they begin, as a search tree that knows of
 * each part where its last one ends (an interval tree without pointers: the middle of a part is its
 * root), and where they end, ascending, by which those that meet a span are counted beforehand.
 */
#include "engine/firewall/layers_near.h"

#include <stdlib.h>

enum way { BY_SOURCE, BY_DEST, BY_PORT, WAYS };

struct span {
	uint32_t first, last;
};

struct entry {
	struct span span;
	uint32_t most; /* the last that its part reaches to */
	uint32_t at;   /* its place in the list */
};

struct tree {
	struct entry *entry; /* by first */
	uint32_t *last;	     /* ascending */
};

struct layers_near {
	size_t n;
	struct tree tree[WAYS];
};

/* Ports with a gap (`neq`) count as all. */
static struct span span_of(const struct acl_rule *r, enum way way)
{
	switch (way) {
	case BY_SOURCE:
		return (struct span){r->source_first, r->source_last};
	case BY_DEST:
		return (struct span){r->dest_first, r->dest_last};
	default:
		return r->dest_low <= r->dest_high ? (struct span){r->dest_low, r->dest_high}
						   : (struct span){0, UINT16_MAX};
	}
}

/* ---- making ---------------------------------------------------------------------------- */

static int by_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->span.first > y->span.first) - (x->span.first < y->span.first);
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The root of the part from `low` up to `high`. */
static size_t root(size_t low, size_t high)
{
	return low + (high - low) / 2;
}

/* How far the part reaches. */
static uint32_t reach(struct entry *v, size_t low, size_t high)
{
	struct entry *e = &v[root(low, high)];
	uint32_t side;

	if (low == high)
		return 0;
	e->most = e->span.last;
	side = reach(v, low, root(low, high));
	e->most = side > e->most ? side : e->most;
	side = reach(v, root(low, high) + 1, high);
	e->most = side > e->most ? side : e->most;
	return e->most;
}

static bool plant(struct tree *t, const struct acl_rule *const *v, size_t n, enum way way)
{
	t->entry = calloc(n + 1, sizeof *t->entry);
	t->last = calloc(n + 1, sizeof *t->last);
	if (!t->entry || !t->last)
		return false;
	for (size_t i = 0; i < n; i++) {
		t->entry[i] = (struct entry){span_of(v[i], way), 0, (uint32_t)i};
		t->last[i] = t->entry[i].span.last;
	}
	qsort(t->entry, n, sizeof *t->entry, by_first);
	qsort(t->last, n, sizeof *t->last, ascending);
	(void)reach(t->entry, 0, n);
	return true;
}

struct layers_near *layers_near_new(const struct acl_rule *const *v, size_t n)
{
	struct layers_near *near = calloc(1, sizeof *near);
	bool ok = near != NULL;

	if (ok)
		near->n = n;
	for (enum way way = 0; way < WAYS && ok; way++)
		ok = plant(&near->tree[way], v, n, way);
	if (!ok) {
		layers_near_free(near);
		return NULL;
	}
	return near;
}

void layers_near_free(struct layers_near *near)
{
	for (enum way way = 0; near && way < WAYS; way++) {
		free(near->tree[way].entry);
		free(near->tree[way].last);
	}
	free(near);
}

/* ---- search ---------------------------------------------------------------------------- */

/* How many begin at `v` or before. */
static size_t begun(const struct tree *t, size_t n, uint32_t v)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = root(low, high);

		if (t->entry[middle].span.first <= v)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many end before `v`. */
static size_t ended(const struct tree *t, size_t n, uint32_t v)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = root(low, high);

		if (t->last[middle] < v)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct search {
	struct span span;
	void (*each)(void *arg, size_t at);
	void *arg;
};

static void visit(const struct search *s, const struct entry *v, size_t low, size_t high)
{
	while (low < high) {
		size_t middle = root(low, high);
		const struct entry *e = &v[middle];

		if (e->most < s->span.first)
			return;
		visit(s, v, low, middle);
		if (e->span.first > s->span.last)
			return;
		if (e->span.last >= s->span.first)
			s->each(s->arg, e->at);
		low = middle + 1;
	}
}

void layers_near_each(const struct layers_near *near, const struct acl_rule *rule,
    void (*each)(void *arg, size_t at), void *arg)
{
	struct search s = {.each = each, .arg = arg};
	enum way best = BY_SOURCE;
	size_t fewest = SIZE_MAX;

	for (enum way way = 0; way < WAYS; way++) {
		struct span span = span_of(rule, way);
		size_t n = begun(&near->tree[way], near->n, span.last) -
			   ended(&near->tree[way], near->n, span.first);

		if (n >= fewest)
			continue;
		fewest = n;
		best = way;
		s.span = span;
	}
	visit(&s, near->tree[best].entry, 0, near->n);
}
