/*
 * The kernel objects of ours by kind, each in a file of its own: interface
 * settings, routes, client routes, NAT rules, forwarding (objects.h has what is
 * done to all of them).
 */
#ifndef GATEHOUSE_KEEPER_OWN_H
#define GATEHOUSE_KEEPER_OWN_H

#include "engine/base/chains.h"
#include "engine/base/table.h"
#include "engine/firewall/nft_table.h"
#include "engine/ipc/message.h"
#include "engine/keeper/guard.h"
#include "engine/keeper/host_state.h"
#include "engine/keeper/netlink.h"

/* How a link is to be. */
enum link_want { LINK_DOWN = KEEP_LINK_DOWN, LINK_UP = KEEP_LINK_UP, LINK_HOST = KEEP_LINK_HOST };

struct interface_setting {
	char device[IF_NAMESIZE];
	struct addr address, mask; /* unset = leave the device its own */
	bool dhcp;                 /* the address is a lease, unset while there is none, ... */
	uint32_t metric;           /* ... with a default route of that metric, 0 = without ... */
	struct addr gateway;       /* ... by that gateway; unset = there is none */
	enum link_want want;
	uint32_t ifindex; /* of the link it was applied to, 0 = none yet */
	bool foreign;     /* the host has this address as well: it is the host's and stays */
	bool has;         /* the kernel had the address when we looked last */
	bool stale;
};

struct static_route {
	struct chain_link by_dest; /* first: the chains lead to it */
	size_t at;                 /* its place in the vector */
	char device[IF_NAMESIZE];
	struct netlink_route r; /* ifindex is found by `device` each time */
	bool has;               /* the kernel had it when we looked last */
	bool stale;
};

/* A link that is to forward packets. */
struct forwarding {
	char device[IF_NAMESIZE];
	uint32_t ifindex; /* of the link it was turned on at, 0 = none yet */
	bool stale;
};

struct mtu_setting {
	char device[IF_NAMESIZE];
	uint32_t mtu;
	uint32_t ifindex; /* of the link it was applied to, 0 = none yet */
	bool stale;
};

/* A link that is a VLAN of another. */
struct vlan_setting {
	char device[IF_NAMESIZE], parent[IF_NAMESIZE];
	uint16_t vlan;
	bool stale;
};

/* A link that answers ARP for addresses in its networks that are not its own. */
struct arp_answer {
	char device[IF_NAMESIZE];
	bool clients;           /* those of clients; else */
	struct range addresses; /* of NAT */
	bool stale;
};

/* Vectors grow by doubling. */
struct objects {
	struct netlink *nl;
	struct host_state *host;
	const struct link *links; /* the keeper's, as of now */
	size_t n_links;
	const char *tun;
	uint32_t tun_ifindex;
	struct guard guard; /* of what others remove */

	struct interface_setting *interfaces;
	struct static_route **routes;
	struct chains by_dest; /* the same */
	struct table clients;  /* a set of addresses */
	struct table scopes;   /* by address, how many need it */
	struct forwarding *forwarding;
	struct arp_answer *arp;
	struct mtu_setting *mtu;
	struct vlan_setting *vlan;
	size_t n_interfaces, n_routes, n_forwarding, n_arp, n_mtu, n_vlan;
	size_t size_interfaces, size_routes, size_forwarding, size_arp, size_mtu, size_vlan;

	struct firewall firewall; /* the rules between interfaces, as they are to be */
	struct firewall taken;	  /* as nft took them last */
	struct firewall renewed;  /* what the manager says since it came back */
	bool renewing;		  /* between mark and sweep */
	struct nft_table table;	  /* what the kernel has */
	uint64_t addresses;	  /* of links that rules stand on, as they were last */
	struct nft_watch *watch;  /* reads counts; NULL: nothing does */
	bool rules_dirty;	  /* objects_rules_commit() has something to do */
};

/* What was lost with a link or removed by others is applied again, of routes. */
void objects_routes_restore(struct objects *);
/* Does a route wait for its gateway to be reachable? */
bool objects_routes_wait(const struct objects *);

/* Each returns 0 or an errno; after an error nothing is kept. Setting what is set already is
 * success. A device that is not there yet, or a gateway that is not reachable yet, is waited for.
 */
int objects_interface(struct objects *, const char *device, const struct addr *,
    const struct addr *mask, enum link_want);
/* leases.c: the same of a link that is to have its address by DHCP: it keeps what was leased.
 * metric: of a default route by the lease's gateway, 0 = none is set. */
int objects_interface_dhcp(
    struct objects *, const char *device, uint32_t metric, enum link_want);
/* It is not to have one by DHCP any more: a lease and its route go. */
void objects_interface_no_dhcp(struct objects *, const char *device);
/* What is leased to such a link, address unset = nothing; gateway unset = none. ENODEV: it is not
 * to have an address by DHCP. */
int objects_lease(struct objects *, const char *device, const struct addr *,
    const struct addr *mask, const struct addr *gateway);
bool objects_has_dhcp(const struct objects *, const char *device);
/* interfaces.c: what is asked for of that link, or NULL. */
struct interface_setting *objects_setting(const struct objects *, const char *device);
int objects_interface_remove(struct objects *, const char *device);
int objects_route(struct objects *, const char *device, const struct netlink_route *, bool add);
/* The MTU of a link; what it was before is written down. */
int objects_mtu(struct objects *, const char *device, uint32_t mtu);
int objects_mtu_remove(struct objects *, const char *device);
/* A link of that name for a VLAN of the other. EOPNOTSUPP: the kernel has no VLANs; then it is
 * waited for all the same. One that is there as another has to be removed, and seen to have gone,
 * before. */
int objects_vlan(struct objects *, const char *device, const char *parent, uint16_t vlan);
bool objects_vlan_differs(
    const struct objects *, const char *device, const char *parent, uint16_t vlan);
int objects_vlan_remove(struct objects *, const char *device);
/* Has the link forward packets; what it did before is written down. */
int objects_forwarding(struct objects *, const char *device, bool add);
int objects_client(struct objects *, const struct addr *, bool add);
/* Has the link answer ARP for those addresses of its networks, NULL: of clients. */
int objects_arp(struct objects *, const char *device, const struct range *, bool add);
/* A message of engine/firewall, by names of Linux devices: they are gathered, the kernel hears of
 * them at objects_rules_commit(). */
int objects_rule(struct objects *, const struct ipc_msg *);
/* Tells nft what has changed. After an error what has come since the last time is dropped and
 * the others are in force; `why` says what nft said. */
int objects_rules_commit(struct objects *, char *why, size_t size);
/* Somebody else has changed our table: it is to be made anew. */
void objects_rules_lost(struct objects *);

void objects_clients_flush(struct objects *);
/* own_scopes.c: an address from which DHCP servers are asked for clients: one of ours from the
 * first that needs it to the last. 0 or an errno. */
int objects_scope(struct objects *, const struct addr *, bool add);
void objects_scopes_flush(struct objects *);

/* ---- for the kinds --- */

/* Room for one more element of `size` bytes. */
bool objects_grow(void *vector, size_t *room, size_t n, size_t size);
#define GROW(o, what) objects_grow(&(o)->what, &(o)->size_##what, (o)->n_##what, sizeof *(o)->what)
/* Takes element `at` out of a vector whose order matters to nobody. */
#define TAKE_OUT(o, what, at) ((o)->what[at] = (o)->what[--(o)->n_##what])

/* The link of that name now, or NULL. */
const struct link *objects_link(const struct objects *, const char *name);

/* The route of a client. */
struct netlink_route objects_client_route(const struct objects *, in_addr_t client);
/* Is that route in the kernel one of ours still? */
bool objects_routes_own(const struct objects *, const struct netlink_route *);

/* interfaces.c: links or addresses have changed; stale settings go, and what an earlier keeper
 * changed on links that nobody asks for is put back; is that address one of ours? */
void objects_interfaces_links(struct objects *);
void objects_interfaces_sweep(struct objects *);
bool objects_interfaces_own(const struct objects *, uint32_t ifindex, const struct addr *,
    const struct addr *mask);

/* own_routes.c: false, out of memory; frees them, which stay in the kernel. */
bool objects_routes_init(struct objects *);
void objects_routes_fini(struct objects *);
/* own_routes.c: what is stale goes. */
void objects_routes_sweep(struct objects *);
/* own_rules.c: links or addresses have changed; from mark on rules are told anew; at the sweep
 * those told since are the rules. */
void objects_rules_links(struct objects *);
void objects_rules_mark(struct objects *);
void objects_rules_sweep(struct objects *);
void objects_rules_fini(struct objects *);

/* own_arp.c: a client has come or gone; links, their addresses or all clients have changed; what is
 * stale and what an earlier keeper left goes; is that route one of these? */
void objects_arp_client(struct objects *, const struct addr *, bool add);
void objects_arp_links(struct objects *);
void objects_arp_sweep(struct objects *);
bool objects_arp_own(const struct objects *, const struct netlink_route *);
/* The metric of the routes of addresses that nobody has. */
#define OBJECTS_ARP_METRIC 4071

/* own_mtu.c, own_vlan.c: as interfaces.c. */
void objects_mtu_links(struct objects *);
void objects_mtu_sweep(struct objects *);
void objects_vlan_links(struct objects *);
void objects_vlan_sweep(struct objects *);

/* forwarding.c: as interfaces.c. */
void objects_forwarding_links(struct objects *);
/* Does the host itself have that link forward, or did it before we had it do so? */
bool objects_forwarding_host(const struct objects *, const char *device);
void objects_forwarding_sweep(struct objects *);

#endif
