/*
 * A key in the kernel, each part filled up to four bytes:
 *
 *     source | destination | protocol 0 0 0 (| port 0 0 | port 0 0)
 *
 * with the destination first where it says more (layers_by_dest()). Within a map no two elements
 * begin alike, so the beginnings of an element's ranges say which it is. A map that is new counts
 * from 0.
 */
#include "engine/firewall/nft_hits.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 20

struct nft_hit_key {
	uint32_t layer;
	uint8_t key[KEY_MAX];
	struct element *element;
};

static int by_key(const void *a, const void *b)
{
	const struct nft_hit_key *x = a, *y = b;

	if (x->layer != y->layer)
		return x->layer < y->layer ? -1 : 1;
	return memcmp(x->key, y->key, KEY_MAX);
}

/* The keys of an element's pieces, at most four. */
static size_t keys_of(struct element *e, struct nft_hit_key *to)
{
	const struct acl_rule *r = &e->rule;
	struct nft_pieces p;
	size_t n = nft_list_pieces(r, &p);

	for (size_t i = 0; i < n; i++) {
		struct wr w;

		to[i] = (struct nft_hit_key){.layer = e->written, .element = e};
		w = wr_init(to[i].key, KEY_MAX);
		wr_u32(&w, layers_by_dest(r) ? r->dest_first : r->source_first);
		wr_u32(&w, layers_by_dest(r) ? r->source_first : r->dest_first);
		wr_u8(&w, r->protocol);
		wr_zero(&w, 3);
		if (!layers_ported(r))
			continue;
		wr_u16(&w, p.first[i / p.m][0]);
		wr_zero(&w, 2);
		wr_u16(&w, p.second[i % p.m][0]);
		wr_zero(&w, 2);
	}
	return n;
}

bool nft_hits_begin(struct nft_hits *h, struct nft_list *l)
{
	*h = (struct nft_hits){.list = l, .v = calloc(4 * l->v.n + 1, sizeof *h->v)};
	if (!h->v)
		return false;
	for (size_t i = 0; i < l->v.n; i++) {
		l->v.element[i]->now = 0;
		if (l->v.element[i]->written)
			h->n += keys_of(l->v.element[i], h->v + h->n);
	}
	if (h->n)
		qsort(h->v, h->n, sizeof *h->v, by_key);
	return true;
}

void nft_hits_count(
    struct nft_hits *h, uint32_t layer, const uint8_t *key, size_t len, uint64_t packets)
{
	struct nft_hit_key k = {.layer = layer};
	const struct nft_hit_key *at;

	if (len > KEY_MAX)
		return;
	memcpy(k.key, key, len);
	at = h->n ? bsearch(&k, h->v, h->n, sizeof *h->v, by_key) : NULL;
	if (at)
		at->element->now += packets;
}

void nft_hits_end(struct nft_hits *h, bool whole, uint64_t now)
{
	for (size_t i = 0; whole && i < h->list->v.n; i++) {
		struct element *e = h->list->v.element[i];
		uint64_t more = e->now >= e->counted ? e->now - e->counted : e->now;

		if (!e->written)
			continue;
		e->hits += more;
		e->counted = e->now;
		if (more)
			e->last = now;
	}
	free(h->v);
	*h = (struct nft_hits){0};
}

void nft_hits_clear(struct nft_list *l)
{
	for (size_t i = 0; i < l->v.n; i++)
		l->v.element[i]->hits = l->v.element[i]->last = 0;
}
