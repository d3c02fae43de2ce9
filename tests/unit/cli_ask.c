/*
 * Questions to other roles: each gets its one answer, whatever happens to the role or to whom
 * it is for.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/ask.h"
#include "engine/ipc/channel.h"

static uv_loop_t loop;
static struct ipc_channel *channel[ROLE_COUNT], *engine;
static struct asks asks;
static uint32_t asked;	/* the id of the last question that came to the engine */
static uint32_t cursor; /* ... and its page */
static unsigned questions;
static size_t lengths[3]; /* ... of its what, filter, value */

/* What came back. */
static struct {
	unsigned calls;
	enum ask_status status;
	uint32_t count, error;
	char why[300];
	size_t records;
} got;

static void done(void *arg, const struct answer *a)
{
	ck_assert_ptr_eq(arg, &got);
	got.calls++;
	got.status = a->status;
	got.count = a->count;
	got.error = a->error;
	got.records = a->n;
	snprintf(got.why, sizeof got.why, "%s", answer_refusal(a) ? answer_refusal(a) : "");
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)arg;
	(void)ch;
	questions++;
	asked = m->type == MSG_QUERY ? m->query.id : m->act_logoff.id;
	cursor = m->type == MSG_QUERY ? m->query.cursor : 0;
	if (m->type == MSG_QUERY) {
		lengths[0] = strlen(m->query.what);
		lengths[1] = strlen(m->query.filter);
		lengths[2] = strlen(m->query.value);
	}
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void turn(void)
{
	for (int i = 0; i < 4; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void setup(void)
{
	memset(&got, 0, sizeof got);
	memset(&asks, 0, sizeof asks);
	questions = 0;
	uv_loop_init(&loop);
	asks.loop = &loop;
	asks.channel = channel;
	ck_assert(ipc_channel_pair(&loop, &channel[ROLE_ENGINE], &engine));
	ipc_channel_listen(engine, on_message, on_close, NULL);
	ipc_channel_listen(channel[ROLE_ENGINE], on_message, on_close, NULL);
}

static void teardown(void)
{
	ask_close_all(&asks);
	ipc_channel_close(channel[ROLE_ENGINE]);
	ipc_channel_close(engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

static bool message(enum role from, enum msg_type type, uint32_t id, uint32_t value)
{
	struct ipc_msg m = {.type = type, .fd = -1};

	switch (type) {
	case MSG_QUERY_END:
		m.query_end.id = id;
		m.query_end.cursor = value;
		break;
	case MSG_REC_COUNTER:
		m.rec_counter.id = id;
		m.rec_counter.name = "n";
		m.rec_counter.value = value;
		break;
	case MSG_KEEP_REPLY:
		m.keep_reply.id = id;
		m.keep_reply.error = value;
		m.keep_reply.text = value == EBUSY ? "is in use" : "";
		break;
	default:
		m.act_done.id = id;
		m.act_done.count = value;
		break;
	}
	return ask_message(&asks, from, &m);
}

START_TEST(pages_are_collected)
{
	ask_query(&asks, ROLE_ENGINE, "stats", NULL, "v", done, &got);
	turn();
	ck_assert(message(ROLE_ENGINE, MSG_REC_COUNTER, asked, 1));
	ck_assert(message(
	    ROLE_ENGINE, MSG_REC_COUNTER, asked + 1, 1));	 /* of nobody: is taken, and lost */
	ck_assert(message(ROLE_AAA, MSG_REC_COUNTER, asked, 1)); /* not from whom it was asked */
	ck_assert(message(ROLE_ENGINE, MSG_QUERY_END, asked, 9));
	turn();
	ck_assert_uint_eq(questions, 2);
	ck_assert_uint_eq(cursor, 9);
	ck_assert_uint_eq(got.calls, 0);
	message(ROLE_ENGINE, MSG_REC_COUNTER, asked, 2);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 0);
	ck_assert_uint_eq(got.calls, 1);
	ck_assert_int_eq(got.status, ASK_DONE);
	ck_assert_uint_eq(got.records, 2);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 0); /* once */
	ck_assert_uint_eq(got.calls, 1);
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
}
END_TEST

START_TEST(what_is_no_answer_is_left_to_others)
{
	struct ipc_msg m = {.type = MSG_TRACE_LINE, .fd = -1};

	ck_assert(!ask_message(&asks, ROLE_ENGINE, &m));
}
END_TEST

START_TEST(an_act_is_counted)
{
	struct ipc_msg m = {
	    .type = MSG_ACT_LOGOFF, .fd = -1, .act_logoff = {.filter = "all", .value = ""}};

	ask_send(&asks, ROLE_ENGINE, &m, done, &got);
	turn();
	ck_assert_uint_ne(asked, 0);
	message(ROLE_ENGINE, MSG_ACT_DONE, asked, 3);
	ck_assert_uint_eq(got.calls, 1);
	ck_assert_uint_eq(got.count, 3);
	ck_assert_str_eq(got.why, "");
}
END_TEST

START_TEST(a_refusal_says_why)
{
	struct ipc_msg m = {
	    .type = MSG_ACT_LOGOFF, .fd = -1, .act_logoff = {.filter = "", .value = ""}};

	for (int i = 0; i < 2; i++) {
		ask_send(&asks, ROLE_ENGINE, &m, done, &got);
		turn();
		message(ROLE_ENGINE, MSG_KEEP_REPLY, asked, i ? EBUSY : EPERM);
		ck_assert_int_eq(got.status, ASK_FAILED);
		ck_assert_uint_eq(got.error, (uint32_t)(i ? EBUSY : EPERM));
		ck_assert_str_eq(got.why, i ? "is in use" : strerror(EPERM));
	}
	ask_send(&asks, ROLE_ENGINE, &m, done, &got);
	turn();
	message(ROLE_ENGINE, MSG_KEEP_REPLY, asked, 0);
	ck_assert_int_eq(got.status, ASK_DONE);
	ck_assert_str_eq(got.why, "");
}
END_TEST

START_TEST(a_role_that_is_not_there)
{
	ask_query(&asks, ROLE_AAA, "x", NULL, NULL, done, &got);
	ck_assert_uint_eq(got.calls, 0); /* never from within the call */
	ck_assert(ask_is_open(&asks, ROLE_AAA));
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
	turn();
	ck_assert_uint_eq(got.calls, 1);
	ck_assert_int_eq(got.status, ASK_AWAY);
	ck_assert_str_eq(got.why, "the keeper is away");
}
END_TEST

START_TEST(a_role_that_goes)
{
	ask_query(&asks, ROLE_ENGINE, "a", NULL, NULL, done, &got);
	ask_query(&asks, ROLE_ENGINE, "b", NULL, NULL, done, &got);
	ask_role_gone(&asks, ROLE_KEEPER);
	ck_assert_uint_eq(got.calls, 0);
	ask_role_gone(&asks, ROLE_ENGINE);
	ck_assert_uint_eq(got.calls, 2);
	ck_assert_int_eq(got.status, ASK_AWAY);
}
END_TEST

START_TEST(nobody_waits_any_more)
{
	struct ask *a = ask_query(&asks, ROLE_ENGINE, "a", NULL, NULL, done, &got);

	turn();
	ask_cancel(a);
	ask_cancel(NULL);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 5); /* its other pages nobody reads */
	turn();
	ck_assert_uint_eq(questions, 1);
	ck_assert_uint_eq(got.calls, 0);
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
}
END_TEST

/* ---- patience --------------------------------------------------------------------------- */

static void find_timer(uv_handle_t *h, void *timer)
{
	if (h->type == UV_TIMER && uv_is_active(h))
		*(uv_timer_t **)timer = (uv_timer_t *)h;
}

/* The one that runs. */
static uv_timer_t *timer(void)
{
	uv_timer_t *t = NULL;

	uv_walk(&loop, find_timer, &t);
	return t;
}

/* All of its time goes by but so much; none: it is over. */
static void time_passes(uint64_t left)
{
	uv_timer_t *t = timer();

	ck_assert_ptr_nonnull(t);
	uv_timer_start(t, t->timer_cb, left, 0);
}

START_TEST(a_role_that_is_silent)
{
	struct ipc_msg m = {
	    .type = MSG_ACT_LOGOFF, .fd = -1, .act_logoff = {.filter = "", .value = ""}};

	for (unsigned i = 0; i < 2; i++) {
		if (i)
			ask_send(&asks, ROLE_ENGINE, &m, done, &got);
		else
			ask_query(&asks, ROLE_ENGINE, "x", NULL, NULL, done, &got);
		turn();
		ck_assert_uint_eq(got.calls, i);
		ck_assert_uint_gt(uv_timer_get_due_in(timer()), 1000);
		time_passes(0);
		turn();
		ck_assert_uint_eq(got.calls, i + 1);
		ck_assert_int_eq(got.status, ASK_TIMEOUT);
		ck_assert_str_eq(got.why, "the keeper does not answer");
		ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
		/* Its answer comes too late for anybody. */
		ck_assert(message(ROLE_ENGINE, MSG_ACT_DONE, asked, 3));
		ck_assert_uint_eq(got.calls, i + 1);
	}
}
END_TEST

/* Whoever still answers has time for the next piece: a long answer takes as long as it takes. */
START_TEST(each_piece_has_time_of_its_own)
{
	ask_query(&asks, ROLE_ENGINE, "x", NULL, NULL, done, &got);
	turn();
	time_passes(1);
	message(ROLE_ENGINE, MSG_REC_COUNTER, asked, 1);
	ck_assert_uint_gt(uv_timer_get_due_in(timer()), 1000);
	time_passes(1);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 5);
	ck_assert_uint_gt(uv_timer_get_due_in(timer()), 1000);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 0);
	ck_assert_ptr_null(timer());
	ck_assert_int_eq(got.status, ASK_DONE);
}
END_TEST

/* One that nobody waits for times out as well, and tells nobody. */
START_TEST(silence_that_nobody_hears)
{
	ask_cancel(ask_query(&asks, ROLE_ENGINE, "x", NULL, NULL, done, &got));
	time_passes(0);
	turn();
	ck_assert_uint_eq(got.calls, 0);
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
}
END_TEST

/* ---- several at once -------------------------------------------------------------------- */

/* 0 is the id of what nobody asked. */
START_TEST(ids_are_never_zero)
{
	static const uint32_t expected[] = {UINT32_MAX - 1, UINT32_MAX, 1, 2};

	asks.last_id = UINT32_MAX - 2;
	for (size_t i = 0; i < 4; i++) {
		ask_query(&asks, ROLE_ENGINE, "x", NULL, NULL, done, &got);
		turn();
		ck_assert_uint_eq(asked, expected[i]);
	}
}
END_TEST

/* Answered in any order, each ends by itself and the others stay. */
START_TEST(answers_in_any_order)
{
	static const uint32_t order[][3] = {
	    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (size_t i = 0; i < 6; i++) {
		uint32_t first = asks.last_id + 1;

		got.calls = 0;
		for (int k = 0; k < 3; k++)
			ask_query(&asks, ROLE_ENGINE, "x", NULL, NULL, done, &got);
		for (unsigned k = 0; k < 3; k++) {
			ck_assert(ask_is_open(&asks, ROLE_ENGINE));
			message(ROLE_ENGINE, MSG_QUERY_END, first + order[i][k], 0);
			ck_assert_uint_eq(got.calls, k + 1);
		}
		ck_assert_ptr_null(asks.open);
		ck_assert_ptr_null(asks.oldest);
	}
}
END_TEST

/* A role's end is the end of what it was asked, wherever that stands; of nothing else. */
START_TEST(one_role_of_two_goes)
{
	ask_query(&asks, ROLE_ENGINE, "a", NULL, NULL, done, &got);
	ask_query(&asks, ROLE_AAA, "b", NULL, NULL, done, &got);
	ask_query(&asks, ROLE_ENGINE, "c", NULL, NULL, done, &got);
	ask_role_gone(&asks, ROLE_ENGINE);
	ck_assert_uint_eq(got.calls, 2);
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
	ck_assert(ask_is_open(&asks, ROLE_AAA));
	ask_close_all(&asks);
	ck_assert_uint_eq(got.calls, 2);
}
END_TEST

/* Texts are cut to the room that is kept for them. */
START_TEST(long_texts_are_cut)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = -1};
	char text[401];

	memset(text, 'x', 400);
	text[400] = '\0';
	ask_query(&asks, ROLE_ENGINE, text, text, text, done, &got);
	turn();
	ck_assert_uint_eq(lengths[0], 31);
	ck_assert_uint_eq(lengths[1], 31);
	ck_assert_uint_eq(lengths[2], 127);
	m.keep_reply.id = asked;
	m.keep_reply.error = EIO;
	m.keep_reply.text = text;
	ask_message(&asks, ROLE_ENGINE, &m);
	ck_assert_uint_eq(strlen(got.why), 255);
	ask_query(&asks, ROLE_ENGINE, text + 369, text + 370, text + 273, done, &got);
	turn();
	ck_assert_uint_eq(lengths[0], 31);
	ck_assert_uint_eq(lengths[1], 30);
	ck_assert_uint_eq(lengths[2], 127);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_ask");
	TCase *tc = tcase_create("cli_ask");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, pages_are_collected);
	tcase_add_test(tc, what_is_no_answer_is_left_to_others);
	tcase_add_test(tc, an_act_is_counted);
	tcase_add_test(tc, a_refusal_says_why);
	tcase_add_test(tc, a_role_that_is_not_there);
	tcase_add_test(tc, a_role_that_goes);
	tcase_add_test(tc, nobody_waits_any_more);
	tcase_add_test(tc, a_role_that_is_silent);
	tcase_add_test(tc, each_piece_has_time_of_its_own);
	tcase_add_test(tc, silence_that_nobody_hears);
	tcase_add_test(tc, ids_are_never_zero);
	tcase_add_test(tc, answers_in_any_order);
	tcase_add_test(tc, one_role_of_two_goes);
	tcase_add_test(tc, long_texts_are_cut);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
