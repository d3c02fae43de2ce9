/*
 * What login servers say of a user becomes his session: his group policy and whose word on it
 * counts, name servers, pools, logins, and what he is told.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

static struct world *w;
static struct world_client *c;
static struct aaa_attributes list;
static const char *by;
static const char *message;

static void tunnel_group(bool management, uint32_t days)
{
	world_config(w, MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
	    .name = "DefaultRAGroup", .type = "remote-access", .pools = {1, {"Address-pool"}},
	    .group_policy = "L2TP-VPN", .auth_group = "RAD", .psk = "C!sc0@123", .threshold = 300,
	    .retry = 2, .pap = 1, .mschapv1 = 1, .mschapv2 = 1, .password_management = management,
	    .expire_days = days}});
}

static void group_policy(const char *name, uint32_t protocols)
{
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = name, .protocols = protocols, .domain = "", .split_policy = "",
	    .split_list = "", .group_lock = "", .filter = "", .intercept = ATTR_UNSET,
	    .idle_timeout = 7, .session_timeout = ATTR_UNSET, .logins = ATTR_UNSET}});
}

static void setup(void)
{
	w = world_create(1);
	w->hold_auth = true;
	tunnel_group(false, 0);
	list.len = 0;
	by = "10.1.1.21";
	message = "";
	c = world_client(w, false);
	c->methods = 1u << PPP_AUTH_PAP;
}

static void teardown(void)
{
	world_destroy(w);
}

static void text(enum aaa_attribute which, const char *value)
{
	aaa_attribute_add(&list, &(struct aaa_value){.which = which, .text = value});
}

static void number(enum aaa_attribute which, uint32_t value)
{
	aaa_attribute_add(&list, &(struct aaa_value){.which = which, .number = value});
}

static void address(enum aaa_attribute which, uint32_t value)
{
	aaa_attribute_add(&list, &(struct aaa_value){.which = which, .address = addr_v4(value)});
}

static bool accepted(struct world_client *who)
{
	struct msg_auth_reply r = {.result = AUTH_ACCEPT, .message = message, .user = "", .by = by,
	    .group = *by ? "RAD" : "", .attributes = {(uint16_t)list.len, list.bytes}};

	client_connect(who);
	sim_run(&w->sim, SEC);
	r.id = w->held.id;
	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, 2 * SEC);
	return who->stage == CLIENT_UP;
}

static const struct session_policy *policy(void)
{
	return LIST_FIRST(&w->gw->sessions)->policy;
}

static bool logged(const char *line)
{
	return strstr(w->log, line) != NULL;
}

START_TEST(group_policy_of_the_server)
{
	group_policy("Gold", PROTO_L2TP_IPSEC);
	text(AAA_GROUP_POLICY, "Gold");
	ck_assert(accepted(c));
	ck_assert_str_eq(policy()->group_policy, "Gold");
	ck_assert_uint_eq(policy()->idle_timeout, 7 * 60);
	ck_assert(logged("113003: AAA group policy for user test is being set to Gold\n"));
	ck_assert(
	    logged("113011: AAA retrieved user specific group policy (Gold) for user = test\n"));
	ck_assert(
	    logged("113009: AAA retrieved default group policy (L2TP-VPN) for user = test\n"));
}
END_TEST

/* One that we do not have is none: the tunnel group's holds. */
START_TEST(no_such_group_policy)
{
	text(AAA_GROUP_POLICY, "Nowhere");
	ck_assert(accepted(c));
	ck_assert_str_eq(policy()->group_policy, "L2TP-VPN");
	ck_assert(!logged("113003"));
	ck_assert(!logged("113011"));
	ck_assert(logged("113009: AAA retrieved default group policy (L2TP-VPN)"));
}
END_TEST

START_TEST(not_by_l2tp)
{
	static const char *const cures[] = {
	    "! the login server says so: change tunneling-protocols of the user there",
	    "! the login server says so: change group-lock of the user there",
	    "group-policy Web attributes\n vpn-tunnel-protocol ssl-clientless l2tp-ipsec"};

	if (_i == 0)
		number(AAA_PROTOCOLS, PROTO_SSL_CLIENT);
	if (_i == 1)
		text(AAA_GROUP_LOCK, "Other");
	if (_i == 2) {
		group_policy("Web", PROTO_SSL_CLIENTLESS);
		text(AAA_GROUP_POLICY, "Web");
	}
	ck_assert(!accepted(c));
	ck_assert_uint_eq(w->gw->failures[REASON_IPSEC_PROTOCOL_OFF], _i != 1);
	ck_assert_uint_eq(w->gw->failures[REASON_GROUP_LOCK], _i == 1);
	ck_assert_str_eq(failures_before(&w->gw->failed, UINT32_MAX)->cure, cures[_i]);
	ck_assert_int_eq(logged("113040: Terminating the VPN connection attempt from "
				"DefaultRAGroup. Reason: This connection is group "
				"locked to Other."),
	    _i == 1);
}
END_TEST

/* A name of the local database is nobody's that another server has accepted. */
START_TEST(whose_user)
{
	struct cfg_user_policy u = {.op = CFG_SET, .name = "test", .group_policy = "",
	    .group_lock = "", .filter = "", .framed_ip = addr_v4(0xc0a80163),
	    .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET, .logins = ATTR_UNSET};

	world_config(w, MSG_CFG_USER_POLICY, (struct ipc_msg){.cfg_user_policy = u});
	if (_i)
		by = "";
	ck_assert(accepted(c));
	ck_assert_uint_eq(addr_to_v4(&c->ip.client), _i ? 0xc0a80163 : 0xc0a80101);
}
END_TEST

START_TEST(what_the_client_gets)
{
	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Other",
	    {0x0a630001, 0x0a630009}, addr_v4(0xffffff00)}});
	text(AAA_POOL, "Nowhere");
	text(AAA_POOL, "Other");
	address(AAA_DNS1, 0x0a010135);
	address(AAA_WINS2, 0x0a010136);
	address(AAA_FRAMED_IP, _i ? 0xfffffffe : 0xffffffff); /* the choice is ours */
	address(AAA_FRAMED_MASK, 0xffff0000);
	text(AAA_SPLIT_LIST, "LAN");
	number(AAA_SPLIT_POLICY, SPLIT_SPECIFIED);
	text(AAA_DEFAULT_DOMAIN, "example.com");
	ck_assert(accepted(c));
	ck_assert_uint_eq(addr_to_v4(&c->ip.client), 0x0a630001);
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[0]), 0x0a010135);
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[1]), 0x04040402); /* of the group policy */
	ck_assert_uint_eq(addr_to_v4(&c->ip.wins[1]), 0x0a010136);
	ck_assert_uint_eq(addr_to_v4(&policy()->intercept_mask), 0xffff0000);
	ck_assert_str_eq(policy()->split_list, "LAN");
	ck_assert_uint_eq(policy()->split_policy, SPLIT_SPECIFIED);
	ck_assert_str_eq(policy()->domain, "example.com");
}
END_TEST

/* The server's number of logins: one more ends the oldest; none lets nobody in. */
START_TEST(logins)
{
	struct world_client *second = world_client(w, true);

	second->methods = c->methods;
	number(AAA_LOGINS, _i ? 0 : 1);
	ck_assert_int_eq(accepted(c), !_i);
	ck_assert_int_eq(accepted(second), !_i);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage == CLIENT_UP, false);
	if (!_i)
		ck_assert(logged("Reason: Port Preempted"));
	else
		ck_assert_uint_eq(w->gw->failures[REASON_TOO_MANY_LOGINS], 2);
}
END_TEST

/* What the client is told: the server's own words, how long the password is good for, a banner. */
START_TEST(what_the_client_is_told)
{
	static const struct {
		const char *said, *banner;
		bool management;
		uint32_t days, warned;
		const char *told;
	} row[] = {
	    {"Hello", "Welcome", true, 1, 0, "Hello"},
	    {"", "Welcome", false, 0, 0, "Welcome"},
	    {"", "Welcome", true, 3, 0, "Your password expires in 3 days"},
	    {"", NULL, true, 1, 0, "Your password expires in 1 day"},
	    {"", "Welcome", true, 15, 0, "Welcome"},
	    {"", NULL, true, 15, 20, "Your password expires in 15 days"},
	    {"", "Welcome", false, 3, 0, "Welcome"},
	};

	tunnel_group(row[_i].management, row[_i].warned);
	message = row[_i].said;
	if (row[_i].banner)
		text(AAA_BANNER, row[_i].banner);
	if (row[_i].days)
		number(AAA_PASSWORD_DAYS, row[_i].days);
	ck_assert(accepted(c));
	ck_assert_str_eq(lac_answer(c->lac), row[_i].told);
}
END_TEST

/* What the group policy says when the servers say nothing; or DfltGrpPolicy. */
START_TEST(banner_of_the_policy)
{
	struct cfg_group_policy g = {.op = CFG_SET, .name = "L2TP-VPN",
	    .protocols = PROTO_L2TP_IPSEC, .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
	    .logins = ATTR_UNSET};

	g.banner = "Of DfltGrpPolicy";
	g.banner_state = STATE_VALUE;
	g.name = "DfltGrpPolicy";
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	g.banner = "Welcome";
	g.banner_state = _i == 0 ? STATE_VALUE : _i == 1 ? STATE_INHERIT : STATE_NONE;
	g.name = "L2TP-VPN";
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	ck_assert(accepted(c));
	ck_assert_int_eq(strstr(lac_answer(c->lac), "Welcome") != NULL, _i == 0);
	ck_assert_int_eq(strstr(lac_answer(c->lac), "Of DfltGrpPolicy") != NULL, _i == 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_admission");
	TCase *tc = tcase_create("admission");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, group_policy_of_the_server);
	tcase_add_test(tc, no_such_group_policy);
	tcase_add_loop_test(tc, not_by_l2tp, 0, 3);
	tcase_add_loop_test(tc, whose_user, 0, 2);
	tcase_add_loop_test(tc, what_the_client_gets, 0, 2);
	tcase_add_loop_test(tc, logins, 0, 2);
	tcase_add_loop_test(tc, what_the_client_is_told, 0, 7);
	tcase_add_loop_test(tc, banner_of_the_policy, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
