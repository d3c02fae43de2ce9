/* All links of the kernel with their IPv4 addresses, as of one moment. */
#include "engine/keeper/netlink.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/keeper/netlink_attr.h"

struct link_list {
	struct link *v;
	size_t n, size;
	bool failed;
};

/* "veth" of IFLA_LINKINFO; "" for hardware. */
static const char *link_kind(const struct nlattr *info)
{
	const struct nlattr *table[NETLINK_ATTRS] = {0};

	if (info)
		mnl_attr_parse_nested(info, netlink_attr_keep, table);
	return table[IFLA_INFO_KIND] ? mnl_attr_get_str(table[IFLA_INFO_KIND]) : "";
}

/* The number of a VLAN; 0: it is none. */
static uint16_t link_vlan(const struct nlattr *info)
{
	const struct nlattr *table[NETLINK_ATTRS] = {0}, *data[NETLINK_ATTRS] = {0};

	if (strcmp(link_kind(info), "vlan") != 0)
		return 0;
	mnl_attr_parse_nested(info, netlink_attr_keep, table);
	if (table[IFLA_INFO_DATA])
		mnl_attr_parse_nested(table[IFLA_INFO_DATA], netlink_attr_keep, data);
	return data[IFLA_VLAN_ID] && mnl_attr_get_payload_len(data[IFLA_VLAN_ID]) == 2
	    ? mnl_attr_get_u16(data[IFLA_VLAN_ID]) : 0;
}

static bool is_card(const struct ifinfomsg *m, const struct nlattr *const *table)
{
	static const char *const kind[] = {"", "veth", "macvlan", "ipvlan"};
	const char *k = link_kind(table[IFLA_LINKINFO]);

	if (m->ifi_type != ARPHRD_ETHER || (m->ifi_flags & IFF_LOOPBACK))
		return false;
	for (size_t i = 0; i < sizeof kind / sizeof *kind; i++)
		if (!strcmp(k, kind[i]))
			return true;
	return false;
}

static void mac_text(const struct nlattr *attr, char mac[18])
{
	const uint8_t *b;

	if (!attr || mnl_attr_get_payload_len(attr) != 6)
		return;
	b = mnl_attr_get_payload(attr);
	snprintf(mac, 18, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
}

static int on_link(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct link_list *l = arg;
	struct link *k;

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (!table[IFLA_IFNAME])
		return MNL_CB_OK;
	if (l->n == l->size) {
		size_t size = l->size ? 2 * l->size : 16;

		if (!(k = realloc(l->v, size * sizeof *k))) {
			l->failed = true;
			return MNL_CB_OK;
		}
		l->v = k;
		l->size = size;
	}
	k = &l->v[l->n++];
	*k = (struct link){.ifindex = (uint32_t)m->ifi_index, .up = m->ifi_flags & IFF_UP,
	    .carrier = (m->ifi_flags & IFF_UP) && (m->ifi_flags & IFF_RUNNING)};
	snprintf(k->name, sizeof k->name, "%s", mnl_attr_get_str(table[IFLA_IFNAME]));
	k->mtu = netlink_attr_u32(table[IFLA_MTU]);
	k->vlan = link_vlan(table[IFLA_LINKINFO]);
	k->parent = netlink_attr_u32(table[IFLA_LINK]);
	k->card = is_card(m, table);
	k->ethernet = k->card && !table[IFLA_MASTER];
	mac_text(table[IFLA_ADDRESS], k->mac);
	mac_text(table[IFLA_PERM_ADDRESS], k->burned_in);
	return MNL_CB_OK;
}

static int on_address(const struct nlmsghdr *h, void *arg)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct link_list *l = arg;
	struct link_address a = {.mask = prefix_mask(m->ifa_prefixlen)};

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (m->ifa_family != AF_INET || !table[IFA_LOCAL])
		return MNL_CB_OK;
	a.address = netlink_attr_v4(table[IFA_LOCAL]);
	a.ours = table[IFA_PROTO] && mnl_attr_get_u8(table[IFA_PROTO]) == KEEPER_RTPROTO;
	for (size_t i = 0; i < l->n; i++) {
		struct link *k = &l->v[i];

		if (k->ifindex != m->ifa_index)
			continue;
		if (!k->address.family || (a.ours && !k->ours)) {
			k->address = a.address;
			k->mask = a.mask;
			k->ours = a.ours;
		}
		if (k->n_addresses < LINK_ADDRESSES_MAX)
			k->addresses[k->n_addresses++] = a;
	}
	return MNL_CB_OK;
}

const struct link_address *link_address(const struct link *k, const struct addr *a,
    const struct addr *mask)
{
	for (unsigned i = 0; i < k->n_addresses; i++)
		if (addr_equal(&k->addresses[i].address, a) &&
		    addr_equal(&k->addresses[i].mask, mask))
			return &k->addresses[i];
	return NULL;
}

static int by_ifindex(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

int netlink_links(struct netlink *nl, struct link **links, size_t *n)
{
	struct link_list l = {0};
	int error = netlink_dump(nl, RTM_GETLINK, AF_UNSPEC, on_link, &l);

	if (!error)
		error = netlink_dump(nl, RTM_GETADDR, AF_INET, on_address, &l);
	if (error || l.failed) {
		free(l.v);
		return error ? error : ENOMEM;
	}
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_ifindex);
	*links = l.v;
	*n = l.n;
	return 0;
}
