/*
 * Owns an rtnetlink socket for requests, which are answered before the call
 * returns. What others change is monitor.c's to hear.
 */
#include "engine/keeper/netlink.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "engine/keeper/netlink_attr.h"
#include "engine/keeper/netlink_run.h"

#define BUFFER 32768 /* the kernel fills dumps up to 32 KB a read */

struct netlink {
	struct mnl_socket *ask;
	uint32_t seq;
	_Alignas(struct nlmsghdr) uint8_t buf[BUFFER];
};

struct netlink *netlink_open(void)
{
	struct netlink *nl = calloc(1, sizeof *nl);

	if (!nl)
		return NULL;
	nl->seq = (uint32_t)time(NULL);
	nl->ask = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl->ask || mnl_socket_bind(nl->ask, 0, MNL_SOCKET_AUTOPID) < 0) {
		netlink_close(nl);
		return NULL;
	}
	return nl;
}

void netlink_close(struct netlink *nl)
{
	if (!nl)
		return;
	if (nl->ask)
		mnl_socket_close(nl->ask);
	free(nl);
}

uint32_t netlink_port(const struct netlink *nl)
{
	return mnl_socket_get_portid(nl->ask);
}

/* ---- requests ----------------------------------------------------------- */

static struct nlmsghdr *request(struct netlink *nl, uint16_t type, unsigned flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(nl->buf);

	h->nlmsg_type = type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = ++nl->seq;
	return h;
}

/* Sends the request and feeds the answer to `each`; 0 or the kernel's errno. */
static int run(struct netlink *nl, struct nlmsghdr *h, mnl_cb_t each, void *arg)
{
	struct netlink_exchange x = {nl->ask, nl->buf, sizeof nl->buf};

	return netlink_run(&x, h, each, arg);
}

int netlink_dump(struct netlink *nl, uint16_t type, uint8_t family,
    int (*each)(const struct nlmsghdr *, void *), void *arg)
{
	struct nlmsghdr *h = request(nl, type, NLM_F_DUMP);
	/* The family is the first byte of the header of each kind; strict kernels want all of it.
	 */
	size_t size = type == RTM_GETROUTE ? sizeof(struct rtmsg)
	    : type == RTM_GETADDR ? sizeof(struct ifaddrmsg)
	    : type == RTM_GETNEIGH ? sizeof(struct ndmsg) : sizeof(struct ifinfomsg);

	*(uint8_t *)mnl_nlmsg_put_extra_header(h, size) = family;
	return run(nl, h, each, arg);
}

int netlink_dump_proxies(
    struct netlink *nl, int (*each)(const struct nlmsghdr *, void *), void *arg)
{
	struct nlmsghdr *h = request(nl, RTM_GETNEIGH, NLM_F_DUMP);
	struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ndm_family = AF_INET;
	m->ndm_flags = NTF_PROXY;
	return run(nl, h, each, arg);
}

int netlink_again(struct netlink *nl, const struct nlmsghdr *dumped)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)nl->buf;
	struct rtmsg *route;

	if (dumped->nlmsg_len > sizeof nl->buf)
		return EMSGSIZE;
	memcpy(h, dumped, dumped->nlmsg_len);
	h->nlmsg_seq = ++nl->seq;
	h->nlmsg_pid = 0;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	if (h->nlmsg_type == RTM_NEWROUTE) {
		route = mnl_nlmsg_get_payload(h);
		/* the others are the kernel's */
		route->rtm_flags &= RTNH_F_ONLINK | RTNH_F_PERVASIVE;
		if (route->rtm_family == AF_INET) /* several may differ in their gateway only */
			h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND;
	}
	return run(nl, h, NULL, NULL);
}

int netlink_address(struct netlink *nl, uint32_t ifindex, const struct addr *a,
    const struct addr *mask, bool add)
{
	struct nlmsghdr *h = add ? request(nl, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL)
	                         : request(nl, RTM_DELADDR, NLM_F_ACK);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	int prefix = mask_prefix(mask);

	m->ifa_family = AF_INET;
	m->ifa_prefixlen = (uint8_t)prefix;
	m->ifa_index = ifindex;
	mnl_attr_put_u32(h, IFA_LOCAL, a->v4);
	mnl_attr_put_u32(h, IFA_ADDRESS, a->v4);
	if (add) {
		struct addr broadcast = addr_v4(addr_to_v4(a) | ~addr_to_v4(mask));

		if (prefix < 31)
			mnl_attr_put_u32(h, IFA_BROADCAST, broadcast.v4);
		mnl_attr_put_u8(h, IFA_PROTO, KEEPER_RTPROTO);
	}
	return run(nl, h, NULL, NULL);
}

int netlink_link(struct netlink *nl, uint32_t ifindex, bool up)
{
	struct nlmsghdr *h = request(nl, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ifi_family = AF_UNSPEC;
	m->ifi_index = (int)ifindex;
	m->ifi_change = IFF_UP;
	m->ifi_flags = up ? IFF_UP : 0;
	return run(nl, h, NULL, NULL);
}

static int on_state(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);

	*(bool *)arg = m->ifi_flags & IFF_UP;
	return MNL_CB_OK;
}

int netlink_link_state(struct netlink *nl, uint32_t ifindex, bool *up)
{
	struct nlmsghdr *h = request(nl, RTM_GETLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ifi_family = AF_UNSPEC;
	m->ifi_index = (int)ifindex;
	*up = false;
	return run(nl, h, on_state, up);
}

int netlink_mtu(struct netlink *nl, uint32_t ifindex, uint32_t mtu)
{
	struct nlmsghdr *h = request(nl, RTM_NEWLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ifi_family = AF_UNSPEC;
	m->ifi_index = (int)ifindex;
	mnl_attr_put_u32(h, IFLA_MTU, mtu);
	return run(nl, h, NULL, NULL);
}

int netlink_vlan(struct netlink *nl, const char *name, uint32_t parent, uint16_t vlan)
{
	struct nlmsghdr *h = request(nl, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);

	netlink_vlan_put(h, name, parent, vlan);
	return run(nl, h, NULL, NULL);
}

int netlink_remove(struct netlink *nl, uint32_t ifindex)
{
	struct nlmsghdr *h = request(nl, RTM_DELLINK, NLM_F_ACK);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ifi_family = AF_UNSPEC;
	m->ifi_index = (int)ifindex;
	return run(nl, h, NULL, NULL);
}

int netlink_forget(struct netlink *nl, uint32_t ifindex, const struct addr *a)
{
	struct nlmsghdr *h = request(nl, RTM_DELNEIGH, NLM_F_ACK);
	struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ndm_family = AF_INET;
	m->ndm_ifindex = (int)ifindex;
	mnl_attr_put_u32(h, NDA_DST, a->v4);
	return run(nl, h, NULL, NULL);
}

int netlink_proxy(struct netlink *nl, uint32_t ifindex, const struct addr *a, bool add)
{
	struct nlmsghdr *h = add ? request(nl, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE)
				 : request(nl, RTM_DELNEIGH, NLM_F_ACK);
	struct ndmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->ndm_family = AF_INET;
	m->ndm_ifindex = (int)ifindex;
	m->ndm_flags = NTF_PROXY;
	mnl_attr_put_u32(h, NDA_DST, a->v4);
	if (add)
		mnl_attr_put_u8(h, NDA_PROTOCOL, KEEPER_RTPROTO);
	return run(nl, h, NULL, NULL);
}

int netlink_route(struct netlink *nl, const struct netlink_route *r, bool add)
{
	struct nlmsghdr *h = add ? request(
				       nl, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND)
				 : request(nl, RTM_DELROUTE, NLM_F_ACK);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->rtm_family = AF_INET;
	m->rtm_dst_len = (uint8_t)mask_prefix(&r->mask);
	m->rtm_table = RT_TABLE_MAIN;
	m->rtm_protocol = KEEPER_RTPROTO;
	m->rtm_scope = r->gateway.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	m->rtm_type = RTN_UNICAST;
	if (m->rtm_dst_len)
		mnl_attr_put_u32(h, RTA_DST, r->dest.v4);
	if (r->gateway.family)
		mnl_attr_put_u32(h, RTA_GATEWAY, r->gateway.v4);
	mnl_attr_put_u32(h, RTA_OIF, r->ifindex);
	if (r->metric)
		mnl_attr_put_u32(h, RTA_PRIORITY, r->metric);
	return run(nl, h, NULL, NULL);
}

int netlink_local(struct netlink *nl, const struct addr *a, bool add)
{
	struct nlmsghdr *h = add ? request(nl, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE)
				 : request(nl, RTM_DELROUTE, NLM_F_ACK);
	struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

	m->rtm_family = AF_INET;
	m->rtm_dst_len = 32;
	m->rtm_table = RT_TABLE_LOCAL;
	m->rtm_protocol = KEEPER_RTPROTO;
	m->rtm_scope = RT_SCOPE_HOST;
	m->rtm_type = RTN_LOCAL;
	mnl_attr_put_u32(h, RTA_DST, a->v4);
	mnl_attr_put_u32(h, RTA_OIF, if_nametoindex("lo"));
	return run(nl, h, NULL, NULL);
}
