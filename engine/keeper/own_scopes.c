/*
 * Addresses that stand for networks of clients at their DHCP servers
 * (`dhcp-network-scope`): a relay agent is asked from its own address, and its
 * answers come there (RFC 2131 4.1). One that no link has is made local, by a
 * route with our number, for as long as somebody needs it.
 */
#include <errno.h>
#include <stdint.h>

#include "engine/keeper/own.h"

static bool is_of_a_link(const struct objects *o, const struct addr *a)
{
	for (size_t i = 0; i < o->n_links; i++)
		for (unsigned n = 0; n < o->links[i].n_addresses; n++)
			if (addr_equal(&o->links[i].addresses[n].address, a))
				return true;
	return false;
}

/* How many need it; the table keeps numbers in the place of pointers. */
static uintptr_t needed(const struct objects *o, const struct addr *a)
{
	return (uintptr_t)table_get(&o->scopes, a->v4);
}

static bool note(struct objects *o, const struct addr *a, uintptr_t n)
{
	(void)table_remove(&o->scopes, a->v4);
	return n == 0 || table_add(&o->scopes, a->v4, (void *)n);
}

int objects_scope(struct objects *o, const struct addr *a, bool add)
{
	uintptr_t n = needed(o, a);
	int error;

	if (!add) {
		if (n == 1 && !is_of_a_link(o, a))
			(void)netlink_local(o->nl, a, false);
		if (n)
			(void)note(o, a, n - 1);
		return 0;
	}
	error = n || is_of_a_link(o, a) ? 0 : netlink_local(o->nl, a, true);
	if (error && error != EEXIST)
		return error;
	return note(o, a, n + 1) ? 0 : ENOMEM;
}

void objects_scopes_flush(struct objects *o)
{
	const struct table_slot *s;

	for (size_t at = 0; (s = table_next(&o->scopes, &at));) {
		struct addr a = {.family = AF_INET, .v4 = s->key};

		if (!is_of_a_link(o, &a))
			(void)netlink_local(o->nl, &a, false);
	}
	table_fini(&o->scopes);
}
