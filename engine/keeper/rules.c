/*
 * NAT rules are gathered while messages come in and given to nft together, once
 * a turn of the loop; only then are those answered who asked for them.
 */
#include <errno.h>
#include <stdlib.h>

#include "engine/base/journal.h"
#include "engine/keeper/private.h"

static void on_rules(uv_prepare_t *h)
{
	keeper_rules_commit(h->data);
}

void keeper_rules_soon(struct keeper *k)
{
	uv_prepare_start(&k->rules, on_rules);
}

int keeper_rules_wait(struct keeper *k, enum role from, uint32_t id)
{
	if (k->n_waiters == k->size_waiters) {
		size_t size = k->size_waiters ? 2 * k->size_waiters : 16;
		struct rules_waiter *w = realloc(k->waiters, size * sizeof *w);

		if (!w)
			return ENOMEM;
		k->waiters = w;
		k->size_waiters = size;
	}
	k->waiters[k->n_waiters++] = (struct rules_waiter){from, id};
	uv_prepare_start(&k->rules, on_rules);
	return KEEPER_LATER;
}

#define TRY_AGAIN_MS 1000

/* Our table has just been loaded: as it is now it is to stay. */
static void loaded(struct keeper *k)
{
	struct nft_view now;

	if (k->nft && nft_watch_look(k->nft, &now) == 0)
		k->nft_view.ours = now.ours;
}

void keeper_rules_commit(struct keeper *k)
{
	char why[256] = "";
	int error = 0;

	uv_prepare_stop(&k->rules);
	if (k->objects.rules_dirty && k->nft)
		(void)nat_hits_read(&k->nat_hits, k->nft); /* what cannot be read is not counted */
	if (k->objects.rules_dirty)
		error = objects_rules_commit(&k->objects, why, sizeof why);
	if (k->objects.table.written)
		loaded(k);
	else
		keeper_look_within(k, TRY_AGAIN_MS);
	if (error && !k->nft_failed)
		journal(LOG_ERR, "nftables: %s", why);
	for (size_t i = 0; i < k->n_waiters; i++)
		keeper_reply(k, k->waiters[i].role, k->waiters[i].id, error, why, -1);
	k->n_waiters = 0;
	k->nft_failed = !k->objects.table.written;
	if (k->roles)
		supervisor_flush(k->roles);
}
