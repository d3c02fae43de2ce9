/*
 * NAT rules are gathered while messages come in and given to nft together, once
 * a turn of the loop; only then are those answered who asked for them.
 */
#include <errno.h>
#include <stdlib.h>

#include "engine/base/journal.h"
#include "engine/keeper/private.h"

static void on_nat(uv_prepare_t *h)
{
	keeper_nat_commit(h->data);
}

void keeper_nat_soon(struct keeper *k)
{
	uv_prepare_start(&k->nat, on_nat);
}

int keeper_nat_wait(struct keeper *k, enum role from, uint32_t id)
{
	if (k->n_waiters == k->size_waiters) {
		size_t size = k->size_waiters ? 2 * k->size_waiters : 16;
		struct nat_waiter *w = realloc(k->waiters, size * sizeof *w);

		if (!w)
			return ENOMEM;
		k->waiters = w;
		k->size_waiters = size;
	}
	k->waiters[k->n_waiters++] = (struct nat_waiter){from, id};
	uv_prepare_start(&k->nat, on_nat);
	return KEEPER_LATER;
}

/* Our table has just been loaded: as it is now it is to stay. */
static void loaded(struct keeper *k)
{
	struct nft_view now;

	if (k->nft && nft_watch_look(k->nft, &now) == 0)
		k->nft_view.ours = now.ours;
}

void keeper_nat_commit(struct keeper *k)
{
	char why[256] = "";
	int error = 0;

	uv_prepare_stop(&k->nat);
	if (k->objects.nat_dirty && k->nft)
		(void)nat_hits_read(&k->nat_hits, k->nft); /* what cannot be read is not counted */
	if (k->objects.nat_dirty)
		error = objects_nat_commit(&k->objects, why, sizeof why);
	loaded(k);
	if (error)
		journal(LOG_ERR, "nftables: %s", why);
	for (size_t i = 0; i < k->n_waiters; i++)
		keeper_reply(k, k->waiters[i].role, k->waiters[i].id, error, why, -1);
	k->n_waiters = 0;
	supervisor_flush(k->roles);
}
