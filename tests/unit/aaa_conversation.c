/*
 * Logins as conversations: what travels, challenges, cancellation, and what is forgotten when.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fakes.h"

static struct fakes w;

static void setup(void)
{
	fakes_setup(&w);
}

static void teardown(void)
{
	fakes_teardown(&w);
}

/* ---- what travels ----------------------------------------------------------------------- */

START_TEST(what_a_server_hears_and_says)
{
	const struct aaa_request *r = &w.fake[0].request;

	w.fake[0].plan = 'A';
	fakes_ask(&w, 9, false);
	ck_assert_uint_eq(r->session, 4711);
	ck_assert_int_eq(r->method, AAA_PAP);
	ck_assert_str_eq(r->user, "local");
	ck_assert_str_eq(r->password, "secret");
	ck_assert_str_eq(r->service, "ppp");
	ck_assert_uint_eq(addr_to_v4(&r->client), 0x0a010102);
	ck_assert_int_eq(w.heard.to, ROLE_ENGINE);
	ck_assert_str_eq(w.heard.user, "known");
	ck_assert_str_eq(w.heard.message, "Hello");
	ck_assert_str_eq(w.heard.policy, "Gold");
	ck_assert_str_eq(w.heard.log,
	    "AAA user authentication Successful : fake server : user = known\n"
	    "AAA transaction status ACCEPT : user = known\n");
	/* Attributes are of an acceptance. */
	w.fake[0].plan = 'R';
	fakes_ask(&w, 9, false);
	ck_assert_str_eq(w.heard.policy, "");
}
END_TEST

/* Challenge and answer, as often as the server likes; only then it is over and told. */
START_TEST(challenges)
{
	w.fake[0] = (struct fake){.plan = 'C', .wanted = CHALLENGE_EAP, .challenge_len = 1500};
	fakes_ask(&w, 5, false);
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.result, AUTH_CHALLENGE);
	ck_assert_uint_eq(w.heard.last.wanted, CHALLENGE_EAP);
	ck_assert_uint_eq(w.heard.last.challenge.len, 1500);
	ck_assert_str_eq(w.heard.message, "Hello");
	ck_assert_uint_eq(w.heard.logs, 0);
	w.fake[0].wanted = CHALLENGE_TEXT;
	w.fake[0].after = 'A';
	fakes_say(&w, 5, "one");
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.wanted, CHALLENGE_TEXT);
	ck_assert_str_eq(w.fake[0].text, "one");
	ck_assert_mem_eq(w.fake[0].response, "\1\2\3", 3);
	ck_assert_uint_eq(w.fake[0].response_len, 3);
	fakes_say(&w, 6, "a stranger's"); /* there is no such conversation */
	ck_assert_uint_eq(w.fake[0].nexts, 1);
	fakes_say(&w, 5, "two");
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(w.heard.logs, 2);
	fakes_say(&w, 5, "three"); /* it is over */
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.fake[0].nexts, 2);
	ck_assert_uint_eq(w.fake[0].started, 1);
	ck_assert_uint_eq(w.fake[0].cancels, 0);
}
END_TEST

/* Nobody has asked the client: what it says meanwhile is not for the server. */
START_TEST(an_answer_without_a_challenge)
{
	w.fake[0].plan = 'S';
	fakes_ask(&w, 5, false);
	fakes_say(&w, 5, "early");
	ck_assert_uint_eq(w.fake[0].nexts, 0);
	ck_assert_uint_eq(w.heard.replies, 0);
	fakes_take_back(&w, 5);
}
END_TEST

/* A server that errs in the middle: the next one begins anew with what the client said first. */
START_TEST(error_after_a_challenge)
{
	w.group.n = 2;
	w.fake[0] = (struct fake){.plan = 'C', .after = 'E', .wanted = CHALLENGE_TEXT};
	w.fake[1].plan = 'R';
	fakes_ask(&w, 5, false);
	fakes_say(&w, 5, "code");
	ck_assert_str_eq(w.asked, "01");
	ck_assert_str_eq(w.fake[1].request.password, "secret");
	ck_assert_uint_eq(w.heard.last.result, AUTH_REJECT);
}
END_TEST

/* What a server errs in while its configuration changes is asked anew: it is not given up for that,
 * nobody else is asked, and LOCAL does not stand in. */
START_TEST(a_server_that_changes)
{
	static const struct aaa_answer error = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_NO_SERVER};
	struct conversation *c;

	w.group.n = 2;
	w.fake[0] = (struct fake){.plan = 'S', .after = _i ? 'S' : 'A'};
	fakes_ask(&w, 5, true);
	w.server[0].changing = true;
	c = w.fake[0].open;
	w.fake[0].open = NULL;
	conversation_answer(c, &error);
	w.server[0].changing = false;
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.server[0].pending, 0);
	if (_i == 1) { /* it is not wanted any more meanwhile */
		fakes_take_back(&w, 5);
		ck_assert_uint_eq(w.heard.last.result, AUTH_CANCELLED);
		ck_assert_uint_eq(w.fake[0].cancels, 0);
		return;
	}
	if (_i == 2) { /* it is taken out meanwhile */
		w.fake[1].plan = 'A';
		conversation_server_goes(c, &w.server[0]);
		ck_assert_str_eq(w.asked, "01");
		ck_assert_uint_eq(w.fake[0].cancels, 0);
	} else {
		sim_run(&w.sim, 0);
		ck_assert_str_eq(w.asked, "00");
		ck_assert_uint_eq(w.server[0].dead_until, 0);
	}
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
	ck_assert_str_eq(w.heard.policy, "Gold");
}
END_TEST

/* ---- cancel ----------------------------------------------------------------------------- */

/* Said once more, it says so once, tells the server, and leaves no line. */
START_TEST(cancelled)
{
	w.fake[0] = (struct fake){.plan = _i ? 'C' : 'S', .wanted = CHALLENGE_NEW_PASSWORD};
	fakes_ask(&w, 3, true);
	fakes_take_back(&w, 4);
	fakes_take_back(&w, 3 + 256);
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.fake[0].cancels, 0);
	fakes_take_back(&w, 3);
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.id, 3);
	ck_assert_uint_eq(w.heard.last.result, AUTH_CANCELLED);
	ck_assert_uint_eq(w.fake[0].cancels, 1);
	fakes_take_back(&w, 3);
	fakes_say(&w, 3, "late");
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.fake[0].nexts, 0);
	sim_run(&w.sim, 2 * FAKES_DEADLINE);
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.heard.logs, 0);
	ck_assert_uint_eq(w.server[0].dead_until, 0); /* it has not erred */
}
END_TEST

/* What has had its answer is not there to be cancelled: one request, one end. */
START_TEST(too_late_to_cancel)
{
	w.fake[0].plan = 'A';
	fakes_ask(&w, 3, false);
	fakes_take_back(&w, 3);
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.fake[0].cancels, 0);
}
END_TEST

/* A role that begins anew with a number has forgotten what it asked under it. */
START_TEST(the_same_number_again)
{
	w.fake[0].plan = 'S';
	fakes_ask(&w, 3, false);
	w.fake[0].plan = 'A';
	fakes_ask(&w, 3, false);
	ck_assert_uint_eq(w.fake[0].cancels, 1);
	ck_assert_uint_eq(w.heard.replies, 1);
	sim_run(&w.sim, 2 * FAKES_DEADLINE);
	ck_assert_uint_eq(w.heard.replies, 1);
}
END_TEST

/* Numbers are each role's own, and a role that is gone hears and keeps nothing. */
START_TEST(a_role_goes)
{
	w.group.n = 2;
	w.fake[0].plan = 'S';
	fakes_ask_as(&w, ROLE_ENGINE, 3, false);
	w.server[0].dead_until = UINT64_MAX; /* the other is asked by the manager */
	w.fake[1].plan = 'S';
	fakes_ask_as(&w, ROLE_MANAGER, 3, false);
	ck_assert_uint_eq(w.fake[0].cancels, 0);
	aaa_role_gone(w.aaa, ROLE_ENGINE);
	ck_assert_uint_eq(w.fake[0].cancels, 1);
	ck_assert_uint_eq(w.fake[1].cancels, 0);
	fakes_take_back(&w, 3); /* the engine's, of which there is none */
	ck_assert_uint_eq(w.heard.replies, 0);
	sim_run(&w.sim, FAKES_DEADLINE);
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_int_eq(w.heard.to, ROLE_MANAGER);
}
END_TEST

/* ---- what is asked ---------------------------------------------------------------------- */

START_TEST(what_aaa_is_not_asked)
{
	w.fake[0].plan = 'A';
	fakes_ask_as(&w, ROLE_KEEPER, 3, false);
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_str_eq(w.asked, "");
}
END_TEST

/* A name that just fits is asked for, one that does not is refused at once. */
START_TEST(the_longest_name)
{
	char name[AAA_USER_MAX + 1];
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST,
	    .fd = -1,
	    .auth_request = {.id = 1,
		.server_group = "FAKE",
		.method = "pap",
		.user = name,
		.password = "",
		.service = "ppp"}};

	w.fake[0].plan = 'A';
	memset(name, 'n', sizeof name);
	name[AAA_USER_MAX] = '\0';
	aaa_message(w.aaa, ROLE_ENGINE, &m);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ERROR);
	ck_assert_uint_eq(w.fake[0].started, 0);
	name[AAA_USER_MAX - 1] = '\0';
	aaa_message(w.aaa, ROLE_ENGINE, &m);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
	ck_assert_str_eq(w.fake[0].request.user, name);
}
END_TEST

/* A stranger's bytes make no server err, so that it would be given up and LOCAL stand in. */
START_TEST(what_is_no_utf8)
{
	struct aaa_protocol strict = *w.server[0].protocol;
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST,
	    .fd = -1,
	    .auth_request = {.id = 9,
		.server_group = "FAKE",
		.fallback_local = true,
		.method = "pap",
		.user = _i ? "local" : "lo\xff" "cal",
		.password = _i ? "\xc0\x80" : "secret",
		.service = "ppp"}};

	strict.utf8 = true;
	w.server[0].protocol = &strict;
	w.fake[0].plan = 'A';
	aaa_message(w.aaa, ROLE_ENGINE, &m);
	ck_assert_uint_eq(w.heard.last.result, AUTH_REJECT);
	ck_assert_uint_eq(w.fake[0].started, 0);
	m.auth_request.user = "m\xc3\xbcller";
	m.auth_request.password = "pa\xc3\x9f";
	aaa_message(w.aaa, ROLE_ENGINE, &m);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
}
END_TEST

/* ---- the conversation itself ------------------------------------------------------------ */

static struct aaa_answer got;
static unsigned answers;

static void take_answer(struct conversation *c, const struct aaa_answer *a)
{
	(void)c;
	got = *a;
	answers++;
}

/* Secrets go with the answer, and with a cancel. */
START_TEST(secrets_are_wiped)
{
	struct conversation c;
	struct aaa_request r = {.password = "secret", .response = {1, 2, 3}, .user = "u"};
	static const uint8_t zero[AAA_PASSWORD_MAX];

	w.fake[0].plan = _i ? 'S' : 'R';
	answers = 0;
	conversation_start(&c, &w.sim.env, &w.group, NULL, NULL, &r, take_answer);
	if (_i) {
		ck_assert_str_eq(c.request.password, "secret");
		conversation_cancel(&c);
		conversation_cancel(&c);
	}
	ck_assert_uint_eq(answers, _i ? 0 : 1);
	ck_assert_mem_eq(c.request.password, zero, AAA_PASSWORD_MAX);
	ck_assert_mem_eq(c.request.response, zero, AAA_RESPONSE_MAX);
	ck_assert_str_eq(c.request.user, "u");
	ck_assert_int_eq(c.state, CONVERSATION_OVER);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_conversation");
	TCase *tc = tcase_create("aaa_conversation");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_a_server_hears_and_says);
	tcase_add_test(tc, challenges);
	tcase_add_test(tc, an_answer_without_a_challenge);
	tcase_add_test(tc, error_after_a_challenge);
	tcase_add_loop_test(tc, a_server_that_changes, 0, 3);
	tcase_add_loop_test(tc, cancelled, 0, 2);
	tcase_add_test(tc, too_late_to_cancel);
	tcase_add_test(tc, the_same_number_again);
	tcase_add_test(tc, a_role_goes);
	tcase_add_test(tc, what_aaa_is_not_asked);
	tcase_add_test(tc, the_longest_name);
	tcase_add_loop_test(tc, what_is_no_utf8, 0, 2);
	tcase_add_loop_test(tc, secrets_are_wiped, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
