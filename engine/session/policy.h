/*
 * What one session lives by: the user's own attributes over the group policy's
 * over DfltGrpPolicy's, resolved once at its birth and copied, so that a later
 * change of the configuration changes no session that is up.
 */
#ifndef GATEHOUSE_POLICY_H
#define GATEHOUSE_POLICY_H

#include "engine/base/interned.h"
#include "engine/base/reason.h"
#include "engine/config/config.h"

#define POLICY_BY_FAMILY (UINT32_MAX - 1) /* what profile.def says of his kind */
#define POLICY_NAME_MAX 65
#define POLICY_POOLS_MAX 11
#define POLICY_DOMAIN_MAX 256
#define POLICY_SEARCH_MAX 512
#define POLICY_LIST_MAX 256 /* the name of an access list */

struct session_policy {
	char group_policy[POLICY_NAME_MAX];
	uint32_t protocols;          /* PROTO_* bits */
	struct addr dns[2], wins[2]; /* unset = none */
	char domain[POLICY_DOMAIN_MAX];
	char split_dns[POLICY_SEARCH_MAX]; /* domains, with a blank between two */
	/* DNS servers are reached through the tunnel, whatever `split_list` says */
	bool split_all_dns;
	uint32_t idle_timeout, session_timeout; /* seconds, 0 = none */
	uint32_t idle_alert, session_alert;     /* seconds before their ends, 0 = no word */
	uint32_t sleep_timeout; /* seconds unheard, PROFILE_KEPT, POLICY_BY_FAMILY */
	uint32_t simultaneous_logins;           /* 0 = no login at all */
	struct addr framed_ip; /* his own: policy_equal() does not look at it */
	struct addr scope; /* the network that DHCP servers choose of; unset = the relay's */
	bool intercept_dhcp;        /* answer the client's DHCPINFORM, with the networks ... */
	struct addr intercept_mask; /* ... and with this mask */
	uint32_t split_policy;            /* SPLIT_... */
	char split_list[POLICY_LIST_MAX]; /* whose networks it means; "" = none */
	char pools[POLICY_POOLS_MAX][POLICY_NAME_MAX]; /* in the order to try */
	size_t n_pools;
	char group_lock[POLICY_NAME_MAX]; /* the only tunnel group that he may come by; "" = any */
	/* the access list that his packets have to pass; "" = all do */
	char filter[POLICY_LIST_MAX];
	/* the time range that he may be there in; "" = always */
	char access_hours[POLICY_NAME_MAX];
	uint32_t interim;             /* seconds between records of accounting, 0 = none */
};

/* How `split_list` is meant. */
enum { SPLIT_ALL, SPLIT_SPECIFIED, SPLIT_EXCLUDED };

/* `user` NULL: the policy of the group alone. `aaa_policy` (NULL or "" = none) is the group policy
 * that the login server named; it comes after the user's own vpn-group-policy. */
void policy_resolve(const struct config *, const struct cfg_tunnel_group *, const char *user,
    const char *aaa_policy, struct session_policy *);
/* Why he may not come by that tunnel group as an L2TP client; REASON_NONE: he may. */
enum reason policy_refuses(const struct session_policy *, const char *tunnel_group);
/* Before anybody is accepted. */
extern const struct session_policy policy_none;
/* Is it a time at which he may be there? */
bool policy_is_time(const struct config *, const struct session_policy *);
bool policy_equal(const struct session_policy *, const struct session_policy *);
/* The one copy of that policy among these, held (intern_drop()), without `framed_ip`. NULL: out of
 * memory. */
const struct session_policy *policy_share(struct interned *, const struct session_policy *);

#endif
