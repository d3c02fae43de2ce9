/*
 * Owns the list of kernel objects that roles asked for. Identity: an interface
 * setting by device, a route by all its fields, a client route by its address,
 * a NAT rule by its order. The kernel is the copy, this list is the original:
 * what a flapping link loses is put back from here.
 */
#include "engine/keeper/objects.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/host_link.h"
#include "engine/keeper/objects_private.h"

bool objects_grow(void *vector, size_t *room, size_t n, size_t size)
{
	void **v = vector, *bigger;
	size_t want = *room ? 2 * *room : 8;

	if (n < *room)
		return true;
	bigger = realloc(*v, want * size);
	if (!bigger)
		return false;
	*v = bigger;
	*room = want;
	return true;
}

const struct link *objects_link(const struct objects *o, const char *name)
{
	for (size_t i = 0; i < o->n_links; i++)
		if (!strcmp(o->links[i].name, name))
			return &o->links[i];
	return NULL;
}

/* ---- routes --------------------------------------------------------------- */

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

/* ---- NAT ------------------------------------------------------------------- */

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

static int nat_load(const struct objects *o, char *why, size_t size)
{
	struct nat_rule *rules = calloc(o->n_nat + 1, sizeof *rules);
	char *text = NULL;
	int error = ENOMEM;

	for (size_t i = 0; rules && i < o->n_nat; i++)
		rules[i] = o->nat[i].rule;
	if (rules)
		text = nft_table_text(rules, o->n_nat, o->tun);
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

/* ---- all of them ------------------------------------------------------------ */

void objects_init(struct objects *o, struct netlink *nl, struct host_state *host, const char *tun,
    const struct news *news)
{
	*o = (struct objects){.nl = nl, .host = host, .tun = tun};
	guard_init(&o->guard, news);
}

void objects_links(struct objects *o, const struct link *links, size_t n)
{
	o->links = links;
	o->n_links = n;
	objects_interfaces_links(o);
	objects_forwarding_links(o);
	objects_routes_restore(o);
}

void objects_mark(struct objects *o)
{
	for (size_t i = 0; i < o->n_interfaces; i++)
		o->interfaces[i].stale = true;
	for (size_t i = 0; i < o->n_routes; i++)
		o->routes[i].stale = true;
	for (size_t i = 0; i < o->n_nat; i++)
		o->nat[i].stale = true;
	for (size_t i = 0; i < o->n_forwarding; i++)
		o->forwarding[i].stale = true;
}

static bool is_kept(const struct objects *o, const struct netlink_ours *x)
{
	if (x->address)
		return objects_interfaces_own(o, x->r.ifindex, &x->r.dest, &x->r.mask);
	for (size_t i = 0; i < o->n_clients; i++)
		if (x->r.ifindex == o->tun_ifindex && o->clients[i] == x->r.dest.v4)
			return true;
	for (size_t i = 0; i < o->n_routes; i++) {
		const struct netlink_route *r = &o->routes[i].r;

		if (r->ifindex == x->r.ifindex && r->metric == x->r.metric &&
		    addr_equal(&r->dest, &x->r.dest) && addr_equal(&r->mask, &x->r.mask) &&
		    addr_equal(&r->gateway, &x->r.gateway))
			return true;
	}
	return false;
}

/* What bears our number and is in no list was left by a keeper that was killed. */
static void remove_leftovers(struct objects *o)
{
	struct netlink_ours *ours;
	size_t n;

	if (netlink_ours(o->nl, &ours, &n) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if (is_kept(o, &ours[i]))
			continue;
		if (ours[i].address)
			(void)host_link_address_remove(o->nl, ours[i].r.ifindex, &ours[i].r.dest,
			    &ours[i].r.mask);
		else
			netlink_route(o->nl, &ours[i].r, false);
	}
	free(ours);
}

void objects_sweep(struct objects *o)
{
	for (size_t i = o->n_routes; i-- > 0;)
		if (o->routes[i].stale)
			route_take_out(o, i);
	objects_interfaces_sweep(o);
	objects_forwarding_sweep(o);
	for (size_t i = o->n_nat; i-- > 0;)
		if (o->nat[i].stale) {
			TAKE_OUT(o, nat, i);
			o->nat_dirty = true;
		}
	remove_leftovers(o);
}

void objects_fini(struct objects *o)
{
	objects_clients_flush(o);
	objects_mark(o);
	objects_sweep(o);
	free(o->interfaces);
	free(o->routes);
	free(o->nat);
	free(o->clients);
	free(o->forwarding);
	*o = (struct objects){0};
}
