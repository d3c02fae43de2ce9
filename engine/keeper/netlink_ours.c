/* What in the kernel bears our number: routes and addresses, those of an earlier run included. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "engine/keeper/netlink.h"
#include "engine/keeper/netlink_attr.h"

struct list {
	struct netlink_ours *v;
	size_t n, size;
	bool failed;
};

static int add(struct list *l, const struct netlink_route *r, bool address)
{
	if (l->n == l->size) {
		size_t size = l->size ? 2 * l->size : 64;
		void *v = realloc(l->v, size * sizeof *l->v);

		if (!v) {
			l->failed = true;
			return MNL_CB_OK;
		}
		l->v = v;
		l->size = size;
	}
	l->v[l->n++] = (struct netlink_ours){*r, address};
	return MNL_CB_OK;
}

static int on_route(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct netlink_route r = {.mask = prefix_mask(m->rtm_dst_len)};

	if (m->rtm_protocol != KEEPER_RTPROTO || m->rtm_table != RT_TABLE_MAIN)
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	r.dest = netlink_attr_v4(table[RTA_DST]);
	if (table[RTA_GATEWAY])
		r.gateway = netlink_attr_v4(table[RTA_GATEWAY]);
	r.ifindex = netlink_attr_u32(table[RTA_OIF]);
	r.metric = netlink_attr_u32(table[RTA_PRIORITY]);
	return add(arg, &r, false);
}

static int on_address(const struct nlmsghdr *h, void *arg)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct netlink_route r = {.ifindex = m->ifa_index, .mask = prefix_mask(m->ifa_prefixlen)};

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (m->ifa_family != AF_INET || !table[IFA_LOCAL] || !table[IFA_PROTO] ||
	    mnl_attr_get_u8(table[IFA_PROTO]) != KEEPER_RTPROTO)
		return MNL_CB_OK;
	r.dest = netlink_attr_v4(table[IFA_LOCAL]);
	return add(arg, &r, true);
}

int netlink_ours(struct netlink *nl, struct netlink_ours **ours, size_t *n)
{
	struct list l = {0};
	int error = netlink_dump(nl, RTM_GETROUTE, AF_INET, on_route, &l);

	if (!error)
		error = netlink_dump(nl, RTM_GETADDR, AF_INET, on_address, &l);
	if (!error && l.failed)
		error = ENOMEM;
	if (error) {
		free(l.v);
		return error;
	}
	*ours = l.v;
	*n = l.n;
	return 0;
}
