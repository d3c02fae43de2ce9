/*
 * Puts back the routes that the kernel has lost: with their link, which is
 * normal, or because somebody removed them, which the operator is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"

/* By all that makes a route this one; addresses stand apart. */
static int by_identity(const void *a, const void *b)
{
	const struct netlink_ours *x = a, *y = b;
	const uint32_t p[] = {x->address, x->r.dest.v4, x->r.mask.v4, x->r.gateway.v4,
	    x->r.ifindex, x->r.metric};
	const uint32_t q[] = {y->address, y->r.dest.v4, y->r.mask.v4, y->r.gateway.v4,
	    y->r.ifindex, y->r.metric};

	return memcmp(p, q, sizeof p);
}

static bool there(const struct netlink_ours *ours, size_t n, const struct netlink_route *r)
{
	const struct netlink_ours key = {.r = *r};

	return n && bsearch(&key, ours, n, sizeof *ours, by_identity);
}

static void describe(const struct static_route *s, char *what, size_t size)
{
	char dest[ADDR_TEXT_MAX], gateway[ADDR_TEXT_MAX];
	bool via = s->r.gateway.family != 0;

	snprintf(what, size, "route %s/%d%s%s on %s", addr_text(&s->r.dest, dest),
	    mask_prefix(&s->r.mask), via ? " via " : "",
	    via ? addr_text(&s->r.gateway, gateway) : "", s->device);
}

static void restore_static(struct objects *o, struct static_route *s,
    const struct netlink_ours *ours, size_t n)
{
	const struct link *k = objects_link(o, s->device);
	bool had = s->has;
	char what[96];

	if (!k || !k->up || k->ifindex != s->r.ifindex)
		had = s->has = false; /* gone with its link, and comes back with it */
	if (!k || !k->up)
		return;
	s->r.ifindex = k->ifindex;
	s->has = there(ours, n, &s->r);
	if (s->has)
		return;
	describe(s, what, sizeof what);
	if (had && !guard_may(&o->guard, what)) {
		s->has = true; /* as far as we are concerned */
		return;
	}
	s->has = netlink_route(o->nl, &s->r, true) == 0;
	if (had && s->has)
		news_say(&o->guard.news, NEWS_WARNING,
		    "%s was removed by another program; put back", what);
}

static void restore_clients(struct objects *o, const struct netlink_ours *ours, size_t n)
{
	size_t missing = 0, back = 0;
	const struct table_slot *c;
	bool may = false;

	for (size_t at = 0; (c = table_next(&o->clients, &at));) {
		struct netlink_route r = objects_client_route(o, c->key);

		if (there(ours, n, &r))
			continue;
		if (!missing++)
			may = guard_may(&o->guard, "clients' routes");
		if (may && !netlink_route(o->nl, &r, true))
			back++;
	}
	if (back)
		news_say(&o->guard.news, NEWS_WARNING,
		    "%zu clients' routes were removed by another program; put back", back);
}

void objects_routes_restore(struct objects *o)
{
	struct netlink_ours *ours;
	size_t n;

	if ((!o->n_routes && !o->clients.used) || netlink_ours(o->nl, &ours, &n) != 0)
		return;
	if (n)
		qsort(ours, n, sizeof *ours, by_identity);
	for (size_t i = 0; i < o->n_routes; i++)
		restore_static(o, o->routes[i], ours, n);
	restore_clients(o, ours, n);
	free(ours);
}

bool objects_routes_wait(const struct objects *o)
{
	for (size_t i = 0; i < o->n_routes; i++)
		if (!o->routes[i]->has)
			return true;
	return false;
}
