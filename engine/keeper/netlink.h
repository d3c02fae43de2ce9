/*
 * What the keeper asks of the kernel by rtnetlink: links, addresses, routes.
 * Everything we add bears our protocol number, so that a later start finds
 * and removes what a crashed one left behind.
 */
#ifndef GATEHOUSE_NETLINK_H
#define GATEHOUSE_NETLINK_H

#include <net/if.h>

#include "engine/net/addr.h"

/* Our number in rtm_protocol and IFA_PROTO; `ip route show proto 71`. */
#define KEEPER_RTPROTO 71

struct netlink;

/* One link with its first IPv4 address (one of ours before one of others'). */
struct link {
	char name[IF_NAMESIZE];
	uint32_t ifindex, mtu;
	bool up;        /* administratively */
	bool ethernet;  /* physical, or a veth, macvlan or ipvlan, and in no bridge or bond */
	struct addr address, mask;
	bool ours;      /* `address` bears our number */
	char mac[18];
	char hardware[24]; /* "GigabitEthernet0/0"; set by devices.c, "" = none */
};

struct netlink_route {
	struct addr dest, mask, gateway; /* gateway unset = on the link */
	uint32_t ifindex, metric;        /* metric 0 = the kernel's default */
};

/* NULL when the kernel refuses. */
struct netlink *netlink_open(void);
void netlink_close(struct netlink *);
/* Each returns 0 or an errno. */
int netlink_address(struct netlink *, uint32_t ifindex, const struct addr *, const struct addr *mask,
    bool add);
int netlink_link(struct netlink *, uint32_t ifindex, bool up);
int netlink_mtu(struct netlink *, uint32_t ifindex, uint32_t mtu);
int netlink_route(struct netlink *, const struct netlink_route *, bool add);
/* Removes every route and address that bears our number. */
int netlink_flush(struct netlink *);
/* All links, sorted by ifindex, into a new array that the caller frees. */
int netlink_links(struct netlink *, struct link **, size_t *n);
/* A descriptor that gets readable when a link or an address changes, and how it is emptied. */
int netlink_watch_fd(const struct netlink *);
void netlink_watch_drain(struct netlink *);

#endif
