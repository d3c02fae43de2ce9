/*
 * The NAT rules of ours. They are gathered, and nft is given what has changed at
 * once; what is new when it refuses goes again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"

int objects_nat(struct objects *o, const struct nat_rule *r, bool add)
{
	size_t i;

	for (i = 0; i < o->n_nat && o->nat[i].rule.order != r->order; i++)
		;
	if (!add) {
		if (i == o->n_nat)
			return 0;
		TAKE_OUT(o, nat, i);
	} else {
		if (i < o->n_nat && nat_rule_equal(&o->nat[i].rule, r)) {
			o->nat[i].stale = false;
			return 0;
		}
		if (i == o->n_nat && !GROW(o, nat))
			return ENOMEM;
		o->nat[i] = (struct kept_nat){.rule = *r, .fresh = true};
		o->n_nat += i == o->n_nat;
	}
	o->nat_dirty = true;
	return 0;
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

/* The transaction from what the kernel has to our rules; `anew`: it has nothing. */
static char *nat_text(struct objects *o, bool anew)
{
	const struct nft_nat nat = {o->tun, {address_of_link, o}};
	struct nat_rule *rules = calloc(o->n_nat + 1, sizeof *rules);
	char *text = NULL;
	size_t len;
	FILE *f = rules ? open_memstream(&text, &len) : NULL;
	bool ok = f != NULL;

	for (size_t i = 0; rules && i < o->n_nat; i++)
		rules[i] = o->nat[i].rule;
	if (rules)
		qsort(rules, o->n_nat, sizeof *rules, nat_rule_cmp);
	if (ok && anew) {
		fputs(nft_base_text(), f);
		nft_nat_table_fresh(o->nat_table, f);
	}
	ok = ok && nft_nat_table_change(o->nat_table, rules, o->n_nat, &nat, f);
	if (f && fclose(f) != 0)
		ok = false;
	free(rules);
	if (ok)
		return text;
	free(text);
	return NULL;
}

static int nat_load(struct objects *o, char *why, size_t size)
{
	char *text;
	int error = ENOMEM;

	if (!o->nat_table && !(o->nat_table = nft_nat_table_new()))
		return ENOMEM;
	text = nat_text(o, !o->nat_there);
	if (text)
		error = *text ? nft_run(text, why, size) : 0;
	nft_nat_table_done(o->nat_table, !error);
	if (!error)
		o->nat_there = true;
	free(text);
	return error;
}

/* Do rules stand on an address that has changed? */
void objects_nat_links(struct objects *o)
{
	uint64_t now = 0xcbf29ce484222325;

	for (size_t i = 0; i < o->n_nat; i++) {
		uint32_t own = 0;

		if (!nft_nat_needs_address(&o->nat[i].rule))
			continue;
		(void)address_of_link(o, o->nat[i].rule.mapped_if, &own);
		now = (now ^ own) * 0x100000001b3;
	}
	if (now != o->nat_addresses)
		o->nat_dirty = true;
	o->nat_addresses = now;
}

int objects_nat_commit(struct objects *o, char *why, size_t size)
{
	char ignored[128];
	int error = nat_load(o, why, size);

	if (error) {
		for (size_t i = o->n_nat; i-- > 0;)
			if (o->nat[i].fresh)
				TAKE_OUT(o, nat, i);
		nat_load(o, ignored, sizeof ignored);
	}
	for (size_t i = 0; i < o->n_nat; i++)
		o->nat[i].fresh = false;
	o->nat_dirty = false;
	return error;
}

void objects_nat_sweep(struct objects *o)
{
	for (size_t i = o->n_nat; i-- > 0;)
		if (o->nat[i].stale) {
			TAKE_OUT(o, nat, i);
			o->nat_dirty = true;
		}
}
