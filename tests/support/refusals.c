/*
 * Everything for which an attempt to connect is refused; see refusals.h. What is wrong is a
 * function of the row: it changes the configuration or the client before he dials; some dial in a
 * way of their own (refusals_dial.h).
 */
#include "tests/support/refusals.h"

#include <check.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/refusals_dial.h"

static struct world *w;
static struct world_client *c;

/* ---- what is wrong -------------------------------------------------------------------- */

static void set(enum msg_type type, struct ipc_msg m)
{
	world_config(w, type, m);
}

static void not_enabled(void)
{
	set(MSG_CFG_IKE_ENABLE, (struct ipc_msg){.cfg_ike_enable = {CFG_DELETE, "outside"}});
}

static void map_unbound(void)
{
	set(MSG_CFG_CRYPTO_MAP_INTERFACE,
	    (struct ipc_msg){.cfg_crypto_map_interface = {CFG_DELETE, "outside", ""}});
}

static void map_empty(void)
{
	set(MSG_CFG_DYNAMIC_MAP,
	    (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_DELETE, .name = "outside_dyn_map",
		.seq = 10}});
}

static void policy_of(const char *encryption, uint16_t group)
{
	set(MSG_CFG_IKE_POLICY, (struct ipc_msg){.cfg_ike_policy = {CFG_SET, 10, "pre-share",
	    encryption, "sha", group, 86400}});
}

static void other_policy(void)
{
	policy_of("aes-192", 16);
}

/* Nothing else; another policy still takes no part in that. */
static void weak_offer(void)
{
	c->ike.p1[0] = (struct initiator_offer){
	    .cipher = CIPHER_DES, .hash = HASH_SHA1, .group = 2};
	c->ike.n_p1 = 1;
}

static void wrong_key(void)
{
	c->ike.psk = "another";
}

static void no_key(void)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.psk = "";
	set(MSG_CFG_TUNNEL_GROUP, m);
}

static void transform_set(const char *encryption, const char *mode)
{
	set(MSG_CFG_TRANSFORM_SET, (struct ipc_msg){.cfg_transform_set = {CFG_SET,
	    "TRANS-ESP-3DES-SHA", encryption, "esp-sha-hmac", mode}});
}

static void tunnel_mode(void)
{
	transform_set("esp-3des", "tunnel");
}

static void other_set(void)
{
	transform_set("esp-aes-256", "transport");
}

static void no_entry_fits(void)
{
	set(MSG_CFG_DYNAMIC_MAP, (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_SET,
	    .name = "outside_dyn_map", .seq = 10, .peers = {1, {"192.0.2.1"}},
	    .transform_sets = {1, {"TRANS-ESP-3DES-SHA"}}, .kilobytes = -1}});
}

static void protocol_off(void)
{
	set(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "L2TP-VPN", .protocols = PROTO_IKEV2, .idle_timeout = ATTR_UNSET,
	    .session_timeout = ATTR_UNSET, .logins = ATTR_UNSET, .intercept = ATTR_UNSET}});
}

static void policy_with(int64_t logins, const char *hours, const char *filter)
{
	set(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "L2TP-VPN", .protocols = PROTO_L2TP_IPSEC, .idle_timeout = ATTR_UNSET,
	    .session_timeout = ATTR_UNSET, .logins = logins, .intercept = ATTR_UNSET,
	    .access_hours = hours, .access_hours_state = *hours ? STATE_VALUE : STATE_INHERIT,
	    .filter = filter, .filter_state = *filter ? STATE_VALUE : STATE_INHERIT}});
}

static void no_logins(void)
{
	policy_with(0, "", "");
}

static void no_time(void)
{
	policy_with(ATTR_UNSET, "NEVER", "");
}

static void no_list(void)
{
	policy_with(ATTR_UNSET, "", "MISSING");
}

static void methods(bool pap, bool chap, bool v2)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.pap = pap;
	m.cfg_tunnel_group.chap = chap;
	m.cfg_tunnel_group.mschapv1 = false;
	m.cfg_tunnel_group.mschapv2 = v2;
	set(MSG_CFG_TUNNEL_GROUP, m);
}

static void chap_with_local(void)
{
	methods(false, true, false);
}

static void pap_only(void)
{
	methods(true, false, false);
	c->methods = 1u << PPP_AUTH_MSCHAPV2;
}

static const char *set_or_not(const char *value, uint8_t *state)
{
	*state = value ? STATE_VALUE : STATE_INHERIT;
	return value ? value : "";
}

/* The user's own attributes go before his policy's. */
static void user_with(int64_t logins, struct cfg_user_policy u)
{
	u.op = CFG_SET;
	u.name = "test";
	u.group_policy = "";
	u.idle_timeout = u.session_timeout = u.idle_alert = u.session_alert = ATTR_UNSET;
	u.sleep_timeout = ATTR_UNSET;
	u.logins = logins;
	u.group_lock = set_or_not(u.group_lock, &u.group_lock_state);
	u.access_hours = set_or_not(u.access_hours, &u.access_hours_state);
	u.filter = set_or_not(u.filter, &u.filter_state);
	set(MSG_CFG_USER_POLICY, (struct ipc_msg){.cfg_user_policy = u});
}

static void users_logins(void)
{
	user_with(0, (struct cfg_user_policy){0});
}

static void users_lock(void)
{
	user_with(ATTR_UNSET, (struct cfg_user_policy){.group_lock = "OTHER"});
}

static void users_hours(void)
{
	user_with(ATTR_UNSET, (struct cfg_user_policy){.access_hours = "NEVER"});
}

static void users_list(void)
{
	user_with(ATTR_UNSET, (struct cfg_user_policy){.filter = "GONE"});
}

static void users_protocols(void)
{
	user_with(ATTR_UNSET, (struct cfg_user_policy){.protocols = PROTO_IKEV1});
}

static void users_address(void)
{
	user_with(ATTR_UNSET, (struct cfg_user_policy){.framed_ip = addr_v4(0x0a4d0005)});
}

static void no_assignment(void)
{
	set(MSG_CFG_ADDR_ASSIGN, (struct ipc_msg){.cfg_addr_assign = {.aaa = 1, .dhcp = 1}});
}

/* DHCP alone, and nobody answers. */
static void no_dhcp_server(void)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.pools.n = 0;
	m.cfg_tunnel_group.dhcp = (struct strlist){1, {"10.10.10.5"}};
	set(MSG_CFG_TUNNEL_GROUP, m);
}

static void no_such_pool(void)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.pools.v[0] = "MISSING";
	set(MSG_CFG_TUNNEL_GROUP, m);
}

static void wrong_password(void)
{
	c->password = "wrong";
}

static void unknown_user(void)
{
	c->user = "nobody";
}

static void no_pool(void)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.pools.n = 0;
	set(MSG_CFG_TUNNEL_GROUP, m);
}

static void empty_pool(void)
{
	set(MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool",
	    {0xc0a80101, 0xc0a80101}, addr_v4(0xffffff00)}});
}

static void no_answer(void)
{
	w->no_answers = true;
}

/* ---- what the client does ------------------------------------------------------------- */

static void aggressive(void)
{
	c->aggressive = true;
}

/* He wants the tunnel itself authenticated (RFC 2661 4.4.3), for which there is no secret. */
static void tunnel_secret(void)
{
	static struct personality p;

	p = *personality_find("windows-8");
	memcpy(p.lac.sccrq, (uint8_t[12]){2, 3, 4, 6, 7, 8, 9, 10, 11}, 12);
	client_like(c, &p);
}

static void one_session(void)
{
	set(MSG_CFG_VPN_SESSIONDB,
	    (struct ipc_msg){.cfg_vpn_sessiondb = {.max_other = 1}});
}

/* ---- the rows -------------------------------------------------------------------------- */

/* clang-format off */
static const struct refusal rows[] = {
    {.name = "not enabled", not_enabled, REASON_IKE_NOT_ENABLED, ATTEMPT_BEGUN, 809,
        "crypto ikev1 enable outside"},
    {.name = "map unbound", map_unbound, REASON_IKE_MAP_UNBOUND, ATTEMPT_BEGUN, 809,
        "crypto map outside_map interface outside"},
    {.name = "map empty", map_empty, REASON_IKE_MAP_EMPTY, ATTEMPT_BEGUN, 809,
        "crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA"},
    {.name = "no proposal", other_policy, REASON_IKE_NO_PROPOSAL, ATTEMPT_BEGUN, 788,
        "crypto ikev1 policy 20\n authentication pre-share\n encryption "},
    {.name = "a weak proposal", weak_offer, REASON_IKE_NO_PROPOSAL, ATTEMPT_BEGUN, 788,
        "! crypto ikev1 policy 20\n!  authentication pre-share\n!  encryption des"},
    {.name = "wrong key", wrong_key, REASON_IKE_WRONG_PSK, ATTEMPT_NEGOTIATED, 789,
        "tunnel-group DefaultRAGroup ipsec-attributes\n!  ikev1 pre-shared-key KEY"},
    {.name = "no key", no_key, REASON_IKE_NO_PSK, ATTEMPT_NEGOTIATED, 809,
        "tunnel-group DefaultRAGroup ipsec-attributes\n!  ikev1 pre-shared-key KEY"},
    {.name = "tunnel mode", tunnel_mode, REASON_IPSEC_TUNNEL_MODE, ATTEMPT_AUTHENTICATED, 788,
        "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode transport"},
    {.name = "no phase 2 proposal", other_set, REASON_IPSEC_NO_PROPOSAL, ATTEMPT_AUTHENTICATED, 788,
        "outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA L2TP-SET"},
    {.name = "no entry fits", no_entry_fits, REASON_IKE_NO_MAP, ATTEMPT_AUTHENTICATED, 788,
        "crypto dynamic-map outside_dyn_map 65535 set ikev1 transform-set TRANS-ESP-3DES-SHA"},
    {.name = "protocol off", protocol_off, REASON_IPSEC_PROTOCOL_OFF, ATTEMPT_AUTHENTICATED, 788,
        "group-policy L2TP-VPN attributes\n vpn-tunnel-protocol ikev2 l2tp-ipsec"},
    {.name = "no logins", no_logins, REASON_TOO_MANY_LOGINS, ATTEMPT_LOGIN, 691,
        "group-policy L2TP-VPN attributes\n vpn-simultaneous-logins 3"},
    {.name = "no time", no_time, REASON_ACCESS_HOURS, ATTEMPT_LOGIN, 646, "time-range NEVER"},
    {.name = "no list", no_list, REASON_AUTH_NO_ACCESS_LIST, ATTEMPT_LOGIN, 691,
        "access-list MISSING extended"},
    {.name = "no logins of the user", users_logins, REASON_TOO_MANY_LOGINS, ATTEMPT_LOGIN, 691,
        "username test attributes\n vpn-simultaneous-logins 3"},
    {.name = "another group", users_lock, REASON_GROUP_LOCK, ATTEMPT_LOGIN, 691,
        "username test attributes\n!  group-lock none\n"
        "! or let the user come by tunnel group OTHER"},
    {.name = "no time of the user", users_hours, REASON_ACCESS_HOURS, ATTEMPT_LOGIN, 646,
        "username test attributes\n!  vpn-access-hours none\n! or let time-range NEVER"},
    {.name = "no list of the user", users_list, REASON_AUTH_NO_ACCESS_LIST, ATTEMPT_LOGIN, 691,
        "! access-list GONE extended"},
    {.name = "no assignment", no_assignment, REASON_ADDRESS_ASSIGN_OFF, ATTEMPT_ACCEPTED, 720,
        "vpn-addr-assign local"},
    {.name = "no such pool", no_such_pool, REASON_NO_POOL, ATTEMPT_ACCEPTED, 720,
        "ip local pool MISSING 192.168.2.1-192.168.2.254 mask"},
    {.name = "chap with LOCAL", chap_with_local, REASON_PPP_NO_AUTH_PROTOCOL, ATTEMPT_L2TP, 734,
        "tunnel-group DefaultRAGroup ppp-attributes\n authentication ms-chap-v2"},
    {.name = "pap only", pap_only, REASON_PPP_NO_AUTH_PROTOCOL, ATTEMPT_L2TP, 734,
        "tunnel-group DefaultRAGroup ppp-attributes\n authentication ms-chap-v2"},
    {.name = "wrong password", wrong_password, REASON_AUTH_REJECTED, ATTEMPT_LOGIN, 691,
        "\n! username test password PASSWORD mschap"},
    {.name = "unknown user", unknown_user, REASON_AUTH_UNKNOWN_USER, ATTEMPT_LOGIN, 691,
        "! username nobody password PASSWORD mschap"},
    {.name = "no pool", no_pool, REASON_NO_POOL, ATTEMPT_ACCEPTED, 720,
        "tunnel-group DefaultRAGroup general-attributes\n address-pool Address-pool"},
    {.name = "empty pool", empty_pool, REASON_NO_ADDRESS, ATTEMPT_ACCEPTED, 720,
        "ip local pool Address-pool-2 192.168.2.1-", .dial = dials_second},
    {.name = "one session", one_session, REASON_SESSION_LIMIT, ATTEMPT_LOGIN, 691,
        "no vpn-sessiondb max-other-vpn-limit", .dial = dials_second},
    {.name = "no protocol of the user", users_protocols, REASON_IPSEC_PROTOCOL_OFF, ATTEMPT_LOGIN,
        691, "username test attributes"},
    {.name = "his address is taken", users_address, REASON_ADDRESS_TAKEN, ATTEMPT_ACCEPTED, 720,
        "show vpn-sessiondb says who has it", .dial = dials_second},
    {.name = "no DHCP server", no_dhcp_server, REASON_NO_LEASE, ATTEMPT_ACCEPTED, 720,
        "dhcp-server of tunnel-group DefaultRAGroup"},
    {.name = "aggressive mode", aggressive, REASON_IKE_AGGRESSIVE, ATTEMPT_BEGUN, 809,
        "! no crypto ikev1 am-disable"},
    {.name = "IKEv2", NULL, REASON_IKE_VERSION_2, ATTEMPT_BEGUN, 809,
        "L2TP/IPsec with a pre-shared key", .dial = dials_with_version_2},
    {.name = "certificates", NULL, REASON_IKE_CERTIFICATES, ATTEMPT_BEGUN, 788,
        "certificates are not served", .dial = dials_with_certificates},
    {.name = "malformed message 1", NULL, REASON_IKE_MALFORMED, ATTEMPT_BEGUN, 809,
        "debug crypto ikev1 127", .dial = dials_malformed},
    {.name = "malformed message 5", NULL, REASON_IKE_MALFORMED, ATTEMPT_NEGOTIATED, 789,
        "debug crypto ikev1 127", .dial = dials_malformed_message_5},
    {.name = "malformed quick mode", NULL, REASON_IKE_MALFORMED, ATTEMPT_AUTHENTICATED, 788,
        "debug crypto ikev1 127", .dial = dials_malformed_quick_mode},
    {.name = "a secret of the tunnel", tunnel_secret, REASON_L2TP_PROTOCOL, ATTEMPT_IPSEC, 809,
        "debug l2tp packet"},
    {.name = "no login server answers", no_answer, REASON_CLIENT_GAVE_UP, ATTEMPT_LOGIN, 718,
        "furthest stage"},
    {.name = "silent after message 1", NULL, REASON_IKE_TIMEOUT, ATTEMPT_NEGOTIATED, 809,
        "UDP 500 and 4500", 1},
    {.name = "silent after message 5", NULL, REASON_CLIENT_GAVE_UP, ATTEMPT_AUTHENTICATED, 789,
        "furthest stage", 3},
    {.name = "silent in quick mode", NULL, REASON_QM_TIMEOUT, ATTEMPT_AUTHENTICATED, 789,
        "UDP 500 and 4500", 4},
    {.name = "silent after quick mode", NULL, REASON_NO_L2TP, ATTEMPT_IPSEC, 809,
        "ESP and UDP 4500", 5},
    {.name = "silent after SCCRQ", NULL, REASON_L2TP_TIMEOUT, ATTEMPT_IPSEC, 809,
        "ESP and UDP 4500", 6},
    {.name = "silent in LCP", NULL, REASON_PPP_TIMEOUT, ATTEMPT_L2TP, 718,
        "debug ppp negotiation", 12},
    {.name = "silent in IPCP", NULL, REASON_PPP_TIMEOUT, ATTEMPT_ACCEPTED, 720,
        "debug ppp negotiation",
        18},
    {.name = "closes the tunnel", NULL, REASON_CLIENT_GAVE_UP, ATTEMPT_IPSEC, 809, "furthest stage",
        .dial = dials_and_closes},
    {.name = "leaves once accepted", NULL, REASON_CLIENT_GAVE_UP, ATTEMPT_ACCEPTED, 720,
        "furthest stage",
        .dial = dials_and_leaves},
    {.name = "no IPCP", NULL, REASON_PPP_NO_IPCP, ATTEMPT_ACCEPTED, 720, "IPv4 has to be on",
        .dial = dials_without_ip},
};
/* clang-format on */

const struct refusal *refusal_at(size_t n)
{
	return n < sizeof rows / sizeof *rows ? &rows[n] : NULL;
}

struct world_client *refusal_provoke(const struct refusal *r, struct world *world)
{
	w = world;
	c = world_client(w, false);
	if (r->wrong)
		r->wrong();
	c->mute_after = r->silent_after;
	if (r->dial)
		r->dial(c);
	else
		client_connect(c);
	sim_run(&w->sim, 4000 * SEC);
	return c;
}

bool refusal_told(const struct gateway *gw, enum reason why, int code)
{
	const struct failure *f = failures_before(&gw->failed, UINT32_MAX);

	while (f && (f->reason != why || f->code != code))
		f = failures_before(&gw->failed, f->stamp);
	return f && *f->cure;
}
