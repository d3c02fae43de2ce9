/*
 * The rules between interfaces: struct firewall as the manager wants it, and nftables made of it.
 * What comes in one turn of the loop is given to nft in one transaction (rules.c). What nft does
 * not take is tried once more as a whole table; then all that has come since the last that was
 * taken goes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/access_hits.h"
#include "engine/keeper/nft.h"
#include "engine/keeper/own.h"

int objects_rule(struct objects *o, const struct ipc_msg *m)
{
	int error = firewall_apply(o->renewing ? &o->renewed : &o->firewall, m);

	o->rules_dirty = o->rules_dirty || (!error && !o->renewing);
	return error;
}

void objects_rules_mark(struct objects *o)
{
	firewall_fini(&o->renewed);
	o->renewing = true;
}

void objects_rules_sweep(struct objects *o)
{
	if (!o->renewing)
		return;
	firewall_fini(&o->firewall);
	o->firewall = o->renewed;
	o->renewed = (struct firewall){0};
	o->renewing = false;
	o->rules_dirty = true;
}

/* The first address of that link, which is what masquerading takes. */
static bool address_of_link(void *arg, const char *device, uint32_t *address)
{
	const struct link *l = objects_link(arg, device);

	if (!l || !l->address.family)
		return false;
	*address = addr_to_v4(&l->address);
	return true;
}

/* Which zones are closed (struct zone): where it was we who had the link forward. True when that
 * has changed. */
static bool close_zones(struct objects *o)
{
	bool changed = false;

	for (size_t i = 0; i < o->firewall.n_zones; i++) {
		struct zone *z = &o->firewall.zones[i];
		bool was = z->closed;

		z->closed = !objects_forwarding_host(o, z->device);
		changed = changed || z->closed != was;
	}
	return changed;
}

void objects_rules_links(struct objects *o)
{
	uint64_t now = 0xcbf29ce484222325;

	if (close_zones(o))
		o->rules_dirty = true;
	for (size_t i = 0; i < o->firewall.n_nat; i++) {
		uint32_t own = 0;

		if (!nft_nat_needs_address(&o->firewall.nat[i]))
			continue;
		(void)address_of_link(o, o->firewall.nat[i].mapped_if, &own);
		now = (now ^ own) * 0x100000001b3;
	}
	o->rules_dirty = o->rules_dirty || now != o->addresses;
	o->addresses = now;
}

static int run(struct objects *o, const char *text, char *why, size_t size)
{
	struct nft_child nft;
	int error = nft_start(&nft, text, why, size);

	if (!error && o->watch)
		nft_watch_own(o->watch, nft.pid);
	return error ? error : nft_finish(&nft, why, size);
}

/* One transaction; whatever becomes of it, the table knows what the kernel has. */
static int load(struct objects *o, char *why, size_t size)
{
	const struct nft_nat nat = {o->tun, {address_of_link, o}};
	char *text;
	int error = ENOMEM;

	(void)close_zones(o);
	text = nft_table_change(&o->table, &o->firewall, &nat);

	why[0] = 0;
	if (o->watch && nft_table_moves(&o->table))
		/* what cannot be read is not counted */
		(void)access_hits_read(&o->table, o->watch);
	if (text)
		error = *text ? run(o, text, why, size) : 0;
	if (o->watch && error)
		(void)access_hits_read(&o->table, o->watch);
	nft_table_done(&o->table, error == 0);
	free(text);
	return error;
}

/* Without memory for it, it stays what it is: what it held is better than nothing. */
static void become(struct firewall *f, const struct firewall *other)
{
	struct firewall copy;

	if (!firewall_copy(&copy, other))
		return;
	firewall_fini(f);
	*f = copy;
}

int objects_rules_commit(struct objects *o, char *why, size_t size)
{
	char ignored[128];
	bool small = o->table.written;
	int error = load(o, why, size);

	if (error && small)
		error = load(o, why, size);
	if (error) {
		become(&o->firewall, &o->taken);
		(void)load(o, ignored, sizeof ignored);
	} else {
		become(&o->taken, &o->firewall);
	}
	o->rules_dirty = false;
	return error;
}

void objects_rules_lost(struct objects *o)
{
	nft_table_done(&o->table, false);
	o->rules_dirty = true;
}

void objects_rules_fini(struct objects *o)
{
	firewall_fini(&o->firewall);
	firewall_fini(&o->renewed);
	firewall_fini(&o->taken);
	nft_table_fini(&o->table);
}
