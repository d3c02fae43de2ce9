/* A child of the keeper's as the manager hears it: the test is the keeper, and the child. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/manager/child.h"
#include "tests/support/one_act.h"

static struct one_act one;
static struct child *child;
static int theirs; /* the child's end of the stream */
static struct text heard;
static unsigned frames, ends, sents;
static char why[300];
static bool kills; /* the next frame is the last that is wanted */

static void there(void *arg)
{
	(void)arg;
	text_add(&heard, "there;");
}

static void frame(void *arg, const struct stream_frame *f)
{
	(void)arg;
	frames++;
	text_addf(&heard, "%d=%.*s;", (int)f->type, (int)f->len, (const char *)f->data);
	if (kills) {
		child_kill(child);
		child = NULL;
	}
}

static void ended(void *arg, const char *reason)
{
	(void)arg;
	ends++;
	child = NULL;
	snprintf(why, sizeof why, "%s", reason ? reason : "well");
}

static void sent(void *arg)
{
	(void)arg;
	sents++;
}

static const struct child_ears ears = {.there = there, .frame = frame, .ended = ended};

static void turn(void)
{
	for (int i = 0; i < 5; i++)
		uv_run(&box_loop, UV_RUN_NOWAIT);
}

/* The keeper says: error, or a stream. */
static void answer(int error)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY,
	    .fd = -1,
	    .keep_reply = {.id = one.box.m->asks.last_id, .error = (uint32_t)error, .text = ""}};
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	theirs = pair[1];
	m.fd = error ? -1 : pair[0];
	ck_assert(ask_message(&one.box.m->asks, ROLE_KEEPER, &m));
	close(pair[0]);
	turn();
}

static void setup(void)
{
	struct ipc_msg m = {.type = MSG_KEEP_PING,
	    .keep_ping = {.host = "h", .repeat = 1, .size = 100, .timeout = 1}};

	one_act_setup(&one);
	text_clear(&heard);
	frames = ends = sents = 0;
	why[0] = 0;
	kills = false;
	theirs = -1;
	child = child_start(&one.box.m->asks, &m, &ears, NULL);
}

static void teardown(void)
{
	child_kill(child);
	if (theirs >= 0)
		close(theirs);
	turn();
	one_act_teardown(&one);
	text_free(&heard);
}

START_TEST(it_says_and_ends)
{
	answer(0);
	stream_say(theirs, STREAM_TEXT, "one");
	stream_say(theirs, STREAM_TEXT, "two");
	turn();
	ck_assert_str_eq(text_str(&heard), "there;2=one;2=two;");
	ck_assert_uint_eq(ends, 0);
	stream_send(theirs, STREAM_END, "", 0);
	stream_say(theirs, STREAM_TEXT, "more");
	turn();
	ck_assert_uint_eq(ends, 1);
	ck_assert_str_eq(why, "well");
	ck_assert_uint_eq(frames, 2);
}
END_TEST

START_TEST(it_fails)
{
	answer(0);
	stream_say(theirs, STREAM_FAILED, "no such file");
	turn();
	ck_assert_str_eq(why, "no such file");
	ck_assert_uint_eq(ends, 1);
}
END_TEST

START_TEST(it_dies)
{
	answer(0);
	stream_say(theirs, STREAM_TEXT, "half");
	close(theirs);
	theirs = -1;
	turn();
	ck_assert_uint_eq(frames, 1);
	ck_assert_str_eq(why, "ERROR: The task has ended before its time");
}
END_TEST

START_TEST(it_talks_nonsense)
{
	answer(0);
	ck_assert_int_eq(write(theirs, "\377\377\377\377\377", 5), 5);
	turn();
	ck_assert_str_eq(why, "ERROR: The task talks nonsense");
	ck_assert_uint_eq(ends, 1);
}
END_TEST

START_TEST(the_keeper_refuses)
{
	answer(EAGAIN);
	ck_assert_str_eq(why, "ERROR: Too many commands of this kind run; try again later");
	ck_assert_uint_eq(ends, 1);
}
END_TEST

START_TEST(nobody_wants_more)
{
	char byte;

	answer(0);
	child_finish(child);
	child_finish(child);
	turn();
	ck_assert_int_eq(recv(theirs, &byte, 1, MSG_DONTWAIT), 0); /* it hears of it */
	ck_assert_uint_eq(ends, 0);
	stream_say(theirs, STREAM_TEXT, "statistics");
	stream_send(theirs, STREAM_END, "", 0);
	turn();
	ck_assert_str_eq(text_str(&heard), "there;2=statistics;");
	ck_assert_str_eq(why, "well");
}
END_TEST

START_TEST(nobody_wants_it_before_it_is_there)
{
	child_finish(child);
	ck_assert_uint_eq(ends, 0); /* not from within the call */
	turn();
	ck_assert_uint_eq(ends, 1);
	answer(0);
	ck_assert_str_eq(text_str(&heard), "");
}
END_TEST

START_TEST(killed_it_is_not_heard)
{
	answer(0);
	kills = true;
	stream_say(theirs, STREAM_TEXT, "one");
	stream_say(theirs, STREAM_TEXT, "two");
	stream_send(theirs, STREAM_END, "", 0);
	turn();
	ck_assert_uint_eq(frames, 1);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

START_TEST(it_is_fed)
{
	static struct stream_reader r;
	struct stream_frame f;

	answer(0);
	child_send(child, STREAM_DATA, "bytes", 5, sent);
	child_send(child, STREAM_END, "", 0, NULL);
	turn();
	ck_assert_uint_eq(sents, 1);
	ck_assert_int_eq(stream_wait(theirs, &r, &f), 1);
	ck_assert_int_eq(f.type, STREAM_DATA);
	ck_assert_str_eq((const char *)f.data, "bytes");
	ck_assert_int_eq(stream_wait(theirs, &r, &f), 1);
	ck_assert_int_eq(f.type, STREAM_END);
	stream_wipe(&r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_child");
	TCase *t = tcase_create("cli_child");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, it_says_and_ends);
	tcase_add_test(t, it_fails);
	tcase_add_test(t, it_dies);
	tcase_add_test(t, it_talks_nonsense);
	tcase_add_test(t, the_keeper_refuses);
	tcase_add_test(t, nobody_wants_more);
	tcase_add_test(t, nobody_wants_it_before_it_is_there);
	tcase_add_test(t, killed_it_is_not_heard);
	tcase_add_test(t, it_is_fed);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
