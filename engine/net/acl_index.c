/*
 * Long access lists; see acl_index.h. Each of the three ways has the values at which its rules
 * begin or end, ascending, and between two of them the rules that hold there, in the list's order.
 * Pure.
 */
#include "engine/net/acl_index.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "engine/net/acl.h"

#define SPANS_MAX 32 /* one that is in force at more places is looked at always */

enum way { BY_SOURCE, BY_DEST, BY_PORT, WAYS };

/* From value[i] up to value[i + 1]: rule[start[i]] up to rule[start[i + 1]]. */
struct places {
	uint64_t *value;
	uint32_t *start, *rule;
	size_t n; /* values */
};

struct acl_index {
	struct places way[WAYS];
	uint32_t *always;
	size_t n_always;
};

/* ---- one rule -------------------------------------------------------------------------- */

static bool port_fits(uint16_t port, uint16_t low, uint16_t high)
{
	return low <= high ? low <= port && port <= high : port >= low || port <= high;
}

static bool any_port(const struct acl_rule *r)
{
	return r->source_low == 0 && r->source_high == UINT16_MAX && r->dest_low == 0 &&
	       r->dest_high == UINT16_MAX;
}

static bool ports_fit(const struct acl_rule *r, const struct acl_seen *p)
{
	if (any_port(r))
		return true;
	if (!p->ported)
		return false;
	if (p->later)
		return r->permit;
	return port_fits(p->source_port, r->source_low, r->source_high) &&
	       port_fits(p->dest_port, r->dest_low, r->dest_high);
}

bool acl_fits(const struct acl_rule *r, const struct acl_seen *p)
{
	return r->source_first <= p->source && p->source <= r->source_last &&
	       r->dest_first <= p->dest && p->dest <= r->dest_last &&
	       (r->protocol == 0 || r->protocol == p->protocol) && ports_fit(r, p);
}

/* ---- making ---------------------------------------------------------------------------- */

/* From where up to where (not included) a rule holds; false: everywhere. */
static bool span(const struct acl_rule *r, enum way way, uint64_t *from, uint64_t *to)
{
	if (way == BY_PORT) {
		*from = r->dest_low;
		*to = (uint64_t)r->dest_high + 1;
		return r->dest_low <= r->dest_high && (*from != 0 || *to != 65536);
	}
	*from = way == BY_SOURCE ? r->source_first : r->dest_first;
	*to = (uint64_t)(way == BY_SOURCE ? r->source_last : r->dest_last) + 1;
	return *from != 0 || *to != (uint64_t)1 << 32;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool make_values(struct places *p, const struct acl_rule *r, size_t n, enum way way)
{
	size_t kept = 0;

	p->value = malloc((2 * n + 1) * sizeof *p->value);
	if (!p->value)
		return false;
	for (size_t i = 0; i < n; i++)
		if (span(&r[i], way, &p->value[p->n], &p->value[p->n + 1]))
			p->n += 2;
	if (p->n)
		qsort(p->value, p->n, sizeof *p->value, ascending);
	for (size_t i = 0; i < p->n; i++)
		if (!kept || p->value[kept - 1] != p->value[i])
			p->value[kept++] = p->value[i];
	p->n = kept;
	return true;
}

/* The last value that is not above this one; `n`: there is none. */
static size_t at(const struct places *p, uint64_t value)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->value[middle] <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : p->n;
}

/* At how many places of that way the rule holds; 0: it has no place there. */
static size_t spans(
    const struct acl_index *x, const struct acl_rule *r, enum way way, size_t *first)
{
	uint64_t from, to;

	if (!span(r, way, &from, &to))
		return 0;
	*first = at(&x->way[way], from);
	return at(&x->way[way], to) - *first;
}

/* Where the rule holds at the fewest places; WAYS: at too many everywhere. */
static enum way best(const struct acl_index *x, const struct acl_rule *r, size_t *first, size_t *n)
{
	enum way found = WAYS;

	*n = SPANS_MAX + 1;
	for (enum way way = 0; way < WAYS; way++) {
		size_t here, count = spans(x, r, way, &here);

		if (count && count < *n) {
			found = way;
			*n = count;
			*first = here;
		}
	}
	return found;
}

/* start[i]: from how many before its place to how many up to it. */
static bool make_room(struct places *p)
{
	for (size_t i = 1; i <= p->n; i++)
		p->start[i] += p->start[i - 1];
	p->rule = malloc((p->start[p->n] + 1) * sizeof *p->rule);
	return p->rule != NULL;
}

static bool put(struct acl_index *x, const struct acl_rule *r, size_t n)
{
	size_t first, count;
	uint32_t *filled[WAYS] = {0};
	bool room = true;

	for (enum way way = 0; way < WAYS; way++) {
		struct places *p = &x->way[way];

		p->start = calloc(p->n + 1, sizeof *p->start);
		filled[way] = calloc(p->n + 1, sizeof *filled[way]);
		room = room && p->start && filled[way];
	}
	for (size_t i = 0; i < n && room; i++) {
		enum way way = best(x, &r[i], &first, &count);

		for (size_t k = 0; way != WAYS && k < count; k++)
			x->way[way].start[first + k + 1]++;
	}
	for (enum way way = 0; way < WAYS; way++)
		room = room && make_room(&x->way[way]);
	for (size_t i = 0; i < n && room; i++) {
		enum way way = best(x, &r[i], &first, &count);
		struct places *p = way == WAYS ? NULL : &x->way[way];

		if (!p)
			x->always[x->n_always++] = (uint32_t)i;
		for (size_t k = first; p && k < first + count; k++)
			p->rule[p->start[k] + filled[way][k]++] = (uint32_t)i;
	}
	for (enum way way = 0; way < WAYS; way++)
		free(filled[way]);
	return room;
}

struct acl_index *acl_index_new(const struct acl_rule *r, size_t n)
{
	struct acl_index *x = calloc(1, sizeof *x);
	bool made = x && (x->always = malloc((n + 1) * sizeof *x->always));

	for (enum way way = 0; made && way < WAYS; way++)
		made = make_values(&x->way[way], r, n, way);
	if (made && put(x, r, n))
		return x;
	acl_index_free(x);
	return NULL;
}

void acl_index_free(struct acl_index *x)
{
	if (!x)
		return;
	for (enum way way = 0; way < WAYS; way++) {
		free(x->way[way].value);
		free(x->way[way].start);
		free(x->way[way].rule);
	}
	free(x->always);
	free(x);
}

/* ---- looking --------------------------------------------------------------------------- */

static size_t first_of(const uint32_t *at, const uint32_t *end, const struct acl_rule *r,
    const struct acl_seen *seen, size_t found)
{
	for (; at < end && *at < found; at++)
		if (acl_fits(&r[*at], seen))
			return *at;
	return found;
}

static size_t first_at(const struct places *p, uint64_t value, const struct acl_rule *r,
    const struct acl_seen *seen, size_t found)
{
	size_t i = at(p, value);

	if (i == p->n)
		return found;
	return first_of(p->rule + p->start[i], p->rule + p->start[i + 1], r, seen, found);
}

size_t acl_first(
    const struct acl_index *x, const struct acl_rule *r, size_t n, const struct acl_seen *seen)
{
	size_t found = n;

	if (!x || seen->later) { /* a piece fits rules whose ports nobody knows */
		for (size_t i = 0; i < n; i++)
			if (acl_fits(&r[i], seen))
				return i;
		return n;
	}
	found = first_of(x->always, x->always + x->n_always, r, seen, found);
	found = first_at(&x->way[BY_SOURCE], seen->source, r, seen, found);
	found = first_at(&x->way[BY_DEST], seen->dest, r, seen, found);
	return seen->ported ? first_at(&x->way[BY_PORT], seen->dest_port, r, seen, found) : found;
}
