/*
 * The kernel objects that roles asked for: interface settings, routes, client
 * routes, NAT rules. Each has the role that asked as its owner and goes when
 * that role says so, dies for good, or the keeper stops.
 */
#ifndef GATEHOUSE_OBJECTS_H
#define GATEHOUSE_OBJECTS_H

#include "engine/ipc/message.h"
#include "engine/keeper/guard.h"
#include "engine/keeper/host_state.h"
#include "engine/keeper/netlink.h"
#include "engine/keeper/nft.h"

/* How a link is to be. */
enum link_want { LINK_DOWN = KEEP_LINK_DOWN, LINK_UP = KEEP_LINK_UP, LINK_HOST = KEEP_LINK_HOST };

struct interface_setting {
	char device[IF_NAMESIZE];
	struct addr address, mask; /* unset = leave the device its own */
	enum link_want want;
	uint32_t ifindex; /* of the link it was applied to, 0 = none yet */
	bool foreign;     /* the host has this address as well: it is the host's and stays */
	bool has;         /* the kernel had the address when we looked last */
	bool stale;
};

struct static_route {
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

struct kept_nat {
	struct nat_rule rule;
	bool fresh; /* not accepted by nft yet */
	bool stale;
};

/* Vectors grow by doubling; clients are in no order. */
struct objects {
	struct netlink *nl;
	struct host_state *host;
	const struct link *links; /* the keeper's, as of now */
	size_t n_links;
	const char *tun;
	uint32_t tun_ifindex;
	struct guard guard; /* of what others remove */

	struct interface_setting *interfaces;
	struct static_route *routes;
	struct kept_nat *nat;
	in_addr_t *clients;
	struct forwarding *forwarding;
	size_t n_interfaces, n_routes, n_nat, n_clients, n_forwarding;
	size_t size_interfaces, size_routes, size_nat, size_clients, size_forwarding;
	bool nat_dirty; /* objects_nat_commit() has something to do */
};

void objects_init(struct objects *, struct netlink *, struct host_state *, const char *tun,
    const struct news *);
/* Removes everything from the kernel, restores links, frees. */
void objects_fini(struct objects *);
/* Links changed: what waited for a device, was lost with it or removed by others is applied again;
 * what may not be yet, by the guard, has to be tried later by a call of this. */
void objects_links(struct objects *, const struct link *, size_t n);
/* The same for routes alone. */
void objects_routes_restore(struct objects *);
/* Does a route wait for its gateway to be reachable? */
bool objects_routes_wait(const struct objects *);

/* Each returns 0 or an errno; after an error nothing is kept. Setting what is set already is
 * success. A device that is not there yet, or a gateway that is not reachable yet, is waited for.
 */
int objects_interface(struct objects *, const char *device, const struct addr *,
    const struct addr *mask, enum link_want);
int objects_interface_remove(struct objects *, const char *device);
int objects_route(struct objects *, const char *device, const struct netlink_route *, bool add);
/* Has the link forward packets; what it did before is written down. */
int objects_forwarding(struct objects *, const char *device, bool add);
int objects_client(struct objects *, const struct addr *, bool add);
/* NAT rules are gathered; the kernel hears of them at objects_nat_commit(). */
int objects_nat(struct objects *, const struct nat_rule *, bool add);
/* Gives nft the whole table. After an error the rules that were new are dropped and the others
 * are in force; `why` says what nft said. */
int objects_nat_commit(struct objects *, char *why, size_t size);

void objects_clients_flush(struct objects *);
/* Configuration objects that are not asked for again between mark and sweep go, and with them
 * whatever an earlier keeper left in the kernel; what is asked for again is not touched. */
void objects_mark(struct objects *);
void objects_sweep(struct objects *);

#endif
