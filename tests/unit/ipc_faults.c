/* Channels whose kernel refuses, interrupts or ends them: what is said again, what is lost with the
 * channel, and what a stranger on the other end can do with descriptors. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/ipc/channel.h"
#include "engine/wire/wire.h"

/* Instead of the C library's: the next call fails so, or all do. */
static int send_error, receive_error;
static bool once;
static unsigned sends;

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	int error = send_error;

	sends++;
	if (once)
		send_error = 0;
	errno = error;
	return error ? -1 : syscall(SYS_sendmsg, fd, m, flags);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	int error = receive_error;

	if (once)
		receive_error = 0;
	errno = error;
	return error ? -1 : syscall(SYS_recvmsg, fd, m, flags);
}

struct end {
	struct ipc_channel *ch;
	unsigned got, closed;
	int fd, before; /* of the last message and of the one before it */
};

static uv_loop_t loop;
static struct end e[2];
static int mine, raw; /* of e[0].ch; instead of e[1].ch */

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct end *to = arg;

	(void)ch;
	to->got++;
	to->before = to->fd;
	to->fd = m->fd;
	m->fd = -1;
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	struct end *to = arg;

	to->closed++;
	ipc_channel_close(ch);
	to->ch = NULL;
}

static void open_ends(bool both)
{
	int fd[2];

	send_error = receive_error = 0;
	once = false;
	sends = 0;
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	ck_assert_int_eq(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd), 0);
	memset(e, 0, sizeof e);
	for (int i = 0; i < (both ? 2 : 1); i++) {
		e[i].fd = -1;
		e[i].ch = ipc_channel_open(&loop, fd[i], on_message, on_close, &e[i]);
		ck_assert_ptr_nonnull(e[i].ch);
	}
	mine = fd[0];
	raw = fd[1];
}

static void turn(void)
{
	uv_run(&loop, UV_RUN_NOWAIT);
}

static void close_ends(void)
{
	once = false;
	send_error = receive_error = 0;
	for (int i = 0; i < 2; i++)
		ipc_channel_close(e[i].ch);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

static void say(void)
{
	ck_assert(ipc_send(e[0].ch, &(struct ipc_msg){.type = MSG_ACT_DONE, .fd = -1}));
	ipc_flush(e[0].ch);
}

/* A full socket and a kernel short of memory are waited for; any other error is the channel's end,
 * which the reading side finds. */
START_TEST(what_is_said_again)
{
	static const struct {
		int error;
		bool kept;
	} row[] = {{EAGAIN, true}, {ENOBUFS, true}, {ENOMEM, true}, {EPIPE, false}, {EPERM, false}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		open_ends(true);
		send_error = row[i].error;
		say();
		ck_assert_msg((ipc_queued(e[0].ch) > 0) == row[i].kept, "row %zu", i);
		say(); /* behind it */
		send_error = 0;
		for (int n = 0; n < 4; n++)
			turn();
		ck_assert_uint_eq(e[1].got, row[i].kept ? 2 : 0);
		ck_assert_uint_eq(ipc_queued(e[0].ch), 0);
		say();
		turn();
		ck_assert_uint_eq(e[1].got, row[i].kept ? 3 : 1);
		close_ends();
	}
}
END_TEST

/* The queue fills and empties, again and again, and in parts: all arrive. */
START_TEST(a_queue_that_empties)
{
	unsigned said = 0;

	open_ends(true);
	for (unsigned round = 1; round <= 4; round++) {
		once = false;
		send_error = EAGAIN;
		for (unsigned i = 0; i < round; i++, said++)
			say();
		once = true; /* the kernel takes some, and then no more for now */
		for (int i = 0; i < 3; i++) {
			turn();
			send_error = i == 0 ? EAGAIN : 0;
		}
		turn();
		ck_assert_uint_eq(ipc_queued(e[0].ch), 0);
		ck_assert_uint_eq(e[1].got, said);
	}
	close_ends();
}
END_TEST

START_TEST(interrupted)
{
	open_ends(true);
	once = true;
	send_error = EINTR;
	say();
	ck_assert_uint_eq(sends, 2);
	ck_assert_uint_eq(ipc_queued(e[0].ch), 0);
	receive_error = EINTR;
	turn();
	ck_assert_uint_eq(e[1].got, 1);
	close_ends();
}
END_TEST

/* The other side is gone: told once, whatever the kernel says of it; nothing leaves any more. */
START_TEST(an_error_is_the_end)
{
	open_ends(true);
	say();
	once = true;
	receive_error = ECONNRESET;
	turn();
	ck_assert_uint_eq(e[1].closed, 1);
	ck_assert_uint_eq(e[1].got, 0);
	turn();
	ck_assert_uint_eq(e[0].closed, 1);
	close_ends();
}
END_TEST

/* Nobody keeps the loop: so many packets, then the others have their turn. */
START_TEST(packets_a_turn)
{
	open_ends(true);
	for (int i = 0; i < 100; i++)
		say();
	turn();
	ck_assert_uint_eq(e[1].got, 64);
	turn();
	ck_assert_uint_eq(e[1].got, 100);
	close_ends();
}
END_TEST

/* A packet with these messages and descriptors, as whoever is on the other end pleases. */
static void throw(const void *bytes, size_t len, unsigned fds)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {0};
	struct iovec iov = {(void *)(uintptr_t)bytes, len};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;
	int fd[4] = {0, 0, 0, 0};

	if (fds) {
		m.msg_control = control;
		m.msg_controllen = CMSG_SPACE(fds * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		*c = (struct cmsghdr){CMSG_LEN(fds * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
		memcpy(CMSG_DATA(c), fd, fds * sizeof(int));
	}
	ck_assert_int_eq(syscall(SYS_sendmsg, raw, &m, 0), (long)len);
}

/* The first descriptor of a packet is its first message's; what else comes is closed. */
START_TEST(descriptors_of_a_packet)
{
	for (unsigned n = 0; n <= 4; n++) {
		uint8_t bytes[64];
		struct wr w = wr_init(bytes, sizeof bytes);
		struct ipc_msg m = {.type = MSG_ACT_DONE, .fd = -1};
		int next;

		open_ends(false);
		for (int i = 0; i < 2; i++) {
			uint8_t one[32];
			size_t len = ipc_encode(&m, one, sizeof one);

			wr_u32(&w, (uint32_t)len);
			wr_bytes(&w, one, len);
			if (i == 0 && n % 2)
				break;
		}
		next = dup(0);
		close(next);
		throw(bytes, wr_len(&w), n);
		turn();
		ck_assert_uint_eq(e[0].got, n % 2 ? 1 : 2);
		if (n % 2)
			ck_assert_int_ge(e[0].fd, 0);
		else
			ck_assert_int_eq(e[0].fd, -1); /* the second message has none */
		if (n % 2) {
			close(e[0].fd);
			ck_assert_int_eq(dup(0), next); /* the only one that was left */
			close(next);
		}
		close(raw);
		close_ends();
	}
}
END_TEST

/* What else the kernel may say of a packet is no descriptor. */
START_TEST(credentials)
{
	uint8_t bytes[64];
	struct wr w = wr_init(bytes, sizeof bytes);
	size_t len = ipc_encode(
	    &(struct ipc_msg){.type = MSG_ACT_DONE, .fd = -1}, bytes + 4, sizeof bytes - 4);
	int on = 1;

	open_ends(false);
	ck_assert_int_eq(setsockopt(mine, SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
	wr_u32(&w, (uint32_t)len);
	throw(bytes, 4 + len, 0);
	turn();
	ck_assert_uint_eq(e[0].got, 1);
	ck_assert_int_eq(e[0].fd, -1);
	ck_assert_int_ge(fcntl(0, F_GETFD), 0);
	close(raw);
	close_ends();
}
END_TEST

/* A length that leads out of the packet, or into the middle of a message, ends the channel. */
START_TEST(lengths_that_lie)
{
	static const uint32_t add[] = {0, 1, UINT32_MAX, 100};

	for (size_t i = 0; i < sizeof add / sizeof *add; i++) {
		uint8_t bytes[64];
		struct wr w = wr_init(bytes, sizeof bytes);
		size_t len = ipc_encode(
		    &(struct ipc_msg){.type = MSG_ACT_DONE, .fd = -1}, bytes + 4, sizeof bytes - 4);

		open_ends(false);
		wr_u32(&w, (uint32_t)len + add[i]);
		throw(bytes, 4 + len, 0);
		turn();
		ck_assert_uint_eq(e[0].got, add[i] == 0);
		ck_assert_uint_eq(e[0].closed, add[i] != 0);
		close(raw);
		close_ends();
	}
	open_ends(false);
	throw("\0\0", 2, 0); /* not even a length */
	turn();
	ck_assert_uint_eq(e[0].closed, 1);
	close(raw);
	close_ends();
}
END_TEST

/* A descriptor is its own message's, of whatever number, and nobody's who was said before. */
START_TEST(descriptors_keep_to_their_message)
{
	open_ends(true);
	ck_assert(ipc_send(e[0].ch, &(struct ipc_msg){.type = MSG_ACT_DONE, .fd = -1}));
	ck_assert(ipc_send(e[0].ch, &(struct ipc_msg){.type = MSG_ACT_DONE, .fd = 0}));
	turn();
	ck_assert_uint_eq(e[1].got, 2);
	ck_assert_int_eq(e[1].before, -1);
	ck_assert_int_gt(e[1].fd, 0);
	close(e[1].fd);
	send_error = EAGAIN; /* it waits with a descriptor of its own */
	say();
	ck_assert(ipc_send(e[0].ch, &(struct ipc_msg){.type = MSG_ACT_DONE, .fd = 0}));
	send_error = 0;
	turn();
	turn();
	ck_assert_uint_eq(e[1].got, 4);
	ck_assert_int_eq(e[1].before, -1);
	ck_assert_int_gt(e[1].fd, 0);
	close(e[1].fd);
	ck_assert_int_ge(fcntl(0, F_GETFD), 0);
	close_ends();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ipc_faults");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, what_is_said_again);
	tcase_add_test(tc, a_queue_that_empties);
	tcase_add_test(tc, credentials);
	tcase_add_test(tc, interrupted);
	tcase_add_test(tc, an_error_is_the_end);
	tcase_add_test(tc, packets_a_turn);
	tcase_add_test(tc, descriptors_of_a_packet);
	tcase_add_test(tc, lengths_that_lie);
	tcase_add_test(tc, descriptors_keep_to_their_message);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
