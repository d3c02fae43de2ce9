/* The maps of all lists are dumped one by one; a map that somebody changes meanwhile is read
 * again with its list. */
#include "engine/keeper/access_hits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/firewall/nft_hits.h"

#define TRIES 5

struct reading {
	struct nft_hits hits;
	uint32_t layer;
};

static void counted(void *arg, const uint8_t *key, size_t len, uint64_t packets)
{
	struct reading *r = arg;

	nft_hits_count(&r->hits, r->layer, key, len, packets);
}

static int read_once(struct nft_list *l, struct nft_watch *w)
{
	struct reading r;
	int error = nft_hits_begin(&r.hits, l) ? 0 : ENOMEM;

	if (error)
		return error;
	for (size_t i = 0; i < l->v.n_layers && !error; i++) {
		char map[32];

		r.layer = l->v.layer[i]->id;
		if (!l->v.layer[i]->written)
			continue;
		nft_list_map(l, l->v.layer[i], map, sizeof map);
		error = nft_watch_elements(w, map, counted, &r);
	}
	nft_hits_end(&r.hits, !error, clock_wall() / 1000000);
	return error;
}

int access_hits_read(struct nft_table *t, struct nft_watch *w)
{
	int failed = 0;

	for (size_t i = 0; i < t->filter.n; i++) {
		int error = EINTR;

		for (int k = 0; k < TRIES && error == EINTR; k++)
			error = read_once(t->filter.list[i], w);
		failed = failed ? failed : error;
	}
	return failed;
}

struct access_hit *access_hits_table(const struct nft_table *t, size_t *n)
{
	size_t all = 0, text = 0;
	struct access_hit *v;
	char *name;

	for (size_t i = 0; i < t->filter.n; i++) {
		all += t->filter.list[i]->v.n;
		text += strlen(t->filter.list[i]->name) + 1;
	}
	*n = 0;
	v = malloc((all + 1) * sizeof *v + text);
	if (!v)
		return NULL;
	name = (char *)(v + all + 1);
	for (size_t i = 0; i < t->filter.n; i++) {
		const struct nft_list *l = t->filter.list[i];

		strcpy(name, l->name);
		for (size_t k = 0; k < l->v.n; k++) {
			const struct element *e = l->v.element[k];

			if (e->hits)
				v[(*n)++] = (struct access_hit){
				    name, e->rule.hash, e->hits, e->last};
		}
		name += strlen(name) + 1;
	}
	return v;
}

void access_hits_clear(struct nft_table *t, const char *list)
{
	for (size_t i = 0; i < t->filter.n; i++)
		if (!*list || !strcmp(t->filter.list[i]->name, list))
			nft_hits_clear(t->filter.list[i]);
}
