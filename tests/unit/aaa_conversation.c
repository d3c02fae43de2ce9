/*
 * Logins as conversations, with servers that challenge, err, are slow or silent, through the same
 * messages as the engine's: the order of a group, its deadline, challenges, cancellation, and what
 * is forgotten when.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/aaa.h"
#include "engine/aaa/conversation.h"
#include "engine/base/trace.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

#define SERVERS 4
#define DEADLINE (20 * SEC)
#define DEAD (600 * SEC)

/* ---- servers that do what they are told --------------------------------------------- */

struct fake {
	char plan; /* A accept, R reject, E err, C challenge, S say nothing */
	char after; /* the plan once it was asked */
	unsigned started, nexts, cancels;
	struct conversation *open; /* whom it owes an answer */
	struct aaa_request request;
	char text[64];
	uint8_t response[1500];
	size_t response_len;
	uint8_t wanted;
	uint16_t challenge_len;
};

static struct fake fake[SERVERS];
static char asked[64]; /* the servers in the order in which they were asked */

static void answer(struct fake *f, struct conversation *c)
{
	static const uint8_t packet[1500] = {2, 7};
	struct aaa_answer a = {.user = "known", .message = "Hello"};
	char plan = f->plan;

	f->plan = f->after ? f->after : f->plan;
	f->open = plan == 'S' || plan == 'C' ? c : NULL;
	switch (plan) {
	case 'A':
		a.result = AUTH_ACCEPT;
		aaa_attribute_add(&a.attributes,
		    &(struct aaa_value){.which = AAA_GROUP_POLICY, .text = "Gold"});
		break;
	case 'R':
		a.result = AUTH_REJECT;
		a.reason = REASON_AUTH_REJECTED;
		break;
	case 'E':
		a.result = AUTH_ERROR;
		a.reason = REASON_NO_MEMORY;
		break;
	case 'C':
		a.result = AUTH_CHALLENGE;
		a.wanted = f->wanted;
		a.challenge = (struct bytes){f->challenge_len, packet};
		break;
	default:
		return;
	}
	conversation_answer(c, &a);
}

static void start(struct conversation *c, void *server)
{
	struct fake *f = server;
	size_t n = strlen(asked);

	f->started++;
	f->request = c->request;
	c->protocol_state = f;
	if (n + 1 < sizeof asked)
		asked[n] = (char)('0' + (f - fake));
	answer(f, c);
}

static void next(struct conversation *c, void *server, const struct aaa_next *said)
{
	struct fake *f = server;

	ck_assert_ptr_eq(c->protocol_state, f);
	f->nexts++;
	snprintf(f->text, sizeof f->text, "%s", said->text);
	f->response_len = said->response.len;
	if (said->response.len)
		memcpy(f->response, said->response.p, said->response.len);
	answer(f, c);
}

static void cancel(struct conversation *c, void *server)
{
	struct fake *f = server;

	ck_assert_ptr_eq(f->open, c);
	f->open = NULL;
	f->cancels++;
}

static const struct aaa_protocol protocol = {.name = "FAKE", .server = "fake server",
    .log_accept = 113004, .log_reject = 113005, .start = start, .next = next, .cancel = cancel};

/* ---- who asks -------------------------------------------------------------------------- */

static struct sim sim;
static struct aaa *aaa;
static struct aaa_server server[SERVERS];
static struct aaa_group group;
static struct {
	unsigned replies, logs;
	enum role to;
	struct msg_auth_reply last;
	char user[64], message[64], policy[64], log[512];
} heard;

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	struct aaa_value v;

	(void)arg;
	if (m->type == MSG_LOG_LINE) {
		heard.logs++;
		snprintf(heard.log + strlen(heard.log), sizeof heard.log - strlen(heard.log),
		    "%s\n", m->log_line.text);
		return;
	}
	ck_assert_int_eq(m->type, MSG_AUTH_REPLY);
	heard.replies++;
	heard.to = to;
	heard.last = m->auth_reply;
	snprintf(heard.user, sizeof heard.user, "%s", m->auth_reply.user);
	snprintf(heard.message, sizeof heard.message, "%s",
	    m->auth_reply.message ? m->auth_reply.message : "");
	heard.policy[0] = '\0';
	if (aaa_attribute_find(&m->auth_reply.attributes, AAA_GROUP_POLICY, &v))
		snprintf(heard.policy, sizeof heard.policy, "%s", v.text);
}

static void setup(void)
{
	static const struct cfg_user user = {.op = CFG_SET,
	    .name = "local",
	    .form = "nopassword",
	    .password = "",
	    .service_type = ""};
	struct ipc_msg m = {.type = MSG_CFG_USER, .fd = -1, .cfg_user = user};

	sim_init(&sim, 1, NULL, NULL);
	memset(fake, 0, sizeof fake);
	memset(asked, 0, sizeof asked);
	memset(&heard, 0, sizeof heard);
	aaa = aaa_create(&sim.env, one_crypto(), hear, NULL);
	ck_assert_ptr_nonnull(aaa);
	for (size_t i = 0; i < SERVERS; i++)
		server[i] = (struct aaa_server){.protocol = &protocol, .server = &fake[i]};
	group = (struct aaa_group){
	    .server = server, .n = 1, .deadline = DEADLINE, .dead_time = DEAD};
	ck_assert(aaa_group_add(aaa, "FAKE", &group));
	aaa_message(aaa, ROLE_MANAGER, &m);
}

static void teardown(void)
{
	aaa_destroy(aaa);
	for (size_t i = 0; i < SERVERS; i++)
		ck_assert_ptr_null(fake[i].open);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	sim_fini(&sim);
}

static void ask_as(enum role from, uint32_t id, bool fallback)
{
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST,
	    .fd = -1,
	    .auth_request = {.id = id,
		.session = 4711,
		.server_group = "FAKE",
		.fallback_local = fallback,
		.method = "pap",
		.user = "local",
		.password = "secret",
		.client = addr_v4(0x0a010102),
		.service = "ppp"}};

	memset(asked, 0, sizeof asked);
	memset(&heard, 0, sizeof heard);
	aaa_message(aaa, from, &m);
}

static void ask(uint32_t id, bool fallback)
{
	ask_as(ROLE_ENGINE, id, fallback);
}

static void say(uint32_t id, const char *text)
{
	static const uint8_t packet[] = {1, 2, 3};
	struct ipc_msg m = {.type = MSG_AUTH_NEXT, .fd = -1,
	    .auth_next = {.id = id, .text = text, .response = {sizeof packet, packet}}};

	heard.replies = 0;
	aaa_message(aaa, ROLE_ENGINE, &m);
}

static void take_back(uint32_t id)
{
	struct ipc_msg m = {.type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = id}};

	heard.replies = 0;
	aaa_message(aaa, ROLE_ENGINE, &m);
}

/* ---- the order of a group ---------------------------------------------------------------- */

static const struct {
	const char *plans;
	bool fallback;
	const char *asked;
	uint8_t result;
	enum reason reason;
	const char *log;
} orders[] = {
    {"A", false, "0", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"R", true, "0", AUTH_REJECT, REASON_AUTH_REJECTED, "fake server"}, /* a no is an answer */
    {"E", false, "0", AUTH_ERROR, REASON_AUTH_TIMEOUT, "not accessible"},
    {"E", true, "0", AUTH_ACCEPT, REASON_NONE, "local database"},
    {"EA", true, "01", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"EER", true, "012", AUTH_REJECT, REASON_AUTH_REJECTED, "fake server"},
    {"EEA", false, "012", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"EEEE", false, "0123", AUTH_ERROR, REASON_AUTH_TIMEOUT, "not accessible"},
    {"EEEE", true, "0123", AUTH_ACCEPT, REASON_NONE, "local database"},
    {"AE", true, "0", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"", false, "", AUTH_ERROR, REASON_AUTH_TIMEOUT, "not accessible"},
    {"", true, "", AUTH_ACCEPT, REASON_NONE, "local database"},
};

START_TEST(a_group_in_its_order)
{
	group.n = strlen(orders[_i].plans);
	for (size_t i = 0; i < group.n; i++)
		fake[i].plan = orders[_i].plans[i];
	ask(1, orders[_i].fallback);
	ck_assert_str_eq(asked, orders[_i].asked);
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.id, 1);
	ck_assert_uint_eq(heard.last.result, orders[_i].result);
	ck_assert_uint_eq(heard.last.reason, orders[_i].reason);
	ck_assert_ptr_nonnull(strstr(heard.log, orders[_i].log));
}
END_TEST

/* Who erred is passed over for a while; the others go on. */
START_TEST(the_dead_are_passed_over)
{
	group.n = 3;
	fake[0].plan = 'E';
	fake[1].plan = fake[2].plan = 'A';
	ask(1, false);
	ck_assert_str_eq(asked, "01");
	fake[0].plan = 'A';
	ask(2, false);
	ck_assert_str_eq(asked, "1");
	sim_run(&sim, DEAD - 1);
	ask(3, false);
	ck_assert_str_eq(asked, "1");
	sim_run(&sim, 1);
	ask(4, false);
	ck_assert_str_eq(asked, "0");
}
END_TEST

/* When all are dead LOCAL answers without a word to them; without it they get another chance. */
START_TEST(when_all_are_dead)
{
	group.n = 2;
	fake[0].plan = fake[1].plan = 'E';
	ask(1, true);
	ck_assert_str_eq(asked, "01");
	ask(2, true);
	ck_assert_str_eq(asked, "");
	ck_assert_uint_eq(heard.last.result, AUTH_ACCEPT);
	fake[1].plan = 'A';
	ask(3, false);
	ck_assert_str_eq(asked, "01");
	ck_assert_uint_eq(heard.last.result, AUTH_ACCEPT);
	ask(4, false);
	ck_assert_str_eq(asked, "1");
	sim_run(&sim, DEAD);
	ask(5, false);
	ck_assert_str_eq(asked, "01");
}
END_TEST

/* ---- what travels ------------------------------------------------------------------------- */

START_TEST(what_a_server_hears_and_says)
{
	const struct aaa_request *r = &fake[0].request;

	fake[0].plan = 'A';
	ask(9, false);
	ck_assert_uint_eq(r->session, 4711);
	ck_assert_int_eq(r->method, AAA_PAP);
	ck_assert_str_eq(r->user, "local");
	ck_assert_str_eq(r->password, "secret");
	ck_assert_str_eq(r->service, "ppp");
	ck_assert_uint_eq(addr_to_v4(&r->client), 0x0a010102);
	ck_assert_int_eq(heard.to, ROLE_ENGINE);
	ck_assert_str_eq(heard.user, "known");
	ck_assert_str_eq(heard.message, "Hello");
	ck_assert_str_eq(heard.policy, "Gold");
	ck_assert_str_eq(heard.log,
	    "AAA user authentication Successful : fake server : user = known\n"
	    "AAA transaction status ACCEPT : user = known\n");
	/* Attributes are of an acceptance. */
	fake[0].plan = 'R';
	ask(9, false);
	ck_assert_str_eq(heard.policy, "");
}
END_TEST

/* Challenge and answer, as often as the server likes; only then it is over and told. */
START_TEST(challenges)
{
	fake[0] = (struct fake){.plan = 'C', .wanted = CHALLENGE_EAP, .challenge_len = 1500};
	ask(5, false);
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.result, AUTH_CHALLENGE);
	ck_assert_uint_eq(heard.last.wanted, CHALLENGE_EAP);
	ck_assert_uint_eq(heard.last.challenge.len, 1500);
	ck_assert_str_eq(heard.message, "Hello");
	ck_assert_uint_eq(heard.logs, 0);
	fake[0].wanted = CHALLENGE_TEXT;
	fake[0].after = 'A';
	say(5, "one");
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.wanted, CHALLENGE_TEXT);
	ck_assert_str_eq(fake[0].text, "one");
	ck_assert_mem_eq(fake[0].response, "\1\2\3", 3);
	ck_assert_uint_eq(fake[0].response_len, 3);
	say(6, "a stranger's"); /* there is no such conversation */
	ck_assert_uint_eq(fake[0].nexts, 1);
	say(5, "two");
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(heard.logs, 2);
	say(5, "three"); /* it is over */
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_uint_eq(fake[0].nexts, 2);
	ck_assert_uint_eq(fake[0].started, 1);
	ck_assert_uint_eq(fake[0].cancels, 0);
}
END_TEST

/* Nobody has asked the client: what it says meanwhile is not for the server. */
START_TEST(an_answer_without_a_challenge)
{
	fake[0].plan = 'S';
	ask(5, false);
	say(5, "early");
	ck_assert_uint_eq(fake[0].nexts, 0);
	ck_assert_uint_eq(heard.replies, 0);
	take_back(5);
}
END_TEST

/* A server that errs in the middle: the next one begins anew with what the client said first. */
START_TEST(error_after_a_challenge)
{
	group.n = 2;
	fake[0] = (struct fake){.plan = 'C', .after = 'E', .wanted = CHALLENGE_TEXT};
	fake[1].plan = 'R';
	ask(5, false);
	say(5, "code");
	ck_assert_str_eq(asked, "01");
	ck_assert_str_eq(fake[1].request.password, "secret");
	ck_assert_uint_eq(heard.last.result, AUTH_REJECT);
}
END_TEST

/* ---- deadline -------------------------------------------------------------------------------- */

START_TEST(the_deadline_is_the_groups)
{
	group.n = 2;
	fake[0].plan = 'S';
	fake[1].plan = 'A';
	ask(1, true);
	sim_run(&sim, DEADLINE - 1);
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_uint_eq(fake[0].cancels, 0);
	sim_run(&sim, 1);
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.result, AUTH_ERROR);
	ck_assert_uint_eq(heard.last.reason, REASON_AUTH_TIMEOUT);
	ck_assert_uint_eq(fake[0].cancels, 1);
	ck_assert_str_eq(heard.log, "AAA authentication server not accessible : user = local\n");
	ck_assert_uint_eq(fake[1].started, 0);
	ask(2, true); /* the silent one is dead */
	ck_assert_str_eq(asked, "1");
	sim_run(&sim, DEADLINE);
	ck_assert_uint_eq(heard.replies, 1);
}
END_TEST

/* The client may think as long as its protocol lets it; then the server's time begins anew. */
START_TEST(a_challenge_stops_the_clock)
{
	fake[0] = (struct fake){.plan = 'C', .after = 'S', .wanted = CHALLENGE_TEXT};
	sim_run(&sim, SEC);
	ask(1, false);
	sim_run(&sim, 100 * DEADLINE);
	ck_assert_uint_eq(heard.replies, 1);
	say(1, "at last");
	sim_run(&sim, DEADLINE - 1);
	ck_assert_uint_eq(heard.replies, 0);
	sim_run(&sim, 1);
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.result, AUTH_ERROR);
	ck_assert_uint_eq(fake[0].cancels, 1);
}
END_TEST

/* ---- cancel ---------------------------------------------------------------------------------- */

/* Said once more, it says so once, tells the server, and leaves no line. */
START_TEST(cancelled)
{
	fake[0] = (struct fake){.plan = _i ? 'C' : 'S', .wanted = CHALLENGE_NEW_PASSWORD};
	ask(3, true);
	take_back(4);
	take_back(3 + 256);
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_uint_eq(fake[0].cancels, 0);
	take_back(3);
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_uint_eq(heard.last.id, 3);
	ck_assert_uint_eq(heard.last.result, AUTH_CANCELLED);
	ck_assert_uint_eq(fake[0].cancels, 1);
	take_back(3);
	say(3, "late");
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_uint_eq(fake[0].nexts, 0);
	sim_run(&sim, 2 * DEADLINE);
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_uint_eq(heard.logs, 0);
	ck_assert_uint_eq(server[0].dead_until, 0); /* it has not erred */
}
END_TEST

/* What has had its answer is not there to be cancelled: one request, one end. */
START_TEST(too_late_to_cancel)
{
	fake[0].plan = 'A';
	ask(3, false);
	take_back(3);
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_uint_eq(fake[0].cancels, 0);
}
END_TEST

/* A role that begins anew with a number has forgotten what it asked under it. */
START_TEST(the_same_number_again)
{
	fake[0].plan = 'S';
	ask(3, false);
	fake[0].plan = 'A';
	ask(3, false);
	ck_assert_uint_eq(fake[0].cancels, 1);
	ck_assert_uint_eq(heard.replies, 1);
	sim_run(&sim, 2 * DEADLINE);
	ck_assert_uint_eq(heard.replies, 1);
}
END_TEST

/* Numbers are each role's own, and a role that is gone hears and keeps nothing. */
START_TEST(a_role_goes)
{
	group.n = 2;
	fake[0].plan = 'S';
	ask_as(ROLE_ENGINE, 3, false);
	server[0].dead_until = UINT64_MAX; /* the other is asked by the manager */
	fake[1].plan = 'S';
	ask_as(ROLE_MANAGER, 3, false);
	ck_assert_uint_eq(fake[0].cancels, 0);
	aaa_role_gone(aaa, ROLE_ENGINE);
	ck_assert_uint_eq(fake[0].cancels, 1);
	ck_assert_uint_eq(fake[1].cancels, 0);
	take_back(3); /* the engine's, of which there is none */
	ck_assert_uint_eq(heard.replies, 0);
	sim_run(&sim, DEADLINE);
	ck_assert_uint_eq(heard.replies, 1);
	ck_assert_int_eq(heard.to, ROLE_MANAGER);
}
END_TEST

START_TEST(what_aaa_is_not_asked)
{
	fake[0].plan = 'A';
	ask_as(ROLE_KEEPER, 3, false);
	ck_assert_uint_eq(heard.replies, 0);
	ck_assert_str_eq(asked, "");
}
END_TEST

/* A name that just fits is asked for, one that does not is refused at once. */
START_TEST(the_longest_name)
{
	char name[AAA_USER_MAX + 1];
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST, .fd = -1,
	    .auth_request = {.id = 1, .server_group = "FAKE", .method = "pap", .user = name,
	        .password = "", .service = "ppp"}};

	fake[0].plan = 'A';
	memset(name, 'n', sizeof name);
	name[AAA_USER_MAX] = '\0';
	aaa_message(aaa, ROLE_ENGINE, &m);
	ck_assert_uint_eq(heard.last.result, AUTH_ERROR);
	ck_assert_uint_eq(fake[0].started, 0);
	name[AAA_USER_MAX - 1] = '\0';
	aaa_message(aaa, ROLE_ENGINE, &m);
	ck_assert_uint_eq(heard.last.result, AUTH_ACCEPT);
	ck_assert_str_eq(fake[0].request.user, name);
}
END_TEST

START_TEST(groups_are_counted)
{
	unsigned n = 2; /* LOCAL and FAKE */

	while (aaa_group_add(aaa, "MORE", &group))
		n++;
	ck_assert_uint_eq(n, 32);
	fake[0].plan = 'A';
	ask(1, false);
	ck_assert_uint_eq(heard.last.result, AUTH_ACCEPT);
}
END_TEST

/* ---- the conversation itself --------------------------------------------------------------- */

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

	fake[0].plan = _i ? 'S' : 'R';
	answers = 0;
	conversation_start(&c, &sim.env, &group, NULL, &r, take_answer);
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
	TCase *tc = tcase_create("conversation");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_group_in_its_order, 0, sizeof orders / sizeof *orders);
	tcase_add_test(tc, the_dead_are_passed_over);
	tcase_add_test(tc, when_all_are_dead);
	tcase_add_test(tc, what_a_server_hears_and_says);
	tcase_add_test(tc, challenges);
	tcase_add_test(tc, an_answer_without_a_challenge);
	tcase_add_test(tc, error_after_a_challenge);
	tcase_add_test(tc, the_deadline_is_the_groups);
	tcase_add_test(tc, a_challenge_stops_the_clock);
	tcase_add_loop_test(tc, cancelled, 0, 2);
	tcase_add_test(tc, too_late_to_cancel);
	tcase_add_test(tc, the_same_number_again);
	tcase_add_test(tc, a_role_goes);
	tcase_add_test(tc, what_aaa_is_not_asked);
	tcase_add_test(tc, the_longest_name);
	tcase_add_test(tc, groups_are_counted);
	tcase_add_loop_test(tc, secrets_are_wiped, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
