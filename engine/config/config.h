/*
 * The engine's copy of the running-config: what CFG_* messages said, in the
 * shape the protocols ask for. It owns all its texts. Objects are replaced
 * whole; sessions that are up keep what they copied at their birth.
 */
#ifndef GATEHOUSE_CONFIG_H
#define GATEHOUSE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/addr.h"
#include "engine/crypto/algorithm.h"
#include "engine/ipc/message.h"
#include "engine/net/acl_list.h"

/*
 * Most objects are kept as the messages said them (struct cfg_pool ...: messages.def), with texts
 * of their own, NULL where the message had "". Some have behind that what was worked out of it.
 */

struct ike_policy {
	struct cfg_ike_policy set;
	bool preshared; /* the only method that phase 1 serves today */
	enum cipher cipher;
	enum hash hash;
};

struct transform_set {
	struct cfg_transform_set set;
	enum cipher cipher;
	enum hash auth; /* HASH_NONE for esp-none */
	bool transport;
};

struct map_entry { /* of a dynamic map, or a static crypto map's own */
	struct cfg_crypto_map set;
	uint16_t pfs_group; /* 0 = no PFS */
};

struct interface {
	struct cfg_interface set; /* the address as configured, may be unset */
	/* live, from the link of that device */
	uint32_t ifindex, mtu;
	bool up;
	struct addr live_address;
};

#define LINK_OWN_MAX 16

/* What the kernel says of a network device (LINK_STATE); outlives every configuration. */
struct link {
	char *device;
	uint32_t ifindex, mtu;
	bool up;
	struct addr address, mask;     /* the first */
	struct addr own[LINK_OWN_MAX]; /* all of them */
	unsigned n_own;
};

/* An access list; all its elements may be inactive: then it permits nothing. */
struct config_list {
	char *name;
	bool standard; /* its networks are the destinations of its rules */
	struct acl_list rules;
};

/* Vectors are kept sorted by key: policies by priority, map entries by name and seq. */
struct config {
	struct cfg_system system;
	struct cfg_isakmp isakmp;
	struct cfg_crypto_engine crypto_engine;
	struct cfg_vpn_sessiondb vpn_sessiondb;
	struct cfg_ipsec ipsec;
	struct cfg_addr_assign addr_assign;
	struct cfg_access_log access_log;
#define VEC(type, name)                                                                            \
	struct type *name;                                                                         \
	size_t n_##name
	VEC(ike_policy, policies);
	VEC(cfg_ike_enable, ike_interfaces);
	VEC(transform_set, transform_sets);
	VEC(map_entry, dynamic_maps);
	VEC(map_entry, crypto_maps);
	VEC(cfg_crypto_map_interface, map_bindings);
	VEC(cfg_pool, pools);
	VEC(cfg_group_policy, group_policies);
	VEC(cfg_user_policy, users);
	VEC(cfg_tunnel_group, tunnel_groups);
	VEC(interface, interfaces);
	VEC(link, links);
	VEC(config_list, access_lists);
	VEC(cfg_account_group, account_groups);
	VEC(cfg_time_range, time_ranges);
	VEC(cfg_ipsec_df, df_policies);
	VEC(cfg_ipsec_fragmentation, fragmentations);
#undef VEC
	struct config *staging; /* a snapshot that is arriving; takes over at its CFG_END */
};

/* Empty: defaults are the grammar's, and come with the first snapshot. */
void config_init(struct config *);
void config_fini(struct config *);
/* Applies one CFG_* message; false when the message is not a configuration message. A snapshot
 * (CFG_BEGIN) shows nothing of itself before its CFG_END, and then replaces everything. */
bool config_apply(struct config *, const struct ipc_msg *);

const struct transform_set *config_transform_set(const struct config *, const char *name);
const struct cfg_pool *config_pool(const struct config *, const char *name);
const struct cfg_group_policy *config_group_policy(const struct config *, const char *name);
const struct cfg_user_policy *config_user(const struct config *, const char *name);
const struct cfg_tunnel_group *config_tunnel_group(const struct config *, const char *name);
const struct cfg_account_group *config_account_group(const struct config *, const char *name);
/* Is it a time of that time range? Never of one that is not there. */
bool config_is_time(const struct config *, const char *name);
const struct config_list *config_access_list(const struct config *, const char *name);
/* The interface that owns a local address (configured or live), or NULL. */
const struct interface *config_interface_by_addr(const struct config *, const struct addr *);
/* Is it an address of this machine, of an interface's configuration or of any device? */
bool config_is_own(const struct config *, const struct addr *);
/* The lowest of them that is not below `from` (host order); false when there is none. */
bool config_next_own(const struct config *, uint32_t from, uint32_t *address);
const struct interface *config_interface_by_name(const struct config *, const char *nameif);
/* How packets of clients of that interface are cut, and their DF; NULL: as by default. */
const struct cfg_ipsec_df *config_df(const struct config *, const struct interface *);
const struct cfg_ipsec_fragmentation *config_fragmentation(
    const struct config *, const struct interface *);
/* True when IKEv1 is enabled on that interface's nameif. */
bool config_ike_enabled(const struct config *, const struct interface *);
/* Is a crypto map bound to it, with entries or without? */
bool config_map_bound(const struct config *, const struct interface *);
/* The n-th entry (from 0, in order of the static map's sequence, then the dynamic map's) that may
 * serve clients on that interface: dynamic entries unfolded. NULL past the end. */
const struct map_entry *config_map_entry(const struct config *, const struct interface *, size_t n);

#endif
