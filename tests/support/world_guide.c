/* The configuration of the simulated world: the guide's, and changes of it. */
#include <check.h>

#include "tests/support/world_parts.h"

void world_config(struct world *w, enum msg_type type, struct ipc_msg m)
{
	m.type = type;
	m.fd = -1;
	ck_assert(config_apply(&w->config, &m));
}

static struct addr a(const char *text)
{
	struct addr x;

	ck_assert(addr_parse(text, &x));
	return x;
}

struct ipc_msg world_tunnel_group(void)
{
	return (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
				    .name = "DefaultRAGroup",
				    .type = "remote-access",
				    .pools = {1, {"Address-pool"}},
				    .group_policy = "L2TP-VPN",
				    .auth_group = "LOCAL",
				    .psk = "C!sc0@123",
				    .threshold = 300,
				    .retry = 2,
				    .mschapv1 = 1,
				    .mschapv2 = 1}};
}

struct ipc_msg world_group_policy(void)
{
	return (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				    .name = "L2TP-VPN",
				    .protocols = PROTO_L2TP_IPSEC,
				    .dns = {2, {"8.8.8.8", "4.4.4.2"}},
				    .dns_state = STATE_VALUE,
				    .domain = "cisco.com",
				    .domain_state = STATE_VALUE,
				    .split_policy = "",
				    .split_list = "",
				    .group_lock = "",
				    .intercept = ATTR_UNSET,
				    .idle_timeout = ATTR_UNSET,
				    .session_timeout = ATTR_UNSET,
				    .sleep_timeout = ATTR_UNSET,
				    .logins = ATTR_UNSET}};
}

void world_without_pool(struct world *w)
{
	world_config(w, MSG_CFG_POOL,
	    (struct ipc_msg){.cfg_pool = {CFG_DELETE, "Address-pool", {0, 0}, addr_v4(0)}});
}

void world_without_tunnel_group(struct world *w)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.op = CFG_DELETE;
	world_config(w, MSG_CFG_TUNNEL_GROUP, m);
}

void world_guide(struct world *w)
{
	world_config(w, MSG_CFG_INTERFACE,
	    (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
				 .hardware = "outside",
				 .device = "outside",
				 .nameif = "outside",
				 .address = a("172.16.1.2"),
				 .mask = a("255.255.255.0")}});
	world_config(w, MSG_CFG_INTERFACE,
	    (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
				 .hardware = "inside",
				 .device = "inside",
				 .nameif = "inside",
				 .address = a("10.10.10.1"),
				 .mask = a("255.255.255.0")}});
	world_config(
	    w, MSG_CFG_IKE_ENABLE, (struct ipc_msg){.cfg_ike_enable = {CFG_SET, "outside"}});
	world_config(w, MSG_CFG_IKE_POLICY,
	    (struct ipc_msg){
		.cfg_ike_policy = {CFG_SET, 10, "pre-share", "3des", "sha", 2, 86400}});
	world_config(w, MSG_CFG_TRANSFORM_SET,
	    (struct ipc_msg){.cfg_transform_set = {CFG_SET, "TRANS-ESP-3DES-SHA", "esp-3des",
				 "esp-sha-hmac", "transport"}});
	world_config(w, MSG_CFG_DYNAMIC_MAP,
	    (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_SET,
				 .name = "outside_dyn_map",
				 .seq = 10,
				 .transform_sets = {1, {"TRANS-ESP-3DES-SHA"}},
				 .match_acl = "",
				 .pfs = "",
				 .kilobytes = -1}});
	world_config(w, MSG_CFG_CRYPTO_MAP,
	    (struct ipc_msg){.cfg_crypto_map = {.op = CFG_SET,
				 .name = "outside_map",
				 .seq = 65535,
				 .dynamic = "outside_dyn_map",
				 .match_acl = "",
				 .pfs = "",
				 .kilobytes = -1}});
	world_config(w, MSG_CFG_CRYPTO_MAP_INTERFACE,
	    (struct ipc_msg){.cfg_crypto_map_interface = {CFG_SET, "outside", "outside_map"}});
	world_config(w, MSG_CFG_POOL,
	    (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool", {0xc0a80101, 0xc0a801fe},
				 a("255.255.255.0")}}); /* 192.168.1.1-192.168.1.254 */
	world_config(w, MSG_CFG_GROUP_POLICY, world_group_policy());
	world_config(w, MSG_CFG_TUNNEL_GROUP, world_tunnel_group());
}

void world_aes(struct world *w)
{
	world_config(w, MSG_CFG_IKE_POLICY,
	    (struct ipc_msg){
		.cfg_ike_policy = {CFG_SET, 20, "pre-share", "aes-256", "sha", 14, 86400}});
	world_config(w, MSG_CFG_TRANSFORM_SET,
	    (struct ipc_msg){
		.cfg_transform_set = {CFG_SET, "AES", "esp-aes-256", "esp-sha-hmac", "transport"}});
	world_config(w, MSG_CFG_DYNAMIC_MAP,
	    (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_SET,
				 .name = "outside_dyn_map",
				 .seq = 10,
				 .transform_sets = {2, {"TRANS-ESP-3DES-SHA", "AES"}},
				 .match_acl = "",
				 .pfs = "",
				 .kilobytes = -1}});
}

void world_user(struct world *w, const char *name)
{
	struct ipc_msg user = {.type = MSG_CFG_USER,
	    .fd = -1,
	    .cfg_user = {CFG_SET, name, "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw==", 2, ""}};

	aaa_message(w->aaa, ROLE_MANAGER, &user);
}
