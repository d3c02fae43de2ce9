/*
 * The packet path in the caller's thread, against a client made of the ESP
 * codec alone: what gets through, what does not and is counted where, what the
 * control side hears of, and where answers go.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/dataplane.h"
#include "engine/dataplane/ip.h"
#include "engine/ipsec/esp.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"

#define CLIENT 0xc0a80101u /* inner addresses */
#define SERVER 0x0a000001u
#define PEER 7
#define TUNNEL 100
#define SESSION 200

/* What came out of the dataplane, newest last. */
struct seen {
	enum { WIRE, TUN, IKE, L2TP, CONFIRMED, MOVED, EXHAUSTED } what;
	struct path path;
	uint32_t spi;
	uint16_t local_port, remote_port;
	bool udp, hard;
	uint8_t bytes[PACKET_ROOM];
	size_t len;
};

struct fixture {
	struct sim sim;
	struct dataplane *dp;
	struct child child;
	struct path path;
	struct crypt *crypt; /* the client's side */
	struct crypt_key *send, *receive;
	uint32_t sequence;
	struct seen seen[256];
	size_t n;
};

static struct seen *note(void *arg, int what, const uint8_t *bytes, size_t len)
{
	struct fixture *f = arg;
	struct seen *s;

	ck_assert_uint_lt(f->n, sizeof f->seen / sizeof *f->seen);
	s = &f->seen[f->n++];
	memset(s, 0, offsetof(struct seen, bytes));
	s->what = what;
	s->len = len;
	if (len)
		memcpy(s->bytes, bytes, len);
	return s;
}

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	struct seen *s = note(arg, WIRE, esp, len);

	s->path = *path;
	s->udp = udp;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	note(arg, TUN, ip, len);
}

static void on_ike(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	note(arg, IKE, msg, len)->path = *path;
}

static void on_l2tp(void *arg, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg,
    size_t len)
{
	struct seen *s = note(arg, L2TP, msg, len);

	s->spi = spi;
	s->local_port = local;
	s->remote_port = remote;
}

static void on_confirmed(void *arg, uint32_t spi)
{
	note(arg, CONFIRMED, NULL, 0)->spi = spi;
}

static void on_moved(void *arg, uint32_t spi, const struct path *path)
{
	struct seen *s = note(arg, MOVED, NULL, 0);

	s->spi = spi;
	s->path = *path;
}

static void on_exhausted(void *arg, uint32_t spi, bool hard)
{
	struct seen *s = note(arg, EXHAUSTED, NULL, 0);

	s->spi = spi;
	s->hard = hard;
}

static const struct dp_ops ops = {on_ike, on_l2tp, on_confirmed, on_moved, on_exhausted};

/* The client's keys are the gateway's the other way round. */
static void client_keys(struct fixture *f)
{
	crypt_key_destroy(f->send);
	crypt_key_destroy(f->receive);
	f->send = crypt_key_create(f->crypt, f->child.cipher, f->child.auth, f->child.enc_in,
	    f->child.auth_in, true);
	f->receive = crypt_key_create(f->crypt, f->child.cipher, f->child.auth, f->child.enc_out,
	    f->child.auth_out, false);
	f->sequence = 0;
}

static void install(struct fixture *f, uint32_t peer, uint32_t window)
{
	f->child.spi_in = dp_spi_reserve(f->dp, peer);
	ck_assert_uint_gt(f->child.spi_in, 255);
	f->child.spi_out = 0xabcd0000 + f->child.spi_in % 1000;
	ck_assert(dp_sa_inbound(f->dp, peer, &f->path, &f->child, window));
	ck_assert(dp_sa_outbound(f->dp, peer, &f->child));
	ck_assert(dp_peer_use(f->dp, peer, f->child.spi_in));
}

static struct dp_session session(void)
{
	return (struct dp_session){.peer = PEER, .tunnel = TUNNEL, .session = SESSION,
	    .remote_tunnel = 1, .remote_session = 2, .local_port = 1701, .remote_port = 1701,
	    .open = true, .client = addr_v4(CLIENT), .mtu = 1400, .mss = 1360};
}

static void start(struct fixture *f, const struct child *like)
{
	struct dp_output output = {on_wire, on_tun, f};
	struct dp_session s = session();

	memset(f, 0, sizeof *f);
	sim_init(&f->sim, 1, NULL, NULL);
	f->dp = dp_create_inline(&f->sim.env, one_crypto(), &output, &ops, f);
	f->crypt = crypt_create(one_crypto(), CRYPT_OPENSSL);
	f->child = *like;
	for (size_t i = 0; i < sizeof f->child.auth_in; i++) {
		f->child.auth_in[i] = (uint8_t)i;
		f->child.auth_out[i] = (uint8_t)(i + 100);
		f->child.enc_in[i % ESP_KEY_MAX] = (uint8_t)(i * 3);
		f->child.enc_out[i % ESP_KEY_MAX] = (uint8_t)(i * 5);
	}
	f->path = (struct path){{addr_v4(0xac100102), 4500}, {addr_v4(0xcb007101), 40000}};
	install(f, PEER, 64);
	client_keys(f);
	ck_assert(dp_session_add(f->dp, &s));
	ck_assert_int_eq(dp_event_fd(f->dp), -1);
}

static void finish(struct fixture *f)
{
	dp_destroy(f->dp);
	crypt_key_destroy(f->send);
	crypt_key_destroy(f->receive);
	crypt_destroy(f->crypt);
	sim_fini(&f->sim);
}

static const struct child transport_nat = {.cipher = CIPHER_3DES, .auth = HASH_SHA1,
    .transport = true, .udp_encap = true, .local = {.protocol = 17, .port = 1701},
    .remote = {.protocol = 17, .port = 1701}};

/* Seals p and hands it in with this number, from `path`. */
static void submit(struct fixture *f, struct packet *p, uint32_t sequence, uint8_t next,
    const struct path *path)
{
	uint8_t iv[16] = {(uint8_t)sequence, 9};
	struct esp_header h = {f->child.spi_in, sequence};
	struct esp_job job;

	ck_assert(esp_seal(p, f->send, &h, iv, next, &job));
	crypt_run(f->crypt, &job, 1, true);
	dp_input(f->dp, path, f->child.udp_encap, p->data, p->len);
	dp_poll(f->dp);
}

/* A UDP payload from the client. */
static void client_udp(struct fixture *f, uint16_t from, uint16_t to, const void *msg, size_t len)
{
	struct packet p;
	struct wr w;

	packet_fill(&p, msg, len);
	w = packet_push_wr(&p, 8);
	wr_u16(&w, from);
	wr_u16(&w, to);
	wr_u16(&w, (unsigned)(len + 8));
	wr_u16(&w, 0xbeef); /* a checksum nobody may look at */
	submit(f, &p, ++f->sequence, ESP_NEXT_UDP, &f->path);
}

/* An IPv4 packet of `len` bytes. */
static size_t make_ip(uint8_t *to, uint32_t src, uint32_t dst, size_t len)
{
	struct wr w = wr_init(to, 2048);

	ipv4_header(&w, IPPROTO_UDP, src, dst, 0, 1, len - IP_HEADER);
	while (wr_len(&w) < len)
		wr_u8(&w, (unsigned)wr_len(&w));
	return len;
}

static size_t make_data(uint8_t *to, uint16_t tunnel, uint16_t id, const char *ppp, size_t ppp_len,
    const uint8_t *ip, size_t len)
{
	struct wr w = wr_init(to, 2048);

	wr_u16(&w, 0x0002);
	wr_u16(&w, tunnel);
	wr_u16(&w, id);
	wr_bytes(&w, ppp, ppp_len);
	wr_bytes(&w, ip, len);
	return wr_len(&w);
}

static void client_ip(struct fixture *f, uint16_t tunnel, uint16_t id, uint32_t src)
{
	uint8_t ip[2048], msg[2048];
	size_t len = make_ip(ip, src, SERVER, 100);

	len = make_data(msg, tunnel, id, "\xff\x03\x00\x21", 4, ip, len);
	client_udp(f, 1701, 1701, msg, len);
}

/* Decrypts what went to the wire; leaves the payload. */
static void client_open(
    struct fixture *f, const struct seen *s, struct packet *p, uint32_t sequence)
{
	struct esp_job job;
	struct esp_header h;
	uint8_t next;

	ck_assert_int_eq(s->what, WIRE);
	packet_fill(p, s->bytes, s->len);
	ck_assert(esp_peek(p, &h));
	ck_assert_uint_eq(h.spi, f->child.spi_out);
	ck_assert_uint_eq(h.sequence, sequence);
	ck_assert(esp_open(p, f->receive, &job));
	crypt_run(f->crypt, &job, 1, false);
	ck_assert(job.ok);
	ck_assert(esp_strip(p, f->receive, &next));
	ck_assert_uint_eq(next, f->child.transport ? ESP_NEXT_UDP : ESP_NEXT_IPV4);
}

static struct dp_sa_counters in_counters(struct fixture *f)
{
	struct dp_sa_counters c;

	ck_assert(dp_sa_counters(f->dp, f->child.spi_in, &c, NULL));
	return c;
}

static struct dp_stats stats(struct fixture *f)
{
	struct dp_stats s;

	dp_get_stats(f->dp, &s);
	return s;
}

static struct fixture f;

START_TEST(user_traffic_both_ways)
{
	struct dp_session_counters c;
	struct dp_sa_counters in, out;
	struct packet p;
	uint8_t ip[2048];
	size_t len = make_ip(ip, SERVER, CLIENT, 333);

	start(&f, &transport_nat);
	client_ip(&f, TUNNEL, SESSION, CLIENT);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, TUN);
	ck_assert_uint_eq(f.seen[0].len, 100);
	ck_assert_int_eq(f.seen[1].what, CONFIRMED);
	ck_assert_uint_eq(f.seen[1].spi, f.child.spi_in);
	client_ip(&f, TUNNEL, SESSION, CLIENT);
	ck_assert_uint_eq(f.n, 3); /* confirmed once only */

	f.n = 0;
	ip[1] = 0xb8; /* DSCP EF, ECN 0 */
	dp_tun(f.dp, ip, len);
	ck_assert_uint_eq(f.n, 1);
	ck_assert(f.seen[0].udp);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	client_open(&f, &f.seen[0], &p, 1);
	ck_assert_uint_eq(p.len, 8 + 8 + 4 + len);
	ck_assert_mem_eq(p.data, "\x06\xa5\x06\xa5\x01\x61\x00\x00", 8);
	ck_assert_mem_eq(p.data + 8, "\x40\x02\x01\x59\x00\x01\x00\x02", 8);
	ck_assert_mem_eq(p.data + 16, "\xff\x03\x00\x21", 4);
	ck_assert_mem_eq(p.data + 20, ip, len);

	ck_assert(dp_session_counters(f.dp, SESSION, &c));
	ck_assert_uint_eq(c.packets_in, 2);
	ck_assert_uint_eq(c.bytes_in, 200);
	ck_assert_uint_eq(c.packets_out, 1);
	ck_assert_uint_eq(c.bytes_out, 333);
	ck_assert_uint_eq(c.last_out, f.sim.now);
	ck_assert(dp_sa_counters(f.dp, f.child.spi_in, &in, &out));
	ck_assert_uint_eq(in.packets, 2);
	ck_assert_uint_eq(in.bytes, 2 * (8 + 6 + 4 + 100));
	ck_assert_uint_eq(in.bitmap, 3);
	ck_assert_uint_eq(in.sequence, 2);
	ck_assert_uint_eq(in.errors, 0);
	ck_assert_uint_eq(out.packets, 1);
	ck_assert_uint_eq(out.bytes, 353);
	ck_assert_uint_eq(out.bitmap, 1);
	ck_assert_uint_eq(stats(&f).rx_packets, 2);
	ck_assert_uint_eq(stats(&f).tx_packets, 1);
	finish(&f);
}
END_TEST

/* L2TP and PPP headers that a data message may have, and where each goes. */
START_TEST(data_headers)
{
	static const struct {
		const char *name, *head;
		size_t len;
		int what; /* -1: dropped */
	} row[] = {
	    {"plain", "\x00\x02\x00\x64\x00\xc8\xff\x03\x00\x21", 10, TUN},
	    {"length", "\x40\x02\x00\x70\x00\x64\x00\xc8\xff\x03\x00\x21", 12, TUN},
	    {"sequence", "\x08\x02\x00\x64\x00\xc8\x00\x01\x00\x02\xff\x03\x00\x21", 14, TUN},
	    {"offset", "\x02\x02\x00\x64\x00\xc8\x00\x03xyz\xff\x03\x00\x21", 15, TUN},
	    {"priority", "\x01\x02\x00\x64\x00\xc8\xff\x03\x00\x21", 10, TUN},
	    {"no address field", "\x00\x02\x00\x64\x00\xc8\x00\x21", 8, TUN},
	    {"one byte protocol", "\x00\x02\x00\x64\x00\xc8\xff\x03\x21", 9, TUN},
	    {"both compressed", "\x00\x02\x00\x64\x00\xc8\x21", 7, TUN},
	    {"LCP", "\x00\x02\x00\x64\x00\xc8\xff\x03\xc0\x21", 10, L2TP},
	    {"IPCP, no address field", "\x00\x02\x00\x64\x00\xc8\x80\x21", 8, L2TP},
	    {"control message", "\xc8\x02\x00\x70\x00\x64\x00\xc8\x00\x00\x00\x00", 12, L2TP},
	    {"LCP of a session that is not yet known", "\x00\x02\x00\x64\x01\x00\xff\x03\xc0\x21",
		10, L2TP},
	    {"IP of a session that is not known", "\x00\x02\x00\x64\x01\x00\xff\x03\x00\x21", 10,
		-1},
	    {"another tunnel's id", "\x00\x02\x00\x65\x00\xc8\xff\x03\x00\x21", 10, -1},
	    {"length too long", "\x40\x02\x01\x00\x00\x64\x00\xc8\xff\x03\x00\x21", 12, L2TP},
	    {"length cuts the packet", "\x40\x02\x00\x20\x00\x64\x00\xc8\xff\x03\x00\x21", 12, -1},
	    {"offset leads outside", "\x02\x02\x00\x64\x00\xc8\x7f\x03\xff\x03\x00\x21", 12, L2TP},
	    {"L2TPv3", "\x00\x03\x00\x64\x00\xc8\xff\x03\x00\x21", 10, L2TP},
	};
	uint8_t msg[256], ip[128];
	size_t len = make_ip(ip, CLIENT, SERVER, 100);

	start(&f, &transport_nat);
	client_ip(&f, TUNNEL, SESSION, CLIENT);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		memcpy(msg, row[i].head, row[i].len);
		memcpy(msg + row[i].len, ip, len);
		f.n = 0;
		client_udp(&f, 1701, 1701, msg, row[i].len + len);
		ck_assert_msg(f.n == (row[i].what >= 0), "%s: %zu things", row[i].name, f.n);
		if (row[i].what < 0)
			continue;
		ck_assert_msg((int)f.seen[0].what == row[i].what, "%s", row[i].name);
		if (row[i].what == TUN) {
			ck_assert_mem_eq(f.seen[0].bytes, ip, len);
			ck_assert_uint_eq(f.seen[0].len, len);
		} else {
			ck_assert_mem_eq(f.seen[0].bytes, msg, row[i].len + len);
			ck_assert_uint_eq(f.seen[0].len, row[i].len + len);
			ck_assert_uint_eq(f.seen[0].spi, f.child.spi_in);
			ck_assert_uint_eq(f.seen[0].local_port, 1701);
			ck_assert_uint_eq(f.seen[0].remote_port, 1701);
		}
	}
	/* every truncation of a good message */
	for (size_t cut = 0; cut < 10 + len; cut++) {
		memcpy(msg, row[0].head, 10);
		memcpy(msg + 10, ip, len);
		f.n = 0;
		client_udp(&f, 1701, 1701, msg, cut);
		ck_assert(f.n == 0 || f.seen[0].what == L2TP);
	}
	finish(&f);
}
END_TEST

START_TEST(replays_and_forgeries)
{
	struct packet p, copy;
	uint8_t msg[] = "\xc8\x02 a control message";
	size_t len;

	start(&f, &transport_nat);
	client_udp(&f, 1701, 1701, msg, sizeof msg);
	ck_assert_uint_eq(f.n, 2);
	f.n = 0;
	/* the same number again, in another packet */
	packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
	packet_fill(&copy, p.data, p.len);
	submit(&f, &copy, 1, ESP_NEXT_UDP, &f.path);
	ck_assert_uint_eq(in_counters(&f).replay_failed, 1);
	/* a forged one with a new number must not move the window */
	{
		uint8_t iv[16] = {0};
		struct esp_header h = {f.child.spi_in, 5000};
		struct esp_job job;

		ck_assert(esp_seal(&p, f.send, &h, iv, ESP_NEXT_UDP, &job));
		crypt_run(f.crypt, &job, 1, true);
		p.data[p.len - 1] ^= 1;
		dp_input(f.dp, &f.path, true, p.data, p.len);
		ck_assert_uint_eq(in_counters(&f).auth_failed, 1);
		p.data[p.len - 1] ^= 1;
		p.data[6] ^= 1; /* sequence number */
		dp_input(f.dp, &f.path, true, p.data, p.len);
		ck_assert_uint_eq(in_counters(&f).auth_failed, 2);
		p.data[6] ^= 1;
		len = p.len;
		for (size_t cut = 1; cut < len; cut++)
			dp_input(f.dp, &f.path, true, p.data, cut);
	}
	ck_assert_uint_eq(in_counters(&f).sequence, 1);
	ck_assert_uint_eq(in_counters(&f).packets, 1);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 0);
	ck_assert_uint_eq(in_counters(&f).policy_failed, 0); /* nothing of them was looked into */
	client_udp(&f, 1701, 1701, msg, sizeof msg);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_uint_eq(in_counters(&f).errors, in_counters(&f).replay_failed +
						      in_counters(&f).auth_failed +
						      in_counters(&f).malformed);
	finish(&f);
}
END_TEST

START_TEST(policy)
{
	static const struct {
		uint16_t client, server; /* selectors' ports, 0 = any */
		uint16_t from, to;
		bool passes;
	} row[] = {
	    {1701, 1701, 1701, 1701, true}, {1701, 1701, 1702, 1701, false},
	    {1701, 1701, 1701, 1702, false}, {0, 1701, 61000, 1701, true},
	    {0, 0, 61000, 1701, true}, {0, 0, 1701, 53, false}, {61000, 0, 61000, 1701, true},
	    {61000, 0, 61001, 1701, false},
	};
	uint64_t failed = 0;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct child child = transport_nat;

		child.remote.port = row[i].client;
		child.local.port = row[i].server;
		start(&f, &child);
		client_udp(&f, row[i].from, row[i].to, "\xc8\x02hello", 7);
		ck_assert_int_eq(f.n > 0 && f.seen[f.n - 1].what == L2TP, row[i].passes);
		ck_assert_uint_eq(in_counters(&f).policy_failed, !row[i].passes);
		if (row[i].passes) {
			ck_assert_uint_eq(f.seen[f.n - 1].remote_port, row[i].from);
			ck_assert_uint_eq(f.seen[f.n - 1].local_port, row[i].to);
		}
		finish(&f);
	}
	/* what is not UDP, and UDP lengths that lie */
	start(&f, &transport_nat);
	for (int i = 0; i < 4; i++) {
		static const uint8_t next[] = {6, 4, 17, 17};
		static const char *const udp[] = {"\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi",
		    "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi",
		    "\x06\xa5\x06\xa5\x00\x0d\x00\x00\xc8\x02hi",
		    "\x06\xa5\x06\xa5\x00\x07\x00\x00\xc8\x02hi"};
		struct packet p;

		packet_fill(&p, udp[i], 12);
		submit(&f, &p, ++f.sequence, next[i], &f.path);
		ck_assert_uint_eq(in_counters(&f).policy_failed, ++failed);
	}
	/* dummy packets are no offence (RFC 4303 2.6) */
	{
		struct packet p;

		packet_fill(&p, "nothing", 7);
		submit(&f, &p, ++f.sequence, ESP_NEXT_NONE, &f.path);
	}
	ck_assert_uint_eq(in_counters(&f).policy_failed, failed);
	ck_assert_uint_eq(f.n, 1); /* confirmed */
	finish(&f);
}
END_TEST

START_TEST(spoofed_source)
{
	struct dp_session_counters c;

	start(&f, &transport_nat);
	client_ip(&f, TUNNEL, SESSION, CLIENT + 1);
	client_ip(&f, TUNNEL, SESSION, SERVER);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, CONFIRMED);
	ck_assert_uint_eq(stats(&f).bad_source, 2);
	ck_assert(dp_session_counters(f.dp, SESSION, &c));
	ck_assert_uint_eq(c.drop_in, 2);
	ck_assert_uint_eq(c.packets_in, 0);
	finish(&f);
}
END_TEST

/* A second peer with an SA of its own may not speak in the first one's session. */
START_TEST(foreign_session)
{
	start(&f, &transport_nat);
	install(&f, PEER + 1, 64);
	client_keys(&f);
	client_ip(&f, TUNNEL, SESSION, CLIENT);
	ck_assert_uint_eq(stats(&f).not_for_session, 1);
	/* LCP in it */
	client_udp(&f, 1701, 1701, "\x00\x02\x00\x64\x00\xc8\xff\x03\xc0\x21zz", 12);
	ck_assert_uint_eq(stats(&f).not_for_session, 2);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, CONFIRMED);
	finish(&f);
}
END_TEST

START_TEST(port_4500)
{
	start(&f, &transport_nat);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\xff", 1);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\xff\xff", 2);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"", 0);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\0\0\0\0ISAKMP", 10);
	dp_input(f.dp, &f.path, true, (const uint8_t *)"\1\2\3\4ISAKMP", 10);
	dp_input(f.dp, &f.path, false, (const uint8_t *)"\1\2\3", 3);
	ck_assert_uint_eq(f.n, 0); /* nothing before dp_poll() */
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, IKE);
	ck_assert_uint_eq(f.seen[0].len, 6);
	ck_assert_mem_eq(f.seen[0].bytes, "ISAKMP", 6);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	ck_assert_uint_eq(stats(&f).nat_keepalives, 1);
	ck_assert_uint_eq(stats(&f).short_esp, 3);
	ck_assert_uint_eq(stats(&f).unknown_spi, 1);
	finish(&f);
}
END_TEST

START_TEST(nat_rebinding)
{
	static const char hi[] = "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi";
	struct path elsewhere;
	struct packet p;
	uint8_t ip[2048];
	size_t len = make_ip(ip, SERVER, CLIENT, 60);

	start(&f, &transport_nat);
	elsewhere = f.path;
	elsewhere.remote.port = 50000;
	packet_fill(&p, hi, 12);
	submit(&f, &p, 10, ESP_NEXT_UDP, &f.path);
	/* an older number from elsewhere: authentic, but no news of where the client is */
	packet_fill(&p, hi, 12);
	submit(&f, &p, 9, ESP_NEXT_UDP, &elsewhere);
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	/* a newer one */
	packet_fill(&p, hi, 12);
	f.n = 0;
	submit(&f, &p, 11, ESP_NEXT_UDP, &elsewhere);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, MOVED);
	ck_assert_uint_eq(f.seen[0].spi, f.child.spi_in);
	ck_assert(path_equal(&f.seen[0].path, &elsewhere));
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[0].path, &elsewhere));
	/* a new SA pair, ordered before control heard of it, does not put him back */
	install(&f, PEER, 64);
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[0].path, &elsewhere));
	f.n = 0;
	dp_tun(f.dp, ip, len);
	/* control may move him as well */
	ck_assert(dp_peer_move(f.dp, PEER, &f.path));
	dp_tun(f.dp, ip, len);
	ck_assert(path_equal(&f.seen[1].path, &f.path));
	finish(&f);
}
END_TEST

/* Without UDP encapsulation the outer address is not followed. */
START_TEST(plain_esp_stays)
{
	struct child child = transport_nat;
	struct path elsewhere;
	struct packet p;

	child.udp_encap = false;
	start(&f, &child);
	elsewhere = f.path;
	elsewhere.remote.addr = addr_v4(0x01020304);
	packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
	submit(&f, &p, 1, ESP_NEXT_UDP, &elsewhere);
	ck_assert_uint_eq(f.n, 2);
	f.n = 0;
	ck_assert(dp_send_l2tp(f.dp, PEER, 1701, 1701, (const uint8_t *)"\xc8\x02", 2));
	ck_assert_uint_eq(f.n, 1);
	ck_assert(!f.seen[0].udp);
	ck_assert(path_equal(&f.seen[0].path, &f.path));
	finish(&f);
}
END_TEST

/* Only ESP in UDP tells of a NAT: the same packet without it, on a pair that has UDP, is taken and
 * moves nobody; nor does one in UDP on a pair that has none. */
START_TEST(followed_in_udp_only)
{
	struct child child = transport_nat;
	struct path elsewhere;
	uint8_t iv[16] = {1};
	struct esp_job job;
	struct packet p;

	child.udp_encap = _i;
	start(&f, &child);
	elsewhere = f.path;
	elsewhere.remote.addr = addr_v4(0x01020304);
	packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
	ck_assert(esp_seal(&p, f.send, &(struct esp_header){f.child.spi_in, 1}, iv, ESP_NEXT_UDP,
	    &job));
	crypt_run(f.crypt, &job, 1, true);
	dp_input(f.dp, &elsewhere, !_i, p.data, p.len);
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 2);
	ck_assert_int_eq(f.seen[0].what, CONFIRMED);
	ck_assert_int_eq(f.seen[1].what, L2TP);
	finish(&f);
}
END_TEST

/* What tunnel mode carries is held to the selectors, part by part (RFC 4301 5.2). */
START_TEST(tunnel_policy)
{
	static const struct {
		uint32_t src, dst;
		uint8_t protocol;
		uint16_t fragment;
		bool passes;
	} row[] = {
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 0, true},
	    {0xc0a864ff, 0xac100102, IPPROTO_UDP, 0, true}, /* the client's is a network */
	    {0xc0a86505, 0xac100102, IPPROTO_UDP, 0, false},
	    {0xc0a86405, 0xac100103, IPPROTO_UDP, 0, false},
	    {0xc0a86405, 0xac100102, IPPROTO_TCP, 0, false},
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 0x2000, false},
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 1, false},
	    {0xc0a86405, 0xac100102, IPPROTO_UDP, 0x4000, true}, /* don't fragment */
	};
	struct child child = transport_nat;
	uint64_t failed = 0;

	child.transport = false;
	child.local.addr = addr_v4(0xac100102);
	child.remote.addr = addr_v4(0xc0a86400);
	child.local.mask = addr_v4(0xffffffff);
	child.remote.mask = addr_v4(0xffffff00);
	start(&f, &child);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct packet p;
		struct wr w;

		packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
		w = packet_push_wr(&p, IP_HEADER);
		ipv4_header(&w, row[i].protocol, row[i].src, row[i].dst, 0, 1, 12);
		p.data[6] = (uint8_t)(row[i].fragment >> 8);
		p.data[7] = (uint8_t)row[i].fragment;
		submit(&f, &p, ++f.sequence, ESP_NEXT_IPV4, &f.path);
		failed += !row[i].passes;
		ck_assert_msg(in_counters(&f).policy_failed == failed, "row %zu", i);
	}
	finish(&f);
}
END_TEST

/* DHCP goes to the control side only of an open session that wants it, whole, and to that port. */
START_TEST(dhcp_intercepted)
{
	static const struct {
		bool open, intercept;
		uint8_t protocol, fragment;
		uint16_t port;
		int what; /* -1: dropped */
	} row[] = {
	    {true, true, IPPROTO_UDP, 0, 67, L2TP},
	    {true, false, IPPROTO_UDP, 0, 67, TUN},
	    {false, true, IPPROTO_UDP, 0, 67, -1},
	    {true, true, IPPROTO_TCP, 0, 67, TUN},
	    {true, true, IPPROTO_UDP, 1, 67, TUN},
	    {true, true, IPPROTO_UDP, 0, 68, TUN},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct dp_session s = session();
		uint8_t ip[128], msg[256];
		struct wr w = wr_init(ip, sizeof ip);
		struct dp_session_counters c;
		size_t len;

		start(&f, &transport_nat);
		s.open = row[i].open;
		s.intercept_dhcp = row[i].intercept;
		ck_assert(dp_session_change(f.dp, &s));
		ipv4_header(&w, row[i].protocol, CLIENT, SERVER, 0, 1, 12);
		wr_u16(&w, 68);
		wr_u16(&w, row[i].port);
		wr_u32(&w, 0);
		wr_u32(&w, 0);
		ip[7] = row[i].fragment;
		len = make_data(msg, TUNNEL, SESSION, "\xff\x03\x00\x21", 4, ip, wr_len(&w));
		client_udp(&f, 1701, 1701, msg, len);
		ck_assert_uint_eq(f.n, row[i].what < 0 ? 1 : 2); /* confirmed, besides */
		ck_assert(dp_session_counters(f.dp, SESSION, &c));
		ck_assert_uint_eq(c.drop_in, row[i].what < 0);
		ck_assert_uint_eq(c.packets_in, row[i].what == TUN);
		if (row[i].what < 0)
			ck_assert_uint_eq(stats(&f).not_for_session, 1);
		else
			ck_assert((int)f.seen[0].what == row[i].what ||
			    (int)f.seen[1].what == row[i].what);
		finish(&f);
	}
}
END_TEST

START_TEST(tunnel_mode)
{
	struct child child = transport_nat;
	struct packet p;
	struct wr w;
	struct ipv4 ip;

	child.transport = false;
	child.cipher = CIPHER_AES256;
	child.auth = HASH_SHA256;
	child.local.addr = addr_v4(0xac100102);
	child.remote.addr = addr_v4(0xc0a86405);
	child.local.mask = child.remote.mask = addr_v4(0xffffffff);
	start(&f, &child);
	for (uint32_t off = 0; off < 2; off++) {
		packet_fill(&p, "\x06\xa5\x06\xa5\x00\x0c\x00\x00\xc8\x02hi", 12);
		w = packet_push_wr(&p, IP_HEADER);
		ipv4_header(&w, IPPROTO_UDP, 0xc0a86405 + off, 0xac100102, 0, 1, 12);
		submit(&f, &p, ++f.sequence, ESP_NEXT_IPV4, &f.path);
	}
	ck_assert_uint_eq(in_counters(&f).policy_failed, 1); /* the second one's source */
	ck_assert_uint_eq(f.n, 2);
	ck_assert_mem_eq(f.seen[1].bytes, "\xc8\x02hi", 4);
	f.n = 0;
	ck_assert(dp_send_l2tp(f.dp, PEER, 1701, 1701, (const uint8_t *)"\xc8\x02yo", 4));
	client_open(&f, &f.seen[0], &p, 1);
	ck_assert(ipv4_parse(p.data, p.len, &ip));
	ck_assert_uint_eq(ip.src, 0xac100102);
	ck_assert_uint_eq(ip.dst, 0xc0a86405);
	ck_assert_uint_eq(ip.total, 32);
	ck_assert_mem_eq(p.data + 28, "\xc8\x02yo", 4);
	finish(&f);
}
END_TEST

START_TEST(sizes)
{
	struct dp_session_counters c;
	struct packet p;
	uint8_t ip[2048];
	struct ipv4 h;
	size_t payload = 0;

	start(&f, &transport_nat);
	dp_tun(f.dp, ip, make_ip(ip, SERVER, CLIENT, 1400));
	ck_assert_uint_eq(f.n, 1);
	/* one byte more, DF: told so */
	f.n = 0;
	make_ip(ip, SERVER, CLIENT, 1401);
	ip[6] = 0x40;
	dp_tun(f.dp, ip, 1401);
	ck_assert_uint_eq(f.n, 1);
	ck_assert_int_eq(f.seen[0].what, TUN);
	ck_assert(ipv4_parse(f.seen[0].bytes, f.seen[0].len, &h));
	ck_assert_uint_eq(h.dst, SERVER);
	ck_assert_uint_eq(h.protocol, IPPROTO_ICMP);
	ck_assert(dp_session_counters(f.dp, SESSION, &c));
	ck_assert_uint_eq(c.drop_out, 1);
	/* without DF: in pieces */
	f.n = 0;
	dp_tun(f.dp, ip, make_ip(ip, SERVER, CLIENT, 2000));
	ck_assert_uint_eq(f.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		client_open(&f, &f.seen[i], &p, 2 + i);
		ck_assert(packet_pull(&p, 8 + 8 + 4));
		ck_assert(ipv4_parse(p.data, p.len, &h));
		ck_assert_uint_le(h.total, 1400);
		ck_assert_mem_eq(p.data + 20, ip + 20 + payload, h.total - 20u);
		payload += h.total - 20u;
	}
	ck_assert_uint_eq(payload, 1980);
	/* no client, no IPv4 */
	f.n = 0;
	dp_tun(f.dp, ip, make_ip(ip, SERVER, CLIENT + 9, 100));
	dp_tun(f.dp, (const uint8_t *)"\x60 IPv6 is not spoken here", 24);
	ck_assert_uint_eq(f.n, 0);
	ck_assert_uint_eq(stats(&f).no_client, 2);
	finish(&f);
}
END_TEST

START_TEST(compressed_ppp_and_mss)
{
	static const uint8_t syn[24] = {
	    [12] = 0x60, [13] = 2, [20] = 2, [21] = 4, [22] = 5, [23] = 0xb4};
	struct dp_session s = session();
	struct packet p;
	uint8_t ip[128], msg[256];
	struct wr w = wr_init(ip, sizeof ip);
	size_t len;

	start(&f, &transport_nat);
	s.pfc = s.acfc = true;
	ck_assert(dp_session_add(f.dp, &s)); /* replaces the first one */
	ipv4_header(&w, IPPROTO_TCP, SERVER, CLIENT, 0, 1, sizeof syn);
	wr_bytes(&w, syn, sizeof syn);
	dp_tun(f.dp, ip, wr_len(&w));
	client_open(&f, &f.seen[0], &p, 1);
	ck_assert_uint_eq(p.len, 8 + 8 + 1 + wr_len(&w));
	ck_assert_uint_eq(p.data[16], 0x21);
	ck_assert_mem_eq(p.data + 17 + 20 + 20, "\x02\x04\x05\x50", 4); /* 1360 */
	/* and on its way in */
	w = wr_init(ip, sizeof ip);
	ipv4_header(&w, IPPROTO_TCP, CLIENT, SERVER, 0, 1, sizeof syn);
	wr_bytes(&w, syn, sizeof syn);
	len = make_data(msg, TUNNEL, SESSION, "\x21", 1, ip, wr_len(&w));
	f.n = 0;
	client_udp(&f, 1701, 1701, msg, len);
	ck_assert_int_eq(f.seen[0].what, TUN);
	ck_assert_mem_eq(f.seen[0].bytes + 40, "\x02\x04\x05\x50", 4);
	finish(&f);
}
END_TEST

/* Two pairs of one peer: accept on both, send on the one in use; removal falls back. */
START_TEST(rekey)
{
	struct packet p;
	uint8_t ip[128];
	size_t len = make_ip(ip, SERVER, CLIENT, 60);
	struct child first, second;
	uint32_t old;

	start(&f, &transport_nat);
	first = f.child;
	f.child.spi_in = dp_spi_reserve(f.dp, PEER);
	f.child.spi_out = 0x99999999;
	f.child.enc_in[0] ^= 0x10;
	f.child.cipher = CIPHER_AES128;
	ck_assert(!dp_sa_outbound(f.dp, PEER, &f.child)); /* inbound comes first */
	ck_assert(dp_sa_inbound(f.dp, PEER, &f.path, &f.child, 64));
	ck_assert(!dp_sa_inbound(f.dp, PEER, &f.path, &f.child, 64));
	ck_assert(!dp_peer_use(f.dp, PEER, f.child.spi_in)); /* it cannot send yet */
	ck_assert(dp_sa_outbound(f.dp, PEER, &f.child));
	ck_assert(!dp_sa_outbound(f.dp, PEER, &f.child));
	ck_assert(!dp_peer_use(f.dp, PEER + 1, f.child.spi_in)); /* not his */
	old = first.spi_in;
	f.n = 0;
	dp_tun(f.dp, ip, len);
	second = f.child;
	f.child = first;
	client_keys(&f);
	client_open(&f, &f.seen[0], &p, 1);
	client_ip(&f, TUNNEL, SESSION, CLIENT);
	ck_assert_int_eq(f.seen[1].what, TUN);
	f.child = second;
	ck_assert(dp_peer_use(f.dp, PEER, f.child.spi_in));
	client_keys(&f);
	f.n = 0;
	dp_tun(f.dp, ip, len);
	client_open(&f, &f.seen[0], &p, 1);
	ck_assert(dp_sa_remove(f.dp, old));
	ck_assert(!dp_sa_remove(f.dp, old));
	ck_assert(!dp_sa_counters(f.dp, old, NULL, NULL));
	f.n = 0;
	client_ip(&f, TUNNEL, SESSION, CLIENT);
	ck_assert_int_eq(f.seen[0].what, TUN);
	/* the last one: nothing can be sent, the session knows it */
	ck_assert(dp_sa_remove(f.dp, f.child.spi_in));
	f.n = 0;
	dp_tun(f.dp, ip, len);
	ck_assert(dp_send_l2tp(f.dp, PEER, 1701, 1701, (const uint8_t *)"\xc8\x02", 2));
	dp_poll(f.dp);
	ck_assert_uint_eq(f.n, 0);
	/* a new pair of the same peer revives the session */
	install(&f, PEER, 64);
	client_keys(&f);
	dp_tun(f.dp, ip, len);
	client_open(&f, &f.seen[0], &p, 1);
	finish(&f);
}
END_TEST

START_TEST(lifetimes)
{
	struct child child = transport_nat;
	uint8_t msg[1000] = "\xc8\x02";
	unsigned soft = 0, hard = 0;

	child.kilobytes = 10;
	start(&f, &child);
	for (int i = 0; i < 12; i++) {
		f.n = 0;
		client_udp(&f, 1701, 1701, msg, sizeof msg);
		for (size_t s = 0; s < f.n; s++)
			if (f.seen[s].what == EXHAUSTED) {
				ck_assert_uint_eq(f.seen[s].spi, f.child.spi_in);
				/* 9728 and 10240 bytes */
				ck_assert_int_eq(i, f.seen[s].hard ? 10 : 9);
				*(f.seen[s].hard ? &hard : &soft) += 1;
			}
	}
	ck_assert_uint_eq(soft, 1);
	ck_assert_uint_eq(hard, 1);
	finish(&f);
}
END_TEST

START_TEST(spi_numbers)
{
	enum { N = 3000 };
	static uint32_t spi[N];
	static bool taken[65536];
	struct child child = transport_nat;
	uint32_t first, again = 0;

	start(&f, &child);
	for (int i = 0; i < N; i++) {
		spi[i] = dp_spi_reserve(f.dp, PEER);
		ck_assert_uint_gt(spi[i], 0xffff);
		ck_assert(!taken[spi[i] & 0xffff]);
		taken[spi[i] & 0xffff] = true;
	}
	for (int i = 0; i < N; i++)
		dp_spi_release(f.dp, spi[i]);
	dp_spi_release(f.dp, spi[0]); /* twice does nothing */
	first = dp_spi_reserve(f.dp, PEER);
	ck_assert(!taken[first & 0xffff]); /* reused late */
	for (int i = 0; i < 65536 - 3; i++)
		again |= dp_spi_reserve(f.dp, PEER) == 0;
	ck_assert_uint_eq(again, 0);
	ck_assert_uint_ne(again = dp_spi_reserve(f.dp, PEER), 0);
	ck_assert_uint_eq(dp_spi_reserve(f.dp, PEER), 0); /* full */
	dp_spi_release(f.dp, first);
	again = dp_spi_reserve(f.dp, PEER);
	ck_assert_uint_eq(again & 0xffff, first & 0xffff);
	ck_assert_uint_ne(again, first);
	/* unreserved, and without authentication */
	child.spi_in = first;
	ck_assert(!dp_sa_inbound(f.dp, PEER, &f.path, &child, 64));
	child.spi_in = again;
	child.auth = HASH_NONE;
	ck_assert(!dp_sa_inbound(f.dp, PEER, &f.path, &child, 64));
	dp_spi_release(f.dp, f.child.spi_in); /* installed: stays */
	ck_assert(dp_sa_counters(f.dp, f.child.spi_in, NULL, NULL));
	finish(&f);
}
END_TEST

/* How many of these get into the ring, of a thousand. */
static uint64_t ike_fits(const uint8_t *msg, size_t len)
{
	uint64_t before = stats(&f).ike_full;

	for (int i = 0; i < 1000; i++)
		dp_input(f.dp, &f.path, true, msg, len);
	return 1000 - (stats(&f).ike_full - before);
}

static void fetch_nothing(void)
{
	dp_destroy(f.dp); /* with events that were never fetched */
	crypt_key_destroy(f.send);
	crypt_key_destroy(f.receive);
	crypt_destroy(f.crypt);
	sim_fini(&f.sim);
}

/* IKE that nobody fetches fills half the ring, its first messages a quarter: what peers say, and
 * state, still has room. */
START_TEST(full_ring)
{
	static const uint8_t first[3004];
	static uint8_t more[3004];
	const uint8_t control[] = {0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0};
	uint64_t begins, others;

	more[4 + 8] = 1; /* our cookie */
	start(&f, &transport_nat);
	begins = ike_fits(first, sizeof first);
	ck_assert_uint_gt(begins, 70);
	ck_assert_uint_lt(begins, 90);
	others = ike_fits(more, sizeof more);
	ck_assert_uint_gt(others, 70);
	ck_assert_uint_lt(begins + others, 176);
	ck_assert_uint_eq(ike_fits(first, sizeof first), 0);
	ck_assert_uint_eq(ike_fits(more, sizeof more), 0);
	ck_assert_uint_eq(stats(&f).ring_full, 0);
	client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(stats(&f).ring_full, 0);
	dp_poll(f.dp);
	ck_assert_int_eq(f.seen[f.n - 1].what, L2TP);
	fetch_nothing();
}
END_TEST

/* One peer says to the control side as much as any L2TP ever does, in any span of time. */
START_TEST(a_peer_has_a_rate)
{
	const uint8_t control[] = {0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0};

	start(&f, &transport_nat);
	for (int i = 0; i < 200; i++)
		client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(stats(&f).too_fast, 200 - 64);
	ck_assert_uint_eq(f.n, 64 + 1); /* confirmed, besides */
	sim_run(&f.sim, 10 * MSEC - 1);
	client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(stats(&f).too_fast, 200 - 64 + 1);
	sim_run(&f.sim, 1);
	for (int i = 0; i < 65; i++)
		client_udp(&f, 1701, 1701, control, sizeof control);
	ck_assert_uint_eq(stats(&f).too_fast, 200 - 64 + 2);
	ck_assert_uint_eq(f.n, 2 * 64 + 1);
	fetch_nothing();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_inline");
	TCase *tc = tcase_create("dataplane_inline");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, user_traffic_both_ways);
	tcase_add_test(tc, data_headers);
	tcase_add_test(tc, replays_and_forgeries);
	tcase_add_test(tc, policy);
	tcase_add_test(tc, spoofed_source);
	tcase_add_test(tc, foreign_session);
	tcase_add_test(tc, port_4500);
	tcase_add_test(tc, nat_rebinding);
	tcase_add_test(tc, plain_esp_stays);
	tcase_add_loop_test(tc, followed_in_udp_only, 0, 2);
	tcase_add_test(tc, tunnel_policy);
	tcase_add_test(tc, dhcp_intercepted);
	tcase_add_test(tc, tunnel_mode);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, compressed_ppp_and_mss);
	tcase_add_test(tc, rekey);
	tcase_add_test(tc, lifetimes);
	tcase_add_test(tc, spi_numbers);
	tcase_add_test(tc, full_ring);
	tcase_add_test(tc, a_peer_has_a_rate);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
