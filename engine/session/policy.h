/*
 * What one session lives by: the user's own attributes over the group policy's
 * over DfltGrpPolicy's, resolved once at its birth and copied, so that a later
 * change of the configuration changes no session that is up.
 */
#ifndef GATEHOUSE_POLICY_H
#define GATEHOUSE_POLICY_H

#include "engine/config/config.h"

#define POLICY_NAME_MAX 65
#define POLICY_POOLS_MAX 11
#define POLICY_DOMAIN_MAX 256
#define POLICY_LIST_MAX 256 /* the name of an access list */

struct session_policy {
	char group_policy[POLICY_NAME_MAX];
	uint32_t protocols;          /* PROTO_* bits */
	struct addr dns[2], wins[2]; /* unset = none */
	char domain[POLICY_DOMAIN_MAX];
	uint32_t idle_timeout, session_timeout; /* seconds, 0 = none */
	uint32_t simultaneous_logins;           /* 0 = no login at all */
	struct addr framed_ip;
	bool intercept_dhcp;             /* answer the client's DHCPINFORM ... */
	struct addr intercept_mask;      /* ... with this mask ... */
	char split_list[POLICY_LIST_MAX]; /* ... and the networks of this access list; "" = none */
	char pools[POLICY_POOLS_MAX][POLICY_NAME_MAX]; /* in the order to try */
	size_t n_pools;
	bool group_locked; /* to another tunnel group: no login */
};

/* `user` NULL: the policy of the group alone. `aaa_policy` (NULL or "" = none) is the group policy
 * that the login server named; it comes after the user's own vpn-group-policy. */
void policy_resolve(const struct config *, const struct cfg_tunnel_group *, const char *user,
    const char *aaa_policy, struct session_policy *);
bool policy_equal(const struct session_policy *, const struct session_policy *);

#endif
