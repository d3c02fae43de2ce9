/* RADIUS on the network: loss, forgery, replays, many at once, TLS. */
#include "tests/support/radius_talk.h"

/* ---- what does not count ---------------------------------------------------------------- */

START_TEST(forged)
{
	const struct bench_sent *s;
	struct wr w;

	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	bench_answer(&radius_b, s, &w, "wrong", true);
	ck_assert_uint_eq(radius_b.server.counters.bad_authenticators, 1);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	bench_answer(&radius_b, s, &w, NULL, false); /* right, but not signed */
	ck_assert_uint_eq(radius_b.server.counters.bad_authenticators, 2);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	radius_buffer[1]++; /* of nobody */
	bench_answer(&radius_b, s, &w, NULL, true);
	w = bench_begin(s, RADIUS_ACCOUNTING_RESPONSE, radius_buffer);
	bench_answer(&radius_b, s, &w, NULL, true);
	ck_assert_uint_eq(radius_b.server.counters.unrecognized, 2);
	s->socket->udp->received(s->socket->arg, &s->socket->place, radius_buffer, 19);
	ck_assert_uint_eq(radius_b.server.counters.malformed, 1);
	ck_assert_uint_eq(radius_l.answers, 0);
	/* The right one still counts. */
	bench_plain(&radius_b, s, RADIUS_ACCESS_REJECT);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_REJECTED);
}
END_TEST

/* An old server's answers that are not signed are taken where the host says so. */
START_TEST(an_old_server)
{
	const struct bench_sent *s;
	struct wr w;

	radius_b.host.message_authenticator = 0;
	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	bench_answer(&radius_b, s, &w, NULL, false);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
}
END_TEST

/* Nothing but answers that do not verify, up to the end: the secrets differ. */
START_TEST(another_secret)
{
	const struct bench_sent *s;
	struct wr w;

	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_REJECT, radius_buffer);
	bench_answer(&radius_b, s, &w, "wrong", true);
	sim_run(&radius_b.sim, 29 * SEC);
	ck_assert_uint_eq(radius_l.answers, 0);
	sim_run(&radius_b.sim, 2 * SEC);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_BAD_SECRET);
	ck_assert_uint_eq(radius_b.server.counters.timeouts, 0);
	ck_assert_uint_eq(radius_b.server.failed, 1);
}
END_TEST

/* A server that does not sign: said so, since its secret is right. */
START_TEST(a_server_that_does_not_sign)
{
	const struct bench_sent *s;
	struct wr w;

	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	w = bench_begin(s, RADIUS_ACCESS_ACCEPT, radius_buffer);
	bench_answer(&radius_b, s, &w, NULL, false);
	sim_run(&radius_b.sim, 31 * SEC);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_UNSIGNED);
	ck_assert_uint_eq(radius_b.server.counters.bad_authenticators, 1);
}
END_TEST

/* An answer that comes twice, and one after its question was given up. */
START_TEST(replayed_and_late)
{
	const struct bench_sent *s;

	radius_ask(AAA_PAP);
	s = bench_last(&radius_b);
	bench_plain(&radius_b, s, RADIUS_ACCESS_ACCEPT);
	bench_plain(&radius_b, s, RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert_uint_eq(radius_b.server.counters.unrecognized, 1);
	radius_ask(AAA_PAP);
	conversation_cancel(&radius_l.c);
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.answers, 0);
	ck_assert_uint_eq(radius_b.server.counters.unrecognized, 2);
}
END_TEST

/* An old answer does not fit a new question of the same id. */
START_TEST(the_same_id_again)
{
	uint8_t first = 0;
	struct bench_sent old = {0};
	unsigned i;

	for (i = 0; i <= 256; i++) {
		radius_ask(AAA_PAP);
		if (i == 0) {
			old = *bench_last(&radius_b);
			first = old.bytes[1];
			old.bytes = memcpy(malloc(old.len), old.bytes, old.len);
		}
		if (i < 256)
			conversation_cancel(&radius_l.c);
	}
	ck_assert_uint_eq(bench_last(&radius_b)->bytes[1], first);
	bench_plain(&radius_b, &old, RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.answers, 0);
	ck_assert_uint_eq(radius_b.server.counters.bad_authenticators, 1);
	free(old.bytes);
	conversation_cancel(&radius_l.c);
}
END_TEST

/* ---- time ------------------------------------------------------------------------------- */

START_TEST(lost_packets)
{
	const struct bench_sent *first;

	radius_ask(AAA_PAP);
	first = bench_last(&radius_b);
	sim_run(&radius_b.sim, 10 * SEC);
	ck_assert_uint_eq(radius_b.n, 4); /* every three seconds */
	ck_assert_uint_eq(radius_b.server.counters.retransmissions, 3);
	ck_assert_uint_eq(bench_last(&radius_b)->len, first->len);
	ck_assert_mem_eq(bench_last(&radius_b)->bytes, first->bytes, first->len);
	ck_assert_ptr_eq(bench_last(&radius_b)->socket, first->socket);
	sim_run(&radius_b.sim, 21 * SEC);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert_int_eq(radius_l.last.reason, REASON_AUTH_TIMEOUT);
	ck_assert_uint_eq(radius_b.server.counters.timeouts, 1);
}
END_TEST

/* The defaults, 10 and 10 seconds, are no reason to ask but once. */
START_TEST(a_long_interval)
{
	radius_b.host.timeout = radius_b.host.retry = 10;
	radius_ask(AAA_PAP);
	sim_run(&radius_b.sim, 11 * SEC);
	ck_assert_uint_eq(radius_b.n, 3);
	ck_assert_uint_eq(radius_l.answers, 1);
}
END_TEST

/* Somebody approves on a phone. */
START_TEST(after_a_minute)
{
	radius_b.host.timeout = 90;
	radius_ask(AAA_PAP);
	sim_run(&radius_b.sim, 60 * SEC);
	ck_assert_uint_eq(radius_l.answers, 0);
	bench_plain(&radius_b, &radius_b.sent[0], RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
}
END_TEST

static void refuse(void)
{
	const struct bench_socket *s = bench_last(&radius_b)->socket;

	s->udp->refused(s->arg, ECONNREFUSED);
}

/* Nobody is there: once more after a second, then another server's turn. */
START_TEST(refused)
{
	radius_ask(AAA_PAP);
	refuse();
	refuse();
	ck_assert_uint_eq(radius_l.answers, 0);
	sim_run(&radius_b.sim, 1100 * MSEC);
	ck_assert_uint_eq(radius_b.n, 2);
	refuse();
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert_uint_eq(radius_b.server.failed, 1);
}
END_TEST

/* ---- many ------------------------------------------------------------------------------- */

#define MANY 1000

START_TEST(a_thousand_at_once)
{
	static struct bench_login many[MANY];
	struct aaa_request r = bench_request(AAA_PAP);
	unsigned yes = 0;

	for (size_t i = 0; i < MANY; i++)
		bench_ask(&radius_b, &many[i], &r);
	ck_assert_uint_eq(radius_b.n, MANY);
	ck_assert_uint_eq(radius_b.sockets, 4);
	ck_assert_uint_eq(radius_b.server.pending, MANY);
	for (size_t i = MANY; i-- > 0;)
		bench_plain(&radius_b, &radius_b.sent[i],
		    i % 2 ? RADIUS_ACCESS_ACCEPT : RADIUS_ACCESS_REJECT);
	for (size_t i = 0; i < MANY; i++) {
		ck_assert_uint_eq(many[i].answers, 1);
		yes += many[i].last.result == AUTH_ACCEPT;
		ck_assert_uint_eq(many[i].last.result, i % 2 ? AUTH_ACCEPT : AUTH_REJECT);
	}
	ck_assert_uint_eq(yes, MANY / 2);
	sim_run(&radius_b.sim, 121 * SEC); /* one socket stays */
	for (size_t i = 0; i < 4; i++)
		yes -= radius_b.socket[i].open ? MANY / 2 : 0;
	ck_assert_uint_eq(yes, 0);
}
END_TEST

/* The server's configuration changes: who waits is told, and nothing is left of the old. */
START_TEST(configuration_changes)
{
	radius_ask(AAA_PAP);
	radius_protocol.changed(&radius_b.server);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert(!radius_b.socket[0].open);
	radius_ask(AAA_PAP);
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(radius_l.last.result, AUTH_ACCEPT);
}
END_TEST

/* ---- TLS -------------------------------------------------------------------------------- */

/* One connection, its own secret, answers in any pieces; it ends: who waits hears why. */
START_TEST(over_tls)
{
	static struct bench_login two;
	struct aaa_request r = bench_request(AAA_PAP);
	struct bench_socket *s;

	radius_b.host.tls = 1;
	radius_ask(AAA_PAP);
	bench_ask(&radius_b, &two, &r);
	ck_assert_uint_eq(radius_b.sockets, 1);
	s = bench_last(&radius_b)->socket;
	ck_assert_uint_eq(s->place.port, 2083);
	sim_run(&radius_b.sim, 20 * SEC);
	ck_assert_uint_eq(radius_b.n, 2); /* TCP repeats */
	bench_plain(&radius_b, &radius_b.sent[1], RADIUS_ACCESS_ACCEPT);
	ck_assert_uint_eq(two.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(radius_l.answers, 0);
	s->open = false;
	s->stream->closed(s->arg, "certificate verify failed", true);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert_uint_eq(radius_b.server.failed, 1);
	radius_ask(AAA_PAP);
	ck_assert_uint_eq(radius_b.sockets, 2);
	s = bench_last(&radius_b)->socket;
	for (size_t i = 0; i < 4; i++) /* no RADIUS packet is that short */
		s->stream->received(s->arg, (const uint8_t *)"\2\1\0\4" + i, 1);
	ck_assert_uint_eq(radius_l.answers, 1);
	ck_assert(!s->open);
}
END_TEST

/* ---- debug ------------------------------------------------------------------------------ */

/* Everything is told but secrets. */
START_TEST(debug_lines)
{
	struct aaa_request r = bench_request(AAA_PAP);

	radius_b.listener.debug[TRACE_RADIUS] = 255;
	bench_ask(&radius_b, &radius_l, &r);
	ck_assert_ptr_nonnull(strstr(radius_b.debug, "Radius: Type = 1 (0x01) User-Name"));
	ck_assert_ptr_nonnull(strstr(radius_b.debug, "|  alice"));
	ck_assert_ptr_nonnull(strstr(radius_b.debug, "Radius: Value (String) = *****"));
	ck_assert_ptr_null(strstr(radius_b.debug, "Wonderland1"));
	ck_assert_ptr_null(strstr(radius_b.debug, "xyzzy5461"));
	bench_plain(&radius_b, bench_last(&radius_b), RADIUS_ACCESS_ACCEPT);
	ck_assert_ptr_nonnull(strstr(radius_b.debug, "rad_vrfy() : response message verified"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("radius_network");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, radius_setup, radius_teardown);
	tcase_add_test(tc, forged);
	tcase_add_test(tc, an_old_server);
	tcase_add_test(tc, another_secret);
	tcase_add_test(tc, a_server_that_does_not_sign);
	tcase_add_test(tc, replayed_and_late);
	tcase_add_test(tc, the_same_id_again);
	tcase_add_test(tc, lost_packets);
	tcase_add_test(tc, a_long_interval);
	tcase_add_test(tc, after_a_minute);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, a_thousand_at_once);
	tcase_add_test(tc, configuration_changes);
	tcase_add_test(tc, over_tls);
	tcase_add_test(tc, debug_lines);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
