/*
 * The end of a PPP link: who ends it, with which reason, and what is said then; deadlines, and the
 * echo that finds the dead.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/echo.h"
#include "tests/support/one_link.h"

static struct one_link l;

static void setup(void)
{
	one_link_setup(&l);
}

static void teardown(void)
{
	one_link_teardown(&l);
}

START_TEST(close_says_farewell)
{
	one_link_until_open(&l);
	ppp_close(l.p, REASON_IDLE_TIMEOUT);
	one_link_expect(&l, PROTO_LCP, TERM_REQUEST);
	ck_assert_uint_eq(l.closed, 1);
	ppp_close(l.p, REASON_ADMIN_RESET); /* the first reason stays */
	one_link_hear(&l, PROTO_LCP, TERM_ACK, l.sent.id, NULL, 0);
	one_link_ended_with(&l, REASON_IDLE_TIMEOUT);
	ppp_close(l.p, REASON_ADMIN_RESET);
	ppp_start(l.p); /* over is over */
	ck_assert_int_eq(l.p->phase, PHASE_DEAD);
	sim_run(&l.sim, 100 * SEC);
	ck_assert_uint_eq(l.downs, 1);
	ck_assert_int_eq(l.why, REASON_IDLE_TIMEOUT);
}
END_TEST

/* Nobody acknowledges: twice (RFC 1661 4.6 Max-Terminate), then over. */
START_TEST(close_unanswered)
{
	unsigned n;

	one_link_until_open(&l);
	n = l.sent.n;
	ppp_close(l.p, REASON_IDLE_TIMEOUT);
	sim_run(&l.sim, 20 * SEC);
	ck_assert_uint_eq(l.sent.n, n + FSM_MAX_TERMINATE);
	ck_assert_uint_eq(l.downs, 1);
	ck_assert_int_eq(l.why, REASON_IDLE_TIMEOUT);
}
END_TEST

START_TEST(close_before_lcp)
{
	ppp_close(l.p, REASON_ADMIN_RESET);
	ck_assert_uint_eq(l.sent.n, 0);
	one_link_ended_with(&l, REASON_ADMIN_RESET);
	sim_run(&l.sim, 100 * SEC);
	ck_assert_uint_eq(l.downs, 1);
}
END_TEST

/* Without an allowed method there never is a link. */
START_TEST(no_method_allowed)
{
	l.config.pap = false;
	one_link_create_again(&l);
	ppp_start(l.p);
	ck_assert_uint_eq(l.sent.n, 0);
	one_link_ended_with(&l, REASON_PPP_NO_AUTH_PROTOCOL);
}
END_TEST

/* A Terminate-Request that comes when all is over still gets its Ack, nothing else does. */
START_TEST(late_farewell)
{
	unsigned n;

	one_link_until_open(&l);
	ppp_close(l.p, REASON_IDLE_TIMEOUT);
	one_link_hear(&l, PROTO_LCP, TERM_ACK, l.sent.id, NULL, 0);
	n = l.sent.n;
	one_link_hear(&l, PROTO_IPCP, TERM_REQUEST, 8, NULL, 0);
	ppp_receive(l.p, (const uint8_t *)"\xff\x03\xc0", 3);
	ck_assert_uint_eq(l.sent.n, n);
	one_link_hear(&l, PROTO_LCP, TERM_REQUEST, 9, NULL, 0);
	ck_assert_uint_eq(l.sent.n, n + 1);
	one_link_expect(&l, PROTO_LCP, TERM_ACK);
	ck_assert_uint_eq(l.sent.id, 9);
	one_link_ended_with(&l, REASON_IDLE_TIMEOUT);
}
END_TEST

/* The lower layer is gone: not a word to anybody. */
START_TEST(lower_down)
{
	unsigned n;

	one_link_until_open(&l);
	n = l.sent.n;
	ppp_lower_down(l.p);
	one_link_hear(&l, PROTO_LCP, TERM_REQUEST, 9, NULL, 0);
	sim_run(&l.sim, 200 * SEC);
	ck_assert_uint_eq(l.sent.n, n);
	ck_assert_uint_eq(l.downs, 0);
	ck_assert_ptr_nonnull(strstr(l.lines, "phase Dead\n"));
}
END_TEST

/* Of a client that terminates: when tells why. */
START_TEST(client_terminates)
{
	static const char windows[] = "\1\2\3\4\x00\x3c\xcd\x74\x00\x00\x02\xd0";
	static const struct {
		enum phase in;
		bool open, naked;
		enum reason why;
	} table[] = {
	    {PHASE_ESTABLISH, false, false, REASON_USER_REQUESTED},
	    {PHASE_ESTABLISH, false, true, REASON_PPP_NO_AUTH_PROTOCOL},
	    {PHASE_AUTHENTICATE, false, true, REASON_USER_REQUESTED},
	    {PHASE_NETWORK, false, false, REASON_PPP_NO_IPCP},
	    {PHASE_NETWORK, true, false, REASON_USER_REQUESTED},
	};

	if (table[_i].in == PHASE_ESTABLISH)
		ppp_start(l.p);
	else if (table[_i].in == PHASE_AUTHENTICATE)
		one_link_until_authenticate(&l);
	else if (!table[_i].open)
		one_link_until_network(&l);
	else
		one_link_until_open(&l);
	l.p->auth_naked = table[_i].naked;
	one_link_hear(&l, PROTO_LCP, TERM_REQUEST, 9, windows, _i & 1 ? 12 : 11);
	ck_assert_ptr_nonnull(strstr(l.lines,
	    _i & 1 ? "client terminates, its error number is 720\n" : "client terminates\n"));
	one_link_expect(&l, PROTO_LCP, TERM_ACK);
	ck_assert_uint_eq(l.closed, table[_i].open);
	sim_run(&l.sim, 10 * SEC);
	ck_assert_uint_eq(l.downs, 1);
	ck_assert_int_eq(l.why, table[_i].why);
}
END_TEST

/* Not while we are closing: our reason stays. A mark that is not Windows' is no error number. */
START_TEST(both_terminate)
{
	one_link_until_open(&l);
	ppp_close(l.p, REASON_IDLE_TIMEOUT);
	one_link_hear(
	    &l, PROTO_LCP, TERM_REQUEST, 9, "\1\2\3\4\x00\x3c\xcd\x75\x00\x00\x02\xd0", 12);
	ck_assert_ptr_nonnull(strstr(l.lines, "client terminates\n"));
	sim_run(&l.sim, 20 * SEC);
	ck_assert_int_eq(l.why, REASON_IDLE_TIMEOUT);
}
END_TEST

/* The deadline of a client who always has something to say. */
START_TEST(deadline)
{
	one_link_until_authenticate(&l);
	timer_stop(&l.sim.env, &l.p->auth.timer);
	sim_run(&l.sim, 59 * SEC);
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	sim_run(&l.sim, SEC);
	ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
	one_link_hear(&l, PROTO_LCP, TERM_ACK, l.sent.id, NULL, 0);
	one_link_ended_with(&l, REASON_PPP_TIMEOUT);
	ck_assert_uint_eq(l.cancelled, 0);
}
END_TEST

/* An open link has no deadline; one negotiated anew has it again. */
START_TEST(deadline_of_open_link)
{
	one_link_until_open(&l);
	sim_run(&l.sim, 1000 * SEC);
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
	one_link_hear(&l, PROTO_LCP, CONF_REQUEST, 60, NULL, 0);
	ck_assert_int_eq(l.p->phase, PHASE_ESTABLISH);
	ck_assert_uint_eq(l.closed, 1);
	ck_assert(timer_armed(&l.p->deadline));
	ck_assert_uint_eq(timer_left(&l.sim.env, &l.p->deadline), 60 * SEC);
}
END_TEST

START_TEST(silent_from_the_start)
{
	ppp_start(l.p);
	sim_run(&l.sim, 60 * SEC);
	ck_assert_uint_eq(l.downs, 1);
	ck_assert_int_eq(l.why, REASON_PPP_TIMEOUT);
	ck_assert_uint_eq(l.sent.n, FSM_MAX_CONFIGURE);
}
END_TEST

/* The client's Naks of every method, and then silence: the method is not what failed. */
START_TEST(naked_then_silent)
{
	l.config.chap = true;
	one_link_create_again(&l);
	ppp_start(l.p);
	one_link_hear(&l, PROTO_LCP, CONF_NAK, l.sent.id, "\x03\x04\xc0\x23", 4);
	ck_assert(l.p->auth_naked);
	ck_assert_int_eq(l.p->method, PPP_AUTH_PAP);
	sim_run(&l.sim, 60 * SEC);
	ck_assert_int_eq(l.why, REASON_PPP_TIMEOUT);
}
END_TEST

/* Asked when nothing was heard for the period; five unanswered ones, five seconds apart. */
START_TEST(echo_finds_the_dead)
{
	unsigned n;
	uint8_t id;

	l.config.echo_seconds = 20;
	one_link_create_again(&l);
	one_link_until_open(&l);
	n = l.sent.n;
	sim_run(&l.sim, 15 * SEC);
	echo_heard(l.p);
	sim_run(&l.sim, 20 * SEC - 1);
	ck_assert_uint_eq(l.sent.n, n);
	sim_run(&l.sim, 1);
	ck_assert_uint_eq(l.sent.n, n + 1);
	one_link_expect(&l, PROTO_LCP, ECHO_REQUEST);
	ck_assert_uint_eq(l.sent.len, 4);
	id = l.sent.id;
	sim_run(&l.sim, 20 * SEC);
	ck_assert_uint_eq(l.sent.n, n + 5);
	ck_assert_uint_eq(l.sent.id, id + 4);
	sim_run(&l.sim, 5 * SEC - 1);
	ck_assert_uint_eq(l.downs, 0);
	sim_run(&l.sim, 1);
	ck_assert_uint_eq(l.downs, 1);
	ck_assert_int_eq(l.why, REASON_LOST_SERVICE);
	ck_assert_uint_eq(l.closed, 1);
}
END_TEST

START_TEST(echo_answered)
{
	l.config.echo_seconds = 3; /* below the five seconds: asked as often as configured */
	one_link_create_again(&l);
	one_link_until_open(&l);
	sim_run(&l.sim, 3 * SEC);
	for (int i = 0; i < 20; i++) {
		unsigned n = l.sent.n;

		one_link_expect(&l, PROTO_LCP, ECHO_REQUEST);
		one_link_hear(&l, PROTO_LCP, ECHO_REPLY, l.sent.id, "\0\0\0\0", 4);
		sim_run(&l.sim, 3 * SEC);
		ck_assert_uint_eq(l.sent.n, n + 1);
	}
	ck_assert_uint_eq(l.downs, 0);
}
END_TEST

START_TEST(echo_off)
{
	unsigned n;

	one_link_until_open(&l);
	n = l.sent.n;
	sim_run(&l.sim, 1000 * SEC);
	ck_assert_uint_eq(l.sent.n, n);
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	ppp_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link_end");
	TCase *tc = tcase_create("ppp_link_end");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, close_says_farewell);
	tcase_add_test(tc, close_unanswered);
	tcase_add_test(tc, close_before_lcp);
	tcase_add_test(tc, no_method_allowed);
	tcase_add_test(tc, late_farewell);
	tcase_add_test(tc, lower_down);
	tcase_add_loop_test(tc, client_terminates, 0, 5);
	tcase_add_test(tc, both_terminate);
	tcase_add_test(tc, deadline);
	tcase_add_test(tc, deadline_of_open_link);
	tcase_add_test(tc, silent_from_the_start);
	tcase_add_test(tc, naked_then_silent);
	tcase_add_test(tc, echo_finds_the_dead);
	tcase_add_test(tc, echo_answered);
	tcase_add_test(tc, echo_off);
	tcase_add_test(tc, nothing_is_destroyed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
