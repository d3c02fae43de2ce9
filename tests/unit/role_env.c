/* The real world of the machines: the sockets they send by, timers, slow work, the IKE socket. */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/net/sock.h"
#include "engine/role/env_uv.h"
#include "engine/role/ike_socket.h"
#include "engine/role/send_queue.h"
#include "tests/support/loopback.h"
#include "tests/support/one_crypto.h"

/* So often the packet worker says DF just before a message leaves that is too long for that. */
static unsigned quicker;

int sendmmsg(int fd, struct mmsghdr *m, unsigned n, int flags)
{
	int how = -1;
	socklen_t len = sizeof how;

	if (fd >= 0) {
		ck_assert_int_eq(getsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, &len), 0);
		ck_assert_int_eq(how, IP_PMTUDISC_DONT);
	}
	if (!quicker)
		return (int)syscall(SYS_sendmmsg, fd, m, n, flags);
	quicker--;
	sock_df(fd, true);
	errno = EMSGSIZE;
	return -1;
}

static uv_loop_t loop;
static struct env_uv u;

static void setup(void)
{
	ck_assert_int_eq(uv_loop_init(&loop), 0);
	ck_assert(env_uv_init(&u, &loop, one_crypto()));
}

static void teardown(void)
{
	env_uv_close(&u);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* A socket on loopback with a port of its own, which is returned. */
static int bound(uint16_t *port)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), yes = 1;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* Exactly these bytes have come, from that port. */
static void came(int fd, uint16_t from, const void *bytes, ssize_t n)
{
	struct sockaddr_in a;
	socklen_t len = sizeof a;
	uint8_t buf[64];

	loopback_settle();
	ck_assert_int_eq(recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&a, &len), n);
	ck_assert_mem_eq(buf, bytes, (size_t)n);
	ck_assert_uint_eq(ntohs(a.sin_port), from);
}

/* RFC 3948 2.2, 2.3: port 4500: IKE behind a marker of four zeros, a keepalive is 0xff. */
START_TEST(each_by_its_socket)
{
	uint16_t port500, port4500, port;
	int peer = bound(&port);
	struct path path = {
	    .local = {addr_v4(INADDR_LOOPBACK), 500}, .remote = {addr_v4(INADDR_LOOPBACK), port}};

	u.udp500 = bound(&port500);
	u.udp4500 = bound(&port4500);
	u.env.send(&u.env, &path, "message", 7);
	came(peer, port500, "message", 7);
	path.local.port = 4500;
	u.env.send(&u.env, &path, "message", 7);
	came(peer, port4500, "\0\0\0\0message", 11);
	u.env.keepalive(&u.env, &path);
	came(peer, port4500, "\xff", 1);
	ck_assert_uint_eq(u.send_errors, 0);
	close(u.udp4500);
	u.udp4500 = -1;
	u.env.send(&u.env, &path, "message", 7);
	ck_assert_uint_eq(u.send_errors, 1); /* lost, as on the way */
	close(u.udp500);
	close(peer);
}
END_TEST

/* While a batch is worked on nothing leaves; then all, in order, each by its socket; what is too
 * long to wait, or one too many, takes what waits with it. */
START_TEST(what_is_held_leaves_together)
{
	static const uint8_t much[SEND_QUEUE_BYTES + 1] = {7};
	uint16_t port500, port4500, port;
	int peer = bound(&port);
	struct path path = {
	    .local = {addr_v4(INADDR_LOOPBACK), 500}, .remote = {addr_v4(INADDR_LOOPBACK), port}};
	uint8_t byte;

	u.udp500 = bound(&port500);
	u.udp4500 = bound(&port4500);
	env_uv_hold(&u);
	u.env.send(&u.env, &path, "first", 5);
	path.local.port = 4500;
	u.env.keepalive(&u.env, &path);
	ck_assert_int_lt(recv(peer, &byte, 1, MSG_DONTWAIT), 0);
	env_uv_flush(&u);
	came(peer, port500, "first", 5);
	came(peer, port4500, "\xff", 1);
	env_uv_hold(&u);
	path.local.port = 500;
	for (byte = 0; byte <= SEND_QUEUE_MAX; byte++)
		u.env.send(&u.env, &path, &byte, 1);
	for (byte = 0; byte <= SEND_QUEUE_MAX; byte++)
		came(peer, port500, &byte, 1);
	u.env.send(&u.env, &path, "a", 1);
	u.env.send(&u.env, &path, much, sizeof much);
	came(peer, port500, "a", 1);
	env_uv_flush(&u);
	ck_assert_uint_eq(u.send_errors, 0);
	close(u.udp4500);
	u.udp4500 = -1;
	env_uv_hold(&u); /* one that cannot leave holds up nobody */
	path.local.port = 4500;
	u.env.keepalive(&u.env, &path);
	path.local.port = 500;
	loopback_settle();
	ck_assert_int_gt(recv(peer, &byte, 1, MSG_DONTWAIT), 0); /* `much` */
	u.env.send(&u.env, &path, "b", 1);
	env_uv_flush(&u);
	ck_assert_uint_eq(u.send_errors, 1);
	came(peer, port500, "b", 1);
	close(u.udp500);
	close(peer);
}
END_TEST

/* The packet worker sends with DF by the same socket: a message that this refuses is not lost. */
START_TEST(beside_one_who_wants_df)
{
	uint16_t port500, port;
	int peer = bound(&port);
	struct path path = {
	    .local = {addr_v4(INADDR_LOOPBACK), 500}, .remote = {addr_v4(INADDR_LOOPBACK), port}};

	u.udp500 = bound(&port500);
	quicker = 2;
	u.env.send(&u.env, &path, "alone", 5);
	came(peer, port500, "alone", 5);
	quicker = 2;
	env_uv_hold(&u);
	u.env.send(&u.env, &path, "held", 4);
	env_uv_flush(&u);
	came(peer, port500, "held", 4);
	ck_assert_uint_eq(u.send_errors, 0);
	quicker = UINT32_MAX; /* but that is not waited for */
	u.env.send(&u.env, &path, "never", 5);
	ck_assert_uint_eq(u.send_errors, 1);
	quicker = 0;
	close(u.udp500);
	close(peer);
}
END_TEST

/* What is small comes from a store: no byte of it is given twice, and none is left there. */
START_TEST(small_random_bytes)
{
	static uint8_t got[3 * sizeof u.random / 8][8];
	size_t n = sizeof got / sizeof *got;

	for (size_t i = 0; i < n; i++) {
		u.env.random(&u.env, got[i], 8);
		for (size_t k = u.random_left; k < sizeof u.random; k++)
			ck_assert_uint_eq(u.random[k], 0);
		for (size_t k = 0; k < i; k++)
			ck_assert_mem_ne(got[k], got[i], 8);
	}
}
END_TEST

/* ---- timers ---------------------------------------------------------------------------- */

struct alarm {
	struct timer timer;
	uint64_t due, fired;
	unsigned turn;
};

static unsigned turns;

static void fire(struct timer *t)
{
	struct alarm *a = container_of(t, struct alarm, timer);

	a->fired = u.env.now(&u.env);
	a->turn = ++turns;
}

START_TEST(timers_in_their_order)
{
	static const uint64_t after[] = {30, 10, 20, 15};
	struct alarm a[4] = {0};

	turns = 0;
	for (int i = 0; i < 4; i++) {
		a[i].timer.fire = fire;
		a[i].due = u.env.now(&u.env) + after[i] * MSEC;
		timer_start(&u.env, &a[i].timer, after[i] * MSEC);
	}
	timer_stop(&u.env, &a[3].timer);
	while (turns < 3)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(a[1].turn, 1);
	ck_assert_uint_eq(a[2].turn, 2);
	ck_assert_uint_eq(a[0].turn, 3);
	ck_assert_uint_eq(a[3].turn, 0);
	for (int i = 0; i < 3; i++)
		ck_assert_uint_ge(a[i].fired, a[i].due); /* never early */
	/* None is left: nothing keeps the loop awake. */
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert(!uv_is_active((uv_handle_t *)&u.timer));
}
END_TEST

/* ---- slow work --------------------------------------------------------------------------- */

struct slow {
	struct job job;
	pthread_t worked, ended;
	bool over;
};

static void slow_work(struct job *j)
{
	container_of(j, struct slow, job)->worked = pthread_self();
}

static void slow_done(struct job *j)
{
	struct slow *s = container_of(j, struct slow, job);

	s->ended = pthread_self();
	s->over = true;
}

START_TEST(slow_work_elsewhere)
{
	struct slow s = {.job = {.work = slow_work, .done = slow_done}};

	u.env.offload(&u.env, &s.job);
	ck_assert(!s.over); /* not within the call */
	while (!s.over)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert(!pthread_equal(s.worked, pthread_self()));
	ck_assert(pthread_equal(s.ended, pthread_self()));
}
END_TEST

/* ---- the IKE socket ------------------------------------------------------------------------ */

struct seen {
	unsigned n;
	uint16_t from;
	size_t longest;
};

static void packet(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct seen *s = arg;
	struct addr here = addr_v4(INADDR_LOOPBACK);

	ck_assert_uint_eq(path->local.port, 500);
	ck_assert_uint_eq(path->remote.port, s->from);
	ck_assert(addr_equal(&path->local.addr, &here));
	ck_assert(addr_equal(&path->remote.addr, &here));
	ck_assert_uint_eq(msg[0], s->n); /* in order */
	s->n++;
	if (len > s->longest)
		s->longest = len;
}

START_TEST(datagrams_in_batches)
{
	static uint8_t bytes[IKE_DATAGRAM_MAX + 1];
	uint16_t port;
	struct seen seen = {0};
	struct ike_socket s = {0};
	int fd = bound(&port), peer = bound(&seen.from);
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	ck_assert(ike_socket_start(&s, &loop, fd, packet, &seen));
	for (unsigned i = 0; i < 2 * IKE_BATCH + 3; i++) {
		bytes[0] = (uint8_t)i;
		ck_assert_int_gt(
		    sendto(peer, bytes, 1 + i, 0, (struct sockaddr *)&to, sizeof to), 0);
	}
	while (seen.n < 2 * IKE_BATCH + 3)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(seen.longest, 2 * IKE_BATCH + 3);
	/* The longest there is, and one more, which is cut and so is nobody's. */
	for (size_t more = 0; more < 2; more++) {
		bytes[0] = (uint8_t)seen.n;
		ck_assert_int_gt(sendto(peer, bytes, IKE_DATAGRAM_MAX + 1 - more, 0,
				     (struct sockaddr *)&to, sizeof to),
		    0);
	}
	while (seen.n < 2 * IKE_BATCH + 4)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(seen.longest, IKE_DATAGRAM_MAX);
	ike_socket_stop(&s);
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_ptr_null(s.buffers);
	ike_socket_stop(&s); /* once more is nothing */
	close(fd);
	close(peer);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("role_env");
	TCase *tc = tcase_create("env");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_by_its_socket);
	tcase_add_test(tc, what_is_held_leaves_together);
	tcase_add_test(tc, beside_one_who_wants_df);
	tcase_add_test(tc, small_random_bytes);
	tcase_add_test(tc, timers_in_their_order);
	tcase_add_test(tc, slow_work_elsewhere);
	tcase_add_test(tc, datagrams_in_batches);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
