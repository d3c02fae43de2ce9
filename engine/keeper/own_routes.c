/*
 * The routes of ours: those of the configuration, and one for each client that is
 * connected. A route whose link is away or down is kept and installed later.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"

#define CHAINS 4096

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

/* ---- routes of the configuration: by their destination, of which there may be several */

static uint64_t dest_key(const struct netlink_route *r)
{
	return (uint64_t)r->dest.v4 << 32 | (uint32_t)mask_prefix(&r->mask);
}

/* The next route to the destination of `r`, after `s` or, NULL, from the first. */
static struct static_route *route_next(const struct objects *o, const struct netlink_route *r,
    const struct static_route *s)
{
	uint64_t key = dest_key(r);
	struct chain_link *l = s ? s->by_dest.next : chains_find(&o->by_dest, key);

	while (l && l->key != key)
		l = l->next;
	return (struct static_route *)(void *)l;
}

static struct static_route *route_find(const struct objects *o, const char *device,
    const struct netlink_route *r)
{
	struct static_route *s = NULL;

	while ((s = route_next(o, r, s)))
		if (!strcmp(s->device, device) && addr_equal(&s->r.gateway, &r->gateway) &&
		    s->r.metric == r->metric)
			break;
	return s;
}

bool objects_routes_own(const struct objects *o, const struct netlink_route *r)
{
	const struct static_route *s = NULL;

	if (r->ifindex == o->tun_ifindex && table_get(&o->clients, r->dest.v4))
		return true;
	while ((s = route_next(o, r, s)))
		if (s->r.ifindex == r->ifindex && s->r.metric == r->metric &&
		    s->r.gateway.v4 == r->gateway.v4)
			return true;
	return false;
}

static void route_forget(struct objects *o, struct static_route *s)
{
	TAKE_OUT(o, routes, s->at);
	if (s->at < o->n_routes)
		o->routes[s->at]->at = s->at;
	chains_remove(&o->by_dest, &s->by_dest);
	free(s);
}

static void route_take_out(struct objects *o, struct static_route *s)
{
	if (s->r.ifindex)
		netlink_route(o->nl, &s->r, false);
	route_forget(o, s);
}

static int route_add(struct objects *o, const char *device, const struct netlink_route *r)
{
	struct static_route *s = GROW(o, routes) ? malloc(sizeof *s) : NULL;
	int error;

	if (!s)
		return ENOMEM;
	*s = (struct static_route){.r = *r, .at = o->n_routes};
	strcpy(s->device, device);
	error = route_install(o, s);
	if (error) {
		free(s);
		return error;
	}
	chains_add(&o->by_dest, &s->by_dest, dest_key(r));
	o->routes[o->n_routes++] = s;
	return 0;
}

int objects_route(struct objects *o, const char *device, const struct netlink_route *r, bool add)
{
	struct static_route *s = route_find(o, device, r);

	if (!s)
		return add ? route_add(o, device, r) : 0;
	if (add)
		s->stale = false;
	else
		route_take_out(o, s);
	return 0;
}

void objects_routes_sweep(struct objects *o)
{
	for (size_t i = o->n_routes; i-- > 0;)
		if (o->routes[i]->stale)
			route_take_out(o, o->routes[i]);
}

bool objects_routes_init(struct objects *o)
{
	return chains_init(&o->by_dest, CHAINS, 0);
}

void objects_routes_fini(struct objects *o)
{
	while (o->n_routes)
		route_forget(o, o->routes[o->n_routes - 1]);
	free(o->routes);
	chains_fini(&o->by_dest);
	table_fini(&o->clients);
}

/* ---- routes of clients ---------------------------------------------------------------- */

struct netlink_route objects_client_route(const struct objects *o, in_addr_t client)
{
	return (struct netlink_route){.dest = {.family = AF_INET, .v4 = client},
	    .mask = prefix_mask(32), .ifindex = o->tun_ifindex};
}

static int client_remove(struct objects *o, const struct netlink_route *r)
{
	int error;

	if (!table_remove(&o->clients, r->dest.v4))
		return 0;
	objects_arp_client(o, &r->dest, false);
	error = netlink_route(o->nl, r, false);
	return error == ESRCH ? 0 : error;
}

int objects_client(struct objects *o, const struct addr *a, bool add)
{
	struct netlink_route r = objects_client_route(o, a->v4);
	int error;

	if (!add)
		return client_remove(o, &r);
	if (table_get(&o->clients, a->v4))
		return 0;
	if (!table_add(&o->clients, a->v4, o)) /* of the set only its keys are of interest */
		return ENOMEM;
	error = netlink_route(o->nl, &r, true);
	if (error)
		(void)table_remove(&o->clients, a->v4);
	else
		objects_arp_client(o, a, true);
	return error;
}

void objects_clients_flush(struct objects *o)
{
	const struct table_slot *c;

	for (size_t at = 0; (c = table_next(&o->clients, &at));) {
		struct netlink_route r = objects_client_route(o, c->key);

		netlink_route(o->nl, &r, false);
	}
	table_fini(&o->clients);
	objects_scopes_flush(o);
	objects_arp_links(o);
}
