/*
 * Two workers in threads of their own, back to back over loopback: each one's
 * TUN is a socket pair, what goes into one must come out of the other, in UDP
 * and as plain ESP. The control rings are used at the same time.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/dataplane/dataplane.h"
#include "engine/dataplane/ip.h"
#include "engine/dataplane/ring.h"
#include "tests/support/env_clock.h"
#include "tests/support/one_crypto.h"

#define PACKETS 10000
#define WINDOW 32 /* packets on their way */

struct side {
	struct env env;
	struct dataplane *dp;
	struct path path;
	uint32_t inner; /* address of what is behind it */
	int tun;
	bool raw; /* it can send with DF */
	unsigned ike, l2tp, confirmed, exhausted;
	uint8_t last[256];
};

static void on_ike(void *owner, const struct path *path, const uint8_t *msg, size_t len)
{
	struct side *s = owner;

	(void)path;
	s->ike++;
	ck_assert_uint_eq(len, 5);
	ck_assert_mem_eq(msg, "main!", 5);
}

static void on_l2tp(void *owner, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg,
    size_t len)
{
	struct side *s = owner;

	(void)spi;
	ck_assert_uint_eq(local, 1701);
	ck_assert_uint_eq(remote, 1701);
	ck_assert_uint_eq(len, 6);
	ck_assert_uint_eq((unsigned)(msg[4] << 8 | msg[5]), s->l2tp & 0xffff); /* in order */
	s->l2tp++;
}

static void on_confirmed(void *owner, uint32_t spi)
{
	((struct side *)owner)->confirmed += spi != 0;
}

static void on_moved(void *owner, uint32_t spi, const struct path *path)
{
	(void)owner;
	(void)spi;
	(void)path;
	ck_abort_msg("nobody moved");
}

static void on_exhausted(void *owner, uint32_t spi, bool hard)
{
	(void)spi;
	((struct side *)owner)->exhausted += hard;
}

static const struct dp_ops ops = {
    on_ike, on_l2tp, on_confirmed, on_moved, on_exhausted, NULL, NULL, NULL};

static int make_socket(int type, int protocol, uint32_t address, uint16_t *port)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
	socklen_t len = sizeof name;
	int fd = socket(AF_INET, type | SOCK_NONBLOCK, protocol);

	if (fd < 0)
		return -1;
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&name, &len), 0);
	*port = ntohs(name.sin_port);
	return fd;
}

/* False: no raw sockets for us here. */
static bool make_side(struct side *s, uint32_t outer, uint32_t inner, bool udp)
{
	struct dp_sockets fd = {-1, -1, -1, -1, NULL};
	int pair[2];
	uint16_t port = 0;

	memset(s, 0, sizeof *s);
	env_clock(&s->env);
	s->inner = inner;
	if (udp)
		fd.udp4500 = make_socket(SOCK_DGRAM, 0, outer, &port);
	else
		fd.esp = make_socket(SOCK_RAW, IPPROTO_ESP, outer, &port);
	if (fd.udp4500 < 0 && fd.esp < 0)
		return false;
	fd.df = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
	s->raw = fd.df >= 0;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	fd.tun = pair[0];
	s->tun = pair[1];
	s->path.local = (struct endpoint){addr_v4(outer), udp ? port : 0};
	s->dp = dp_create(&s->env, one_crypto(), &fd, 1, -1, &ops, s);
	ck_assert_ptr_nonnull(s->dp);
	return true;
}

static void join(struct side *a, struct side *b, enum cipher cipher, bool udp)
{
	struct child c = {.cipher = cipher, .auth = HASH_SHA1, .transport = true, .udp_encap = udp};
	struct side *side[2] = {a, b};

	a->path.remote = b->path.local;
	b->path.remote = a->path.local;
	for (size_t i = 0; i < sizeof c.auth_in; i++) {
		c.auth_in[i] = c.auth_out[i] = (uint8_t)rand();
		c.enc_in[i % ESP_KEY_MAX] = c.enc_out[i % ESP_KEY_MAX] = (uint8_t)rand();
	}
	c.spi_in = dp_spi_reserve(a->dp, 1);
	c.spi_out = dp_spi_reserve(b->dp, 1);
	for (int i = 0; i < 2; i++) {
		struct dp_session s = {.peer = 1, .tunnel = 5, .session = 6, .remote_tunnel = 5,
		    .remote_session = 6, .local_port = 1701, .remote_port = 1701,
		    .open = true, .client = addr_v4(side[!i]->inner), .mtu = 1500};
		uint32_t spi = c.spi_in;

		ck_assert(dp_sa_inbound(side[i]->dp, 1, &side[i]->path, &c, 1024));
		ck_assert(dp_sa_outbound(side[i]->dp, 1, &c));
		ck_assert(dp_peer_use(side[i]->dp, 1, c.spi_in));
		/* packets of 1500 bytes cross whole; one side sends all with DF */
		ck_assert(dp_peer_fit(side[i]->dp, 1,
		    &(struct dp_fit){.mtu = 2000, .df = i ? DP_DF_CLEAR : DP_DF_SET}));
		ck_assert(dp_session_add(side[i]->dp, &s));
		c.spi_in = c.spi_out;
		c.spi_out = spi;
	}
}

/* A packet that says what must be in it. */
static size_t make_packet(
    uint8_t *ip, const struct side *from, const struct side *to, uint32_t number)
{
	size_t len = IP_HEADER + 8 + number * 7919 % 1400;
	struct wr w = wr_init(ip, 2048);

	ipv4_header(&w, IPPROTO_UDP, from->inner, to->inner, 0, (uint16_t)number, len - IP_HEADER);
	wr_u32(&w, number);
	while (wr_len(&w) < len)
		wr_u8(&w, (unsigned)(number + wr_len(&w)));
	return len;
}

static void poll_both(struct side *a, struct side *b)
{
	dp_poll(a->dp);
	dp_poll(b->dp);
}

/* Waits until `fd` is readable; control work goes on meanwhile. */
static void wait_for(int fd, struct side *a, struct side *b)
{
	for (int i = 0; i < 6000; i++) {
		struct pollfd p = {.fd = fd, .events = POLLIN};

		poll_both(a, b);
		if (poll(&p, 1, 10) == 1)
			return;
	}
	ck_abort_msg("nothing came");
}

static void receive_one(struct side *from, struct side *to, uint32_t number)
{
	uint8_t want[2048], got[2048];
	size_t len = make_packet(want, from, to, number);
	ssize_t n;

	wait_for(to->tun, from, to);
	n = read(to->tun, got, sizeof got);
	ck_assert_int_eq((int)n, (int)len);
	ck_assert_mem_eq(got, want, len);
}

static void transfer(struct side *a, struct side *b)
{
	uint8_t ip[2048], control[6] = "\xc8\x02";
	struct side *end[2] = {a, b};
	uint32_t sent[2] = {0}, got[2] = {0}, controls = 0;

	while (got[0] < PACKETS || got[1] < PACKETS) {
		for (int i = 0; i < 2; i++) {
			while (sent[i] < PACKETS && sent[i] - got[i] < WINDOW) {
				size_t len = make_packet(ip, end[i], end[!i], sent[i]);

				if (write(end[i]->tun, ip, len) != (ssize_t)len)
					break;
				sent[i]++;
			}
		}
		for (int i = 0; i < 2; i++)
			for (int k = 0; k < 8 && got[i] < sent[i]; k++)
				receive_one(end[i], end[!i], got[i]++);
		if (got[0] % 64 == 0) {
			control[4] = (uint8_t)(controls >> 8);
			control[5] = (uint8_t)controls;
			if (dp_send_l2tp(a->dp, 1, 1701, 1701, control, sizeof control))
				controls++;
		}
	}
	for (int i = 0; i < 30000 && b->l2tp < controls; i++) {
		poll_both(a, b);
		usleep(1000);
	}
	ck_assert_uint_gt(controls, 10);
	ck_assert_uint_eq(b->l2tp, controls);
}

static void check_end(struct side *a, struct side *b)
{
	struct dp_stats s;
	struct dp_session_counters c;

	for (int i = 0; i < 2; i++) {
		struct side *x = i ? b : a;

		ck_assert_uint_eq(x->confirmed, 1);
		ck_assert(dp_session_counters(x->dp, 6, &c));
		ck_assert_uint_eq(c.packets_in, PACKETS);
		ck_assert_uint_eq(c.packets_out, PACKETS);
		dp_get_stats(x->dp, &s);
		ck_assert_uint_eq(s.tx_failed + s.tun_failed + s.bad_source + s.unknown_spi, 0);
		ck_assert_uint_eq(s.short_esp + s.not_for_session + s.no_client, 0);
		ck_assert_uint_eq(s.tx_df, i == 0 && x->raw ? PACKETS : 0);
	}
}

START_TEST(over_udp)
{
	static const enum cipher cipher[] = {CIPHER_AES128, CIPHER_3DES};
	struct sockaddr_in name = {.sin_family = AF_INET};
	struct side a, b;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert(make_side(&a, INADDR_LOOPBACK, 0x0a000001, true));
	ck_assert(make_side(&b, INADDR_LOOPBACK, 0x0a000002, true));
	ck_assert(dp_event_fd(a.dp) >= 0);
	ck_assert_ptr_nonnull(strstr(dp_backends(a.dp), "aes-sha: "));
	join(&a, &b, cipher[_i], true);
	transfer(&a, &b);
	check_end(&a, &b);
	/* IKE between the ESP */
	name.sin_port = htons(a.path.local.port);
	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert(sendto(fd, "\0\0\0\0main!", 9, 0, (struct sockaddr *)&name, sizeof name) == 9);
	wait_for(dp_event_fd(a.dp), &b, &b);
	dp_poll(a.dp);
	ck_assert_uint_eq(a.ike, 1);
	close(fd);
	dp_destroy(a.dp);
	dp_destroy(b.dp);
	close(a.tun);
	close(b.tun);
}
END_TEST

START_TEST(over_plain_esp)
{
	struct side a, b;

	if (!make_side(&a, INADDR_LOOPBACK + 1, 0x0a000001, false)) {
		ck_assert_int_eq(errno, EPERM);
		return;
	}
	ck_assert(make_side(&b, INADDR_LOOPBACK + 2, 0x0a000002, false));
	join(&a, &b, CIPHER_AES256, false);
	transfer(&a, &b);
	check_end(&a, &b);
	dp_destroy(a.dp);
	dp_destroy(b.dp);
	close(a.tun);
	close(b.tun);
}
END_TEST

/* Far more commands in one go than the ring holds: none is lost. */
START_TEST(many_objects)
{
	enum { N = 6000 };
	struct child c = {.cipher = CIPHER_AES128, .auth = HASH_SHA1, .transport = true};
	struct dp_session_counters counters;
	struct path path = {{addr_v4(1), 4500}, {addr_v4(2), 4500}};
	static uint32_t spi[N];
	struct side a;

	ck_assert(make_side(&a, INADDR_LOOPBACK, 0x0a000001, true));
	for (int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < N; i++) {
			struct dp_session s = {.peer = i, .session = (uint16_t)(i + 1),
			    .open = true, .client = addr_v4(i), .mtu = 1400};

			c.spi_in = spi[i] = dp_spi_reserve(a.dp, i);
			ck_assert_uint_ne(spi[i], 0);
			ck_assert(dp_sa_inbound(a.dp, i, &path, &c, 64));
			ck_assert(dp_sa_outbound(a.dp, i, &c));
			ck_assert(dp_session_add(a.dp, &s));
		}
		for (uint32_t i = 0; i < N; i++) {
			ck_assert(dp_session_counters(a.dp, (uint16_t)(i + 1), &counters));
			ck_assert(dp_sa_remove(a.dp, spi[i]));
			ck_assert(round == 2 ||
			    dp_session_remove(a.dp, (uint16_t)(i + 1)));
		}
		dp_poll(a.dp);
	}
	dp_destroy(a.dp);
	close(a.tun);
}
END_TEST

static void *produce(void *arg)
{
	struct ring *r = arg;

	for (uint32_t i = 0; i < 200000;) {
		size_t len = 4 * (1 + i % 50);
		uint32_t *p = ring_reserve(r, len, 0);

		if (!p) {
			sched_yield();
			continue;
		}
		for (size_t k = 0; k < len / 4; k++)
			p[k] = i;
		ring_commit(r);
		i++;
	}
	return NULL;
}

START_TEST(ring_between_threads)
{
	struct ring *r = ring_create(4096);
	pthread_t thread;

	ck_assert_ptr_null(ring_reserve(r, 5000, 0));
	ck_assert_ptr_null(ring_reserve(r, 1000, 3500));
	ck_assert(ring_empty(r));
	ck_assert_int_eq(pthread_create(&thread, NULL, produce, r), 0);
	for (uint32_t i = 0; i < 200000;) {
		size_t len;
		uint32_t *p = ring_peek(r, &len);

		if (!p) {
			sched_yield();
			continue;
		}
		if (len != 4 * (1 + i % 50) || p[0] != i || p[len / 4 - 1] != i)
			ck_abort_msg("record %u", i); /* an assertion each would be slow */
		ring_release(r);
		i++;
	}
	pthread_join(thread, NULL);
	ring_destroy(r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_thread");
	TCase *tc = tcase_create("dataplane_thread");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, over_udp, 0, 2);
	tcase_add_test(tc, over_plain_esp);
	tcase_add_test(tc, many_objects);
	tcase_add_test(tc, ring_between_threads);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
