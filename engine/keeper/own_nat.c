/*
 * The NAT rules of ours. They are gathered, and the whole table is given to nft
 * at once; what is new when it refuses goes again.
 */
#include <errno.h>
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

static int nat_load(struct objects *o, char *why, size_t size)
{
	const struct nft_nat nat = {o->tun, {address_of_link, o}};
	struct nat_rule *rules = calloc(o->n_nat + 1, sizeof *rules);
	char *text = NULL;
	int error = ENOMEM;

	for (size_t i = 0; rules && i < o->n_nat; i++)
		rules[i] = o->nat[i].rule;
	if (rules) {
		qsort(rules, o->n_nat, sizeof *rules, nat_rule_cmp);
		text = nft_table_text(rules, o->n_nat, &nat);
	}
	if (text)
		error = nft_run(text, why, size);
	free(text);
	free(rules);
	return error;
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
