/*
 * The routes of ours: those of the configuration, and one for each client that is
 * connected. A route whose link is away or down is kept and installed later.
 */
#include <errno.h>
#include <string.h>

#include "engine/keeper/own.h"

static int route_install(struct objects *o, struct static_route *s)
{
	const struct link *k = objects_link(o, s->device);
	int error;

	if (!k)
		return 0;
	s->r.ifindex = k->ifindex;
	error = netlink_route(o->nl, &s->r, true);
	s->has = !error || error == EEXIST;
	/* Not now: the link is down or has no address towards the gateway yet. */
	if (error == ENETDOWN || error == ENETUNREACH || error == EHOSTUNREACH || error == ENODEV)
		return 0;
	return s->has ? 0 : error;
}

static size_t route_find(const struct objects *o, const char *device,
    const struct netlink_route *r)
{
	size_t i;

	for (i = 0; i < o->n_routes; i++) {
		const struct static_route *s = &o->routes[i];

		/* Of thousands most differ here. */
		if (s->r.dest.family != r->dest.family || s->r.dest.v4 != r->dest.v4)
			continue;
		if (!strcmp(s->device, device) && addr_equal(&s->r.dest, &r->dest) &&
		    addr_equal(&s->r.mask, &r->mask) && addr_equal(&s->r.gateway, &r->gateway) &&
		    s->r.metric == r->metric)
			break;
	}
	return i;
}

static void route_take_out(struct objects *o, size_t i)
{
	if (o->routes[i].r.ifindex)
		netlink_route(o->nl, &o->routes[i].r, false);
	TAKE_OUT(o, routes, i);
}

int objects_route(struct objects *o, const char *device, const struct netlink_route *r, bool add)
{
	struct static_route s = {.r = *r};
	size_t i = route_find(o, device, r);
	int error;

	if (!add) {
		if (i < o->n_routes)
			route_take_out(o, i);
		return 0;
	}
	if (i < o->n_routes) {
		o->routes[i].stale = false;
		return 0;
	}
	if (!GROW(o, routes))
		return ENOMEM;
	memcpy(s.device, device, strlen(device) + 1);
	error = route_install(o, &s);
	if (!error)
		o->routes[o->n_routes++] = s;
	return error;
}

struct netlink_route objects_client_route(const struct objects *o, in_addr_t client)
{
	return (struct netlink_route){.dest = {.family = AF_INET, .v4 = client},
	    .mask = prefix_mask(32), .ifindex = o->tun_ifindex};
}

int objects_client(struct objects *o, const struct addr *a, bool add)
{
	struct netlink_route r = objects_client_route(o, a->v4);
	size_t i;
	int error;

	for (i = 0; i < o->n_clients && o->clients[i] != a->v4; i++)
		;
	if (!add) {
		if (i == o->n_clients)
			return 0;
		TAKE_OUT(o, clients, i);
		error = netlink_route(o->nl, &r, false);
		return error == ESRCH ? 0 : error;
	}
	if (i < o->n_clients)
		return 0;
	if (!GROW(o, clients))
		return ENOMEM;
	error = netlink_route(o->nl, &r, true);
	if (!error)
		o->clients[o->n_clients++] = a->v4;
	return error;
}

void objects_clients_flush(struct objects *o)
{
	for (size_t i = 0; i < o->n_clients; i++) {
		struct netlink_route r = objects_client_route(o, o->clients[i]);

		netlink_route(o->nl, &r, false);
	}
	o->n_clients = 0;
}

void objects_routes_sweep(struct objects *o)
{
	for (size_t i = o->n_routes; i-- > 0;)
		if (o->routes[i].stale)
			route_take_out(o, i);
}
