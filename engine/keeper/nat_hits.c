/*
 * struct nat_hits: those of a line. A loaded table counts from 0, so what is
 * less than at the last reading counts as it is, and what is more by its growth.
 */
#include "engine/keeper/nat_hits.h"

#include <stdlib.h>

#include "engine/firewall/nft_nat.h"

static struct nat_hit *hit_of(struct nat_hits *h, uint64_t line)
{
	struct nat_hit *v;

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].line == line)
			return &h->v[i];
	v = h->n % 64 ? h->v : realloc(h->v, (h->n + 64) * sizeof *v);
	if (!v)
		return NULL;
	h->v = v;
	v[h->n] = (struct nat_hit){.line = line};
	return &v[h->n++];
}

static void grow(uint64_t *sum, uint64_t *last, uint64_t now)
{
	*sum += now >= *last ? now - *last : now;
	*last = now;
}

static void counted(void *arg, const char *name, uint64_t packets)
{
	struct nat_hit *hit;
	uint64_t line;
	char *end;

	if (*name != NFT_NAT_TRANSLATED && *name != NFT_NAT_UNTRANSLATED)
		return;
	line = strtoull(name + 1, &end, 16);
	if (end != name + 17 || *end || !(hit = hit_of(arg, line)))
		return;
	if (*name == NFT_NAT_TRANSLATED)
		grow(&hit->translated, &hit->last_translated, packets);
	else
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
