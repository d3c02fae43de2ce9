/*
 * Each refusal of a table is provoked by one client in the simulated world, and is then exactly one
 * entry of `show vpn failures`, with reason, stage, the number that Windows shows and a cure, and
 * exactly one count.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/client_code.h"
#include "engine/session/objects.h"
#include "engine/session/report.h"
#include "tests/support/world.h"

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

/* The user's own attributes go before his policy's. */
static void user_with(int64_t logins, const char *lock, const char *hours, const char *filter)
{
	set(MSG_CFG_USER_POLICY, (struct ipc_msg){.cfg_user_policy = {.op = CFG_SET, .name = "test",
	    .group_policy = "", .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
	    .idle_alert = ATTR_UNSET, .session_alert = ATTR_UNSET, .sleep_timeout = ATTR_UNSET,
	    .logins = logins, .group_lock = lock, .access_hours = hours, .filter = filter,
	    .group_lock_state = *lock ? STATE_VALUE : STATE_INHERIT,
	    .access_hours_state = *hours ? STATE_VALUE : STATE_INHERIT,
	    .filter_state = *filter ? STATE_VALUE : STATE_INHERIT}});
}

static void users_logins(void)
{
	user_with(0, "", "", "");
}

static void users_lock(void)
{
	user_with(ATTR_UNSET, "OTHER", "", "");
}

static void users_hours(void)
{
	user_with(ATTR_UNSET, "", "NEVER", "");
}

static void users_list(void)
{
	user_with(ATTR_UNSET, "", "", "GONE");
}

static void no_assignment(void)
{
	set(MSG_CFG_ADDR_ASSIGN, (struct ipc_msg){.cfg_addr_assign = {.aaa = 1, .dhcp = 1}});
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

static void silent_after(unsigned said)
{
	c->mute_after = said;
}

static void silent_after_1(void)
{
	silent_after(1);
}

static void silent_after_3(void)
{
	silent_after(3);
}

static void silent_after_ipsec(void)
{
	silent_after(5);
}

static const struct row {
	const char *name;
	void (*wrong)(void);
	enum reason why;
	enum attempt_stage stage;
	int code;
	const char *cure; /* a part of it */
} rows[] = {
    {"not enabled", not_enabled, REASON_IKE_NOT_ENABLED, ATTEMPT_BEGUN, 809,
        "crypto ikev1 enable outside"},
    {"map unbound", map_unbound, REASON_IKE_MAP_UNBOUND, ATTEMPT_BEGUN, 809,
        "crypto map outside_map interface outside"},
    {"map empty", map_empty, REASON_IKE_MAP_EMPTY, ATTEMPT_BEGUN, 809,
        "crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA"},
    {"no proposal", other_policy, REASON_IKE_NO_PROPOSAL, ATTEMPT_BEGUN, 788,
        "crypto ikev1 policy 20\n authentication pre-share\n encryption "},
    {"wrong key", wrong_key, REASON_IKE_WRONG_PSK, ATTEMPT_NEGOTIATED, 789,
        "tunnel-group DefaultRAGroup ipsec-attributes\n!  ikev1 pre-shared-key KEY"},
    {"no key", no_key, REASON_IKE_NO_PSK, ATTEMPT_NEGOTIATED, 809,
        "tunnel-group DefaultRAGroup ipsec-attributes\n!  ikev1 pre-shared-key KEY"},
    {"tunnel mode", tunnel_mode, REASON_IPSEC_TUNNEL_MODE, ATTEMPT_AUTHENTICATED, 788,
        "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode transport"},
    {"no phase 2 proposal", other_set, REASON_IPSEC_NO_PROPOSAL, ATTEMPT_AUTHENTICATED, 788,
        "outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA L2TP-SET"},
    {"no entry fits", no_entry_fits, REASON_IKE_NO_MAP, ATTEMPT_AUTHENTICATED, 788,
        "crypto dynamic-map outside_dyn_map 65535 set ikev1 transform-set TRANS-ESP-3DES-SHA"},
    {"protocol off", protocol_off, REASON_IPSEC_PROTOCOL_OFF, ATTEMPT_AUTHENTICATED, 788,
        "group-policy L2TP-VPN attributes\n vpn-tunnel-protocol ikev2 l2tp-ipsec"},
    {"no logins", no_logins, REASON_TOO_MANY_LOGINS, ATTEMPT_LOGIN, 691,
        "group-policy L2TP-VPN attributes\n vpn-simultaneous-logins 3"},
    {"no time", no_time, REASON_ACCESS_HOURS, ATTEMPT_LOGIN, 646, "time-range NEVER"},
    {"no list", no_list, REASON_AUTH_NO_ACCESS_LIST, ATTEMPT_LOGIN, 691,
        "access-list MISSING extended"},
    {"no logins of the user", users_logins, REASON_TOO_MANY_LOGINS, ATTEMPT_LOGIN, 691,
        "username test attributes\n vpn-simultaneous-logins 3"},
    {"another group", users_lock, REASON_GROUP_LOCK, ATTEMPT_LOGIN, 691,
        "username test attributes\n group-lock none\n! or let the user come by tunnel group OTHER"},
    {"no time of the user", users_hours, REASON_ACCESS_HOURS, ATTEMPT_LOGIN, 646,
        "username test attributes\n vpn-access-hours none\n! or let time-range NEVER"},
    {"no list of the user", users_list, REASON_AUTH_NO_ACCESS_LIST, ATTEMPT_LOGIN, 691,
        "access-list GONE extended"},
    {"no assignment", no_assignment, REASON_ADDRESS_ASSIGN_OFF, ATTEMPT_ACCEPTED, 720,
        "vpn-addr-assign local"},
    {"no such pool", no_such_pool, REASON_NO_POOL, ATTEMPT_ACCEPTED, 720,
        "ip local pool MISSING 192.168.2.1-192.168.2.254 mask"},
    {"chap with LOCAL", chap_with_local, REASON_PPP_NO_AUTH_PROTOCOL, ATTEMPT_L2TP, 734,
        "tunnel-group DefaultRAGroup ppp-attributes\n authentication ms-chap-v2"},
    {"pap only", pap_only, REASON_PPP_NO_AUTH_PROTOCOL, ATTEMPT_L2TP, 734,
        "tunnel-group DefaultRAGroup ppp-attributes\n authentication ms-chap-v2"},
    {"wrong password", wrong_password, REASON_AUTH_REJECTED, ATTEMPT_LOGIN, 691,
        "\n! username test password PASSWORD mschap"},
    {"unknown user", unknown_user, REASON_AUTH_UNKNOWN_USER, ATTEMPT_LOGIN, 691,
        "! username nobody password PASSWORD mschap"},
    {"no pool", no_pool, REASON_NO_POOL, ATTEMPT_ACCEPTED, 720,
        "tunnel-group DefaultRAGroup general-attributes\n address-pool Address-pool"},
    {"empty pool", empty_pool, REASON_NO_ADDRESS, ATTEMPT_ACCEPTED, 720,
        "ip local pool Address-pool-2 192.168.2.1-"},
    {"no answer", no_answer, REASON_CLIENT_GAVE_UP, ATTEMPT_LOGIN, 718, "furthest stage"},
    {"silent after message 1", silent_after_1, REASON_IKE_TIMEOUT, ATTEMPT_NEGOTIATED, 809,
        "UDP 500 and 4500"},
    {"silent after message 5", silent_after_3, REASON_CLIENT_GAVE_UP, ATTEMPT_AUTHENTICATED, 789,
        "furthest stage"},
    {"silent after quick mode", silent_after_ipsec, REASON_NO_L2TP, ATTEMPT_IPSEC, 809,
        "ESP and UDP 4500"},
};

/* As the guide has it: all goes well, and nothing is listed. */
START_TEST(success)
{
	w = world_create(1);
	c = world_client(w, _i);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	client_leave(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_ptr_null(failures_before(&w->gw->failed, UINT32_MAX));
	world_destroy(w);
}
END_TEST

static uint64_t counts(void)
{
	uint64_t n = 0;

	for (int i = 1; i < REASON_COUNT; i++)
		n += w->gw->failures[i];
	return n;
}

/* A phase 1 that a connected client renews, and hangs up before it has used it: nothing failed. */
START_TEST(hung_up_behind_a_renewal)
{
	w = world_create(1);
	c = world_client(w, _i);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	c->mute_after = c->said + 3; /* messages 1, 3 and 5, and no quick mode */
	client_renew(c);
	sim_run(&w->sim, 5 * SEC);
	c->mute_after = 0;
	c->silent = false;
	ck_assert_uint_ge(w->gw->tally[TALLY_IKE].cumulative, 2);
	client_leave(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_ptr_null(failures_before(&w->gw->failed, UINT32_MAX));
	ck_assert_uint_eq(counts(), 0);
	world_destroy(w);
}
END_TEST

START_TEST(refusals)
{
	const struct row *r = &rows[_i];
	const struct failure *f;

	w = world_create((uint64_t)_i + 2);
	c = world_client(w, false);
	r->wrong();
	if (r->wrong == empty_pool) {
		client_connect(world_client(w, true));
		sim_run(&w->sim, 10 * SEC);
	}
	client_connect(c);
	sim_run(&w->sim, 4000 * SEC);
	ck_assert_msg(c->stage != CLIENT_UP, "%s: came up", r->name);
	f = failures_before(&w->gw->failed, UINT32_MAX);
	ck_assert_msg(f != NULL, "%s: nothing is listed", r->name);
	ck_assert_msg(f->reason == r->why, "%s: %s, not %s", r->name,
	    reason_text(f->reason)->plain, reason_text(r->why)->plain);
	ck_assert_msg(f->stage == r->stage, "%s: %s", r->name, attempt_stage_text(f->stage));
	ck_assert_msg(f->code == r->code, "%s: Windows error %d", r->name, f->code);
	ck_assert_msg(strstr(f->cure, r->cure) != NULL, "%s: %s", r->name, f->cure);
	ck_assert_msg(!failures_before(&w->gw->failed, f->stamp), "%s: two are listed", r->name);
	ck_assert_msg(w->gw->failures[r->why] == f->count && counts() == f->count,
	    "%s: %u times, counted %u", r->name, f->count, (unsigned)counts());
	ck_assert_msg(f->count == 1, "%s: %u times", r->name, f->count);
	ck_assert_msg(w->log_len > 0 && strstr(w->log, "Connection failed"), "%s: no line",
	    r->name);
	world_destroy(w);
}
END_TEST

/* What can be typed at once: not so are lines with what only a person knows, and advice. */
static bool is_typed(const char *cure, const char *word)
{
	for (const char *at = cure; (at = strstr(at, word)); at++) {
		const char *line = at;

		while (line > cure && line[-1] != '\n')
			line--;
		if (*line != '!')
			return true;
	}
	return false;
}

/* Pasted unread, a cure sets no key and no password, lets nobody see a hash of the key, and leaves
 * the policies and the sets alone that others use. */
START_TEST(harmless)
{
	static const char *const never[] = {"KEY", "PASSWORD", "crypto ikev1 am-disable",
	    "authentication pap", "no authentication", "encryption", "esp-3des"};
	const struct reason_text *t = reason_text((enum reason)_i);

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		ck_assert_msg(!is_typed(t->cure, never[i]), "%s: %s", t->plain, t->cure);
}
END_TEST

/* One number of one reason: the list of reasons has it of the first message. */
START_TEST(one_number)
{
	enum reason r = (enum reason)_i;

	ck_assert_int_eq(client_code(r, ATTEMPT_BEGUN), reason_text(r)->windows);
}
END_TEST

/* Each number that a reason has, and each of those that are not ours, is a row of the README's. */
START_TEST(rows_of_the_readme)
{
	static const int others[] = {738, 742, 766, 768, 781, 784, 786, 787, 791, 792, 800, 835,
	    868, 919};
	const size_t n = sizeof others / sizeof *others;
	size_t i = (size_t)_i;
	int code = i < n ? others[i] : reason_text((enum reason)(i - n))->windows;
	FILE *f = fopen("README.md", "r");
	bool found = code == 0;
	char line[2048], *end;

	ck_assert_ptr_nonnull(f);
	while (!found && fgets(line, sizeof line, f)) {
		const char *at = line;

		do {
			found |= strtol(at + 1, &end, 10) == code && (*line == '|');
			at = end;
		} while (*at == ',' && !found);
	}
	fclose(f);
	ck_assert_msg(found, "README.md has no row of %d", code);
}
END_TEST

/* A password typed into the field of the name: no line bears it, unless the log shows it. */
START_TEST(names_of_unknown_users)
{
	w = world_create(1);
	w->trace.log.hide = _i;
	c = world_client(w, false);
	c->user = "My-passw0rd";
	client_connect(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_UNKNOWN_USER], 1);
	ck_assert_str_eq(failures_before(&w->gw->failed, UINT32_MAX)->user, "My-passw0rd");
	ck_assert_int_eq(!strstr(w->log, "My-passw0rd"), _i);
	ck_assert_int_eq(strstr(w->log, "user: ***** aaa authentication started") != NULL, _i);
	ck_assert_int_eq(strstr(w->log, "user: ***** aaa authentication failed") != NULL, _i);
	ck_assert_int_eq(strstr(w->log, "Username = *****, IP = ") != NULL, _i);
	ck_assert_int_eq(strstr(w->log, "username ***** password") != NULL, _i);
	world_destroy(w);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("failures");
	Suite *s = suite_create("failures");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, names_of_unknown_users, 0, 2);
	tcase_add_loop_test(tc, hung_up_behind_a_renewal, 0, 2);
	tcase_add_loop_test(tc, harmless, 0, REASON_COUNT);
	tcase_add_loop_test(tc, one_number, 0, REASON_COUNT);
	tcase_add_loop_test(tc, rows_of_the_readme, 0, 14 + REASON_COUNT);
	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, success, 0, 2);
	tcase_add_loop_test(tc, refusals, 0, (int)(sizeof rows / sizeof *rows));
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
