/*
 * Several workers in threads of their own on either side, back to back over
 * loopback: the kernel brings each what is its own, and what it does not is
 * handed over. Nothing is lost, damaged or out of its order, while peers move
 * and while others go.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/dataplane/dataplane.h"
#include "engine/dataplane/owner.h"
#include "engine/net/ipv4.h"
#include "tests/support/env_clock.h"
#include "tests/support/one_crypto.h"

#define PEERS 9
#define PACKETS 600 /* of each peer and direction */
#define WINDOW 8    /* of those on their way */
#define GONE 3	    /* peers that leave in between: 1 .. GONE */
/* Where a peer is at `b`, and where he moves to: each his own flow of UDP. */
#define AT(peer) (INADDR_LOOPBACK + 0x100u + (peer))
#define ELSEWHERE(peer) (INADDR_LOOPBACK + 0x200u + (peer))

struct side {
	struct env env;
	struct dataplane *dp;
	unsigned workers;
	int tun[WORKERS_MAX]; /* our ends of the queues */
	struct endpoint outer;
	uint32_t inner; /* and a peer's number: what is behind it */
	uint32_t spi[PEERS + 1];
	uint32_t sent[PEERS + 1], got[PEERS + 1]; /* put in here; came out here */
	unsigned confirmed, moved;
};

/* What a run is of: workers on either side, and by which queue a packet comes, as counted from its
 * owner's. */
static const struct run {
	unsigned workers[2], aside;
} runs[] = {{{1, 1}, 0}, {{2, 2}, 0}, {{2, 1}, 1}, {{4, 4}, 0}, {{4, 3}, 1}};

static struct side a, b;
static const struct run *run;

/* ---- life ------------------------------------------------------------------------- */

static void on_ike(void *o, const struct path *path, const uint8_t *msg, size_t len)
{
	(void)o, (void)path, (void)msg, (void)len;
	ck_abort_msg("nobody speaks IKE");
}

static void on_l2tp(
    void *o, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg, size_t len)
{
	(void)o, (void)spi, (void)local, (void)remote, (void)msg, (void)len;
	ck_abort_msg("nobody speaks L2TP");
}

static void on_confirmed(void *owner, uint32_t spi)
{
	(void)spi;
	((struct side *)owner)->confirmed++;
}

static void on_moved(void *owner, uint32_t spi, const struct path *path)
{
	struct side *s = owner;
	unsigned peer = addr_to_v4(&path->remote.addr) - ELSEWHERE(0);

	ck_assert_uint_le(peer, PEERS);
	ck_assert_uint_eq(spi, s->spi[peer]);
	s->moved++;
}

static void on_exhausted(void *o, uint32_t spi, bool hard)
{
	(void)o, (void)spi, (void)hard;
	ck_abort_msg("nothing is used up");
}

static const struct dp_ops ops = {
    on_ike, on_l2tp, on_confirmed, on_moved, on_exhausted, NULL, NULL, NULL};

static int udp(uint16_t *port, bool many)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(*port)};
	socklen_t len = sizeof name;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1;

	if (*port)
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
	if (!*port && many)
		ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&name, &len), 0);
	*port = ntohs(name.sin_port);
	return fd;
}

static void open_side(struct side *s, unsigned workers, uint32_t inner)
{
	struct dp_sockets fd[WORKERS_MAX];
	uint16_t port = 0;

	memset(s, 0, sizeof *s);
	env_clock(&s->env);
	s->workers = workers;
	s->inner = inner;
	for (unsigned i = 0; i < workers; i++) {
		int pair[2];

		ck_assert_int_eq(
		    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
		fd[i] = (struct dp_sockets){udp(&port, workers > 1), -1, pair[0], -1, NULL};
		s->tun[i] = pair[1];
	}
	s->outer = (struct endpoint){addr_v4(INADDR_LOOPBACK), port};
	s->dp = dp_create(&s->env, one_crypto(), fd, workers, -1, &ops, s);
	ck_assert_ptr_nonnull(s->dp);
}

static void close_side(struct side *s)
{
	dp_destroy(s->dp);
	for (unsigned i = 0; i < s->workers; i++)
		close(s->tun[i]);
}

static struct path path_of(bool from_b, unsigned peer)
{
	struct endpoint at_b = {addr_v4(AT(peer)), b.outer.port};

	return from_b ? (struct path){at_b, a.outer} : (struct path){a.outer, at_b};
}

static void join(uint16_t peer)
{
	struct child c = {.cipher = peer % 2 ? CIPHER_AES128 : CIPHER_3DES, .auth = HASH_SHA1,
	    .transport = true, .udp_encap = true};
	struct side *side[2] = {&a, &b};

	env_clock_random(NULL, c.enc_in, sizeof c.enc_in);
	env_clock_random(NULL, c.auth_in, sizeof c.auth_in);
	memcpy(c.enc_out, c.enc_in, sizeof c.enc_out);
	memcpy(c.auth_out, c.auth_in, sizeof c.auth_out);
	for (int i = 0; i < 2; i++)
		side[i]->spi[peer] = dp_spi_reserve(side[i]->dp, peer);
	for (int i = 0; i < 2; i++) {
		struct dataplane *dp = side[i]->dp;
		struct path path = path_of(i, peer);
		struct dp_session s = {.peer = peer, .tunnel = peer, .session = peer,
		    .remote_tunnel = peer, .remote_session = peer, .local_port = 1701,
		    .remote_port = 1701, .open = true,
		    .client = addr_v4(side[!i]->inner + peer), .mtu = 1500};

		c.spi_in = side[i]->spi[peer];
		c.spi_out = side[!i]->spi[peer];
		ck_assert(dp_sa_inbound(dp, peer, &path, &c, 1024));
		ck_assert(dp_sa_outbound(dp, peer, &c));
		ck_assert(dp_peer_use(dp, peer, c.spi_in));
		ck_assert(dp_peer_fit(
		    dp, peer, &(struct dp_fit){.mtu = 2000, .df = DP_DF_CLEAR}));
		ck_assert(dp_session_add(dp, &s));
	}
}

static void setup(int i)
{
	run = &runs[i];
	open_side(&a, run->workers[0], 0x0a000000);
	open_side(&b, run->workers[1], 0x0a010000);
	for (uint16_t peer = 1; peer <= PEERS; peer++)
		join(peer);
}

/* ---- traffic ------------------------------------------------------------------------ */

/* A packet that says what must be in it. */
static size_t make_packet(uint8_t *ip, uint32_t from, uint32_t to, uint32_t number)
{
	size_t len = IP_HEADER + 8 + (number + from) * 7919 % 1400;
	struct wr w = wr_init(ip, 2048);

	ipv4_header(&w, IPPROTO_UDP, from, to, 0, (uint16_t)number, len - IP_HEADER);
	wr_u32(&w, number);
	while (wr_len(&w) < len)
		wr_u8(&w, (unsigned)(number + from + wr_len(&w)));
	return len;
}

/* As many as may be on their way, up to `until`; `first`: of the peers that still are. */
static void put_in(struct side *from, struct side *to, unsigned first, uint32_t until)
{
	for (unsigned peer = first; peer <= PEERS; peer++) {
		unsigned queue = (peer + run->aside) % from->workers;

		while (from->sent[peer] < until && from->sent[peer] - to->got[peer] < WINDOW) {
			uint8_t ip[2048];
			size_t len = make_packet(ip, from->inner + peer, to->inner + peer,
			    from->sent[peer]);

			if (write(from->tun[queue], ip, len) != (ssize_t)len)
				break;
			from->sent[peer]++;
		}
	}
}

/* Each comes by its peer's worker, whole, and after the one before it. */
static unsigned take_out(struct side *from, struct side *to, unsigned first)
{
	uint8_t got[2048], want[2048];
	unsigned n = 0;

	for (unsigned i = 0; i < to->workers; i++) {
		ssize_t len = read(to->tun[i], got, sizeof got);
		struct ipv4 ip;
		unsigned peer;

		if (len < 0)
			continue;
		ck_assert(ipv4_parse(got, (size_t)len, &ip));
		peer = ip.dst - to->inner;
		ck_assert_uint_le(peer, PEERS);
		ck_assert_uint_eq(peer % to->workers, i);
		n++;
		if (peer < first)
			continue;
		ck_assert_uint_eq(
		    make_packet(want, from->inner + peer, ip.dst, to->got[peer]++), (size_t)len);
		ck_assert_mem_eq(got, want, (size_t)len);
	}
	return n;
}

static bool all_came(const struct side *to, unsigned first, uint32_t until)
{
	for (unsigned peer = first; peer <= PEERS; peer++)
		if (to->got[peer] < until)
			return false;
	return true;
}

/* Until so many have come out at `a`, and so many at `b`. */
static void transfer(unsigned first, uint32_t at_a, uint32_t at_b)
{
	uint64_t give_up = clock_monotonic() + 60 * SEC;

	while (!all_came(&a, first, at_a) || !all_came(&b, first, at_b)) {
		put_in(&a, &b, first, at_b);
		put_in(&b, &a, first, at_a);
		dp_poll(a.dp);
		dp_poll(b.dp);
		if (take_out(&a, &b, first) + take_out(&b, &a, first) == 0)
			usleep(100);
		if (clock_monotonic() > give_up)
			ck_abort_msg("what came: %u %u ..", a.got[first], b.got[first]);
	}
}

/* ---- the tests ------------------------------------------------------------------------ */

static void move(uint16_t peer)
{
	struct path path = {{addr_v4(ELSEWHERE(peer)), b.outer.port}, a.outer};

	ck_assert(dp_peer_move(b.dp, peer, &path));
}

static void leave(struct side *s, uint16_t peer)
{
	ck_assert(dp_session_remove(s->dp, peer));
	ck_assert(dp_sa_remove(s->dp, s->spi[peer]));
}

static void nothing_went_wrong(struct side *s)
{
	struct dp_stats t;
	struct dp_census n;

	dp_get_stats(s->dp, &t);
	ck_assert_uint_eq(t.tx_failed + t.tun_failed + t.bad_source + t.short_esp, 0);
	ck_assert_uint_eq(t.stranger_full + t.ring_full, 0);
	ck_assert_int_eq(t.handed_over > 0, run->aside && s->workers > 1);
	ck_assert_uint_eq(s->confirmed, PEERS);
	ck_assert(dp_consistent(s->dp, &n));
	ck_assert_uint_eq(n.sas, PEERS - GONE);
	ck_assert_uint_eq(n.sessions, PEERS - GONE);
	ck_assert_uint_eq(n.peers, PEERS - GONE);
	ck_assert_uint_eq(n.spis, PEERS - GONE);
}

/* All is in the workers' hands until it comes back. */
static void wait_for_the_gone(struct side *s)
{
	struct dp_census n = {0};

	for (int i = 0; i < 60000 && n.spis != PEERS - GONE; i++) {
		usleep(1000);
		dp_poll(s->dp);
		(void)dp_consistent(s->dp, &n);
	}
}

START_TEST(spread_over_workers)
{
	struct dp_sa_counters in;

	setup(_i);
	ck_assert_uint_eq(dp_workers(a.dp), run->workers[0]);
	transfer(1, PACKETS / 3, PACKETS / 3);
	for (uint16_t peer = 1; peer <= PEERS; peer++)
		move(peer);
	/* before he has heard of it, nobody answers where they were: they would go there again */
	transfer(1, PACKETS / 3 + 1, PACKETS / 3);
	transfer(1, 2 * PACKETS / 3, 2 * PACKETS / 3);
	ck_assert_uint_eq(a.moved, PEERS);
	ck_assert_uint_eq(b.moved, 0);
	/* some are on their way to those that go */
	put_in(&a, &b, 1, PACKETS);
	put_in(&b, &a, 1, PACKETS);
	for (uint16_t peer = 1; peer <= GONE; peer++) {
		leave(&a, peer);
		leave(&b, peer);
	}
	transfer(GONE + 1, PACKETS, PACKETS);
	for (unsigned peer = GONE + 1; peer <= PEERS; peer++) {
		ck_assert(dp_sa_counters(a.dp, a.spi[peer], &in, NULL));
		ck_assert_uint_eq(in.packets, PACKETS);
		ck_assert_uint_eq(in.errors, 0);
	}
	wait_for_the_gone(&a);
	wait_for_the_gone(&b);
	nothing_went_wrong(&a);
	nothing_went_wrong(&b);
	close_side(&a);
	close_side(&b);
}
END_TEST

/* What each did is all that was done. */
START_TEST(shares)
{
	struct dp_stats sum, one;
	uint64_t in = 0, out = 0;

	setup(_i);
	transfer(1, PACKETS / 6, PACKETS / 6);
	dp_get_stats(a.dp, &sum);
	for (unsigned i = 0; i < run->workers[0]; i++) {
		dp_worker_stats(a.dp, i, &one);
		ck_assert_uint_ge(one.rx_packets, PEERS / run->workers[0] * (PACKETS / 6));
		in += one.rx_packets;
		out += one.tx_packets;
	}
	ck_assert_uint_eq(in, sum.rx_packets);
	ck_assert_uint_eq(in, PEERS * (PACKETS / 6));
	ck_assert_uint_eq(out, sum.tx_packets);
	close_side(&a);
	close_side(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_many");
	TCase *tc = tcase_create("dataplane_many");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, spread_over_workers, 0, sizeof runs / sizeof *runs);
	tcase_add_loop_test(tc, shares, 0, sizeof runs / sizeof *runs);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
