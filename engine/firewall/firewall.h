/*
 * The rules between interfaces, compiled: zones (an interface, its level), access lists, which
 * list holds where, NAT. One struct in two places, fed by the same messages (KEEP_ZONE,
 * KEEP_TRAFFIC, KEEP_ACCESS_LIST, KEEP_ACCESS_GROUP, KEEP_NAT): the keeper's is the original of
 * what nftables has; the manager's (cli/config/feed_keeper.c) is what packet-tracer walks.
 */
#ifndef GATEHOUSE_FIREWALL_H
#define GATEHOUSE_FIREWALL_H

#include "engine/firewall/nat.h"
#include "engine/net/acl_list.h"

/* An interface that has a name. */
struct zone {
	char device[IF_NAMESIZE];
	char nameif[49];
	uint8_t level;
	bool vpn; /* it has a crypto map: clients are behind it */
	/* The keeper's own: this host did not forward there before us. Nothing passes between it
	 * and a link without a name. */
	bool closed;
};

struct access_list {
	char *name;
	struct acl_rule *rule;
	size_t n, size;
};

/* Where a list holds. */
struct access_group {
	char device[IF_NAMESIZE]; /* "" = every interface (`access-group NAME global`) */
	uint8_t way;              /* ACCESS_IN, ACCESS_OUT, ACCESS_CONTROL */
	char *name;
};

struct firewall {
	struct zone *zones;
	struct access_list *lists;
	struct access_group *groups;
	struct nat_rule *nat; /* by order */
	size_t n_zones, n_lists, n_groups, n_nat;
	bool intra, inter; /* same-security-traffic permit ... */
	bool permit_vpn;   /* what clients send passes the lists of interfaces */
	uint16_t mss;	   /* segments of TCP, at most; 0 = no limit */
};

/* A list of more elements is refused. */
#define FIREWALL_RULES_MAX 200000

void firewall_fini(struct firewall *);
/* Makes `to`, which is empty, a copy; false: out of memory, it is empty. */
bool firewall_copy(struct firewall *to, const struct firewall *from);
/* Applies one message. 0; ENOMEM; EINVAL when it does not fit what is there; ENOSYS for a message
 * that has nothing to do with it. */
int firewall_apply(struct firewall *, const struct ipc_msg *);
/* NULL: there is none. */
const struct access_list *firewall_list(const struct firewall *, const char *name);
/* The name of the list that holds at that device that way; NULL: none does. */
const char *firewall_group(const struct firewall *, const char *device, uint8_t way);

#endif
