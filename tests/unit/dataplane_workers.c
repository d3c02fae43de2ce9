/*
 * Several packet workers, in the caller's thread: a peer belongs to one of them,
 * its SPIs say which, and whoever takes a packet off the wire hands it there.
 */
#include <check.h>
#include <stdlib.h>

#include "engine/dataplane/control.h"
#include "engine/dataplane/inbound.h"
#include "engine/dataplane/loop.h"
#include "engine/dataplane/outbound.h"
#include "engine/dataplane/stranger.h"
#include "engine/net/ipv4.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"
#include "tests/support/tunnel.h"

#define WORKERS 4
#define PEERS 9
#define SERVER 0x0a000001u
#define CLIENT(n) (0xc0a80100u + (n))

static struct world {
	struct sim sim;
	struct dataplane *dp;
	struct crypt *crypt;
	struct tunnel client[PEERS];
	uint32_t spi[PEERS];
	struct packet_room room;
	struct packet wire; /* the last that left, and what came before it */
	uint8_t tun[2048];
	size_t tun_len, on_wire, on_tun, on_l2tp, confirmed;
	uint32_t l2tp_spi;
} w;

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	(void)arg;
	packet_fill(&w.wire, esp, len); /* empty when it is too long */
	w.wire.path = *path;
	w.wire.udp = udp;
	w.on_wire++;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	(void)arg;
	memcpy(w.tun, ip, len);
	w.tun_len = len;
	w.on_tun++;
}

static void on_ike(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path, (void)msg, (void)len;
	ck_abort();
}

static void on_l2tp(void *arg, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg,
    size_t len)
{
	(void)arg, (void)local, (void)remote, (void)msg, (void)len;
	w.l2tp_spi = spi;
	w.on_l2tp++;
}

static void on_confirmed(void *arg, uint32_t spi)
{
	(void)arg, (void)spi;
	w.confirmed++;
}

static void on_moved(void *arg, uint32_t spi, const struct path *path)
{
	(void)arg, (void)spi, (void)path;
	ck_abort();
}

static void on_exhausted(void *arg, uint32_t spi, bool hard)
{
	(void)arg, (void)spi, (void)hard;
	ck_abort();
}

static const struct dp_ops ops = {
    on_ike, on_l2tp, on_confirmed, on_moved, on_exhausted, NULL, NULL, NULL};

/* Every client behind one NAT, by its port. */
static struct path path_of(uint32_t peer)
{
	return (struct path){.local = {addr_v4(0xcb007101), 4500},
	    .remote = {addr_v4(0xcb007102), (uint16_t)(40000 + peer)}};
}

static struct dp_session session_of(uint32_t peer)
{
	return (struct dp_session){.peer = peer, .tunnel = (uint16_t)(100 + peer),
	    .session = (uint16_t)(200 + peer), .remote_tunnel = 1, .remote_session = 1,
	    .local_port = 1701, .remote_port = 1701, .open = true,
	    .client = addr_v4(CLIENT(peer)), .mtu = 1400};
}

static struct child child_of(uint32_t peer)
{
	struct child c = {.cipher = CIPHER_AES128, .auth = HASH_SHA1, .transport = true,
	    .udp_encap = true, .spi_out = 0x1000 + peer};

	memset(c.enc_in, (int)peer, sizeof c.enc_in);
	memset(c.auth_out, (int)peer + 1, sizeof c.auth_out);
	return c;
}

static struct child turned(const struct child *c)
{
	struct child t = *c;

	t.spi_in = c->spi_out;
	t.spi_out = c->spi_in;
	memcpy(t.enc_in, c->enc_out, sizeof t.enc_in);
	memcpy(t.enc_out, c->enc_in, sizeof t.enc_out);
	memcpy(t.auth_in, c->auth_out, sizeof t.auth_in);
	memcpy(t.auth_out, c->auth_in, sizeof t.auth_out);
	return t;
}

static void connect_peer(uint32_t peer)
{
	struct child c = child_of(peer), theirs;
	struct dp_session s = session_of(peer);
	struct path path = path_of(peer);

	w.spi[peer] = c.spi_in = dp_spi_reserve(w.dp, peer);
	theirs = turned(&c);
	ck_assert(tunnel_init(&w.client[peer], w.crypt, &theirs));
	ck_assert(!dp_sa_inbound(w.dp, peer + 1, &path, &c, 64)); /* another worker's peer */
	ck_assert(dp_sa_inbound(w.dp, peer, &path, &c, 64));
	ck_assert(dp_sa_outbound(w.dp, peer, &c));
	ck_assert(dp_peer_use(w.dp, peer, c.spi_in));
	ck_assert(dp_session_add(w.dp, &s));
}

static void start_with(unsigned workers)
{
	struct dp_output output = {.wire = on_wire, .tun = on_tun};

	memset(&w, 0, sizeof w); /* under valgrind all tests are in one process */
	sim_init(&w.sim, 1, NULL, NULL);
	w.wire = packet_in(&w.room);
	w.dp = dp_create_inline_workers(&w.sim.env, one_crypto(), &output, &ops, NULL, workers);
	w.crypt = crypt_create(one_crypto(), CRYPT_OPENSSL);
	ck_assert_ptr_nonnull(w.dp);
	for (uint32_t i = 0; i < PEERS; i++)
		connect_peer(i);
}

static void start(void)
{
	start_with(WORKERS);
}

static void finish(void)
{
	for (uint32_t i = 0; i < PEERS; i++)
		tunnel_fini(&w.client[i]);
	dp_destroy(w.dp);
	crypt_destroy(w.crypt);
	sim_fini(&w.sim);
}

/* An L2TP message of that client, off the wire. */
static void from_client(uint32_t peer, const uint8_t *msg, size_t len)
{
	struct path path = path_of(peer);
	PACKET_HERE(p);

	ck_assert(tunnel_seal(&w.client[peer], &w.sim.env, &p, msg, len));
	dp_input(w.dp, &path, true, p.data, p.len);
	dp_poll(w.dp);
}

static size_t data_message(uint8_t *to, uint32_t tunnel_of, uint32_t session_id, uint32_t src)
{
	struct wr m = wr_init(to, 128);

	wr_u16(&m, 2);
	wr_u16(&m, 100 + tunnel_of);
	wr_u16(&m, 200 + session_id);
	wr_u16(&m, 0xff03);
	wr_u16(&m, 0x0021);
	ipv4_header(&m, 17, src, SERVER, 0, 1, 8);
	wr_zero(&m, 8);
	return wr_len(&m);
}

START_TEST(layout)
{
	for (unsigned n = 1; n <= WORKERS_MAX; n++) {
		struct owners o = {n - 1};

		ck_assert_uint_eq(owners_count(o), n);
		ck_assert_uint_le(owner_places(o) * n, SA_TABLE);
		ck_assert_uint_gt((owner_places(o) + 1) * n, SA_TABLE);
		/* what a stranger makes up does not lead behind a table */
		ck_assert_uint_le(spi_place(o, UINT32_MAX), owner_places(o));
		for (unsigned worker = 0; worker < owners_count(o); worker++)
			for (uint32_t place = 0; place < owner_places(o); place += 1021) {
				uint32_t spi = spi_make(o, 0x2bcd, place, worker);

				ck_assert_uint_eq(spi >> SPI_PLACE_BITS, 0x2bcd);
				ck_assert_uint_eq(owner_of_spi(o, spi), worker);
				ck_assert_uint_eq(spi_place(o, spi), place);
			}
		for (uint32_t peer = 0; peer < 100; peer++)
			ck_assert_uint_eq(owner_of_peer(o, peer), peer % owners_count(o));
	}
}
END_TEST

static const unsigned counts[] = {2, 3, 4, 7, 16};
#define COUNTS (sizeof counts / sizeof *counts)

/* Peer, SPI, SA, session: all with the same worker, and with no other. */
START_TEST(belonging)
{
	unsigned workers = counts[_i];
	struct dp_census n;

	start_with(workers);
	for (uint32_t i = 0; i < PEERS; i++)
		for (unsigned k = 0; k < workers; k++) {
			const struct tables *t = &w.dp->worker[k]->tables;
			bool his = k == i % workers;

			ck_assert_int_eq(owner_of_spi(w.dp->owners, w.spi[i]) == k, his);
			ck_assert_int_eq(tables_peer(t, i) != NULL, his);
			ck_assert_int_eq(tables_client(t, CLIENT(i)) != NULL, his);
			ck_assert_int_eq(tables_link(t, (uint16_t)(200 + i)) != NULL, his);
			if (his)
				ck_assert_uint_eq(tables_sa(t, w.spi[i])->peer_id, i);
		}
	ck_assert(dp_consistent(w.dp, &n));
	ck_assert_uint_eq(n.spis, PEERS);
	ck_assert_uint_eq(n.sas, PEERS);
	ck_assert_uint_eq(n.sessions, PEERS);
	ck_assert_uint_eq(n.peers, PEERS);
	finish();
}
END_TEST

START_TEST(there_and_back)
{
	struct dp_session_counters c;
	struct dp_sa_counters in, out;
	struct dp_stats stats;
	uint8_t msg[128], ip[64];
	PACKET_HERE(p);
	struct ipv4 h;

	start_with(counts[_i]);
	for (uint32_t i = 0; i < PEERS; i++) {
		struct wr back = wr_init(ip, sizeof ip);

		from_client(i, msg, data_message(msg, i, i, CLIENT(i)));
		ck_assert_uint_eq(w.on_tun, i + 1);
		ck_assert_uint_eq(w.confirmed, i + 1);
		ck_assert(ipv4_parse(w.tun, w.tun_len, &h));
		ck_assert_uint_eq(h.src, CLIENT(i));
		ipv4_header(&back, 17, SERVER, CLIENT(i), 0, 1, 8);
		wr_zero(&back, 8);
		dp_tun(w.dp, ip, wr_len(&back));
		ck_assert_uint_eq(w.on_wire, 2 * i + 1);
		ck_assert_uint_eq(w.wire.path.remote.port, 40000 + i);
		ck_assert(tunnel_open(&w.client[i], &p, w.wire.data, w.wire.len));
		ck_assert(dp_send_l2tp(w.dp, i, 1701, 1701, (const uint8_t *)"\xc8\x02", 2));
		ck_assert_uint_eq(w.on_wire, 2 * i + 2);
		ck_assert(tunnel_open(&w.client[i], &p, w.wire.data, w.wire.len));
		ck_assert(dp_session_counters(w.dp, (uint16_t)(200 + i), &c));
		ck_assert_uint_eq(c.packets_in, 1);
		ck_assert_uint_eq(c.packets_out, 1);
		ck_assert(dp_sa_counters(w.dp, w.spi[i], &in, &out));
		ck_assert_uint_eq(in.packets, 1);
		ck_assert_uint_eq(out.packets, 2);
		from_client(i, (const uint8_t *)"\xc8\x02\0\x0c\0\0\0\0\0\0\0\0", 12);
		ck_assert_uint_eq(w.on_l2tp, i + 1);
		ck_assert_uint_eq(w.l2tp_spi, w.spi[i]);
	}
	/* Another peer's session, of another worker and, of some counts, of the same one, is not
	 * there to be used. */
	from_client(1, msg, data_message(msg, 2, 2, CLIENT(2)));
	from_client(1, msg, data_message(msg, 5, 5, CLIENT(5)));
	dp_tun(w.dp, ip, 20); /* cut off */
	dp_get_stats(w.dp, &stats);
	ck_assert_uint_eq(w.on_tun, PEERS);
	ck_assert_uint_eq(stats.not_for_session, 2);
	ck_assert_uint_eq(stats.no_client, 1);
	ck_assert_uint_eq(stats.rx_packets, 2 * PEERS + 2);
	ck_assert_uint_eq(stats.tx_packets, 2 * PEERS);
	finish();
}
END_TEST

/* A peer's session that another worker's peer takes over by its number moves there. */
START_TEST(changing_hands)
{
	struct dp_session s = session_of(1);
	struct dp_census n;

	start();
	s.peer = 2;
	ck_assert(dp_session_add(w.dp, &s));
	ck_assert_ptr_null(tables_link(&w.dp->worker[1]->tables, s.session));
	ck_assert_ptr_nonnull(tables_link(&w.dp->worker[2]->tables, s.session));
	ck_assert_ptr_null(tables_client(&w.dp->worker[1]->tables, CLIENT(1)));
	s.client = addr_v4(CLIENT(77));
	ck_assert(dp_session_change(w.dp, &s));
	ck_assert_ptr_nonnull(tables_client(&w.dp->worker[2]->tables, CLIENT(77)));
	ck_assert(dp_consistent(w.dp, &n));
	ck_assert_uint_eq(n.sessions, PEERS);
	for (uint32_t i = 0; i < PEERS; i++) {
		ck_assert(dp_session_remove(w.dp, (uint16_t)(200 + i)));
		ck_assert(dp_sa_remove(w.dp, w.spi[i]));
		ck_assert(!dp_sa_remove(w.dp, w.spi[i]));
	}
	dp_poll(w.dp);
	ck_assert(dp_consistent(w.dp, &n));
	ck_assert_uint_eq(n.spis + n.sas + n.sessions + n.peers, 0);
	finish();
}
END_TEST

/* Who comes from a peer is given an id by which he may have its pairs. */
START_TEST(beside_a_peer)
{
	unsigned workers = counts[_i];
	struct path path = path_of(1);

	start_with(workers);
	for (uint32_t peer = 0; peer < PEERS; peer++) {
		uint32_t id = dp_peer_beside(w.dp, 100, peer);

		ck_assert_uint_ge(id, 100);
		ck_assert_uint_lt(id, 100 + workers);
		ck_assert(dp_sa_give(w.dp, w.spi[peer], id, &path));
		ck_assert(!dp_sa_give(w.dp, w.spi[peer], id + 1, &path));
	}
	finish();
}
END_TEST

/* Each worker has its part of the numbers; one that has none left does not take another's. */
START_TEST(numbers_of_each)
{
	uint32_t first, again;

	start();
	first = dp_spi_reserve(w.dp, 1);
	ck_assert_uint_ne(first, 0);
	for (uint32_t i = 4; i < SA_TABLE / WORKERS; i++) /* 1 and 5 have one each, and the first */
		ck_assert_uint_eq(dp_spi_reserve(w.dp, 5) % WORKERS, 1);
	ck_assert_uint_ne(dp_spi_reserve(w.dp, 1), 0);
	ck_assert_uint_eq(dp_spi_reserve(w.dp, 1), 0);
	ck_assert_uint_eq(dp_spi_reserve(w.dp, 2) % WORKERS, 2);
	dp_spi_release(w.dp, first);
	again = dp_spi_reserve(w.dp, 9);
	ck_assert_uint_eq(again % SA_TABLE, first % SA_TABLE);
	ck_assert_uint_ne(again, first);
	finish();
}
END_TEST

static size_t packet_to(uint8_t *ip, size_t size, uint32_t to)
{
	struct wr back = wr_init(ip, size);

	ipv4_header(&back, 17, SERVER, to, 0, 1, 8);
	wr_zero(&back, 8);
	return wr_len(&back);
}

/* Whatever queue of the TUN a packet comes by, its client gets it; also when he has changed his
 * address or has gone meanwhile, for the better or to nobody. */
START_TEST(by_another_queue)
{
	unsigned workers = counts[_i], by;
	struct dp_session s = session_of(3);
	struct dp_stats stats;
	uint8_t ip[64];
	struct packet_room room;
	struct packet p = packet_in(&room);
	size_t n = packet_to(ip, sizeof ip, CLIENT(3)), own = 3 % workers;

	start_with(workers);
	for (by = 0; by < workers; by++) {
		loop_packet(w.dp->worker[by], ip, n);
		ck_assert_uint_eq(w.on_wire, by + (by == own));
		loop_strangers(w.dp->worker[own]);
		outbound_flush(w.dp->worker[own]);
		ck_assert_uint_eq(w.on_wire, by + 1);
		ck_assert_uint_eq(w.wire.path.remote.port, 40003);
		ck_assert(tunnel_open(&w.client[3], &p, w.wire.data, w.wire.len));
	}
	by = own ? 0 : 1;
	loop_packet(w.dp->worker[by], ip, n);
	s.client = addr_v4(CLIENT(80));
	ck_assert(dp_session_change(w.dp, &s)); /* while one is on its way */
	loop_strangers(w.dp->worker[own]);
	loop_packet(w.dp->worker[by], ip, n);
	dp_get_stats(w.dp, &stats);
	ck_assert_uint_eq(stats.no_client, 2);
	n = packet_to(ip, sizeof ip, CLIENT(80));
	loop_packet(w.dp->worker[by], ip, n);
	loop_strangers(w.dp->worker[own]);
	outbound_flush(w.dp->worker[own]);
	ck_assert_uint_eq(w.on_wire, workers + 1);
	s.open = false;
	ck_assert(dp_session_change(w.dp, &s));
	loop_packet(w.dp->worker[by], ip, n);
	s.open = true;
	ck_assert(dp_session_change(w.dp, &s));
	ck_assert(dp_session_remove(w.dp, s.session));
	loop_packet(w.dp->worker[by], ip, n);
	dp_get_stats(w.dp, &stats);
	ck_assert_uint_eq(stats.no_client, 4);
	ck_assert_uint_eq(stats.handed_over, workers - 1 + 2);
	finish();
}
END_TEST

/* Who hands over most does not keep the others from it. */
START_TEST(each_giver_has_its_turn)
{
	uint8_t ip[64];
	size_t n = packet_to(ip, sizeof ip, CLIENT(1));
	unsigned from[WORKERS] = {0};

	start();
	for (int i = 0; i < 2 * BATCH; i++)
		loop_packet(w.dp->worker[0], ip, n);
	for (int i = 0; i < 4; i++) {
		loop_packet(w.dp->worker[2], ip, n);
		loop_packet(w.dp->worker[3], ip, n);
	}
	loop_strangers(w.dp->worker[1]);
	for (unsigned i = 0; i < WORKERS; i++)
		from[i] = i != 1 && !ring_empty(w.dp->worker[1]->strangers[i]);
	ck_assert_uint_eq(from[0], 1);
	ck_assert_uint_eq(from[2] + from[3], 0);
	while (stranger_next(w.dp->worker[1]))
		loop_strangers(w.dp->worker[1]);
	outbound_flush(w.dp->worker[1]);
	ck_assert_uint_eq(w.on_wire, 2 * BATCH + 8);
	finish();
}
END_TEST

/* A flood for a worker that does not come to look is lost where it arrives, and counted. */
START_TEST(full_ring)
{
	struct path path = path_of(1);
	struct dp_stats stats;
	PACKET_HERE(p);

	start();
	for (int i = 0; i < 300; i++) {
		packet_reset(&p);
		packet_put(&p, 1400);
		wr_patch32(&(struct wr){.base = p.data, .p = p.data + 4}, 0, w.spi[1]);
		w.dp->worker[0]->ins = 0;
		p.path = path;
		p.udp = true;
		inbound_udp(w.dp->worker[0], &p);
		ck_assert_uint_eq(w.dp->worker[0]->ins, 0);
	}
	dp_get_stats(w.dp, &stats);
	ck_assert_uint_gt(stats.stranger_full, 0);
	ck_assert_uint_lt(stats.stranger_full, 250);
	ck_assert_uint_eq(stats.handed_over + stats.stranger_full, 300);
	ck_assert_uint_eq(w.dp->worker[0]->to_call, 1u << 1);
	ck_assert_int_eq(stranger_next(w.dp->worker[1]), STRANGER_WIRE);
	ck_assert_int_eq(stranger_next(w.dp->worker[0]), STRANGER_NOBODY);
	ck_assert_int_eq(stranger_next(w.dp->worker[2]), STRANGER_NOBODY);
	while (stranger_next(w.dp->worker[1]))
		loop_strangers(w.dp->worker[1]);
	dp_get_stats(w.dp, &stats);
	ck_assert_uint_eq(stats.rx_packets + stats.stranger_full, 300);
	finish();
}
END_TEST

/* Who sleeps is called before more than he has room for has come in one round of another's; what is
 * one of many that came as one is still that. */
START_TEST(called_in_time)
{
	struct worker *owner;
	struct dp_stats stats;
	PACKET_HERE(p);
	PACKET_HERE(q);
	int i;

	start();
	owner = w.dp->worker[1];
	atomic_store(&owner->sleeping, true);
	packet_put(&p, 1400);
	p.follows = true;
	for (i = 0; i < 300 && atomic_load(&owner->sleeping); i++)
		stranger_give(w.dp->worker[0], 1, STRANGER_TUN, &p);
	dp_get_stats(w.dp, &stats);
	ck_assert_uint_eq(stats.stranger_full, 0);
	ck_assert_int_gt(i, 1); /* but not for each */
	ck_assert(!atomic_load(&owner->sleeping));
	stranger_take(owner, &q);
	ck_assert(q.follows);
	finish();
}
END_TEST

/* What the control side may say in one go is what a packet holds. */
START_TEST(longest)
{
	static uint8_t bytes[PACKET_ROOM + 1];

	start();
	ck_assert(dp_send_l2tp(w.dp, 1, 1701, 1701, bytes, PACKET_ROOM));
	ck_assert(!dp_send_l2tp(w.dp, 1, 1701, 1701, bytes, PACKET_ROOM + 1));
	ck_assert(dp_send_ppp(w.dp, 201, bytes, 1000, false));
	ck_assert(!dp_send_ppp(w.dp, 199, bytes, 1000, false)); /* nobody's */
	ck_assert(!dp_send_ip(w.dp, 199, bytes, 1000));
	finish();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_workers");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(tc, layout);
	tcase_add_loop_test(tc, belonging, 0, COUNTS);
	tcase_add_loop_test(tc, there_and_back, 0, COUNTS);
	tcase_add_loop_test(tc, by_another_queue, 0, COUNTS);
	tcase_add_test(tc, each_giver_has_its_turn);
	tcase_add_test(tc, changing_hands);
	tcase_add_loop_test(tc, beside_a_peer, 0, COUNTS);
	tcase_add_test(tc, numbers_of_each);
	tcase_add_test(tc, full_ring);
	tcase_add_test(tc, called_in_time);
	tcase_add_test(tc, longest);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
