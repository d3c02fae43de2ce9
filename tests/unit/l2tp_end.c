/*
 * The end of a tunnel: StopCCN, also late and to tunnel 0, silence, and what nobody goes on with
 * (RFC 2661 4.4.3, 6.5).
 */
#include <check.h>
#include <stdlib.h>

#include "engine/l2tp/channel.h"
#include "tests/support/l2tp_client.h"

static struct l2tp_client c;

static void setup(void)
{
	l2tp_client_setup(&c);
}

static void teardown(void)
{
	l2tp_client_teardown(&c);
}

/* From a client that has not heard our id: its own tells the tunnel (RFC 2661 4.4.3). */
START_TEST(stopccn_to_tunnel_0)
{
	struct wr w;

	ck_assert_uint_ne(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	w = l2tp_client_begin(&c, 0, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
	l2tp_put_result(&w, STOP_CLEAR, 0, "");
	l2tp_client_send_from(&c, 1, &w, 1); /* somebody else's says nothing about it */
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
	l2tp_client_send_from(&c, 0, &w, _i ? 0 : 1);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 0);
	ck_assert_uint_eq(c.seen[c.n_seen - 1].type, L2TP_ZLB);
	ck_assert_uint_eq(c.seen[c.n_seen - 1].header.tunnel, CLIENT_TUNNEL);
	sim_run(&c.sim, 60 * SEC);
	l2tp_client_send_from(
	    &c, 0, &w, 1); /* and once more, long after: acknowledged, or it comes for ever */
	ck_assert_uint_eq(c.n_seen, 1);
	ck_assert_uint_eq(c.seen[0].type, L2TP_ZLB);
	ck_assert_uint_eq(c.seen[0].header.tunnel, CLIENT_TUNNEL);
	ck_assert_uint_eq(c.seen[0].header.nr, 2);
}
END_TEST

START_TEST(late_stopccn_is_acknowledged)
{
	uint16_t tunnel = l2tp_client_connected(&c);
	struct wr w = l2tp_client_begin(&c, tunnel, 0, L2TP_STOPCCN);

	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
	l2tp_put_result(&w, STOP_SHUTDOWN, 0, "");
	l2tp_client_send_from(
	    &c, 1, &w, c.ns); /* a foreign tunnel is not even confirmed to exist */
	ck_assert_uint_eq(c.n_seen, 0);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 0);
	sim_run(&c.sim, 60 * SEC);
	l2tp_client_send_from(&c, 0, &w, (uint16_t)(c.ns - 1));
	ck_assert_uint_eq(c.n_seen, 1);
	ck_assert_uint_eq(c.seen[0].type, L2TP_ZLB);
}
END_TEST

/* Neither is one of an established tunnel that does not know the id it was given. */
START_TEST(stopccn_of_the_past)
{
	struct wr w;

	l2tp_client_connected(&c);
	w = l2tp_client_begin(&c, 0, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
	l2tp_put_result(&w, STOP_CLEAR, 0, "");
	l2tp_client_send_from(&c, 0, &w, 0);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
}
END_TEST

/* A request that is out of order makes no tunnel that stays. */
START_TEST(unbegun_tunnels_go)
{
	for (uint16_t id = 100; id < 108; id++) {
		struct wr w = l2tp_client_sccrq(&c, id);

		l2tp_client_send_from(&c, 0, &w, 3);
	}
	ck_assert_uint_eq(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	sim_run(&c.sim, 70 * SEC);
	ck_assert_uint_ne(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
}
END_TEST

/* Once a call was ended by us there is time for another one, but not without end. */
START_TEST(tunnels_without_a_call_go)
{
	uint16_t tunnel = l2tp_client_connected(&c), session;
	struct wr w;

	c.refuse_calls = _i == 1;
	session = l2tp_client_call(&c, tunnel);
	if (_i == 0) {
		w = l2tp_client_begin(&c, tunnel, session, L2TP_WEN);
		l2tp_client_put_unknown(&w, true, 0, false);
		l2tp_client_say(&c, &w);
	}
	ck_assert_uint_ge(c.n_seen, 1);
	ck_assert_uint_eq(c.seen[0].type, L2TP_CDN);
	c.nr++;
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_ZLB);
	l2tp_client_send_from(&c, 0, &w, c.ns);
	sim_run(&c.sim, 50 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
	sim_run(&c.sim, 11 * SEC);
	l2tp_client_stopped(&c, STOP_CLEAR, ERROR_NONE);
}
END_TEST

/* Hello when the owner asks for it, and not beside another message that is unacknowledged; which
 * is said again instead, once it is no longer repeated. */
START_TEST(hello)
{
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	struct wr w;

	c.n_seen = 0;
	ck_assert(!l2tp_hello(c.l, (uint16_t)(session + 1)));
	ck_assert(l2tp_hello(c.l, session));
	ck_assert_uint_eq(c.n_seen, 1);
	ck_assert_uint_eq(c.seen[0].type, L2TP_HELLO);
	ck_assert(l2tp_hello(c.l, session));
	ck_assert_uint_eq(c.n_seen, 1);
	c.keeps = true;
	for (unsigned round = 1; round < 4; round++) {
		sim_run(&c.sim, 100 * SEC);
		ck_assert_uint_eq(c.n_seen, round * (1 + CHANNEL_TRIES));
		ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
		ck_assert(l2tp_hello(c.l, session));
		ck_assert_uint_eq(c.n_seen, round * (1 + CHANNEL_TRIES) + 1);
	}
	c.nr++;
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_ZLB);
	l2tp_client_send_from(&c, 0, &w, c.ns);
	ck_assert(l2tp_hello(c.l, session));
	c.keeps = false;
	sim_run(&c.sim, 100 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 0);
	ck_assert_int_eq(c.why, REASON_L2TP_TIMEOUT);
}
END_TEST

/* Nobody acknowledges: the tunnel is over and its call with it. */
START_TEST(never_acknowledged)
{
	uint16_t tunnel = l2tp_client_connected(&c);

	l2tp_client_call(&c, tunnel);
	l2tp_session_close(c.l, 0, REASON_IDLE_TIMEOUT); /* nobody's */
	ck_assert_uint_eq(c.downs, 0);
	c.config.system.hello = 60;
	l2tp_session_close(c.l, c.seen[0].session_id, REASON_IDLE_TIMEOUT);
	sim_run(&c.sim, 100 * SEC);
	ck_assert_uint_eq(l2tp_client_ask(&c, CLIENT_TUNNEL + 1) != 0, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_end");
	TCase *tc = tcase_create("l2tp_end");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, stopccn_to_tunnel_0, 0, 2);
	tcase_add_test(tc, late_stopccn_is_acknowledged);
	tcase_add_test(tc, stopccn_of_the_past);
	tcase_add_test(tc, unbegun_tunnels_go);
	tcase_add_loop_test(tc, tunnels_without_a_call_go, 0, 2);
	tcase_add_test(tc, hello);
	tcase_add_test(tc, never_acknowledged);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
