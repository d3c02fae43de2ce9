/*
 * Syslog servers: datagrams and streams over socket pairs that the test opens
 * in the keeper's place; bounded queues, what is dropped is counted, a server
 * that is lost is asked for again. /
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/log/senders.h"

static uv_loop_t loop;
static struct senders all;
static uint32_t asked;  /* the id of the last question */
static unsigned asks, losses, returns;
static int far;         /* the server's end */
static char got[1 << 20];

static const struct log_host UDP = {.ifname = "inside", .port = 514};
static const struct log_host TCP = {.ifname = "inside", .port = 1470, .tcp = true};

static void ask(void *ctx, uint32_t id, const struct log_host *h)
{
	ck_assert_ptr_eq(ctx, &far);
	(void)h;
	asked = id;
	asks++;
}

static void lost(void *ctx, const struct log_host *h, bool now)
{
	(void)ctx;
	ck_assert(h->tcp);
	losses += now;
	returns += !now;
}

static void turn(void)
{
	for (int i = 0; i < 3; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void setup(void)
{
	uv_loop_init(&loop);
	senders_init(&all, &loop);
	all.open = ask;
	all.lost = lost;
	all.open_ctx = &far;
	asks = losses = returns = 0;
	far = -1;
}

static void teardown(void)
{
	senders_fini(&all);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	if (far >= 0)
		close(far);
}

/* The keeper's answer. */
static void give(int type)
{
	int fd[2], small = 4096;

	ck_assert_int_eq(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, fd), 0);
	setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	far = fd[1];
	sender_opened(&all, asked, fd[0]);
	turn();
}

static const char *read_all(void)
{
	ssize_t n;
	size_t at = 0;

	turn();
	while ((n = read(far, got + at, sizeof got - 1 - at)) > 0) {
		at += (size_t)n;
		turn();
	}
	got[at] = '\0';
	return got;
}

static struct sender *only(void)
{
	return TAILQ_FIRST(&all.list);
}

static void say(const char *line)
{
	sender_say(only(), line, strlen(line));
}

START_TEST(datagrams)
{
	senders_set(&all, &UDP, 1, 2);
	ck_assert_uint_eq(asks, 1);
	say("one"); /* waits for the socket */
	say("two");
	say("three");
	ck_assert_uint_eq(only()->dropped, 1);
	give(SOCK_DGRAM);
	ck_assert_uint_eq(only()->sent, 2);
	ck_assert_int_eq(read(far, got, sizeof got), 3);
	ck_assert_int_eq(memcmp(got, "one", 3), 0);
	ck_assert_int_eq(read(far, got, sizeof got), 3);
	say("four");
	ck_assert_int_eq(read(far, got, sizeof got), 4);
	ck_assert_uint_eq(losses, 0);
}
END_TEST

/* A server that does not read costs what has no room, and nobody waits. */
START_TEST(a_full_datagram_socket)
{
	senders_set(&all, &UDP, 1, 8);
	give(SOCK_DGRAM);
	for (int i = 0; i < 1000; i++)
		say("a line that is not read");
	ck_assert_uint_gt(only()->dropped, 0);
	ck_assert_uint_eq(only()->dropped + only()->sent, 1000);
	ck_assert_uint_eq(only()->n, 0);
}
END_TEST

START_TEST(a_stream)
{
	senders_set(&all, &TCP, 1, 4000);
	say("one");
	give(SOCK_STREAM);
	ck_assert_int_eq(only()->state, SENDER_UP);
	say("two");
	ck_assert_str_eq(read_all(), "one\ntwo\n");
	/* More than the socket takes: the rest follows, whole and in order. */
	for (int i = 0; i < 3000; i++) {
		char line[40];

		snprintf(line, sizeof line, "line number %d", i);
		say(line);
	}
	ck_assert_uint_gt(only()->n, 0);
	read_all();
	ck_assert_uint_eq(only()->n, 0);
	ck_assert_uint_eq(only()->sent, 3002);
	for (int i = 0, at = 0; i < 3000; i++) {
		char line[40];
		int len = snprintf(line, sizeof line, "line number %d\n", i);

		ck_assert_int_eq(strncmp(got + at, line, (size_t)len), 0);
		at += len;
	}
}
END_TEST

START_TEST(a_stream_that_is_not_read)
{
	senders_set(&all, &TCP, 1, 10);
	give(SOCK_STREAM);
	for (int i = 0; i < 5000; i++)
		say("a line that is not read");
	ck_assert_uint_eq(only()->n, 10);
	ck_assert_uint_eq(only()->most, 10);
	ck_assert_uint_eq(only()->dropped + only()->sent + only()->n, 5000);
}
END_TEST

/* It is told once, asked for again, and what waited is sent whole to the next. */
START_TEST(a_server_that_vanishes)
{
	senders_set(&all, &TCP, 1, 100);
	give(SOCK_STREAM);
	close(far);
	turn();
	ck_assert_int_eq(only()->state, SENDER_DOWN);
	ck_assert_uint_eq(losses, 1);
	say("meanwhile");
	only()->again = 2;
	uv_timer_start(only()->timer, only()->timer->timer_cb, 1, 0); /* its second is over */
	while (asks < 2)
		uv_run(&loop, UV_RUN_ONCE);
	sender_opened(&all, asked, -1); /* refused */
	ck_assert_uint_eq(losses, 1);
	ck_assert_uint_eq(only()->again, 4);
	while (asks < 3)
		uv_run(&loop, UV_RUN_ONCE);
	give(SOCK_STREAM);
	ck_assert_uint_eq(returns, 1);
	ck_assert_uint_eq(only()->again, SENDER_AGAIN_MIN);
	ck_assert_str_eq(read_all(), "meanwhile\n");
}
END_TEST

START_TEST(waiting_has_an_end)
{
	senders_set(&all, &TCP, 1, 100);
	for (int i = 0; i < 20; i++) {
		only()->state = SENDER_ASKED;
		only()->id = asked;
		sender_opened(&all, asked, -1);
		ck_assert_uint_eq(losses, i > 0); /* the first is no news */
		ck_assert_uint_le(only()->again, SENDER_AGAIN_MAX);
	}
	ck_assert_uint_eq(only()->again, SENDER_AGAIN_MAX);
	ck_assert_uint_eq(only()->errors, 20);
}
END_TEST

/* Who stays in the configuration goes on; who is gone, is. Old answers are nobody's. */
START_TEST(hosts_come_and_go)
{
	const struct log_host two[] = {UDP, TCP};
	uint32_t old;
	int fd[2];

	senders_set(&all, &UDP, 1, 5);
	give(SOCK_DGRAM);
	old = asked;
	senders_set(&all, two, 2, 5);
	ck_assert_uint_eq(asks, 2);
	ck_assert_int_eq(only()->state, SENDER_UP);
	senders_set(&all, &TCP, 1, 5);
	ck_assert_int_eq(only()->kind, SENDER_TCP);
	ck_assert_ptr_null(TAILQ_NEXT(only(), next));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	sender_opened(&all, old, fd[0]);
	ck_assert_int_eq(fcntl(fd[0], F_GETFD), -1); /* closed */
	close(fd[1]);
	senders_set(&all, NULL, 0, 5);
	ck_assert(TAILQ_EMPTY(&all.list));
}
END_TEST

START_TEST(a_host_without_a_journal)
{
	senders_set(&all, NULL, 0, 5);
	senders_want_journal(&all);
	ck_assert(senders_have_journal(&all));
	sender_opened(&all, asked, -1);
	ck_assert(!senders_have_journal(&all));
	senders_want_journal(&all);
	give(SOCK_DGRAM);
	say("MESSAGE=x\n");
	ck_assert_str_eq(read_all(), "MESSAGE=x\n");
	senders_set(&all, NULL, 0, 5); /* is no host */
	ck_assert(senders_have_journal(&all));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {datagrams, a_full_datagram_socket, a_stream,
	    a_stream_that_is_not_read, a_server_that_vanishes, waiting_has_an_end,
	    hosts_come_and_go, a_host_without_a_journal};
	Suite *suite = suite_create("log_senders");
	TCase *tc = tcase_create("log_senders");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
