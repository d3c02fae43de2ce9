/*
 * Owns the list of kernel objects that roles asked for. Identity: an interface
 * setting by device, a route by all its fields, a client route by its address,
 * a NAT rule by its order, an answer to ARP by link and addresses. The kernel
 * is the copy, this list is the original: what a flapping link loses is put
 * back from here. /
 */
#include "engine/keeper/objects.h"

#include <stdlib.h>

#include "engine/keeper/host_link.h"

bool objects_init(struct objects *o, struct netlink *nl, struct host_state *host, const char *tun,
    const struct news *news)
{
	*o = (struct objects){.nl = nl, .host = host, .tun = tun};
	guard_init(&o->guard, news);
	return objects_routes_init(o);
}

void objects_links(struct objects *o, const struct link *links, size_t n)
{
	o->links = links;
	o->n_links = n;
	objects_vlan_links(o);
	objects_mtu_links(o);
	objects_interfaces_links(o);
	objects_forwarding_links(o);
	objects_routes_restore(o);
	objects_rules_links(o);
	objects_arp_links(o);
}

void objects_mark(struct objects *o)
{
	objects_rules_mark(o);
	for (size_t i = 0; i < o->n_interfaces; i++)
		o->interfaces[i].stale = true;
	for (size_t i = 0; i < o->n_routes; i++)
		o->routes[i]->stale = true;
	for (size_t i = 0; i < o->n_forwarding; i++)
		o->forwarding[i].stale = true;
	for (size_t i = 0; i < o->n_arp; i++)
		o->arp[i].stale = true;
	for (size_t i = 0; i < o->n_mtu; i++)
		o->mtu[i].stale = true;
	for (size_t i = 0; i < o->n_vlan; i++)
		o->vlan[i].stale = true;
}

static bool is_kept(const struct objects *o, const struct netlink_ours *x)
{
	if (x->address)
		return objects_interfaces_own(o, x->r.ifindex, &x->r.dest, &x->r.mask);
	return objects_routes_own(o, &x->r) || objects_arp_own(o, &x->r);
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
	objects_routes_sweep(o);
	objects_interfaces_sweep(o);
	objects_forwarding_sweep(o);
	objects_rules_sweep(o);
	objects_arp_sweep(o);
	objects_mtu_sweep(o);
	objects_vlan_sweep(o);
	remove_leftovers(o);
}

void objects_fini(struct objects *o)
{
	objects_clients_flush(o);
	objects_mark(o);
	objects_sweep(o);
	free(o->interfaces);
	objects_routes_fini(o);
	objects_rules_fini(o);
	free(o->forwarding);
	free(o->arp);
	free(o->mtu);
	free(o->vlan);
	*o = (struct objects){0};
}
