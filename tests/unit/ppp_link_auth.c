/* The authenticator of a PPP link: PAP, CHAP, what is refused and whose answer is late. */
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

START_TEST(pap_waits_half_a_minute)
{
	one_link_until_authenticate(&l);
	sim_run(&l.sim, 30 * SEC - 1);
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	sim_run(&l.sim, 1);
	ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
	ck_assert_int_eq(l.p->reason, REASON_PPP_TIMEOUT);
}
END_TEST

/* RFC 1994 4.1: a Challenge is repeated until there is a Response or the counter is used up. */
START_TEST(chap_challenges)
{
	uint8_t challenge[32];
	unsigned n;
	size_t len;

	l.config.chap = true;
	l.config.name = "asa";
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	n = l.sent.n;
	for (unsigned i = 0; i < 10; i++) {
		one_link_expect(&l, PROTO_CHAP, CHAP_CHALLENGE);
		ck_assert_uint_eq(l.sent.n, n + i);
		ck_assert_uint_eq(l.sent.id, l.p->auth.id);
		if (i == 0) {
			len = l.sent.len;
			ck_assert_uint_eq(len, 1 + 16 + 3);
			memcpy(challenge, l.sent.data, len);
		}
		ck_assert_mem_eq(l.sent.data, challenge, 20);
		ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
		sim_run(&l.sim, 3 * SEC);
	}
	ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
	ck_assert_int_eq(l.p->reason, REASON_PPP_TIMEOUT);
	ck_assert_uint_eq(l.asked, 0);
}
END_TEST

static void respond(uint8_t id)
{
	one_link_hear(&l, PROTO_CHAP, CHAP_RESPONSE, id,
	    "\20"
	    "0123456789abcdef"
	    "user",
	    21);
}

/* A Response answers the Challenge that is out; what is no Response, or PAP, decides nothing. */
START_TEST(chap_response)
{
	uint8_t id;
	unsigned n;

	l.config.chap = true;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	id = l.sent.id;
	respond((uint8_t)(id + 1));
	one_link_hear(&l, PROTO_CHAP, CHAP_SUCCESS, id,
	    "\20"
	    "0123456789abcdef"
	    "user",
	    21);
	one_link_prove(&l, id);
	ck_assert_uint_eq(l.asked, 0);
	ck_assert_ptr_null(strstr(l.lines, "malformed")); /* late, or not for us: no fault */
	one_link_hear(&l, PROTO_CHAP, CHAP_RESPONSE, id,
	    "\17"
	    "0123456789abcde"
	    "user",
	    20);
	ck_assert_uint_eq(l.asked, 0);
	ck_assert_ptr_nonnull(strstr(l.lines, "malformed packet of protocol c223 dropped\n"));
	ck_assert_int_eq(l.p->auth.request->user[0], '\0');
	respond(id);
	ck_assert_uint_eq(l.asked, 1);
	ck_assert_str_eq(l.request.user, "user");
	ck_assert_uint_eq(l.request.chap_id, id);
	ck_assert_uint_eq(l.request.challenge_len, 16);
	ck_assert_mem_eq(l.request.challenge, l.p->auth.challenge, 16);
	ck_assert(ppp_auth_expected(l.p));
	n = l.sent.n;
	respond(id); /* repeated while the owner thinks: one question */
	ck_assert_uint_eq(l.asked, 1);
	ck_assert_uint_eq(l.sent.n, n);
	sim_run(&l.sim, 9 * SEC); /* nor is the Challenge repeated */
	ck_assert_uint_eq(l.sent.n, n);
	one_link_accept_user(&l);
	ck_assert(!ppp_auth_expected(l.p));
	one_link_expect(&l, PROTO_IPCP, CONF_REQUEST);
	ck_assert_uint_eq(l.sent.n, n + 2);
	respond(id);
	one_link_expect(&l, PROTO_CHAP, CHAP_SUCCESS);
	ck_assert_uint_eq(l.sent.id, id);
	ck_assert_uint_eq(l.sent.len, strlen("Access granted"));
	ck_assert_mem_eq(l.sent.data, "Access granted", l.sent.len);
}
END_TEST

/* A refusal: a fresh challenge in hexadecimal for MS-CHAP (RFC 2433 6), and it is over. */
START_TEST(refused)
{
	struct ppp_auth_reply reply = {.reason = _i ? REASON_TOO_MANY_LOGINS : REASON_NONE};
	uint8_t body[1 + 49 + 4] = {49};
	char text[300] = "";

	l.config.mschapv1 = true;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	memcpy(body + 50, "user", 4);
	one_link_hear(&l, PROTO_CHAP, CHAP_RESPONSE, l.sent.id, body, sizeof body);
	ck_assert_uint_eq(l.asked, 1);
	l.trace.level[TRACE_PPP] = l.trace.level[TRACE_PPP_AUTH] = 0;
	ppp_auth_done(l.p, &reply);
	ck_assert_str_eq(l.p->auth.answer + strlen("E=691 R=0 C=0123456789ABCDEF"), " V=2");
	memcpy(text, l.p->auth.answer, 28);
	ck_assert_uint_eq(strspn(text + 12, "0123456789ABCDEF"), 16);
	ck_assert_int_eq(l.p->phase, PHASE_TERMINATE);
	ck_assert_int_eq(l.p->reason, _i ? REASON_TOO_MANY_LOGINS : REASON_AUTH_REJECTED);
}
END_TEST

/* LCP anew while the owner thinks: his answer is of a negotiation that is over, and until it is
 * there nobody is asked again. */
START_TEST(stale_answer)
{
	one_link_until_authenticate(&l);
	one_link_prove(&l, 1);
	one_link_hear(&l, PROTO_LCP, CONF_REQUEST, 60, NULL, 0);
	ck_assert_uint_eq(l.cancelled, 1);
	one_link_hear(&l, PROTO_LCP, CONF_ACK, l.sent.id, l.sent.data, l.sent.len);
	sim_run(&l.sim, 5 * SEC);
	one_link_expect(&l, PROTO_LCP, CONF_REQUEST);
	one_link_hear(&l, PROTO_LCP, CONF_ACK, l.sent.id, l.sent.data, l.sent.len);
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	one_link_prove(&l, 2);
	ck_assert_uint_eq(l.asked, 1);
	one_link_accept_user(&l);
	ck_assert_int_eq(l.p->phase, PHASE_AUTHENTICATE);
	one_link_prove(&l, 3);
	ck_assert_uint_eq(l.asked, 2);
	one_link_accept_user(&l);
	ck_assert_int_eq(l.p->phase, PHASE_NETWORK);
}
END_TEST

START_TEST(no_address)
{
	l.have_address = false;
	one_link_until_authenticate(&l);
	one_link_prove(&l, 1);
	one_link_accept_user(&l);
	one_link_expect(&l, PROTO_LCP, TERM_REQUEST);
	ck_assert_int_eq(l.p->reason, REASON_NO_ADDRESS);
	ck_assert_uint_eq(l.p->ipcp.state, FSM_INITIAL);
}
END_TEST

/* The host name in Challenges, cut to what there is room for; without one, none. */
START_TEST(names_are_cut)
{
	static const size_t lens[] = {62, 63, 64, 100};
	char name[101];

	l.config.chap = true;
	for (size_t i = 0; i < 4; i++) {
		size_t want = lens[i] < 63 ? lens[i] : 63;

		memset(name, 'n', sizeof name);
		name[lens[i]] = '\0';
		l.config.name = name;
		ppp_destroy(l.p);
		l.p = ppp_create(&l.sim.env, &l.trace, &l.config, &one_link_ops, &l, name);
		ck_assert_uint_eq(strlen(l.p->label), sizeof l.p->label - 1);
		one_link_until_authenticate(&l);
		one_link_expect(&l, PROTO_CHAP, CHAP_CHALLENGE);
		ck_assert_uint_eq(l.sent.len, 1 + 16 + want);
	}
	l.config.name = NULL;
	one_link_create_again(&l);
	one_link_until_authenticate(&l);
	ck_assert_uint_eq(l.sent.len, 1 + 16);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_link_auth");
	TCase *tc = tcase_create("ppp_link_auth");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, pap_waits_half_a_minute);
	tcase_add_test(tc, chap_challenges);
	tcase_add_test(tc, chap_response);
	tcase_add_loop_test(tc, refused, 0, 2);
	tcase_add_test(tc, stale_answer);
	tcase_add_test(tc, no_address);
	tcase_add_test(tc, names_are_cut);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
