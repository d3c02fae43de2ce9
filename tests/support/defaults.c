#include "tests/support/defaults.h"

static void set(struct config *c, enum msg_type type, struct ipc_msg m)
{
	m.type = type;
	m.fd = -1;
	config_apply(c, &m);
}

/* clang-format off */
void config_defaults(struct config *c)
{
	set(c, MSG_CFG_SYSTEM, (struct ipc_msg){.cfg_system = {.hostname = "ciscoasa", .hello = 60,
	    .tcpmss = 1380}});
	set(c, MSG_CFG_ISAKMP, (struct ipc_msg){.cfg_isakmp = {.identity = "auto",
	    .nat_traversal = 1, .nat_keepalive = 20, .nat_masquerade = 1,
	    .am_disable = 1}});
	set(c, MSG_CFG_IPSEC, (struct ipc_msg){.cfg_ipsec = {.seconds = 28800,
	    .kilobytes = 4608000, .window = 64}});
	set(c, MSG_CFG_ADDR_ASSIGN,
	    (struct ipc_msg){.cfg_addr_assign = {.aaa = 1, .dhcp = 1, .local = 1}});
	set(c, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "DfltGrpPolicy", .idle_timeout = 30, .session_timeout = ATTR_NONE,
	    .sleep_timeout = ATTR_UNSET, .logins = 3,
	    .protocols = PROTO_IKEV1 | PROTO_IKEV2 | PROTO_L2TP_IPSEC | PROTO_SSL_CLIENTLESS}});
	set(c, MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
	    .name = "DefaultRAGroup", .type = "remote-access", .threshold = 300, .retry = 2,
	    .chap = 1, .mschapv1 = 1}});
}
/* clang-format on */
