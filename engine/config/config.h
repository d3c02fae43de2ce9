/*
 * The engine's copy of the running-config: what CFG_* messages said, in the
 * shape the protocols ask for. It owns all its strings. Objects are replaced
 * whole; sessions that are up keep what they copied at their birth.
 */
#ifndef GATEHOUSE_CONFIG_H
#define GATEHOUSE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/crypto/algorithm.h"
#include "engine/base/addr.h"

#define CONFIG_NAMES_MAX 11 /* transform sets of one map entry, the longest list */

/* A list of names; the strings belong to the object that holds it. */
struct names {
	uint8_t n;
	char *v[CONFIG_NAMES_MAX];
};

struct ike_policy {
	uint32_t priority;
	bool preshared; /* the only method that phase 1 serves today */
	enum cipher cipher;
	enum hash hash;
	uint16_t group;
	uint32_t lifetime; /* seconds, 0 = none */
};

struct transform_set {
	char *name;
	enum cipher cipher;
	enum hash auth; /* HASH_NONE for esp-none */
	bool transport;
};

struct map_entry { /* of a dynamic map, or a static crypto map's own */
	char *name;
	uint32_t seq;
	char *dynamic; /* static maps: name of the dynamic map, else NULL */
	struct names transform_sets;
	struct names peers;
	char *match_acl;     /* NULL = none */
	uint16_t pfs_group;  /* 0 = no PFS */
	uint32_t seconds;    /* 0 = the global lifetime */
	int64_t kilobytes;   /* -1 = the global lifetime, 0 = unlimited */
	bool reverse_route, nat_t_disable;
};

struct map_binding {
	char *name;   /* crypto map */
	char *ifname; /* nameif */
};

struct pool {
	char *name;
	uint32_t first, last; /* host order, inclusive */
	struct addr mask;     /* unset when none was given */
};

enum { STATE_INHERIT, STATE_NONE, STATE_VALUE };
#define ATTR_UNSET (-1)
#define ATTR_NONE (-2)
enum { PROTO_IKEV1 = 1, PROTO_IKEV2 = 2, PROTO_L2TP_IPSEC = 4, PROTO_SSL_CLIENT = 8, PROTO_SSL_CLIENTLESS = 16 };

/* Of a group policy or of a user; resolved by policy_resolve() (session/policy.h). */
struct policy {
	char *name;
	char *group_policy; /* users: vpn-group-policy, may be NULL */
	uint32_t protocols; /* PROTO_* bits, 0 = inherit */
	uint8_t dns_state, wins_state, domain_state, split_list_state, pools_state, banner_state,
	    filter_state, group_lock_state;
	struct names dns, wins, pools;
	char *domain, *split_policy, *split_list, *banner, *filter, *group_lock; /* NULL = unset */
	int64_t intercept_dhcp; /* ATTR_UNSET, 0, 1 */
	struct addr intercept_mask;
	int64_t idle_timeout, session_timeout, simultaneous_logins; /* minutes; ATTR_* */
	struct addr framed_ip, framed_mask;
};

struct tunnel_group {
	char *name, *type;
	struct names pools;
	char *group_policy; /* NULL = DfltGrpPolicy */
	char *server_group; /* NULL = LOCAL */
	bool fallback_local;
	char *psk; /* NULL = none; wiped when freed */
	bool keepalive;
	uint32_t keepalive_threshold, keepalive_retry; /* seconds */
	bool strip_realm, strip_group;
	bool pap, chap, mschapv1, mschapv2, eap;
};

struct interface {
	char *hardware, *device, *nameif; /* nameif NULL = none */
	struct addr address, mask;        /* configured, may be unset */
	bool shutdown;
	/* live, from the link of that device */
	uint32_t ifindex, mtu;
	bool up;
	struct addr live_address, live_mask;
};

#define LINK_OWN_MAX 16

/* What the kernel says of a network device (LINK_STATE); outlives every configuration. */
struct link {
	char *device;
	uint32_t ifindex, mtu;
	bool up;
	struct addr address, mask; /* the first */
	struct addr own[LINK_OWN_MAX]; /* all of them */
	unsigned n_own;
};

struct access_entry {
	char *list;
	uint32_t line;
	bool standard, permit, inactive;
	uint8_t protocol; /* 0 = ip */
	struct addr source, source_mask, dest, dest_mask;
	/* Of source and dest; low above high: all ports but those between. */
	uint16_t source_low, source_high, port_low, port_high;
};

/* Vectors are kept sorted by key: policies by priority, map entries by name and seq. */
struct config {
	char *hostname;
	uint32_t l2tp_hello; /* seconds */
	uint32_t tcpmss;     /* 0 = off */
	char *identity, *key_id;
	bool nat_traversal, disconnect_notify;
	uint32_t nat_keepalive;
	uint32_t sa_seconds, sa_kilobytes, replay_window;
#define VEC(type, name) \
	struct type *name; \
	size_t n_##name
	VEC(ike_policy, policies);
	VEC(transform_set, transform_sets);
	VEC(map_entry, dynamic_maps);
	VEC(map_entry, crypto_maps);
	VEC(map_binding, map_bindings);
	VEC(pool, pools);
	VEC(policy, group_policies);
	VEC(policy, users);
	VEC(tunnel_group, tunnel_groups);
	VEC(interface, interfaces);
	VEC(link, links);
	VEC(access_entry, access_entries);
#undef VEC
	char **ike_interfaces; /* nameifs with crypto ikev1 enable */
	size_t n_ike_interfaces;
	struct config *staging; /* a snapshot that is arriving; takes over at its CFG_END */
};

struct ipc_msg;

/* The defaults of an empty configuration (DefaultRAGroup, DfltGrpPolicy, 28800 s ...). */
void config_init(struct config *);
void config_fini(struct config *);
/* Applies one CFG_* message; false when the message is not a configuration message. A snapshot
 * (CFG_BEGIN) shows nothing of itself before its CFG_END, and then replaces everything. */
bool config_apply(struct config *, const struct ipc_msg *);

const struct transform_set *config_transform_set(const struct config *, const char *name);
const struct pool *config_pool(const struct config *, const char *name);
const struct policy *config_group_policy(const struct config *, const char *name);
const struct policy *config_user(const struct config *, const char *name);
const struct tunnel_group *config_tunnel_group(const struct config *, const char *name);
/* The interface that owns a local address (configured or live), or NULL. */
const struct interface *config_interface_by_addr(const struct config *, const struct addr *);
/* Is it an address of this machine, of an interface's configuration or of any device? */
bool config_is_own(const struct config *, const struct addr *);
/* The lowest of them that is not below `from` (host order); false when there is none. */
bool config_next_own(const struct config *, uint32_t from, uint32_t *address);
const struct interface *config_interface_by_name(const struct config *, const char *nameif);
/* True when IKEv1 is enabled on that interface's nameif. */
bool config_ike_enabled(const struct config *, const struct interface *);
/* The n-th entry (from 0, in order of the static map's sequence, then the dynamic map's) that may
 * serve clients on that interface: dynamic entries unfolded. NULL past the end. */
const struct map_entry *config_map_entry(const struct config *, const struct interface *, size_t n);

#endif
