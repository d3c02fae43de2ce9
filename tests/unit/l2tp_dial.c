/* Who asks for a tunnel, again and anew: what is a new dial and what was late on the way. */
#include <check.h>
#include <stdlib.h>

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

START_TEST(sccrq_on_a_newer_sa_is_a_new_dial)
{
	uint16_t first = l2tp_client_connected(&c), again;

	ck_assert_uint_eq(
	    l2tp_client_ask(&c, CLIENT_TUNNEL), 0); /* on the same one: late on the way */
	ck_assert_uint_eq(c.seen[0].type, L2TP_ZLB);
	c.peers[0].sa = 2;
	again = l2tp_client_ask(&c, CLIENT_TUNNEL);
	ck_assert_uint_ne(again, 0);
	ck_assert_uint_ne(again, first);
	ck_assert_uint_eq(c.seen[0].header.nr, 1);
	ck_assert_uint_eq(c.seen[0].header.tunnel, CLIENT_TUNNEL);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
	c.peers[0].sa = 1; /* a latecomer of the old SA ends nothing */
	ck_assert_uint_eq(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
}
END_TEST

/* An answer that never arrived answers the new dial as well, and at once. */
START_TEST(unacknowledged_answer_serves_both)
{
	uint16_t first = l2tp_client_ask(&c, CLIENT_TUNNEL);
	struct wr w;

	sim_run(&c.sim, 8 * SEC);
	c.peers[0].sa = 2;
	ck_assert_uint_eq(l2tp_client_ask(&c, CLIENT_TUNNEL), first);
	w = l2tp_client_begin(&c, first, 0, L2TP_SCCCN);
	c.nr = 1;
	l2tp_client_say(&c, &w);
	l2tp_client_call(&c, first);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
}
END_TEST

START_TEST(acknowledged_answer_does_not)
{
	uint16_t first = l2tp_client_ask(&c, CLIENT_TUNNEL), again;
	struct wr w = l2tp_client_begin(&c, first, 0, L2TP_ZLB);

	c.nr = 1;
	l2tp_client_send_from(&c, 0, &w, 1);
	c.peers[0].sa = 2;
	again = l2tp_client_ask(&c, CLIENT_TUNNEL);
	ck_assert_uint_ne(again, 0);
	ck_assert_uint_ne(again, first);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
}
END_TEST

/* When the same SCCRQ can only be a new dial: soon once the tunnel is established, for only what
 * was late on the way repeats then; later while nobody has gone on with it. */
START_TEST(when_it_is_a_new_dial)
{
	static const uint64_t since[] = {40 * SEC, 10 * SEC};
	uint64_t born = c.sim.now;
	uint16_t first = _i ? l2tp_client_connected(&c) : l2tp_client_ask(&c, CLIENT_TUNNEL), again;
	struct wr w = l2tp_client_begin(&c, first, 0, L2TP_ZLB);

	ck_assert_uint_ne(first, 0);
	c.nr = 1;
	l2tp_client_send_from(&c, 0, &w, _i ? 2 : 1);
	sim_run(&c.sim, since[_i] - (c.sim.now - born) - 1);
	ck_assert_uint_eq(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
	ck_assert_uint_ge(c.sim.now - born, since[_i]);
	again = l2tp_client_ask(&c, CLIENT_TUNNEL);
	ck_assert_uint_ne(again, 0);
	ck_assert_uint_ne(again, first);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1); /* the old one is over */
}
END_TEST

/* A repetition on the same SA is acknowledged; our answer has its own timer. On a newer SA it is
 * said again at once: it may have died with the old one. */
START_TEST(repetitions_of_a_request)
{
	ck_assert_uint_ne(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(c.n_seen, 1);
	ck_assert_uint_eq(c.seen[0].type, L2TP_ZLB);
	ck_assert_uint_eq(l2tp_stats(c.l)->duplicates, 1);
	ck_assert_uint_eq(l2tp_stats(c.l)->retransmits, 0);
	c.peers[0].sa = 2;
	ck_assert_uint_ne(l2tp_client_ask(&c, CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_stats(c.l)->retransmits, 1);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
}
END_TEST

/* What began before a moment goes, what began in it stays: the client's newer dial. */
START_TEST(forgotten_since)
{
	uint64_t since;

	ck_assert_uint_ne(l2tp_client_ask(&c, 1), 0);
	since = c.sim.env.now(&c.sim.env);
	ck_assert_uint_ne(l2tp_client_ask(&c, 2), 0);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 2);
	l2tp_forget(c.l, &c.peers[1], UINT64_MAX, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 2);
	l2tp_forget(c.l, &c.peers[0], since, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
	l2tp_forget(c.l, &c.peers[0], since + 1, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_dial");
	TCase *tc = tcase_create("l2tp_dial");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sccrq_on_a_newer_sa_is_a_new_dial);
	tcase_add_test(tc, unacknowledged_answer_serves_both);
	tcase_add_test(tc, acknowledged_answer_does_not);
	tcase_add_loop_test(tc, when_it_is_a_new_dial, 0, 2);
	tcase_add_test(tc, repetitions_of_a_request);
	tcase_add_test(tc, forgotten_since);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
