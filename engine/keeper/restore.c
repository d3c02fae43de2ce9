/*
 * Puts back the routes that the kernel has lost: with their link, which is
 * normal, or because somebody removed them, which the operator is told.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/keeper/own.h"

static bool same_route(const struct netlink_ours *x, const struct netlink_route *r)
{
	return !x->address && x->r.ifindex == r->ifindex && x->r.metric == r->metric &&
	    addr_equal(&x->r.dest, &r->dest) && addr_equal(&x->r.mask, &r->mask) &&
	    x->r.gateway.v4 == r->gateway.v4;
}

static bool there(const struct netlink_ours *ours, size_t n, const struct netlink_route *r)
{
	for (size_t i = 0; i < n; i++)
		if (same_route(&ours[i], r))
			return true;
	return false;
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

/* ---- clients ---------------------------------------------------------------- */

static int by_dest(const void *a, const void *b)
{
	const struct netlink_ours *x = a, *y = b;

	return (x->r.dest.v4 > y->r.dest.v4) - (x->r.dest.v4 < y->r.dest.v4);
}

/* The host routes by our device to the front, sorted; how many they are. */
static size_t sort_clients(const struct objects *o, struct netlink_ours *ours, size_t n)
{
	size_t clients = 0;

	for (size_t i = 0; i < n; i++) {
		struct netlink_ours x = ours[i];

		if (x.address || x.r.ifindex != o->tun_ifindex || mask_prefix(&x.r.mask) != 32)
			continue;
		ours[i] = ours[clients];
		ours[clients++] = x;
	}
	if (clients)
		qsort(ours, clients, sizeof *ours, by_dest);
	return clients;
}

static void restore_clients(struct objects *o, struct netlink_ours *ours, size_t n)
{
	size_t clients = sort_clients(o, ours, n), missing = 0, back = 0;
	bool may = false;

	for (size_t i = 0; i < o->n_clients; i++) {
		struct netlink_route r = objects_client_route(o, o->clients[i]);
		struct netlink_ours key = {.r = r};

		if (clients && bsearch(&key, ours, clients, sizeof *ours, by_dest))
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

	if ((!o->n_routes && !o->n_clients) || netlink_ours(o->nl, &ours, &n) != 0)
		return;
	for (size_t i = 0; i < o->n_routes; i++)
		restore_static(o, &o->routes[i], ours, n);
	restore_clients(o, ours, n);
	free(ours);
}

bool objects_routes_wait(const struct objects *o)
{
	for (size_t i = 0; i < o->n_routes; i++)
		if (!o->routes[i].has)
			return true;
	return false;
}
