/*
 * struct nat_pairs: two walks over ranges side by side. A pair that the kernel can
 * map as prefixes costs nothing however large it is, so what is long is cut at
 * the bounds that both have in common.
 */
#include "cli/config/nat_pairs.h"

#include <stdlib.h>
#include <string.h>

#define SHORT 64 /* addresses that may be mapped each for itself */

void nat_pairs_free(struct nat_pairs *p)
{
	free(p->v);
	*p = (struct nat_pairs){0};
}

/* False: no memory. More than may be are cut off. */
static bool add(struct nat_pairs *to, struct range real, struct range mapped)
{
	size_t size = to->size ? 2 * to->size : 8;
	struct nat_pair *v = to->v;

	if (to->n == NAT_PAIRS_MAX) {
		to->cut = true;
		return true;
	}
	if (to->n == to->size) {
		if (!(v = realloc(to->v, size * sizeof *v)))
			return false;
		to->v = v;
		to->size = size;
	}
	v[to->n++] = (struct nat_pair){real, mapped};
	return true;
}

static uint64_t length(struct range r)
{
	return (uint64_t)r.last - r.first + 1;
}

uint64_t ranges_count(const struct ranges *r)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum += length(r->v[i]);
	return sum;
}

/* The longest that begins at both and is a prefix of both, of at most `n`. */
static uint64_t common_prefix(uint32_t a, uint32_t b, uint64_t n)
{
	uint64_t size = 1;

	while (2 * size <= n && !((a | b) & (2 * size - 1)))
		size *= 2;
	return size;
}

/* One to one: prefixes, or what is short as it is. */
static bool add_fixed(struct nat_pairs *to, uint32_t real, uint32_t mapped, uint64_t n)
{
	while (n && !to->cut) {
		uint64_t size = real == mapped || n <= SHORT ? n : common_prefix(real, mapped, n);

		if (!add(to, (struct range){real, (uint32_t)(real + size - 1)},
			(struct range){mapped, (uint32_t)(mapped + size - 1)}))
			return false;
		real += (uint32_t)size;
		mapped += (uint32_t)size;
		n -= size;
	}
	return true;
}

/* The next address of a walk; behind the last it begins anew. */
struct place {
	const struct ranges *r;
	size_t i;
	uint64_t offset;
};

static uint64_t left(const struct place *p)
{
	return length(p->r->v[p->i]) - p->offset;
}

static uint32_t at(const struct place *p)
{
	return (uint32_t)(p->r->v[p->i].first + p->offset);
}

static void go(struct place *p, uint64_t n)
{
	p->offset += n;
	if (p->offset == length(p->r->v[p->i])) {
		p->i = (p->i + 1) % p->r->n;
		p->offset = 0;
	}
}

bool nat_pairs_fixed(const struct ranges *real, const struct ranges *mapped, struct nat_pairs *to)
{
	struct place from = {.r = real}, into = {.r = mapped};
	uint64_t todo = ranges_count(mapped);

	*to = (struct nat_pairs){0};
	while (real->n && todo && !to->cut) {
		uint64_t n = left(&from) < left(&into) ? left(&from) : left(&into);

		if (!add_fixed(to, at(&from), at(&into), n)) {
			nat_pairs_free(to);
			return false;
		}
		go(&from, n);
		go(&into, n);
		todo -= n;
	}
	return true;
}

bool nat_pairs_pool(const struct ranges *real, const struct ranges *pool, struct nat_pairs *to)
{
	*to = (struct nat_pairs){0};
	for (size_t i = 0; i < real->n; i++)
		for (size_t k = 0; k < pool->n; k++)
			if (!add(to, real->v[i], pool->v[k])) {
				nat_pairs_free(to);
				return false;
			}
	return true;
}
