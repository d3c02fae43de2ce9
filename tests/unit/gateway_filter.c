/*
 * What a login server says of a user's packets is held to on the packet path, both ways, or he does
 * not come in.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"
#include "tests/support/lists.h"

#define SERVER 0x0a0a0a0au /* whom world_inside_send() sends for */
#define OTHER 0x0a0a0a0bu

static struct world *w;
static struct world_client *c;

static void setup(void)
{
	w = world_create(1);
	c = world_client(w, false);
	c->methods = 1u << PPP_AUTH_MSCHAPV1;
}

static void teardown(void)
{
	world_destroy(w);
}

/* List F has the `n` rules that permit these and no more. */
static void list(size_t n, const uint32_t *dest)
{
	struct acl_rule r[2] = {{0}};

	for (size_t i = 0; i < n; i++)
		r[i] = list_rule(true, 0, dest[i], dest[i]);
	list_is(&w->config, "F", false, r, n);
}

/* The client connects and is accepted with what `l` says of him. */
static void accepted(const struct aaa_attributes *l)
{
	struct msg_auth_reply r = {.result = AUTH_ACCEPT, .message = "", .user = "",
	    .by = "10.1.1.21", .group = "RAD"};

	w->hold_auth = true;
	client_connect(c);
	sim_run(&w->sim, SEC);
	r.id = w->held.id;
	r.attributes = (struct bytes){(uint16_t)l->len, l->bytes};
	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, SEC);
}

static void text(struct aaa_attributes *l, enum aaa_attribute which, const char *value)
{
	ck_assert(aaa_attribute_add(l, &(struct aaa_value){.which = which, .text = value}));
}

static struct msg_rec_session shown(void)
{
	struct ipc_msg m = {0};

	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	return m.rec_session;
}

static uint64_t denied(void)
{
	struct dp_stats s;

	dp_get_stats(w->dp, &s);
	return s.filtered;
}

/* Does a packet to `to` get inside? */
static bool gets_in(uint32_t to)
{
	uint64_t before = w->to_tun;

	ck_assert(client_send(c, to));
	sim_run(&w->sim, SEC);
	return w->to_tun > before;
}

/* Does one of SERVER get to the client? */
static bool gets_out(void)
{
	uint64_t before = c->received;

	world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, SEC);
	return c->received > before;
}

static struct msg_rec_client_filter verdict;
static unsigned verdicts;

static void on_verdict(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type != MSG_REC_CLIENT_FILTER)
		return;
	verdict = m->rec_client_filter;
	verdicts++;
}

/* What his filter would say of a TCP packet between him and that address. */
static bool would_pass(bool inward, uint32_t other)
{
	const uint32_t me = addr_to_v4(&c->ip.client);
	char packet[100], client[ADDR_TEXT_MAX];
	struct msg_query q = {
	    .id = 1, .what = "client-filter", .filter = client, .value = packet};

	addr_text(&c->ip.client, client);
	snprintf(
	    packet, sizeof packet, "6 %u 1025 %u 80 0", inward ? me : other, inward ? other : me);
	verdicts = 0;
	gateway_query(w->gw, &q, on_verdict, NULL);
	ck_assert_uint_eq(verdicts, 1);
	return verdict.permit;
}

START_TEST(a_list_by_its_name)
{
	struct aaa_attributes l = {.len = 0};

	list(1, (const uint32_t[]){OTHER}); /* another element is inactive */
	text(&l, AAA_FILTER, "F");
	accepted(&l);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_str_eq(shown().filter_name, "F");
	ck_assert(would_pass(true, OTHER));
	ck_assert(would_pass(false, OTHER));
	ck_assert_uint_eq(verdict.rule, 0);
	ck_assert(verdict.filtered && !verdict.sent);
	ck_assert_str_eq(verdict.filter_name, "F");
	ck_assert(!would_pass(true, SERVER));
	ck_assert(!would_pass(false, SERVER));
	ck_assert_uint_eq(verdict.rule, UINT32_MAX);
	ck_assert(gets_in(OTHER));
	ck_assert_uint_eq(denied(), 0);
	ck_assert(!gets_in(SERVER));
	ck_assert(!gets_out());
	ck_assert_uint_eq(denied(), 2);
	ck_assert_ptr_nonnull(strstr(w->log, "%ASA-4-106103: access-list F denied 253 for user "
					     "test 192.168.1.1(0) -> 10.10.10.10(0)\n"));
	ck_assert_uint_eq(shown().drop_in, 1);
	ck_assert_uint_eq(shown().drop_out, 1);
	ck_assert_uint_eq(shown().ppp_pkts_in, 1);
	ck_assert_uint_eq(shown().ppp_pkts_out, 0);
	/* He proves himself again: the same list. */
	w->hold_auth = false;
	lac_renegotiate(c->lac);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_ptr_nonnull(strstr(w->log, "10.10.10.10(0) -> 192.168.1.1(0)\n"));
	ck_assert(gets_in(SERVER)); /* LOCAL has accepted him this time, and says nothing */
}
END_TEST

START_TEST(lines)
{
	static const char *const row[] = {"permit ip any host 10.10.10.11", "remark what",
	    "access-list x extended permit ip any host 10.10.10.12"};
	struct aaa_attributes l = {.len = 0};

	text(&l, AAA_FILTER, "NOWHERE"); /* the rules go before a name */
	for (size_t i = 0; i < 3; i++)
		text(&l, AAA_FILTER_LINE, row[i]);
	accepted(&l);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_str_eq(shown().filter_name, "AAA-user-test");
	ck_assert(would_pass(true, OTHER + 1));
	ck_assert(verdict.sent);
	ck_assert_uint_eq(verdict.rule, 1);
	ck_assert(gets_in(OTHER));
	ck_assert(gets_in(OTHER + 1));
	ck_assert(!gets_in(SERVER));
	ck_assert(!gets_out());
}
END_TEST

static const struct {
	enum aaa_attribute which;
	const char *value;
	enum reason why;
} refused[] = {
    {AAA_FILTER, "NOWHERE", REASON_AUTH_NO_ACCESS_LIST},
    {AAA_FILTER, "f", REASON_AUTH_NO_ACCESS_LIST},
    {AAA_FILTER_LINE, "permit everything", REASON_AUTH_NO_ACCESS_LIST},
    {AAA_FILTER_LINE, "", REASON_AUTH_NO_ACCESS_LIST},
    {AAA_POOL, "a name of a pool that is longer than the name of any pool of ours can ever be", 
        REASON_AUTH_SERVER_ERROR},
};

/* What cannot be held to lets nobody in. */
START_TEST(nobody_comes_in)
{
	struct aaa_attributes l = {.len = 0};

	list(1, (const uint32_t[]){OTHER});
	text(&l, refused[_i].which, refused[_i].value);
	accepted(&l);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(w->gw->failures[refused[_i].why], 1);
}
END_TEST

/* Rules without one that permits: he is in, and nothing of him passes. */
START_TEST(only_inactive_rules)
{
	struct aaa_attributes l = {.len = 0};

	list(0, NULL); /* none of its elements is active */
	text(&l, AAA_FILTER, "F");
	accepted(&l);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(!gets_in(OTHER));
	ck_assert(!gets_out());
}
END_TEST

/* vpn-filter of the group policy, without a word of a server. */
START_TEST(of_the_group_policy)
{
	struct aaa_attributes l = {.len = 0};

	list(1, (const uint32_t[]){OTHER});
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "L2TP-VPN", .protocols = PROTO_L2TP_IPSEC, .domain = "", .split_policy = "",
	    .split_list = "", .group_lock = "", .filter = "F", .filter_state = STATE_VALUE,
	    .intercept = ATTR_UNSET, .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
	    .logins = ATTR_UNSET}});
	if (_i)
		text(&l, AAA_FILTER_LINE, "permit ip any any"); /* the server's goes over it */
	accepted(&l);
	ck_assert(gets_in(OTHER));
	ck_assert_int_eq(gets_in(SERVER), _i);
}
END_TEST

static void time_range(uint8_t active)
{
	world_config(w, MSG_CFG_TIME_RANGE,
	    (struct ipc_msg){.cfg_time_range = {.op = CFG_SET, .name = "R", .active = active}});
}

/* vpn-access-hours: outside of the time range nobody comes in, and at its end who is in has to go.
 */
START_TEST(hours_of_access)
{
	struct aaa_attributes l = {.len = 0};

	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "L2TP-VPN", .protocols = PROTO_L2TP_IPSEC, .domain = "", .split_policy = "",
	    .split_list = "", .group_lock = "", .access_hours = "R",
	    .access_hours_state = STATE_VALUE, .intercept = ATTR_UNSET,
	    .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET, .logins = ATTR_UNSET}});
	if (_i) /* else there is no such range, or it is another time */
		time_range(_i == 2);
	accepted(&l);
	ck_assert_int_eq(c->stage == CLIENT_UP, _i == 2);
	ck_assert_uint_eq(w->gw->failures[REASON_ACCESS_HOURS], _i != 2);
	if (_i != 2)
		return;
	gateway_hours_changed(w->gw);
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	time_range(0);
	gateway_hours_changed(w->gw);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Max time exceeded"));
}
END_TEST

/* The login server may name the hours. */
START_TEST(hours_by_the_server)
{
	struct aaa_attributes l = {.len = 0};

	if (_i)
		time_range(_i == 2);
	text(&l, AAA_ACCESS_HOURS, "R");
	accepted(&l);
	ck_assert_int_eq(c->stage == CLIENT_UP, _i == 2);
	ck_assert_uint_eq(w->gw->failures[REASON_ACCESS_HOURS], _i != 2);
}
END_TEST

/* How often that message was said. */
static unsigned logged(const char *number)
{
	unsigned n = 0;

	for (const char *s = w->log; (s = strstr(s, number)); s++)
		n++;
	return n;
}

/* Elements with `log` are told of the first packet of a flow, whatever they say; others of each
 * that they refuse, unless they say that nothing is. */
START_TEST(told_by_rules)
{
	struct aaa_attributes l = {.len = 0};
	struct acl_rule r[] = {list_rule(true, 0, OTHER, OTHER),
	    list_rule(false, 0, SERVER, SERVER), list_rule(false, 0, 0x0a010163, 0x0a010163)};

	world_config(w, MSG_CFG_ACCESS_LOG,
	    (struct ipc_msg){.cfg_access_log = {.deny_flow_max = 9, .alert_interval = 1}});
	r[0].log = ACL_LOG_LEVEL + 6;
	r[1].log = ACL_LOG_LEVEL + 3;
	r[0].interval = r[1].interval = 100;
	r[0].hash = 0xabc;
	r[2].log = ACL_LOG_NONE;
	list_is(&w->config, "F", false, r, 3);
	text(&l, AAA_FILTER, "F");
	accepted(&l);
	ck_assert(gets_in(OTHER));
	ck_assert(gets_in(OTHER));
	ck_assert(!gets_in(SERVER));
	ck_assert(!gets_in(SERVER));
	ck_assert(!gets_in(0x0a010163));
	ck_assert_uint_eq(logged("106102"), 2);
	ck_assert_uint_eq(logged("106103"), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "%ASA-6-106102: access-list F permitted"));
	ck_assert_ptr_nonnull(strstr(w->log, "%ASA-3-106102: access-list F denied"));
	ck_assert_ptr_nonnull(strstr(w->log, "first hit [0x00000abc, 0x00000000]"));
	ck_assert_uint_eq(world_query(w, "access-flows", NULL), 1);
	ck_assert_uint_eq(w->gw->flows.total, 2);
	ck_assert_uint_eq(w->gw->flows.denied, 1);
	sim_run(&w->sim, 102 * SEC); /* each packet that is refused counts, else each flow */
	ck_assert_uint_eq(logged("106102"), 3);
	ck_assert_ptr_nonnull(strstr(w->log, "hit-cnt 2 100-second interval"));
	ck_assert_uint_eq(world_query(w, "access-hits", NULL), 3);
	ck_assert_uint_eq(gateway_clear_list(w->gw, "F"), 3);
	ck_assert_uint_eq(world_query(w, "access-hits", NULL), 0);
	ck_assert(!gets_in(0x0a010164)); /* no element fits */
	ck_assert_uint_eq(logged("106103"), 1);
}
END_TEST

/* The packet path's clock is ahead of that of who asks: that was now, and not ages ago. */
START_TEST(hit_in_this_moment)
{
	const uint32_t there = OTHER;
	struct aaa_attributes l = {.len = 0};
	struct ipc_msg m;

	list(1, &there);
	text(&l, AAA_FILTER, "F");
	accepted(&l);
	ck_assert(gets_in(OTHER));
	w->sim.now -= SEC;
	ck_assert_uint_eq(world_query(w, "access-hits", &m), 1);
	ck_assert_uint_eq(m.rec_access_hits.last, (uint64_t)w->sim.env.wall(&w->sim.env));
	w->sim.now += SEC;
}
END_TEST

/* A flow that is refused again and again leaves others room to be told. */
START_TEST(one_flow_is_not_all)
{
	struct aaa_attributes l = {.len = 0};
	struct acl_rule r[] = {list_rule(false, 0, SERVER, SERVER)};

	world_config(w, MSG_CFG_ACCESS_LOG,
	    (struct ipc_msg){.cfg_access_log = {.deny_flow_max = 9, .alert_interval = 1}});
	r[0].log = ACL_LOG_LEVEL + 6;
	r[0].interval = 10;
	list_is(&w->config, "F", false, r, 1);
	text(&l, AAA_FILTER, "F");
	accepted(&l);
	sim_run(&w->sim, SEC);
	for (int n = 0; n < 20; n++)
		ck_assert(client_send(c, SERVER));
	for (uint32_t n = 0; n < 9; n++)
		ck_assert(client_send(c, 0x0a010164 + n));
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(logged("106102"), 1);
	ck_assert_uint_eq(logged("106103"), 4);
	sim_run(&w->sim, 11 * SEC);
	ck_assert_ptr_nonnull(strstr(w->log, "hit-cnt 6 10-second interval"));
	for (uint32_t n = 0; n < 11; n++) /* what differs is another */
		ck_assert(client_send(c, 0x0a010164 + n));
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(logged("106103"), 4 + 10);
}
END_TEST

/* What a client sends as another is dropped and told, filter or not, and not without end. */
START_TEST(sources_of_others)
{
	struct aaa_attributes l = {.len = 0};
	struct addr mine;

	accepted(&l);
	mine = c->ip.client;
	c->ip.client = addr_v4(SERVER);
	ck_assert(!gets_in(OTHER));
	ck_assert_ptr_nonnull(strstr(w->log, "106021: Deny 253 reverse path check from 10.10.10.10 "
					     "to 10.10.10.11 on interface outside, user = test"));
	c->ip.client = mine;
	ck_assert(gets_in(OTHER));
	ck_assert_uint_eq(logged("106021"), 1);
}
END_TEST

static void echo_sent(uint32_t to)
{
	uint8_t ip[28];
	struct wr p = wr_init(ip, sizeof ip);

	ipv4_header(&p, IPPROTO_ICMP, addr_to_v4(&c->ip.client), to, 0, 0, 8);
	wr_u8(&p, 8);
	wr_u8(&p, 5);
	wr_u16(&p, 0);
	wr_u32(&p, 0);
	ck_assert(lac_send_ip(c->lac, ip, sizeof ip));
	sim_run(&w->sim, SEC);
}

/* The client-filter record of a packet; false: there is none. */
static bool asked_about(const char *client, const char *packet)
{
	struct msg_query q = {
	    .id = 1, .what = "client-filter", .filter = client, .value = packet};

	verdicts = 0;
	gateway_query(w->gw, &q, on_verdict, NULL);
	return verdicts == 1;
}

/* Of ICMP it is type and code that stand in the place of ports. */
START_TEST(types_of_icmp)
{
	struct aaa_attributes l = {.len = 0};
	struct acl_rule r[] = {list_rule(true, IPPROTO_ICMP, OTHER, OTHER)};
	uint64_t before = w->to_tun;
	char client[ADDR_TEXT_MAX];

	r[0].dest_low = 0x0800;
	r[0].dest_high = 0x08ff;
	list_is(&w->config, "F", false, r, 1);
	text(&l, AAA_FILTER, "F");
	accepted(&l);
	addr_text(&c->ip.client, client);
	echo_sent(OTHER);
	ck_assert_uint_eq(w->to_tun, before + 1);
	echo_sent(SERVER);
	ck_assert_uint_eq(w->to_tun, before + 1);
	ck_assert_ptr_nonnull(strstr(w->log, "106103: access-list F denied icmp for user test "));
	ck_assert_ptr_nonnull(strstr(w->log, "(8) -> 10.10.10.10(5)"));
	ck_assert(asked_about(client, "1 3232235777 0 168430091 0 2053"));
	ck_assert(verdict.permit && verdict.filtered && verdict.rule == 0);
	ck_assert(asked_about(client, "1 3232235777 0 168430091 0 0")); /* its answer */
	ck_assert(verdict.permit && verdict.rule == 0);
	ck_assert(asked_about(client, "1 3232235777 0 168430091 0 3328"));
	ck_assert(!verdict.permit && verdict.filtered && verdict.rule == UINT32_MAX);
	ck_assert(!asked_about("10.1.2.3", "1 3232235777 0 168430091 0 2053"));
	ck_assert(!asked_about(client, "1 3232235777 0 168430091 0"));
	ck_assert(!asked_about(client, ""));
}
END_TEST

START_TEST(no_filter)
{
	struct aaa_attributes l = {.len = 0};

	accepted(&l);
	ck_assert_str_eq(shown().filter_name, "");
	ck_assert(gets_in(OTHER));
	ck_assert(gets_out());
	ck_assert_uint_eq(denied(), 0);
	ck_assert(would_pass(true, OTHER));
	ck_assert(!verdict.filtered && !verdict.sent && verdict.rule == UINT32_MAX);
}
END_TEST

/* A list that the authorization servers name goes over the rules of those who proved him. */
START_TEST(the_last_word)
{
	struct aaa_attributes rules = {.len = 0}, name = {.len = 0};
	struct msg_auth_reply r = {.result = AUTH_ACCEPT, .message = "", .user = "",
	    .by = "10.1.1.22", .group = "LDAP"};

	world_config(w, MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
	    .name = "DefaultRAGroup", .type = "remote-access", .pools = {1, {"Address-pool"}},
	    .group_policy = "L2TP-VPN", .auth_group = "RAD", .authorization_group = "LDAP",
	    .psk = "C!sc0@123", .threshold = 300, .retry = 2, .pap = 1, .mschapv1 = 1}});
	list(1, (const uint32_t[]){OTHER});
	text(&rules, AAA_FILTER_LINE, "permit ip any any");
	accepted(&rules);
	ck_assert_int_ne(c->stage, CLIENT_UP); /* the second question is open */
	text(&name, AAA_FILTER, "F");
	r.id = w->held.id;
	r.attributes = (struct bytes){(uint16_t)name.len, name.bytes};
	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_str_eq(shown().filter_name, "F");
	ck_assert(gets_in(OTHER));
	ck_assert(!gets_in(SERVER));
}
END_TEST

/* The session is told to be filtered, and its filter is not there: nothing passes. */
START_TEST(without_its_filter)
{
	struct aaa_attributes l = {.len = 0};
	struct session *s;

	accepted(&l);
	s = LIST_FIRST(&w->gw->sessions);
	ck_assert(gets_out());
	ck_assert(dp_session_change(w->dp, &(struct dp_session){.peer = s->peer->id,
	    .tunnel = s->tunnel, .session = s->id, .remote_tunnel = s->remote_tunnel,
	    .remote_session = s->remote_id, .local_port = 1701, .remote_port = 1701, .open = true,
	    .client = addr_v4(s->address), .mtu = 1400, .filtered = true}));
	ck_assert(!gets_out());
	ck_assert(!gets_in(OTHER));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_filter");
	TCase *tc = tcase_create("filter");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_list_by_its_name);
	tcase_add_test(tc, lines);
	tcase_add_loop_test(tc, nobody_comes_in, 0, sizeof refused / sizeof *refused);
	tcase_add_test(tc, only_inactive_rules);
	tcase_add_loop_test(tc, of_the_group_policy, 0, 2);
	tcase_add_loop_test(tc, hours_of_access, 0, 3);
	tcase_add_loop_test(tc, hours_by_the_server, 0, 3);
	tcase_add_test(tc, sources_of_others);
	tcase_add_test(tc, types_of_icmp);
	tcase_add_test(tc, no_filter);
	tcase_add_test(tc, told_by_rules);
	tcase_add_test(tc, hit_in_this_moment);
	tcase_add_test(tc, one_flow_is_not_all);
	tcase_add_test(tc, the_last_word);
	tcase_add_test(tc, without_its_filter);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
