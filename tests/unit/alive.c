/*
 * One model of alive, in the whole engine: who answers nothing is lost, who answers anything is
 * not, and who sleeps is kept for as long as his family or the policy says.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/profile.h"
#include "engine/session/gateway.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

static struct world *w;
static struct world_client *c;

static void setup(void)
{
	w = world_create(11);
	memset(w->trace.level, TRACE_DEBUG, sizeof w->trace.level);
	w->trace.level[TRACE_PPP_PACKET] = w->trace.level[TRACE_L2TP_PACKET] = 0;
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static void connected(bool dpd)
{
	c = world_client(w, true);
	c->ike.dpd = dpd;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}

static size_t sessions(void)
{
	return world_query(w, "session", NULL);
}

static struct peer *peer(void)
{
	ck_assert_uint_ge(w->gw->n_peers, 1);
	return w->gw->peers[0];
}

static bool passes(void)
{
	uint64_t in = w->to_tun;

	client_send(c, 0x0a0a0a0a);
	sim_run(&w->sim, 10 * MSEC);
	return w->to_tun == in + 1;
}

/* Minutes that a policy says, for the user of the guide. */
static void policy(int64_t sleep, int64_t idle)
{
	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET, .name = "L2TP-VPN",
	    .protocols = PROTO_L2TP_IPSEC, .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = idle, .session_timeout = ATTR_UNSET,
	    .idle_alert = ATTR_UNSET, .session_alert = ATTR_UNSET,
	    .sleep_timeout = sleep, .logins = ATTR_UNSET}});
}

/* Gone for good: with DPD or without, each that he could be asked by is told. */
START_TEST(dead_for_good)
{
	connected(_i);
	c->silent = true;
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 80 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(w->gw->n_peers, 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Lost Service"));
	ck_assert_ptr_nonnull(strstr(w->text, _i ? "(keepalive type: DPD, L2TP Hello, LCP echo)" :
	                                           "(keepalive type: L2TP Hello, LCP echo)"));
}
END_TEST

/* What he is asked by counts from a slow login on, and from its configuration, at once. */
START_TEST(asked_in_time)
{
	bool changed = _i;

	w->config.system.hello = changed ? 1000 : 60;
	w->hold_auth = true;
	c = world_client(w, true);
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	w->hold_auth = false;
	world_answer(w);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	if (changed) {
		sim_run(&w->sim, 5 * SEC);
		w->config.system.hello = 60;
		gateway_alive_changed(w->gw);
	}
	c->silent = true;
	sim_run(&w->sim, 62 * SEC);
	ck_assert_uint_ne(peer()->alive.asked, 0);
	for (unsigned k = 0; k < 20; k++) { /* who is asked is not hurried by a change */
		gateway_alive_changed(w->gw);
		sim_run(&w->sim, 100 * MSEC);
	}
	ck_assert_uint_eq(sessions(), 1);
	ck_assert_int_eq(peer()->alive.now, ALIVE_HELLO);
	ck_assert_uint_eq(peer()->alive.times, 1);
	sim_run(&w->sim, 80 * SEC);
	ck_assert_uint_eq(sessions(), 0);
}
END_TEST

/* L2TP and PPP hear nothing, IKE answers: DPD proves him alive, and is asked first then. */
START_TEST(only_dpd_is_answered)
{
	connected(true);
	lac_vanish(c->lac);
	sim_run(&w->sim, 1000 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	ck_assert_uint_ge(c->notices, 10);
	ck_assert(!(peer()->alive.deaf & 1u << ALIVE_DPD));
	ck_assert(peer()->alive.deaf & 1u << ALIVE_HELLO);
	c->silent = true;
	sim_run(&w->sim, 200 * SEC);
	ck_assert_uint_eq(sessions(), 0);
}
END_TEST

/* He has said that he speaks DPD, and does not: threshold before hello, so that it comes first. */
START_TEST(only_hello_is_answered)
{
	struct ipc_msg g = world_tunnel_group();

	g.cfg_tunnel_group.threshold = 30;
	world_config(w, MSG_CFG_TUNNEL_GROUP, g);
	connected(true);
	c->ike.dpd = false;
	sim_run(&w->sim, 1000 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	ck_assert_uint_gt(c->notices, 0);
	ck_assert_uint_gt(lac_seen(c->lac)->hellos, 10);
	ck_assert(peer()->alive.deaf & 1u << ALIVE_DPD);
	ck_assert(passes());
}
END_TEST

/* He answers nothing that he is asked, but his data comes. */
START_TEST(only_data)
{
	connected(true);
	c->ike.dpd = false;
	c->deaf = true;
	for (unsigned k = 0; k < 30; k++) {
		sim_run(&w->sim, 90 * SEC); /* long enough to be asked */
		client_force(c, 0x0a0a0a0a);
	}
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 200 * SEC);
	ck_assert_uint_eq(sessions(), 0);
}
END_TEST

/* A client that is heard is asked nothing. */
START_TEST(who_talks_is_not_asked)
{
	connected(true);
	for (unsigned k = 0; k < 60; k++) {
		sim_run(&w->sim, 50 * SEC);
		ck_assert(passes());
	}
	ck_assert_uint_eq(lac_seen(c->lac)->hellos, 0);
	ck_assert_uint_eq(c->notices, 0);
}
END_TEST

/* One kind at a time, and in its own rhythm: DPD as the group says, then Hello. */
START_TEST(one_kind_at_a_time)
{
	struct ipc_msg g = world_tunnel_group();

	g.cfg_tunnel_group.threshold = 20;
	g.cfg_tunnel_group.retry = 5;
	world_config(w, MSG_CFG_TUNNEL_GROUP, g);
	connected(true);
	c->ike.dpd = false;
	c->notices = 0;
	while (!c->notices)
		sim_run(&w->sim, 10 * MSEC);
	for (unsigned k = 1; k <= 3; k++) {
		ck_assert_uint_eq(c->notices, k);
		ck_assert_uint_eq(lac_seen(c->lac)->hellos, 0);
		sim_run(&w->sim, 5 * SEC);
	}
	ck_assert_uint_eq(c->notices, 3);
	ck_assert_uint_eq(lac_seen(c->lac)->hellos, 1);
}
END_TEST

/* Ten minutes without a word, then from another port: the mapping is another one. */
static void sleeps(uint64_t time)
{
	c->silent = true;
	sim_run(&w->sim, time);
	world_inside_send(w, addr_to_v4(&c->ip.client)); /* it is sent to where he was, and lost */
	sim_run(&w->sim, SEC);
}

static void wakes(void)
{
	c->silent = false;
	c->outer500.port += 1000;
	c->outer4500.port += 1000;
	ck_assert(passes());
	ck_assert_uint_eq(peer()->path.remote.port, c->outer4500.port);
}

START_TEST(sleeping_phone)
{
	static const enum client_profile family[] = {PROFILE_IOS, PROFILE_ANDROID, PROFILE_APPLE};
	uint64_t received;
	struct addr had;

	connected(_i == 0);
	peer()->session->client = family[_i];
	had = c->ip.client;
	sleeps(600 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	ck_assert(peer()->alive.asleep);
	ck_assert_ptr_nonnull(strstr(w->text, "it is waited for"));
	wakes();
	received = c->received;
	world_inside_send(w, addr_to_v4(&had));
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->received, received + 1);
	sim_run(&w->sim, 600 * SEC); /* he answers again */
	ck_assert(!peer()->alive.asleep);
	ck_assert_uint_eq(sessions(), 1);
	ck_assert_uint_eq(l2tp_tunnels(w->gw->l2tp), 1);
}
END_TEST

/* It is vpn-idle-timeout that decides, and what others send him is no sign of him. */
START_TEST(sleeping_too_long)
{
	policy(ATTR_UNSET, 20);
	connected(true);
	peer()->session->client = PROFILE_IOS;
	c->silent = true;
	for (unsigned k = 0; k < 19; k++) {
		sim_run(&w->sim, 60 * SEC);
		world_inside_send(w, addr_to_v4(&c->ip.client));
	}
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 80 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Idle Timeout"));
}
END_TEST

/* Who only received was not idle: what was sent to him counts until he fell asleep. */
START_TEST(served_before_he_slept)
{
	policy(ATTR_UNSET, 20);
	connected(true);
	peer()->session->client = PROFILE_IOS;
	for (unsigned k = 0; k < 25; k++) {
		sim_run(&w->sim, 60 * SEC);
		world_inside_send(w, addr_to_v4(&c->ip.client));
	}
	sleeps(900 * SEC);
	ck_assert(peer()->alive.asleep);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 330 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Idle Timeout"));
}
END_TEST

/* What the operator says goes before the family, either way. */
START_TEST(operator_says)
{
	static const struct {
		enum client_profile family;
		int64_t sleep;
		unsigned least, most; /* minutes that he is kept */
	} row[] = {
	    {PROFILE_IOS, 0, 1, 3},
	    {PROFILE_WINDOWS_10, 15, 14, 16},
	    {PROFILE_WINDOWS_10, ATTR_NONE, 29, 31}, /* vpn-idle-timeout 30 */
	    {PROFILE_MACOS, ATTR_UNSET, 9, 11},
	    {PROFILE_WINDOWS_10, ATTR_UNSET, 1, 3},
	};

	policy(row[_i].sleep, 30);
	connected(false);
	peer()->session->client = row[_i].family;
	c->silent = true;
	sim_run(&w->sim, row[_i].least * 60 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, (row[_i].most - row[_i].least) * 60 * SEC);
	ck_assert_uint_eq(sessions(), 0);
}
END_TEST

/* A third of everything is lost, and there is no traffic: nobody is. */
START_TEST(loss)
{
	policy(ATTR_UNSET, ATTR_NONE);
	connected(_i);
	w->sim.loss = 300;
	for (unsigned k = 0; k < 40; k++) {
		sim_run(&w->sim, 60 * SEC);
		ck_assert_uint_eq(sessions(), 1);
	}
	w->sim.loss = 0;
	sim_run(&w->sim, 60 * SEC);
	ck_assert(passes());
}
END_TEST

/* Who can be asked nothing is not taken for dead. */
START_TEST(nothing_to_ask_by)
{
	struct ipc_msg g = world_tunnel_group();

	g.cfg_tunnel_group.threshold = 0;
	world_config(w, MSG_CFG_TUNNEL_GROUP, g);
	w->config.system.hello = 0;
	connected(true);
	c->silent = true;
	sim_run(&w->sim, 1500 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 400 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Idle Timeout"));
}
END_TEST

/* IPsec whose L2TP has gone: it answers, but serves nobody. */
START_TEST(without_a_session)
{
	connected(true);
	lac_hangup(c->lac);
	sim_run(&w->sim, 1500 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_gt(c->notices, 2);
	sim_run(&w->sim, 400 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, 0);
}
END_TEST

static unsigned said;

static void count(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path, (void)esp, (void)msg, (void)len;
	said++;
}

/* A sleeper is asked now and then, by one packet. */
START_TEST(sleepers_are_asked)
{
	policy(ATTR_NONE, 30);
	connected(_i);
	c->silent = true;
	sim_run(&w->sim, 200 * SEC);
	ck_assert(peer()->alive.asleep);
	w->spy.from_server = count;
	said = 0;
	sim_run(&w->sim, 600 * SEC);
	ck_assert_uint_ge(said, 9);
	ck_assert_uint_le(said, 11);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("alive");
	TCase *tc = tcase_create("alive");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, dead_for_good, 0, 2);
	tcase_add_loop_test(tc, asked_in_time, 0, 2);
	tcase_add_test(tc, only_dpd_is_answered);
	tcase_add_test(tc, only_hello_is_answered);
	tcase_add_test(tc, only_data);
	tcase_add_test(tc, who_talks_is_not_asked);
	tcase_add_test(tc, one_kind_at_a_time);
	tcase_add_loop_test(tc, sleeping_phone, 0, 3);
	tcase_add_test(tc, sleeping_too_long);
	tcase_add_test(tc, served_before_he_slept);
	tcase_add_loop_test(tc, operator_says, 0, 5);
	tcase_add_loop_test(tc, loss, 0, 2);
	tcase_add_test(tc, nothing_to_ask_by);
	tcase_add_test(tc, without_a_session);
	tcase_add_loop_test(tc, sleepers_are_asked, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
