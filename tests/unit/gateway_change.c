/*
 * Changes of sessions that are up: a login server ends those that it means, and no others; what it
 * lays over them acts at once, or nothing of it does; access lists follow the configuration.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"
#include "tests/support/lists.h"

#define SERVER 0x0a0a0a0au
#define OTHER 0x0a0a0a0bu

static struct world *w;
static struct world_client *a, *b; /* users `test` and `other` */
static struct msg_session_change change;
static struct aaa_attributes list;

static struct world_client *connected(const char *user)
{
	struct world_client *c = world_client(w, true);

	world_user(w, user);
	c->user = user;
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

static void setup(void)
{
	w = world_create(1);
	world_config(w, MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
	    .name = "DefaultRAGroup", .type = "remote-access", .pools = {1, {"Address-pool"}},
	    .group_policy = "L2TP-VPN", .auth_group = "LOCAL", .accounting_group = "RAD",
	    .psk = "C!sc0@123", .threshold = 300, .retry = 2, .mschapv1 = 1, .mschapv2 = 1}});
	a = connected("test");
	b = connected("other");
	change = (struct msg_session_change){.id = 1, .server_group = "RAD", .key = "", .user = ""};
	list.len = 0;
}

static void teardown(void)
{
	world_destroy(w);
}

static struct session *session_of(const char *user)
{
	struct session *s;

	LIST_FOREACH(s, &w->gw->sessions, link)
		if (strcmp(s->user, user) == 0)
			return s;
	return NULL;
}

static uint32_t changed(void)
{
	uint32_t n;

	change.attributes = (struct bytes){(uint16_t)list.len, list.bytes};
	n = gateway_change(w->gw, &change);
	list.len = 0;
	sim_run(&w->sim, SEC);
	return n;
}

static void number(enum aaa_attribute which, uint32_t value)
{
	aaa_attribute_add(&list, &(struct aaa_value){.which = which, .number = value});
}

static void text(enum aaa_attribute which, const char *value)
{
	aaa_attribute_add(&list, &(struct aaa_value){.which = which, .text = value});
}

/* List F permits these and nothing else. */
static void permitted(size_t n, uint32_t first, uint32_t second)
{
	struct acl_rule r[] = {
	    list_rule(true, 0, first, first), list_rule(true, 0, second, second)};

	list_is(&w->config, "F", false, r, n);
}

static bool gets_in(struct world_client *c, uint32_t to)
{
	uint64_t before = w->to_tun;

	ck_assert(client_send(c, to));
	sim_run(&w->sim, SEC);
	return w->to_tun > before;
}

static void by_key(void)
{
	change.key = session_of("other")->account.key;
}

static void by_index(void)
{
	change.session = session_of("other")->peer->index;
}

static void by_user(void)
{
	change.user = "other";
}

static void by_address(void)
{
	change.assigned = b->ip.client;
}

static void by_place(void)
{
	change.client = b->outer500.addr; /* both are behind one NAT */
	change.user = "other";
}

static void (*const ways[])(void) = {by_key, by_index, by_user, by_address, by_place};

/* A server of a group that has nothing to do with them ends none and loosens none. */
START_TEST(of_another_group)
{
	change.server_group = "PARTNER";
	change.user = "test";
	number(AAA_SESSION_TIMEOUT, 900);
	ck_assert_uint_eq(changed(), 0);
	change.end = true;
	ck_assert_uint_eq(changed(), 0);
	ck_assert_ptr_nonnull(session_of("test"));
	change.server_group = "RAD"; /* it hears of their accounting */
	ck_assert_uint_eq(changed(), 1);
}
END_TEST

START_TEST(ended)
{
	char key[32];

	ways[_i]();
	change.end = true;
	snprintf(key, sizeof key, "%s", session_of("other")->account.key);
	ck_assert_uint_eq(changed(), 1);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(b->stage, CLIENT_GONE);
	ck_assert_int_eq(a->stage, CLIENT_UP);
	ck_assert_uint_eq(w->n_told, 3);
	ck_assert_str_eq(w->told[2].account.key, key);
	ck_assert_uint_eq(w->told[2].account.cause, CAUSE_ADMIN_RESET);
	ck_assert_ptr_nonnull(strstr(w->log, "Username = other, IP = 172.16.1.1, Session disco"));
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Administrator Reset"));
}
END_TEST

/* Nobody, everybody, one of whom not all is true. */
START_TEST(nobody_is_meant)
{
	change.end = true;
	if (_i == 1)
		change.key = "0123";
	if (_i == 2)
		change.user = "Other";
	if (_i == 3)
		change.assigned = addr_v4(0xc0a801fe);
	if (_i == 4) {
		by_index();
		change.user = "test";
	}
	ck_assert_uint_eq(changed(), 0);
	ck_assert_int_eq(a->stage, CLIENT_UP);
	ck_assert_int_eq(b->stage, CLIENT_UP);
}
END_TEST

START_TEST(all_at_a_place)
{
	change.client = a->outer500.addr;
	change.end = true;
	ck_assert_uint_eq(changed(), 2);
	ck_assert_uint_eq(changed(), 0);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
}
END_TEST

START_TEST(limits_of_time)
{
	by_user();
	sim_run(&w->sim, 100 * SEC);
	number(AAA_SESSION_TIMEOUT, 60);
	aaa_attribute_add(&list,
	    &(struct aaa_value){.which = AAA_FRAMED_IP, .address = b->ip.client});
	number(AAA_IDLE_TIMEOUT, 5000);
	ck_assert_uint_eq(changed(), 1);
	ck_assert_uint_eq(session_of("other")->policy->idle_timeout, 5000);
	ck_assert_uint_eq(session_of("other")->framed_ip.family, 0);
	sim_run(&w->sim, 50 * SEC); /* it begins with the change */
	ck_assert_int_eq(b->stage, CLIENT_UP);
	number(AAA_IDLE_TIMEOUT, 200); /* what is granted is not granted anew */
	ck_assert_uint_eq(changed(), 1);
	sim_run(&w->sim, 15 * SEC);
	ck_assert_int_eq(b->stage, CLIENT_GONE);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Max time exceeded"));
	ck_assert_int_eq(a->stage, CLIENT_UP);
}
END_TEST

START_TEST(idle_for_too_long_already)
{
	by_user();
	sim_run(&w->sim, 100 * SEC);
	number(AAA_IDLE_TIMEOUT, 90);
	ck_assert_uint_eq(changed(), 1);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(b->stage, CLIENT_GONE);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Idle Timeout"));
}
END_TEST

START_TEST(another_pace_of_accounting)
{
	by_user();
	number(AAA_INTERIM, 120);
	ck_assert_uint_eq(changed(), 1);
	ck_assert_uint_eq(w->n_told, 2);
	sim_run(&w->sim, 121 * SEC);
	ck_assert_uint_eq(w->n_told, 3);
	ck_assert_uint_eq(w->told[2].account.what, ACCOUNT_INTERIM);
}
END_TEST

START_TEST(another_filter)
{
	permitted(1, OTHER, 0);
	by_user();
	ck_assert(gets_in(b, SERVER));
	text(AAA_FILTER, "F");
	ck_assert_uint_eq(changed(), 1);
	ck_assert(!gets_in(b, SERVER));
	ck_assert(gets_in(b, OTHER));
	ck_assert(gets_in(a, SERVER));
	text(AAA_FILTER_LINE, "permit ip any host 10.10.10.10");
	ck_assert_uint_eq(changed(), 1);
	ck_assert(gets_in(b, SERVER));
	ck_assert(!gets_in(b, OTHER));
	ck_assert_str_eq(session_of("other")->policy->filter, "AAA-user-other");
	permitted(1, SERVER, 0); /* F is nothing to it any more */
	gateway_lists_changed(w->gw);
	ck_assert(!gets_in(b, OTHER));
}
END_TEST

/* All or nothing: no list of that name, no such policy, what cannot act any more. */
START_TEST(cannot_be_done)
{
	by_user();
	number(AAA_IDLE_TIMEOUT, 77);
	if (_i == 0)
		text(AAA_FILTER, "NOWHERE");
	if (_i == 1)
		text(AAA_FILTER_LINE, "permit nonsense");
	if (_i == 2)
		text(AAA_GROUP_POLICY, "Nowhere");
	if (_i == 3)
		text(AAA_POOL, "Address-pool");
	if (_i == 4)
		list.bytes[list.len++] = 0xff;
	if (_i == 5)
		list.len = 0;
	ck_assert_uint_eq(changed(), 0);
	ck_assert_uint_eq(session_of("other")->policy->idle_timeout, 1800);
	ck_assert(gets_in(b, SERVER));
}
END_TEST

START_TEST(another_group_policy)
{
	struct ipc_msg m = {0};

	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
	    .name = "Gold", .protocols = PROTO_L2TP_IPSEC, .domain = "", .split_policy = "",
	    .split_list = "", .group_lock = "", .intercept = ATTR_UNSET, .idle_timeout = 7,
	    .session_timeout = 1, .logins = ATTR_UNSET}});
	by_user();
	text(AAA_GROUP_POLICY, "Gold");
	number(AAA_IDLE_TIMEOUT, 300); /* goes over the policy's */
	ck_assert_uint_eq(changed(), 1);
	change.end = true;
	change.user = "test";
	ck_assert_uint_eq(changed(), 1);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	ck_assert_str_eq(m.rec_session.group_policy, "Gold");
	ck_assert_uint_eq(m.rec_session.idle_timeout, 300);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_int_eq(b->stage, CLIENT_GONE);
}
END_TEST

/* A list that is configured anew holds for who is up; one that is gone lets nothing pass. */
START_TEST(lists_follow)
{
	permitted(1, OTHER, 0);
	by_user();
	text(AAA_FILTER, "F");
	ck_assert_uint_eq(changed(), 1);
	ck_assert(!gets_in(b, SERVER));
	permitted(2, OTHER, SERVER);
	gateway_lists_changed(w->gw);
	ck_assert(gets_in(b, SERVER));
	list_gone(&w->config, "F");
	gateway_lists_changed(w->gw);
	ck_assert(!gets_in(b, SERVER));
	ck_assert(!gets_in(b, OTHER));
	ck_assert(gets_in(a, OTHER));
	permitted(1, OTHER, 0);
	gateway_lists_changed(w->gw);
	ck_assert(gets_in(b, OTHER));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_change");
	TCase *tc = tcase_create("change");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, of_another_group);
	tcase_add_loop_test(tc, ended, 0, sizeof ways / sizeof *ways);
	tcase_add_loop_test(tc, nobody_is_meant, 0, 5);
	tcase_add_test(tc, all_at_a_place);
	tcase_add_test(tc, limits_of_time);
	tcase_add_test(tc, idle_for_too_long_already);
	tcase_add_test(tc, another_pace_of_accounting);
	tcase_add_test(tc, another_filter);
	tcase_add_loop_test(tc, cannot_be_done, 0, 6);
	tcase_add_test(tc, another_group_policy);
	tcase_add_test(tc, lists_follow);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
