/*
 * The packet path's system calls: what the kernel takes and gives, by batches, the bells, the TUN
 * device, and what is not made without descriptors.
 */
#include <check.h>
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "engine/dataplane/outbound.h"
#include "engine/net/ipv4.h"
#include "engine/net/vnet.h"
#include "engine/net/write_ring.h"
#include "tests/support/inner.h"
#include "tests/support/one_worker.h"

/* Instead of the kernel: what each call takes, or why it takes nothing. */
static const struct outcome {
	int takes, error;
} * script;
static unsigned calls, offered[9];

int sendmmsg(int fd, struct mmsghdr *msg, unsigned n, int flags)
{
	(void)fd, (void)msg, (void)flags;
	offered[calls] = n;
	errno = script[calls].error;
	return script[calls++].takes;
}

/* Has the TUN headers of virtio-net, and what does a write to it fail for? */
static bool vnet;
static int refused;

int ioctl(int fd, unsigned long request, ...)
{
	va_list more;

	(void)fd;
	ck_assert(request == TUNGETIFF);
	va_start(more, request);
	va_arg(more, struct ifreq *)->ifr_flags = (short)(vnet ? IFF_VNET_HDR : 0);
	va_end(more);
	return 0;
}

static unsigned gathered; /* calls of their own */

ssize_t writev(int fd, const struct iovec *part, int n)
{
	struct msghdr m = {.msg_iov = (struct iovec *)(uintptr_t)part, .msg_iovlen = (size_t)n};

	errno = EINVAL;
	gathered++;
	return n == refused ? -1 : sendmsg(fd, &m, 0);
}

/* A full queue loses what is left of the batch, another error the one packet that has it, and an
 * interruption nothing. */
START_TEST(what_the_kernel_takes)
{
	static const struct outcome some[] = {
	    {2, 0}, {-1, EINTR}, {-1, EPERM}, {1, 0}, {-1, EAGAIN}};
	static struct packet_room rooms[10];
	struct packet out[10];
	struct io *io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	const struct io_stats *stats;

	ck_assert_ptr_nonnull(io);
	for (size_t i = 0; i < 10; i++) {
		out[i] = packet_in(&rooms[i]);
		packet_fill(&out[i], "x", 1);
		out[i].udp = i != 4;
		out[i].path.remote.port = (uint16_t)(1 + i);
	}
	script = some;
	calls = 0;
	io_send(io, out, 4);
	ck_assert_uint_eq(calls, 4);
	ck_assert_uint_eq(offered[0], 4);
	ck_assert_uint_eq(offered[1], 2);
	ck_assert_uint_eq(offered[2], 2);
	ck_assert_uint_eq(offered[3], 1);
	stats = io_stats(io);
	ck_assert_uint_eq(get(&stats->tx_packets), 3);
	ck_assert_uint_eq(get(&stats->tx_failed), 1);
	script = &some[3];
	calls = 0;
	io_send(io, out, 4);
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(get(&stats->tx_packets), 4);
	ck_assert_uint_eq(get(&stats->tx_failed), 4);
	script = &some[3]; /* UDP and plain ESP, each by its own socket */
	calls = 0;
	io_send(io, out + 3, 2);
	ck_assert_uint_eq(calls, 2);
	ck_assert_uint_eq(offered[0], 1);
	ck_assert_uint_eq(offered[1], 1);
	ck_assert_uint_eq(get(&stats->tx_packets), 5);
	ck_assert_uint_eq(get(&stats->tx_failed), 5);
	io_destroy(io);
}
END_TEST

/* Those of one path that are as long go as one message, and a shorter one ends it; DF, marks,
 * another end or plain ESP begin another. A message that the kernel does not take is offered again
 * in the packets that it is made of, and each of those is counted. */
START_TEST(many_in_a_message)
{
	static const struct outcome some[] = {
	    {1, 0}, {-1, EMSGSIZE}, {2, 0}, {-1, EPERM}, {1, 0}, {1, 0}, {1, 0}, {1, 0}};
	static struct packet_room rooms[12];
	struct packet out[12];
	struct io *io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	const struct io_stats *stats = io_stats(io);

	for (size_t i = 0; i < 12; i++) {
		out[i] = packet_in(&rooms[i]);
		packet_fill(&out[i], "abcdefgh", i == 3 || i == 7 ? 7 : 8);
		out[i].udp = i != 11;
	}
	for (size_t i = 4; i < 8; i++)
		out[i].path.remote.port = 9;
	out[8].tos = 8;
	out[9].df = out[10].df = true;
	script = some;
	calls = 0;
	io_send(io, out, 12); /* 0-3, 4-7, 8; 9-10 with DF; 11 is ESP */
	ck_assert_uint_eq(calls, 8);
	ck_assert_uint_eq(offered[0], 3);
	ck_assert_uint_eq(offered[1], 2); /* without 0-3, and not taken: 4-7 */
	ck_assert_uint_eq(offered[2], 4);
	ck_assert_uint_eq(offered[3], 2);
	ck_assert_uint_eq(offered[4], 1);
	ck_assert_uint_eq(offered[5], 1); /* 8, behind those */
	ck_assert_uint_eq(get(&stats->tx_failed), 1);
	ck_assert_uint_eq(get(&stats->tx_packets), 4 + 3 + 1 + 2 + 1);
	ck_assert_uint_eq(get(&stats->tx_df), 2);
	io_destroy(io);
}
END_TEST

/* Without descriptors for all of its bells it is not made, and leaves none open. */
START_TEST(out_of_descriptors)
{
	struct rlimit was, limit;
	int next = dup(0);
	struct io *io;

	close(next);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	limit = was;
	for (int have = 0; have < 3; have++) {
		limit.rlim_cur = (rlim_t)(next + have);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		ck_assert_ptr_null(io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL}));
	}
	limit.rlim_cur = (rlim_t)(next + 3);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	ck_assert_ptr_nonnull(io);
	ck_assert_int_ge(io_event_fd(io), 0);
	io_destroy(io);
	ck_assert_int_eq(dup(0), next);
	close(next);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
}
END_TEST

/* Bells ring once for any number of pulls, and each on its own side. */
START_TEST(bells)
{
	struct io *io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	uint64_t n;

	ck_assert_uint_eq(io_wait(io, 0), 0);
	io_tell_control(io);
	ck_assert_uint_eq(io_wait(io, 0), 0);
	ck_assert_int_eq(read(io_event_fd(io), &n, sizeof n), sizeof n);
	io_tell_control(io);
	io_heard(io);
	ck_assert_int_eq(read(io_event_fd(io), &n, sizeof n), -1);
	io_wake(io);
	io_wake(io);
	ck_assert_uint_eq(io_wait(io, -1), IO_BELL);
	ck_assert_uint_eq(io_wait(io, 0), 0);
	io_destroy(io);
}
END_TEST

static struct one_worker one;

static void worker_open(void)
{
	one_worker_open(&one);
}

static void worker_close(void)
{
	one_worker_close(&one);
}

static void nothing(int signal)
{
	(void)signal;
}

/* Who was interrupted has not waited in vain. */
START_TEST(an_interruption_is_no_quiet)
{
	struct io *io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	const struct itimerval soon = {.it_value.tv_usec = 20000};
	struct sigaction act = {.sa_handler = nothing};

	ck_assert_ptr_nonnull(io);
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	ck_assert_uint_eq(io_wait(io, -1), IO_BELL);
	ck_assert_uint_eq(io_wait(io, 0), 0);
	io_destroy(io);
}
END_TEST

/* What leaves is sent by whole batches, not packet by packet. */
START_TEST(batches)
{
	static const struct outcome all[] = {{BATCH, 0}, {BATCH, 0}, {1, 0}};
	struct dp_peer *peer;

	one.worker->io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	one_worker_add(&one, 0x10001, 7, true);
	tables_peer_use(&one.worker->tables, 7, 0x10001);
	peer = tables_peer(&one.worker->tables, 7);
	script = all;
	calls = 0;
	for (unsigned i = 0; i < 2 * BATCH + 1; i++) {
		outbound_l2tp(one.worker, peer, 1701, 1701, (const uint8_t *)"x", 1);
		ck_assert_uint_eq(calls, (i + 1) / BATCH);
	}
	outbound_flush(one.worker);
	outbound_flush(one.worker); /* nothing is left */
	ck_assert_uint_eq(calls, 3);
	ck_assert_uint_eq(offered[0], BATCH);
	ck_assert_uint_eq(offered[1], BATCH);
	ck_assert_uint_eq(offered[2], 1);
	ck_assert_uint_eq(get(&peer->current->out.packets), 2 * BATCH + 1);
	one_worker_finish(&one);
}
END_TEST

/* A socket that gives what a test puts in, instead of the network. */
static struct io *io_with(int fd[2], struct write_ring *ring)
{
	struct io *io;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fd), 0);
	io = io_create(&(struct dp_sockets){fd[0], dup(fd[0]), dup(fd[0]), -1, ring});
	ck_assert_ptr_nonnull(io);
	return io;
}

static struct io *io_from(int fd[2])
{
	return io_with(fd, NULL);
}

static void put_in(int fd, const void *bytes, size_t len)
{
	ck_assert_int_eq(send(fd, bytes, len, 0), (ssize_t)len);
}

/* A raw socket hands over the IP header, which goes; what is no IPv4, or longer than a buffer, is a
 * packet of nothing, and those behind it are as they were. */
START_TEST(what_the_kernel_gives)
{
	static struct packet_room rooms[BATCH];
	struct packet got[BATCH];
	static uint8_t bytes[PACKET_ROOM + 1];
	struct wr w = wr_init(bytes, sizeof bytes);
	int fd[2];
	struct io *io = io_from(fd);

	for (unsigned i = 0; i < BATCH; i++)
		got[i] = packet_in(&rooms[i]);
	ck_assert_uint_eq(io_receive(io, IO_ESP, got), 0);
	ipv4_header(&w, 50, 0x0a000001, 0x0a000002, 0, 1, 4);
	wr_bytes(&w, "espX", 4);
	put_in(fd[1], bytes, IP_HEADER + 4);
	put_in(fd[1], bytes, IP_HEADER + 3); /* it says that it is longer */
	put_in(fd[1], bytes, IP_HEADER + 10);
	ck_assert_uint_eq(io_receive(io, IO_ESP, got), 3);
	ck_assert_uint_eq(got[0].len, 4);
	ck_assert_mem_eq(got[0].data, "espX", 4);
	ck_assert(!got[0].udp);
	ck_assert_uint_eq(addr_to_v4(&got[0].path.local.addr), 0x0a000002);
	ck_assert_uint_eq(got[0].path.local.port, 0);
	ck_assert_uint_eq(got[1].len, 0);
	ck_assert_uint_eq(got[2].len, 4); /* padding of the link is not the packet's */
	put_in(fd[1], bytes, PACKET_ROOM);
	put_in(fd[1], bytes, PACKET_ROOM + 1);
	put_in(fd[1], bytes, 1);
	ck_assert_uint_eq(io_receive(io, IO_UDP, got), 3);
	ck_assert_uint_eq(got[0].len, PACKET_ROOM);
	ck_assert(got[0].udp);
	ck_assert_uint_eq(got[1].len, 0);
	ck_assert_uint_eq(got[2].len, 1);
	for (unsigned i = 0; i < BATCH; i++)
		put_in(fd[1], "x", 1);
	put_in(fd[1], "y", 1);
	ck_assert_uint_eq(io_receive(io, IO_UDP, got), BATCH); /* no more than a batch */
	ck_assert_uint_eq(io_receive(io, IO_UDP, got), 1);
	ck_assert_mem_eq(got[0].data, "y", 1);
	close(fd[1]);
	io_destroy(io);
}
END_TEST

START_TEST(the_tun_device)
{
	PACKET_HERE(p);
	int fd[2];
	struct io *io = io_from(fd);
	uint8_t bytes[8] = "de";

	ck_assert(!io_read_tun(io, &p));
	put_in(fd[1], "abc", 3);
	put_in(fd[1], "", 0);
	ck_assert(io_read_tun(io, &p));
	ck_assert_uint_eq(p.len, 3);
	ck_assert_mem_eq(p.data, "abc", 3);
	ck_assert(!io_read_tun(io, &p));
	packet_push(&p, 2); /* what became of it is forgotten by the next */
	put_in(fd[1], "fg", 2);
	ck_assert(io_read_tun(io, &p));
	ck_assert_mem_eq(p.data, "fg", 2);
	ck_assert_ptr_eq(p.data, p.base + PACKET_HEAD);
	io_tun(io, bytes, 2);
	ck_assert_int_eq(recv(fd[1], bytes, sizeof bytes, 0), 2);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 0);
	close(fd[1]);
	io_tun(io, bytes, 2);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 1);
	io_destroy(io);
}
END_TEST

/* A super-packet of the TUN comes as packets, and packets leave as one; what the kernel does not
 * take merged it is given one by one, and is not offered again. */
START_TEST(the_tun_device_of_many)
{
	struct virtio_net_hdr v = {.gso_type = VIRTIO_NET_HDR_GSO_UDP_L4, .gso_size = 40};
	static uint8_t room[4][200], whole[256], back[256];
	uint8_t *bytes[4];
	struct inner flow = {.udp = true};
	size_t len[4];
	int fd[2];
	struct io *io;
	PACKET_HERE(p);

	vnet = true;
	io = io_from(fd);
	for (unsigned i = 0; i < 4; i++, flow.at += 40, flow.id++) {
		bytes[i] = room[i] + IO_TUN_FRONT;
		len[i] = inner_make(&flow, bytes[i], i == 2 ? 20 : 40);
	}
	flow.id = 0;
	flow.at = 0;
	memcpy(whole, &v, sizeof v);
	put_in(fd[1], whole, sizeof v + inner_make(&flow, whole + sizeof v, 100));
	for (int i = 0; i < 3; i++) {
		ck_assert(io_read_tun(io, &p));
		ck_assert_uint_eq(p.len, len[i]);
		ck_assert_mem_eq(p.data, bytes[i], len[i]);
		ck_assert_int_eq(p.follows, i > 0);
		ck_assert_uint_eq(io_wait(io, i < 2 ? -1 : 0), i < 2 ? IO_TUN : 0);
	}
	ck_assert(!io_read_tun(io, &p));
	for (int i = 0; i < 4; i++)
		io_tun(io, bytes[i], len[i]);
	ck_assert_int_eq(recv(fd[1], back, sizeof back, 0), -1);
	io_tun_flush(io);
	ck_assert_int_eq(recv(fd[1], back, sizeof back, 0), (ssize_t)(sizeof v + 128));
	ck_assert_int_eq(back[1], VIRTIO_NET_HDR_GSO_UDP_L4);
	ck_assert_mem_eq(back + sizeof v + 28, whole + sizeof v + 28, 100);
	ck_assert_int_eq(recv(fd[1], back, sizeof back, 0), (ssize_t)(sizeof v + len[3]));
	ck_assert_mem_eq(back + sizeof v, bytes[3], len[3]);
	io_tun_now(io, bytes[0], len[0]);
	ck_assert_int_eq(recv(fd[1], back, sizeof back, 0), (ssize_t)(sizeof v + len[0]));
	for (int round = 0; round < 2; round++) {
		refused = round == 0 ? 3 : 0; /* parts of a write that it does not take */
		for (int i = 0; i < 2; i++)
			io_tun(io, bytes[i], len[i]);
		io_tun_flush(io);
		for (int i = 0; i < 2; i++) {
			ck_assert_int_eq(
			    recv(fd[1], back, sizeof back, 0), (ssize_t)(sizeof v + len[i]));
			ck_assert_mem_eq(back + sizeof v, bytes[i], len[i]);
		}
	}
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 0);
	close(fd[1]);
	for (int i = 0; i < BATCH + 3; i++)
		io_tun(io, bytes[3], len[3]);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), BATCH);
	io_tun_flush(io);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), BATCH + 3);
	for (int i = 0; i < 2; i++)
		io_tun(io, bytes[i], len[i]);
	io_tun_flush(io);
	ck_assert_uint_eq(get(&io_stats(io)->tun_failed), BATCH + 5);
	io_destroy(io);
}
END_TEST

/* All packets that there is room for are one. */
START_TEST(the_tun_device_of_most)
{
	static uint8_t room[BATCH][100], back[1024];
	struct inner flow = {.window = 100, .flags = 0x10};
	size_t len = 0;
	int fd[2];
	struct io *io;

	vnet = true;
	io = io_from(fd);
	gathered = 0;
	for (unsigned i = 0; i < BATCH; i++, flow.at++, flow.sequence++, flow.id++) {
		len = inner_make(&flow, room[i] + IO_TUN_FRONT, 1);
		io_tun(io, room[i] + IO_TUN_FRONT, len);
	}
	io_tun_flush(io);
	ck_assert_uint_eq(gathered, 1);
	ck_assert_int_eq(
	    recv(fd[1], back, sizeof back, 0), (ssize_t)(IO_TUN_FRONT + len + BATCH - 1));
	for (unsigned i = 0; i < BATCH; i++)
		ck_assert_uint_eq(
		    back[IO_TUN_FRONT + len - 1 + i], room[i][IO_TUN_FRONT + len - 1]);
	close(fd[1]);
	io_destroy(io);
}
END_TEST

/* Five flows, of the first of which there are two datagrams: what comes out are both of these, as
 * one or by themselves, and then the others in their order. */
static void five_flows(struct io *io, int to, bool merged)
{
	static uint8_t room[6][200];
	uint8_t back[256];
	struct inner flow = {.udp = true};
	size_t len = 0;

	for (unsigned i = 0; i < 6; i++) {
		uint8_t *bytes = room[i] + IO_TUN_FRONT;

		flow.port = (uint16_t)(i < 2 ? 0 : i);
		flow.at = flow.id = i == 1;
		flow.at *= 40;
		len = inner_make(&flow, bytes, 40);
		io_tun(io, bytes, len);
	}
	io_tun_flush(io);
	for (unsigned i = 0; i < 6; i++) {
		size_t more = merged && i == 0 ? 40 : 0;

		ck_assert_int_eq(
		    recv(to, back, sizeof back, 0), (ssize_t)(IO_TUN_FRONT + len + more));
		ck_assert_int_eq(back[1], more ? VIRTIO_NET_HDR_GSO_UDP_L4 : 0);
		ck_assert_mem_eq(back + IO_TUN_FRONT + len - 40,
		    room[i] + IO_TUN_FRONT + len - 40, 40);
		if (more)
			ck_assert_mem_eq(back + IO_TUN_FRONT + len,
			    room[++i] + IO_TUN_FRONT + len - 40, 40);
	}
	ck_assert_int_eq(recv(to, back, sizeof back, 0), -1);
}

/* Several leave by one call where there is a ring, and in the same order: datagrams that are merged
 * by a call of their own until the kernel has taken some, since what it refuses it is given one by
 * one, ahead of what came later. */
START_TEST(the_tun_by_a_ring)
{
	for (int takes = 0; takes < 2; takes++) {
		struct write_ring *ring = write_ring_create(); /* NULL: the kernel has none */
		int fd[2];
		struct io *io;

		vnet = true;
		io = io_with(fd, ring);
		refused = takes ? 0 : 3;
		gathered = 0;
		for (int i = 0; i < 3; i++)
			five_flows(io, fd[1], takes);
		ck_assert_uint_eq(gathered, takes && !ring ? 3 : 1);
		ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 0);
		signal(SIGPIPE, SIG_IGN);
		close(fd[1]);
		for (int i = 0; i < 6; i++) {
			struct inner flow = {.udp = true, .port = (uint16_t)(i + 1)};
			static uint8_t room[6][200];

			io_tun(io, room[i] + IO_TUN_FRONT,
			    inner_make(&flow, room[i] + IO_TUN_FRONT, 40));
		}
		io_tun_flush(io);
		ck_assert_uint_eq(get(&io_stats(io)->tun_failed), 6);
		io_destroy(io);
		write_ring_destroy(ring);
	}
}
END_TEST

/* All that came since the last look is one answer; each descriptor has its bit. */
START_TEST(what_is_ready)
{
	int fd[2];
	struct io *io = io_from(fd);

	put_in(fd[1], "x", 1);
	ck_assert_uint_eq(io_wait(io, -1), IO_UDP | IO_ESP | IO_TUN);
	io_wake(io);
	ck_assert_uint_eq(io_wait(io, 0), IO_UDP | IO_ESP | IO_TUN | IO_BELL);
	ck_assert_uint_eq(io_wait(io, 0), IO_UDP | IO_ESP | IO_TUN);
	close(fd[1]);
	io_destroy(io);
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	ring_destroy(NULL);
	pair_free(NULL);
	io_destroy(NULL);
	worker_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_io");
	TCase *tc;
	SRunner *r = srunner_create(s);
	int failed;

	tc = tcase_create("batches");
	tcase_add_checked_fixture(tc, worker_open, worker_close);
	tcase_add_test(tc, batches);
	suite_add_tcase(s, tc);
	tc = tcase_create("system calls");
	tcase_add_test(tc, what_the_kernel_takes);
	tcase_add_test(tc, many_in_a_message);
	tcase_add_test(tc, out_of_descriptors);
	tcase_add_test(tc, bells);
	tcase_add_test(tc, an_interruption_is_no_quiet);
	tcase_add_test(tc, nothing_is_destroyed);
	tcase_add_test(tc, what_the_kernel_gives);
	tcase_add_test(tc, the_tun_device);
	tcase_add_test(tc, the_tun_device_of_many);
	tcase_add_test(tc, the_tun_device_of_most);
	tcase_add_test(tc, the_tun_by_a_ring);
	tcase_add_test(tc, what_is_ready);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
