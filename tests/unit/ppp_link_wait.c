/*
 * A login server takes its time, and so does a client who has to choose a new password: nobody is
 * asked twice, nobody is given up.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

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

/* The client answers Echo-Requests, and repeats itself as its kind does. */
static void wait_seconds(unsigned seconds, void (*repeat)(void))
{
	for (unsigned i = 0; i < seconds; i++) {
		unsigned n = l.sent.n;

		if (repeat && i % 3 == 0)
			repeat();
		sim_run(&l.sim, SEC);
		if (l.sent.n == n)
			continue;
		one_link_expect(&l, PROTO_LCP, ECHO_REQUEST);
		one_link_hear(&l, PROTO_LCP, ECHO_REPLY, l.sent.id, l.sent.data, l.sent.len);
	}
}

static void pap_again(void)
{
	static uint8_t id = 3;

	one_link_prove(&l, ++id);
}

static void chap_again(void)
{
	one_link_hear(&l, PROTO_CHAP, CHAP_RESPONSE, l.p->auth.id,
	    "\20"
	    "0123456789abcdef"
	    "user",
	    21);
}

static const struct {
	unsigned seconds;
	bool chap, yes;
} waits[] = {{59, false, true}, {61, false, true}, {290, false, true}, {59, true, true},
    {61, true, true}, {290, true, true}, {290, true, false}};

/* However long it takes: one question, nothing but echoes to the client, and the answer counts. */
START_TEST(an_answer_is_waited_for)
{
	bool chap = waits[_i].chap;

	l.config.chap = chap;
	l.config.pap = !chap;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	if (chap)
		chap_again();
	else
		one_link_prove(&l, 3);
	ck_assert_uint_eq(l.asked, 1);
	wait_seconds(waits[_i].seconds, chap ? chap_again : pap_again);
	ck_assert_uint_eq(l.asked, 1);
	ck_assert_uint_eq(l.cancelled, 0);
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	ppp_auth_done(l.p, &(struct ppp_auth_reply){.accepted = waits[_i].yes,
			       .reason = waits[_i].yes ? REASON_NONE : REASON_AUTH_REJECTED});
	if (!waits[_i].yes) {
		ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
		return;
	}
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
	ck_assert_uint_eq(timer_left(&l.sim.env, &l.p->deadline), 60 * SEC);
	one_link_agree(&l, PROTO_IPCP, "\x03\x06\x0a\x00\x01\x01", 6);
	ck_assert_uint_eq(l.ups, 1);
	sim_run(&l.sim, 1000 * SEC); /* no more echoes, and no deadline */
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
}
END_TEST

/* A client that vanished meanwhile is noticed: its question is taken back. */
START_TEST(nobody_waits_for_a_dead_client)
{
	one_link_until_authenticate(&l);
	one_link_prove(&l, 3);
	sim_run(&l.sim, 34 * SEC);
	ck_assert_uint_eq(l.downs, 0);
	sim_run(&l.sim, 2 * SEC);
	ck_assert_uint_eq(l.cancelled, 1);
	ck_assert_uint_eq(l.downs, 1);
	ck_assert_int_eq(l.why, REASON_LOST_SERVICE);
}
END_TEST

/* A question of an echo period that is longer than this is not put off by it. */
START_TEST(echoes_of_a_long_period)
{
	l.config.echo_seconds = 100;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	one_link_prove(&l, 3);
	sim_run(&l.sim, 10 * SEC);
	one_link_expect(&l, PROTO_LCP, ECHO_REQUEST);
}
END_TEST

/* ---- a new password ---------------------------------------------------------------- */

static const struct {
	bool v2;
	uint8_t code;
	size_t challenge, len;
} versions[] = {{false, 6, 8, 1114}, {true, 7, 16, 582}};

static void until_asked(bool v2)
{
	uint8_t body[1 + 49 + 4] = {49};

	l.config.mschapv1 = !v2;
	l.config.mschapv2 = v2;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	memcpy(body + 50, "user", 4);
	one_link_hear(&l, PROTO_CHAP, CHAP_RESPONSE, l.sent.id, body, sizeof body);
	ck_assert_uint_eq(l.asked, 1);
}

START_TEST(new_password)
{
	uint8_t packet[1200] = {0xab}, first[16], failure = 0;
	size_t challenge = versions[_i].challenge;
	uint8_t response[1 + 49 + 4] = {49};
	unsigned n;

	until_asked(versions[_i].v2);
	memcpy(first, l.request.challenge, challenge);
	ck_assert(ppp_auth_new_password(l.p, "choose"));
	failure = l.sent.id;
	one_link_expect(&l, PROTO_CHAP, CHAP_FAILURE);
	ck_assert_mem_eq(l.sent.data, "E=648 R=1 C=", 12);
	ck_assert_uint_eq(failure, l.request.chap_id);
	ck_assert(memcmp(first, l.p->auth.challenge, challenge) != 0);
	sim_run(&l.sim, 170 * SEC); /* he thinks of one */
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	n = l.sent.n; /* the Failure was lost */
	memcpy(response + 50, "user", 4);
	one_link_hear(&l, PROTO_CHAP, CHAP_RESPONSE, failure, response, sizeof response);
	one_link_expect(&l, PROTO_CHAP, CHAP_FAILURE);
	ck_assert_uint_eq(l.sent.n, n + 1);
	one_link_hear(&l, PROTO_CHAP, versions[_i].code, failure, packet, versions[_i].len);
	ck_assert_uint_eq(l.nexts, 0);
	one_link_hear(&l, PROTO_CHAP, versions[_i].code, (uint8_t)(failure + 1), packet,
	    versions[_i].len - 1);
	ck_assert_ptr_nonnull(strstr(l.lines, "malformed packet of protocol c223 dropped\n"));
	ck_assert_uint_eq(l.nexts, 0);
	one_link_hear(
	    &l, PROTO_CHAP, versions[_i].code, (uint8_t)(failure + 1), packet, versions[_i].len);
	one_link_hear(
	    &l, PROTO_CHAP, versions[_i].code, (uint8_t)(failure + 1), packet, versions[_i].len);
	ck_assert_uint_eq(l.asked, 1);
	ck_assert_uint_eq(l.nexts, 1);
	ck_assert_uint_eq(l.next_len, versions[_i].len);
	ck_assert_mem_eq(l.next, packet, versions[_i].len);
	ck_assert_uint_eq(l.next_challenge_len, challenge);
	ck_assert_mem_eq(l.next_challenge, l.p->auth.challenge, challenge);
	n = l.sent.n;
	ppp_auth_done(l.p, &(struct ppp_auth_reply){.accepted = true, .mschap_success = "S=0123"});
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
	ck_assert_uint_eq(l.sent.n, n + 2); /* Success, and IPCP's request */
	one_link_hear(
	    &l, PROTO_CHAP, versions[_i].code, (uint8_t)(failure + 1), packet, versions[_i].len);
	one_link_expect(&l, PROTO_CHAP, CHAP_SUCCESS);
	ck_assert_uint_eq(l.sent.id, (uint8_t)(failure + 1));
}
END_TEST

/* Nobody chooses; the server does not like what was chosen; it goes away meanwhile. */
START_TEST(no_new_password)
{
	uint8_t packet[582] = {0};
	uint8_t id;

	until_asked(true);
	ck_assert(ppp_auth_new_password(l.p, NULL));
	id = l.sent.id;
	if (_i == 0) {
		sim_run(&l.sim, 181 * SEC);
		ck_assert_int_eq(l.p->reason, REASON_PPP_TIMEOUT);
		ck_assert_uint_eq(l.cancelled, 1);
		return;
	}
	if (_i == 1)
		one_link_hear(&l, PROTO_CHAP, 7, (uint8_t)(id + 1), packet, sizeof packet);
	ck_assert(ppp_auth_expected(l.p));
	l.trace.level[TRACE_PPP] = l.trace.level[TRACE_PPP_AUTH] = 0;
	ppp_auth_done(l.p, &(struct ppp_auth_reply){
			       .reason = _i == 1 ? REASON_AUTH_NEW_PASSWORD : REASON_AUTH_TIMEOUT});
	ck_assert_mem_eq(l.p->auth.answer, _i == 1 ? "E=709 R=0" : "E=691 R=0", 9);
	ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
}
END_TEST

/* A method that has no such thing says so; nothing is asked of the client. */
START_TEST(no_way_to_ask)
{
	unsigned n;

	ck_assert(!ppp_auth_new_password(l.p, NULL));
	ck_assert(!ppp_auth_eap(l.p, (const uint8_t *)"\1\1\0\5\1", 5));
	one_link_until_authenticate(&l);
	one_link_prove(&l, 1);
	n = l.sent.n;
	ck_assert(!ppp_auth_new_password(l.p, NULL));
	ck_assert(!ppp_auth_eap(l.p, (const uint8_t *)"\1\1\0\5\1", 5));
	ck_assert_uint_eq(l.sent.n, n);
	one_link_hear(&l, PROTO_CHAP, 7, 2, "", 0);
	one_link_accept_user(&l);
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
}
END_TEST

/* The error that the client is told: the server's, else the reason's, if it is one of MS-CHAP's. */
static const struct {
	enum reason why;
	int error;
	const char *text;
} errors[] = {{REASON_AUTH_DISABLED, 0, "E=647"}, {REASON_AUTH_EXPIRED, 0, "E=648"},
    {REASON_AUTH_HOURS, 0, "E=646"}, {REASON_AUTH_NO_DIALIN, 0, "E=649"},
    {REASON_AUTH_REJECTED, 0, "E=691"}, {REASON_AUTH_TIMEOUT, 0, "E=691"},
    {REASON_AUTH_REJECTED, 647, "E=647"}, {REASON_AUTH_EXPIRED, 12345, "E=691"}};

START_TEST(error_numbers)
{
	until_asked(true);
	l.trace.level[TRACE_PPP] = l.trace.level[TRACE_PPP_AUTH] = 0;
	ppp_auth_done(l.p,
	    &(struct ppp_auth_reply){
		.reason = errors[_i].why, .windows_error = errors[_i].error, .message = "go away"});
	ck_assert_mem_eq(l.p->auth.answer, errors[_i].text, 5);
	ck_assert_str_eq(strstr(l.p->auth.answer, " V=3"), " V=3 M=go away");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link_wait");
	TCase *tc = tcase_create("ppp_link_wait");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, an_answer_is_waited_for, 0, sizeof waits / sizeof *waits);
	tcase_add_test(tc, nobody_waits_for_a_dead_client);
	tcase_add_test(tc, echoes_of_a_long_period);
	tcase_add_loop_test(tc, new_password, 0, 2);
	tcase_add_loop_test(tc, no_new_password, 0, 3);
	tcase_add_test(tc, no_way_to_ask);
	tcase_add_loop_test(tc, error_numbers, 0, sizeof errors / sizeof *errors);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
