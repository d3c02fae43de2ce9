/*
 * What the keeper asks of the kernel by rtnetlink: links, addresses, routes.
 * Everything we add bears our protocol number, so that a later start finds
 * and removes what a crashed one left behind.
 */
#ifndef GATEHOUSE_NETLINK_H
#define GATEHOUSE_NETLINK_H

#include <net/if.h>

#include "engine/base/addr.h"

/* Our number in rtm_protocol and IFA_PROTO; `ip route show proto 71`. */
#define KEEPER_RTPROTO 71

struct netlink;
struct nlmsghdr;

#define LINK_ADDRESSES_MAX 16 /* of a link; more are not seen */

struct link_address {
	struct addr address, mask;
	bool ours; /* bears our number */
};

/* One link with its IPv4 addresses. */
struct link {
	char name[IF_NAMESIZE];
	uint32_t ifindex, mtu;
	bool up;        /* administratively */
	bool carrier;   /* up, and something answers at the other end of the cable */
	bool card;      /* physical, or a veth, macvlan or ipvlan */
	bool ethernet;  /* a card that is in no bridge or bond */
	struct addr address, mask; /* the first (one of ours before one of others') */
	bool ours;      /* `address` bears our number */
	struct link_address addresses[LINK_ADDRESSES_MAX];
	unsigned n_addresses;
	char mac[18], burned_in[18]; /* as it is now; as it was made, "" = it was not */
	char hardware[24]; /* "GigabitEthernet0/0"; set by devices.c, "" = none */
	uint16_t vlan;     /* its number, 0 = it is none ... */
	uint32_t parent;   /* ... of the link of that ifindex */
	bool dhcp;         /* its address is to come by DHCP; set by links.c */
	/* we had it forward, not the host (objects_forwarding_host()); set by links.c, too */
	bool closed;
};

struct netlink_route {
	struct addr dest, mask, gateway; /* gateway unset = on the link */
	uint32_t ifindex, metric;        /* metric 0 = the kernel's default */
};

/* NULL when the kernel refuses. */
struct netlink *netlink_open(void);
void netlink_close(struct netlink *);
/* Each returns 0 or an errno. */
int netlink_address(
    struct netlink *, uint32_t ifindex, const struct addr *, const struct addr *mask, bool add);
int netlink_link(struct netlink *, uint32_t ifindex, bool up);
/* Is it up now, administratively? */
int netlink_link_state(struct netlink *, uint32_t ifindex, bool *up);
int netlink_mtu(struct netlink *, uint32_t ifindex, uint32_t mtu);
/* Makes a link for a VLAN of another; EOPNOTSUPP: the kernel has none. */
int netlink_vlan(struct netlink *, const char *name, uint32_t parent, uint16_t vlan);
/* The request for it behind the header, for tests. */
void netlink_vlan_put(struct nlmsghdr *, const char *name, uint32_t parent, uint16_t vlan);
int netlink_remove(struct netlink *, uint32_t ifindex);
/* Removes what ARP has learned of an address; ENOENT when it is not there. */
int netlink_forget(struct netlink *, uint32_t ifindex, const struct addr *);
/* The link answers ARP for an address that is behind another link. ENOENT of one that is gone. */
int netlink_proxy(struct netlink *, uint32_t ifindex, const struct addr *, bool add);
/* A route of ours stands behind those of others with the same destination and metric. */
int netlink_route(struct netlink *, const struct netlink_route *, bool add);
/* Packets to that address are for this machine, though no link has it. */
int netlink_local(struct netlink *, const struct addr *, bool add);
/* Calls `each` for every message of the kernel's answer: RTM_GETLINK, RTM_GETADDR, RTM_GETNEIGH
 * or RTM_GETROUTE of a family. It must not ask for more meanwhile. */
int netlink_dump(struct netlink *, uint16_t type, uint8_t family,
    int (*each)(const struct nlmsghdr *, void *), void *arg);
/* The same of all addresses that links answer for. */
int netlink_dump_proxies(
    struct netlink *, int (*each)(const struct nlmsghdr *, void *), void *arg);
/* Creates an address or a route as it was dumped once; EEXIST when it is there. */
int netlink_again(struct netlink *, const struct nlmsghdr *dumped);

/* A route or (dest/mask on ifindex) an address. */
struct netlink_ours {
	struct netlink_route r;
	bool address;
};

/* Everything in the kernel that bears our number, into a new array that the caller frees. */
int netlink_ours(struct netlink *, struct netlink_ours **, size_t *n);
/* All links, sorted by ifindex, into a new array that the caller frees. */
int netlink_links(struct netlink *, struct link **, size_t *n);
/* The entry of that very address and mask, or NULL. */
const struct link_address *link_address(const struct link *, const struct addr *,
    const struct addr *mask);
/* The port that our requests come from, which events of the kernel name as their cause. */
uint32_t netlink_port(const struct netlink *);

#endif
