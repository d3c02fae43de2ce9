/*
 * Sets of addresses as sorted spans; a set lives with its owner. Both changes
 * replace the spans that they touch by what is left of them.
 */
#include "engine/net/networks.h"

#include <stdlib.h>
#include <string.h>

void networks_free(struct networks *s)
{
	free(s->v);
	*s = (struct networks){0};
}

/* The spans from..to-1 are replaced by those `n`. */
static bool replace(struct networks *s, size_t from, size_t to, const struct span *by, size_t n)
{
	size_t now = s->n - (to - from) + n;

	if (now > s->size) {
		size_t size = now + now / 2 + 8;
		struct span *v = realloc(s->v, size * sizeof *v);

		if (!v)
			return false;
		s->v = v;
		s->size = size;
	}
	if (s->n > to)
		memmove(s->v + from + n, s->v + to, (s->n - to) * sizeof *s->v);
	if (n)
		memcpy(s->v + from, by, n * sizeof *by);
	s->n = now;
	return true;
}

/* The first span that does not end before `address`. */
static size_t find(const struct networks *s, uint64_t address)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->v[mid].last < address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool networks_add(struct networks *s, uint32_t first, uint32_t last)
{
	struct span by = {first, last};
	size_t from, to;

	if (first > last)
		return true;
	from = find(s, first ? first - 1 : 0); /* neighbours become one */
	for (to = from; to < s->n && s->v[to].first <= (uint64_t)last + 1; to++) {
		by.first = s->v[to].first < by.first ? s->v[to].first : by.first;
		by.last = s->v[to].last > by.last ? s->v[to].last : by.last;
	}
	return replace(s, from, to, &by, 1);
}

bool networks_remove(struct networks *s, uint32_t first, uint32_t last)
{
	struct span left[2];
	size_t from, to, n = 0;

	if (first > last)
		return true;
	from = find(s, first);
	for (to = from; to < s->n && s->v[to].first <= last; to++) {
		if (s->v[to].first < first)
			left[n++] = (struct span){s->v[to].first, first - 1};
		if (s->v[to].last > last)
			left[n++] = (struct span){last + 1, s->v[to].last};
	}
	return replace(s, from, to, left, n);
}

bool networks_next(const struct networks *s, uint64_t *at, uint32_t *net, int *width)
{
	size_t i = find(s, *at);
	uint64_t first;

	if (*at > UINT32_MAX || i == s->n)
		return false;
	first = s->v[i].first > *at ? s->v[i].first : *at;
	*width = 32;
	while (*width > 0 && (first & ((uint64_t)1 << (32 - *width))) == 0 &&
	       first + ((uint64_t)2 << (32 - *width)) - 1 <= s->v[i].last)
		(*width)--;
	*net = (uint32_t)first;
	*at = first + ((uint64_t)1 << (32 - *width));
	return true;
}
