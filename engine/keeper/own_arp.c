/*
 * Which links answer ARP for addresses that are not theirs (RFC 1027): of clients that
 * have one of the link's network, and of NAT. Linux answers for an address that it is
 * told of and whose route leads out by another link. Clients have such a route; an
 * address of NAT, which nobody has, gets one to the clients' device, where whatever was
 * not translated ends.
 *
 * What is to be is worked out from the links as they are, compared with what bears our
 * number in the kernel, and the difference is made. Linux forgets with the carrier.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/arp_announce.h"
#include "engine/keeper/netlink_attr.h"
#include "engine/keeper/own.h"

struct entry {
	uint32_t ifindex, address; /* host order */
};

struct entries {
	struct entry *v;
	size_t n, size;
	bool failed;
};

static void add(struct entries *e, uint32_t ifindex, uint32_t address)
{
	if (!objects_grow(&e->v, &e->size, e->n, sizeof *e->v)) {
		e->failed = true;
		return;
	}
	e->v[e->n++] = (struct entry){ifindex, address};
}

static int cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return (x->address > y->address) - (x->address < y->address);
}

/* In their order, each once. */
static void arrange(struct entries *e)
{
	size_t n = 0;

	if (e->n)
		qsort(e->v, e->n, sizeof *e->v, cmp);
	for (size_t i = 0; i < e->n; i++)
		if (!n || cmp(&e->v[n - 1], &e->v[i]) != 0)
			e->v[n++] = e->v[i];
	e->n = n;
}

/* ---- what is to be --------------------------------------------------------------- */

/* Is it in a network of the link, and not an address of the link itself? */
static bool in_network(const struct link *k, uint32_t address)
{
	bool in = false;

	for (unsigned i = 0; i < k->n_addresses; i++) {
		uint32_t own = addr_to_v4(&k->addresses[i].address);
		uint32_t mask = addr_to_v4(&k->addresses[i].mask);

		if (own == address)
			return false;
		in = in || (mask != UINT32_MAX && !((own ^ address) & mask));
	}
	return in;
}

/* The part of the range that is in some network of the link, by numbers; the rest of a large range
 * is not walked. */
static void add_range(struct entries *e, const struct link *k, const struct range *r, uint32_t out)
{
	for (unsigned i = 0; i < k->n_addresses; i++) {
		uint32_t mask = addr_to_v4(&k->addresses[i].mask);
		uint32_t net = addr_to_v4(&k->addresses[i].address) & mask;
		uint32_t first = r->first > net ? r->first : net;
		uint32_t last = r->last < (net | ~mask) ? r->last : net | ~mask;

		for (uint64_t a = first; a <= last; a++)
			if (in_network(k, (uint32_t)a))
				add(e, out, (uint32_t)a);
	}
}

static void add_clients(struct entries *e, const struct objects *o, const struct link *k)
{
	const struct table_slot *c;

	for (size_t at = 0; (c = table_next(&o->clients, &at));) {
		struct addr a = {.family = AF_INET, .v4 = c->key};

		if (in_network(k, addr_to_v4(&a)))
			add(e, k->ifindex, addr_to_v4(&a));
	}
}

/* Whom links answer for; routes: those of them that need a route. */
static struct entries wanted(const struct objects *o, bool routes)
{
	struct entries e = {0};

	for (size_t i = 0; i < o->n_arp; i++) {
		const struct arp_answer *a = &o->arp[i];
		const struct link *k = objects_link(o, a->device);

		if (!k)
			continue;
		if (!a->clients)
			add_range(&e, k, &a->addresses, routes ? o->tun_ifindex : k->ifindex);
		else if (!routes)
			add_clients(&e, o, k);
	}
	arrange(&e);
	return e;
}

/* ---- what is there ---------------------------------------------------------------- */

static int on_proxy(const struct nlmsghdr *h, void *arg)
{
	const struct ndmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct addr a;

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (!(m->ndm_flags & NTF_PROXY) || !table[NDA_DST] || !table[NDA_PROTOCOL] ||
	    mnl_attr_get_u8(table[NDA_PROTOCOL]) != KEEPER_RTPROTO)
		return MNL_CB_OK;
	a = netlink_attr_v4(table[NDA_DST]);
	add(arg, (uint32_t)m->ndm_ifindex, addr_to_v4(&a));
	return MNL_CB_OK;
}

static struct entries proxies(const struct objects *o)
{
	struct entries e = {0};

	if (netlink_dump_proxies(o->nl, on_proxy, &e) != 0)
		e.failed = true;
	arrange(&e);
	return e;
}

static bool is_route(const struct objects *o, const struct netlink_route *r)
{
	return r->ifindex == o->tun_ifindex && r->metric == OBJECTS_ARP_METRIC;
}

static struct entries routes(const struct objects *o)
{
	struct netlink_ours *ours = NULL;
	struct entries e = {0};
	size_t n = 0;

	if (netlink_ours(o->nl, &ours, &n) != 0)
		e.failed = true;
	for (size_t i = 0; i < n; i++)
		if (!ours[i].address && is_route(o, &ours[i].r))
			add(&e, ours[i].r.ifindex, addr_to_v4(&ours[i].r.dest));
	free(ours);
	arrange(&e);
	return e;
}

/* ---- the difference ----------------------------------------------------------------- */

static void tell(const struct objects *o, const struct entry *e)
{
	struct addr a = addr_v4(e->address);

	for (size_t i = 0; i < o->n_links; i++)
		if (o->links[i].ifindex == e->ifindex)
			arp_announce(&o->links[i], &a);
}

static void set_proxy(const struct objects *o, const struct entry *e, bool there)
{
	struct addr a = addr_v4(e->address);

	if (!netlink_proxy(o->nl, e->ifindex, &a, there) && there)
		tell(o, e);
}

static void set_route(const struct objects *o, const struct entry *e, bool there)
{
	struct netlink_route r = {.dest = addr_v4(e->address),
	    .mask = prefix_mask(32),
	    .ifindex = e->ifindex,
	    .metric = OBJECTS_ARP_METRIC};

	(void)netlink_route(o->nl, &r, there);
}

static void settle(const struct objects *o, struct entries *want, struct entries *have,
    void (*set)(const struct objects *, const struct entry *, bool))
{
	size_t w = 0, h = 0;

	while (!want->failed && !have->failed && (w < want->n || h < have->n)) {
		int c = w == want->n ? 1 : h == have->n ? -1 : cmp(&want->v[w], &have->v[h]);

		if (c < 0)
			set(o, &want->v[w], true);
		else if (c > 0)
			set(o, &have->v[h], false);
		w += c <= 0;
		h += c >= 0;
	}
	free(want->v);
	free(have->v);
}

static void settle_all(const struct objects *o)
{
	struct entries want = wanted(o, true), have = routes(o);

	settle(o, &want, &have, set_route);
	want = wanted(o, false);
	have = proxies(o);
	settle(o, &want, &have, set_proxy);
}

/* ---- what is asked for ---------------------------------------------------------------- */

static size_t find(const struct objects *o, const char *device, const struct range *r)
{
	size_t i;

	for (i = 0; i < o->n_arp; i++) {
		const struct arp_answer *a = &o->arp[i];

		if (!strcmp(a->device, device) && a->clients == !r &&
		    (!r || (a->addresses.first == r->first && a->addresses.last == r->last)))
			break;
	}
	return i;
}

/* Does somebody ask for it still? Routes stand for all links. */
static bool is_wanted(const struct objects *o, const struct entry *e, bool route)
{
	for (size_t i = 0; i < o->n_arp; i++) {
		const struct arp_answer *a = &o->arp[i];
		const struct link *k = objects_link(o, a->device);

		if (!k || (!route && k->ifindex != e->ifindex) || !in_network(k, e->address))
			continue;
		if (a->clients
			? !route && table_get(&o->clients, htonl(e->address)) != NULL
			: e->address >= a->addresses.first && e->address <= a->addresses.last)
			return true;
	}
	return false;
}

/* What one range makes, or made; many come and go at once. */
static void set_range(struct objects *o, const struct arp_answer *a, bool there)
{
	const struct link *k = objects_link(o, a->device);
	struct entries e = {0};

	if (k)
		add_range(&e, k, &a->addresses, k->ifindex);
	for (size_t i = 0; i < e.n; i++) {
		struct entry route = {o->tun_ifindex, e.v[i].address};

		if (there || !is_wanted(o, &route, true))
			set_route(o, &route, there);
		if (there || !is_wanted(o, &e.v[i], false))
			set_proxy(o, &e.v[i], there);
	}
	free(e.v);
}

int objects_arp(struct objects *o, const char *device, const struct range *r, bool set)
{
	struct arp_answer a = {.clients = !r};
	size_t i = find(o, device, r);

	if (i < o->n_arp && set) {
		o->arp[i].stale = false;
		return 0;
	}
	if (i == o->n_arp && !set)
		return 0;
	memcpy(a.device, device, strlen(device) + 1);
	if (r)
		a.addresses = *r;
	if (!set)
		TAKE_OUT(o, arp, i);
	else if (GROW(o, arp))
		o->arp[o->n_arp++] = a;
	else
		return ENOMEM;
	if (a.clients)
		settle_all(o);
	else
		set_range(o, &a, set);
	return 0;
}

void objects_arp_client(struct objects *o, const struct addr *client, bool there)
{
	for (size_t i = 0; i < o->n_arp; i++) {
		const struct link *k = objects_link(o, o->arp[i].device);
		struct entry e = {k ? k->ifindex : 0, addr_to_v4(client)};

		if (k && o->arp[i].clients && in_network(k, e.address))
			set_proxy(o, &e, there);
	}
}

void objects_arp_links(struct objects *o)
{
	if (o->n_arp)
		settle_all(o);
}

void objects_arp_sweep(struct objects *o)
{
	for (size_t i = o->n_arp; i-- > 0;)
		if (o->arp[i].stale)
			TAKE_OUT(o, arp, i);
	settle_all(o);
}

bool objects_arp_own(const struct objects *o, const struct netlink_route *r)
{
	return o->n_arp && is_route(o, r); /* settled by themselves */
}
