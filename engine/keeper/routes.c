/* Reads the routes of the kernel. Each next hop of a route with several is an entry of its own. */
#include "engine/keeper/routes.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/netlink_attr.h"

struct reading {
	const struct link *links;
	size_t n_links;
	uint32_t tun;
	struct route_seen *v;
	size_t n, size;
	bool failed;
};

static uint8_t kind_of(const struct reading *all, const struct rtmsg *m, uint32_t ifindex)
{
	if (m->rtm_type == RTN_LOCAL)
		return ROUTE_LOCAL;
	if (m->rtm_protocol == KEEPER_RTPROTO)
		return ifindex == all->tun ? ROUTE_CLIENT : ROUTE_STATIC;
	if (m->rtm_protocol == RTPROT_KERNEL && m->rtm_scope == RT_SCOPE_LINK)
		return ROUTE_CONNECTED;
	return ROUTE_HOST;
}

static const struct link *live_link(const struct reading *all, uint32_t ifindex)
{
	for (size_t i = 0; i < all->n_links; i++)
		if (all->links[i].ifindex == ifindex)
			return all->links[i].up && all->links[i].carrier ? &all->links[i] : NULL;
	return NULL;
}

static void add(struct reading *all, const struct rtmsg *m, const struct netlink_route *r)
{
	const struct link *k = live_link(all, r->ifindex);
	struct route_seen *s;

	if (!k || !strcmp(k->name, "lo"))
		return;
	/* an address of NAT, which nobody has */
	if (m->rtm_protocol == KEEPER_RTPROTO && r->ifindex == all->tun && r->metric)
		return;
	if (all->n == all->size) {
		size_t size = all->size ? 2 * all->size : 64;

		if (!(s = realloc(all->v, size * sizeof *s))) {
			all->failed = true;
			return;
		}
		all->v = s;
		all->size = size;
	}
	s = &all->v[all->n++];
	*s = (struct route_seen){.r = *r, .kind = kind_of(all, m, r->ifindex),
	    .protocol = m->rtm_protocol};
	memcpy(s->device, k->name, sizeof s->device);
}

static void add_hops(struct reading *all, const struct rtmsg *m, struct netlink_route *r,
    const struct nlattr *multi)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(multi);

	for (int left = mnl_attr_get_payload_len(multi); RTNH_OK(hop, left);
	    left -= (int)RTNH_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		const struct nlattr *table[NETLINK_ATTRS] = {0};

		mnl_attr_parse_payload(
		    hop + 1, hop->rtnh_len - sizeof *hop, netlink_attr_keep, table);
		r->gateway = table[RTA_GATEWAY] ? netlink_attr_v4(table[RTA_GATEWAY])
						: (struct addr){0};
		r->ifindex = (uint32_t)hop->rtnh_ifindex;
		if (!(hop->rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)))
			add(all, m, r);
	}
}

static int on_route(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct netlink_route r = {.mask = prefix_mask(m->rtm_dst_len)};
	struct reading *all = arg;

	if ((m->rtm_flags & (RTM_F_CLONED | RTNH_F_DEAD | RTNH_F_LINKDOWN)) ||
	    !(m->rtm_table == RT_TABLE_MAIN
		    ? m->rtm_type == RTN_UNICAST
		    : m->rtm_table == RT_TABLE_LOCAL && m->rtm_type == RTN_LOCAL))
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	r.dest = netlink_attr_v4(table[RTA_DST]);
	r.metric = netlink_attr_u32(table[RTA_PRIORITY]);
	if (table[RTA_MULTIPATH]) {
		add_hops(all, m, &r, table[RTA_MULTIPATH]);
		return MNL_CB_OK;
	}
	if (table[RTA_GATEWAY])
		r.gateway = netlink_attr_v4(table[RTA_GATEWAY]);
	r.ifindex = netlink_attr_u32(table[RTA_OIF]);
	add(all, m, &r);
	return MNL_CB_OK;
}

static int by_destination(const void *a, const void *b)
{
	const struct route_seen *x = a, *y = b;
	uint32_t p[] = {addr_to_v4(&x->r.dest), addr_to_v4(&x->r.mask), x->kind, x->r.metric,
	    x->r.ifindex, x->r.gateway.v4};
	uint32_t q[] = {addr_to_v4(&y->r.dest), addr_to_v4(&y->r.mask), y->kind, y->r.metric,
	    y->r.ifindex, y->r.gateway.v4};

	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		if (p[i] != q[i])
			return p[i] < q[i] ? -1 : 1;
	return 0;
}

int routes_see(struct netlink *nl, const struct link *links, size_t n_links, uint32_t tun,
    struct route_seen **v, size_t *n)
{
	struct reading all = {.links = links, .n_links = n_links, .tun = tun};
	int error = netlink_dump(nl, RTM_GETROUTE, AF_INET, on_route, &all);

	if (!error && all.failed)
		error = ENOMEM;
	if (error) {
		free(all.v);
		return error;
	}
	if (all.n)
		qsort(all.v, all.n, sizeof *all.v, by_destination);
	*v = all.v;
	*n = all.n;
	return 0;
}
