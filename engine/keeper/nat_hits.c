/*
 * struct nat_hits: a rule is its order. A loaded table counts from 0, so what is
 * less than at the last reading counts as it is, and what is more by its growth.
 */
#include "engine/keeper/nat_hits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/nft.h"

static struct nat_hit *hit_of(struct nat_hits *h, uint32_t order)
{
	struct nat_hit *v;

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].order == order)
			return &h->v[i];
	v = h->n % 64 ? h->v : realloc(h->v, (h->n + 64) * sizeof *v);
	if (!v)
		return NULL;
	h->v = v;
	v[h->n] = (struct nat_hit){.order = order};
	return &v[h->n++];
}

static void grow(uint64_t *sum, uint64_t *last, uint64_t now)
{
	*sum += now >= *last ? now - *last : now;
	*last = now;
}

static void counted(void *arg, const char *comment, uint64_t packets)
{
	char way[16];
	uint32_t order;
	struct nat_hit *hit;

	if (sscanf(comment, "%15s %" SCNu32, way, &order) != 2 || !(hit = hit_of(arg, order)))
		return;
	if (!strcmp(way, NFT_COUNT_TRANSLATED))
		grow(&hit->translated, &hit->last_translated, packets);
	else if (!strcmp(way, NFT_COUNT_UNTRANSLATED))
		grow(&hit->untranslated, &hit->last_untranslated, packets);
}

int nat_hits_read(struct nat_hits *h, struct nft_watch *w)
{
	return nft_watch_counts(w, counted, h);
}

void nat_hits_clear(struct nat_hits *h)
{
	for (size_t i = 0; i < h->n; i++)
		h->v[i].translated = h->v[i].untranslated = 0;
}

void nat_hits_free(struct nat_hits *h)
{
	free(h->v);
	*h = (struct nat_hits){0};
}
