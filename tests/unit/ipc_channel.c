/* Channels: order, packing, descriptors, a reader that stalls, a peer that dies. */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/ipc/channel.h"

struct end {
	struct ipc_channel *ch;
	uint32_t next; /* the ACT_DONE id expected next */
	unsigned got, closed;
	int fd;
	bool close_at_first;
};

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct end *e = arg;

	e->got++;
	if (m->type == MSG_ACT_DONE)
		ck_assert_uint_eq(m->act_done.id, e->next++);
	if (m->type == MSG_KEEP_REPLY) {
		e->fd = m->fd;
		m->fd = -1;
	}
	if (e->close_at_first) {
		ipc_channel_close(ch);
		e->ch = NULL;
	}
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	struct end *e = arg;

	e->closed++;
	ck_assert_ptr_eq(ch, e->ch);
	ipc_channel_close(ch);
	e->ch = NULL;
}

static struct ipc_msg act_done(uint32_t id)
{
	return (struct ipc_msg){.type = MSG_ACT_DONE, .fd = -1, .act_done = {.id = id}};
}

static void open_pair(uv_loop_t *loop, struct end e[2])
{
	int fd[2];

	ck_assert_int_eq(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd), 0);
	for (int i = 0; i < 2; i++) {
		e[i] = (struct end){.fd = -1};
		e[i].ch = ipc_channel_open(loop, fd[i], on_message, on_close, &e[i]);
		ck_assert_ptr_nonnull(e[i].ch);
	}
}

static void close_loop(uv_loop_t *loop, struct end e[2])
{
	for (int i = 0; i < 2; i++)
		ipc_channel_close(e[i].ch);
	uv_run(loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(loop), 0);
}

START_TEST(in_order_and_packed)
{
	uv_loop_t loop;
	struct end e[2];

	uv_loop_init(&loop);
	open_pair(&loop, e);
	for (uint32_t i = 0; i < 100; i++) {
		struct ipc_msg m = act_done(i);

		ck_assert(ipc_send(e[0].ch, &m));
		ck_assert(ipc_send(e[1].ch, &m));
	}
	uv_run(&loop, UV_RUN_ONCE);
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(e[0].got, 100);
	ck_assert_uint_eq(e[1].got, 100);
	close_loop(&loop, e);
}
END_TEST

/* The 10,000 lines of a pasted configuration, before the other side reads any. */
START_TEST(stalled_reader_loses_nothing)
{
	enum { N = 400000 };
	uv_loop_t loop;
	struct end e[2];

	uv_loop_init(&loop);
	open_pair(&loop, e);
	for (uint32_t i = 0; i < N; i++) {
		struct ipc_msg m = act_done(i);

		ck_assert(ipc_send(e[0].ch, &m));
	}
	ipc_flush(e[0].ch);
	ck_assert_uint_gt(ipc_queued(e[0].ch), 0);
	for (int i = 0; i < 10000 && e[1].got < N; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(e[1].got, N);
	ck_assert_uint_eq(ipc_queued(e[0].ch), 0);
	close_loop(&loop, e);
}
END_TEST

/* The other side, in a thread of its own: reads until all is over. */
static void *reads(void *arg)
{
	char packet[70000];
	int fd = *(int *)arg;
	ssize_t n;

	while ((n = recv(fd, packet, sizeof packet, 0)) > 0)
		;
	return NULL;
}

/* Last words before the end: they wait for a slow reader, and not for ever for one that is none. */
START_TEST(last_words_linger)
{
	uv_loop_t loop;
	struct end e[2] = {{.fd = -1}, {.fd = -1}};
	pthread_t reader;
	int fd[2];

	uv_loop_init(&loop);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd), 0);
	e[0].ch = ipc_channel_open(&loop, fd[0], on_message, on_close, &e[0]);
	ck_assert_ptr_nonnull(e[0].ch);
	for (uint32_t i = 0; i < 400000; i++) {
		struct ipc_msg m = act_done(i);

		ck_assert(ipc_send(e[0].ch, &m));
	}
	ipc_linger(e[0].ch, 10);
	ck_assert_uint_gt(ipc_queued(e[0].ch), 0);
	ck_assert_int_eq(pthread_create(&reader, NULL, reads, &fd[1]), 0);
	ipc_linger(e[0].ch, 60000);
	ck_assert_uint_eq(ipc_queued(e[0].ch), 0);
	ipc_linger(NULL, 1000);
	close_loop(&loop, e);
	pthread_join(reader, NULL);
	close(fd[1]);
}
END_TEST

START_TEST(descriptors_travel)
{
	uv_loop_t loop;
	struct end e[2];
	int fd[2];
	char c = 'x';
	struct ipc_msg before = act_done(0), after = act_done(1);
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .keep_reply = {.id = 7, .text = ""}};

	uv_loop_init(&loop);
	open_pair(&loop, e);
	ck_assert_int_eq(pipe(fd), 0);
	m.fd = fd[1];
	ck_assert(ipc_send(e[0].ch, &before) && ipc_send(e[0].ch, &m) && ipc_send(e[0].ch, &after));
	uv_run(&loop, UV_RUN_ONCE);
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(e[1].got, 3);
	ck_assert_int_ge(e[1].fd, 0);
	ck_assert_int_ne(fcntl(e[1].fd, F_GETFD) & FD_CLOEXEC, 0);
	close(fd[1]);
	ck_assert_int_eq(write(e[1].fd, "y", 1), 1);
	ck_assert_int_eq(read(fd[0], &c, 1), 1);
	ck_assert_int_eq(c, 'y');
	close(e[1].fd);
	close(fd[0]);
	close_loop(&loop, e);
}
END_TEST

START_TEST(death_is_told_once_after_the_last_words)
{
	uv_loop_t loop;
	struct end e[2];
	struct ipc_msg m = act_done(0);

	uv_loop_init(&loop);
	open_pair(&loop, e);
	ck_assert(ipc_send(e[0].ch, &m));
	ipc_channel_close(e[0].ch);
	e[0].ch = NULL;
	ck_assert(!ipc_send(NULL, &m));
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(e[1].got, 1);
	ck_assert_uint_eq(e[1].closed, 1);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

START_TEST(nonsense_ends_the_channel)
{
	static const uint8_t row[][8] = {{0, 0, 0, 200, 0, 1, 0, 0}, {0, 0, 0, 2, 0xff, 0xff, 0, 0},
	    {0xff, 0xff, 0xff, 0xff}, {0, 0, 0, 0, 0, 0, 0, 0}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uv_loop_t loop;
		struct end e = {.fd = -1};
		int fd[2];

		uv_loop_init(&loop);
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
		e.ch = ipc_channel_open(&loop, fd[0], on_message, on_close, &e);
		ck_assert_int_eq(send(fd[1], row[i], sizeof row[i], 0), sizeof row[i]);
		uv_run(&loop, UV_RUN_DEFAULT);
		ck_assert_uint_eq(e.closed, 1);
		ck_assert_uint_eq(e.got, 0);
		close(fd[1]);
		ck_assert_int_eq(uv_loop_close(&loop), 0);
	}
}
END_TEST

START_TEST(too_long_is_refused)
{
	uv_loop_t loop;
	struct end e[2];
	char *text = malloc(IPC_PACKET_MAX + 1);
	struct ipc_msg m = {.type = MSG_TRACE_LINE, .fd = -1, .trace_line = {.text = text}};

	memset(text, 'a', IPC_PACKET_MAX);
	text[IPC_PACKET_MAX] = 0;
	uv_loop_init(&loop);
	open_pair(&loop, e);
	ck_assert(!ipc_send(e[0].ch, &m));
	text[IPC_PACKET_MAX - 100] = 0;
	ck_assert(ipc_send(e[0].ch, &m));
	ck_assert(ipc_send(e[0].ch, &m));
	for (int i = 0; i < 5; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(e[1].got, 2);
	free(text);
	close_loop(&loop, e);
}
END_TEST

START_TEST(pair_in_one_process)
{
	struct end e[2] = {{.fd = -1}, {.fd = -1}};
	struct ipc_msg m = act_done(0), fd = {.type = MSG_KEEP_REPLY, .fd = 0};

	ck_assert(ipc_channel_pair(NULL, &e[0].ch, &e[1].ch));
	for (int i = 0; i < 2; i++)
		ipc_channel_listen(e[i].ch, on_message, on_close, &e[i]);
	ck_assert(ipc_send(e[0].ch, &m) && ipc_send(e[1].ch, &m) && ipc_send(e[0].ch, &fd));
	ck_assert_uint_gt(ipc_queued(e[0].ch), 0);
	ipc_channel_run(e[0].ch);
	ck_assert_uint_eq(e[0].got, 1);
	ck_assert_uint_eq(e[1].got, 2);
	ck_assert_int_gt(e[1].fd, 0);
	close(e[1].fd);
	m = act_done(1);
	e[0].close_at_first = true;
	ck_assert(ipc_send(e[1].ch, &m));
	ipc_channel_run(e[1].ch);
	ck_assert_ptr_null(e[0].ch);
	ck_assert_uint_eq(e[1].closed, 1);
}
END_TEST

START_TEST(pair_on_a_loop)
{
	uv_loop_t loop;
	struct end e[2] = {{.fd = -1}, {.fd = -1}};
	struct ipc_msg m = act_done(0);

	uv_loop_init(&loop);
	ck_assert(ipc_channel_pair(&loop, &e[0].ch, &e[1].ch));
	for (int i = 0; i < 2; i++)
		ipc_channel_listen(e[i].ch, on_message, on_close, &e[i]);
	ck_assert(ipc_send(e[0].ch, &m));
	ck_assert_uint_eq(e[1].got, 0);
	uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(e[1].got, 1);
	close_loop(&loop, e);
}
END_TEST

/* Nobody has to ask whether there still is a channel. */
START_TEST(what_is_gone_takes_nothing)
{
	struct end e[2];
	struct ipc_msg m = act_done(0);
	uv_loop_t loop;

	ck_assert_int_eq(uv_loop_init(&loop), 0);
	ipc_flush(NULL);
	ipc_channel_close(NULL);
	ck_assert_uint_eq(ipc_queued(NULL), 0);
	ck_assert(!ipc_send(NULL, &m));
	open_pair(&loop, e);
	ipc_channel_close(e[1].ch);
	uv_run(&loop, UV_RUN_NOWAIT);
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(e[0].closed, 1);
	ck_assert_uint_eq(e[0].got, 0);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ipc_channel");
	TCase *tc = tcase_create("channel");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, in_order_and_packed);
	tcase_add_test(tc, stalled_reader_loses_nothing);
	tcase_add_test(tc, last_words_linger);
	tcase_add_test(tc, descriptors_travel);
	tcase_add_test(tc, death_is_told_once_after_the_last_words);
	tcase_add_test(tc, nonsense_ends_the_channel);
	tcase_add_test(tc, too_long_is_refused);
	tcase_add_test(tc, pair_in_one_process);
	tcase_add_test(tc, pair_on_a_loop);
	tcase_add_test(tc, what_is_gone_takes_nothing);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
