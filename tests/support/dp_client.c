#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/ip.h"
#include "tests/support/dp_client.h"
#include "tests/support/one_crypto.h"

static struct dp_seen *note(void *arg, int what, const uint8_t *bytes, size_t len)
{
	struct dp_client *f = arg;
	struct dp_seen *s;

	ck_assert_uint_lt(f->n, sizeof f->seen / sizeof *f->seen);
	s = &f->seen[f->n++];
	memset(s, 0, offsetof(struct dp_seen, bytes));
	s->what = what;
	s->len = len;
	if (len)
		memcpy(s->bytes, bytes, len);
	return s;
}

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	struct dp_seen *s = note(arg, SEEN_WIRE, esp, len);

	s->path = *path;
	s->udp = udp;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	note(arg, SEEN_TUN, ip, len);
}

static void on_ike(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	note(arg, SEEN_IKE, msg, len)->path = *path;
}

static void on_l2tp(
    void *arg, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg, size_t len)
{
	struct dp_seen *s = note(arg, SEEN_L2TP, msg, len);

	s->spi = spi;
	s->local_port = local;
	s->remote_port = remote;
}

static void on_confirmed(void *arg, uint32_t spi)
{
	note(arg, SEEN_CONFIRMED, NULL, 0)->spi = spi;
}

static void on_moved(void *arg, uint32_t spi, const struct path *path)
{
	struct dp_seen *s = note(arg, SEEN_MOVED, NULL, 0);

	s->spi = spi;
	s->path = *path;
}

static void on_exhausted(void *arg, uint32_t spi, bool hard)
{
	struct dp_seen *s = note(arg, SEEN_EXHAUSTED, NULL, 0);

	s->spi = spi;
	s->hard = hard;
}

static void on_refused(void *arg, enum dp_refusal why, uint32_t spi, uint32_t sequence,
    const struct path *path)
{
	(void)spi, (void)sequence, (void)path;
	((struct dp_client *)arg)->refused[why]++;
}

static const struct dp_ops ops = {
    on_ike, on_l2tp, on_confirmed, on_moved, on_exhausted, NULL, on_refused, NULL};

void dp_client_keys(struct dp_client *f)
{
	crypt_key_destroy(f->send);
	crypt_key_destroy(f->receive);
	f->send = crypt_key_create(
	    f->crypt, f->child.cipher, f->child.auth, f->child.enc_in, f->child.auth_in, true);
	f->receive = crypt_key_create(
	    f->crypt, f->child.cipher, f->child.auth, f->child.enc_out, f->child.auth_out, false);
	f->sequence = 0;
}

void dp_client_install(struct dp_client *f, uint32_t peer, uint32_t window)
{
	f->child.spi_in = dp_spi_reserve(f->dp, peer);
	ck_assert_uint_gt(f->child.spi_in, 255);
	f->child.spi_out = 0xabcd0000 + f->child.spi_in % 1000;
	ck_assert(dp_sa_inbound(f->dp, peer, &f->path, &f->child, window));
	ck_assert(dp_sa_outbound(f->dp, peer, &f->child));
	ck_assert(dp_peer_use(f->dp, peer, f->child.spi_in));
}

struct dp_session dp_client_session(void)
{
	return (struct dp_session){.peer = DP_PEER,
	    .tunnel = DP_TUNNEL,
	    .session = DP_SESSION,
	    .remote_tunnel = 1,
	    .remote_session = 2,
	    .local_port = 1701,
	    .remote_port = 1701,
	    .open = true,
	    .client = addr_v4(DP_CLIENT),
	    .mtu = 1400,
	    .mss = 1360};
}

void dp_client_start(struct dp_client *f, const struct child *like)
{
	struct dp_output output = {on_wire, on_tun, f};
	struct dp_session s = dp_client_session();

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
	dp_client_install(f, DP_PEER, 64);
	dp_client_keys(f);
	ck_assert(dp_session_add(f->dp, &s));
	ck_assert_int_eq(dp_event_fd(f->dp), -1);
}

void dp_client_finish(struct dp_client *f)
{
	dp_destroy(f->dp);
	crypt_key_destroy(f->send);
	crypt_key_destroy(f->receive);
	crypt_destroy(f->crypt);
	sim_fini(&f->sim);
}

const struct child dp_client_transport_nat = {.cipher = CIPHER_3DES,
    .auth = HASH_SHA1,
    .transport = true,
    .udp_encap = true,
    .local = {.protocol = 17, .port = 1701},
    .remote = {.protocol = 17, .port = 1701}};

void dp_client_submit(
    struct dp_client *f, struct packet *p, uint32_t sequence, uint8_t next, const struct path *path)
{
	uint8_t iv[16] = {(uint8_t)sequence, 9};
	struct esp_header h = {f->child.spi_in, sequence};
	struct esp_job job;

	ck_assert(esp_seal(p, f->send, &h, iv, next, &job));
	crypt_run(f->crypt, &job, 1, true);
	dp_input(f->dp, path, f->child.udp_encap, p->data, p->len);
	dp_poll(f->dp);
}

void dp_client_udp(struct dp_client *f, uint16_t from, uint16_t to, const void *msg, size_t len)
{
	PACKET_HERE(p);
	struct wr w;

	packet_fill(&p, msg, len);
	w = packet_push_wr(&p, 8);
	wr_u16(&w, from);
	wr_u16(&w, to);
	wr_u16(&w, (unsigned)(len + 8));
	wr_u16(&w, 0xbeef); /* a checksum nobody may look at */
	dp_client_submit(f, &p, ++f->sequence, ESP_NEXT_UDP, &f->path);
}

size_t dp_client_make_ip(uint8_t *to, uint32_t src, uint32_t dst, size_t len)
{
	struct wr w = wr_init(to, 2048);

	ipv4_header(&w, IPPROTO_UDP, src, dst, 0, 1, len - IP_HEADER);
	while (wr_len(&w) < len)
		wr_u8(&w, (unsigned)wr_len(&w));
	return len;
}

size_t dp_client_make_data(uint8_t *to, size_t room, uint16_t tunnel, uint16_t id, const char *ppp,
    size_t ppp_len, const uint8_t *ip, size_t len)
{
	struct wr w = wr_init(to, room);

	wr_u16(&w, 0x0002);
	wr_u16(&w, tunnel);
	wr_u16(&w, id);
	wr_bytes(&w, ppp, ppp_len);
	wr_bytes(&w, ip, len);
	return wr_len(&w);
}

void dp_client_ip(struct dp_client *f, uint16_t tunnel, uint16_t id, uint32_t src)
{
	uint8_t ip[2048], msg[2048];
	size_t len = dp_client_make_ip(ip, src, DP_SERVER, 100);

	len = dp_client_make_data(msg, sizeof msg, tunnel, id, "\xff\x03\x00\x21", 4, ip, len);
	dp_client_udp(f, 1701, 1701, msg, len);
}

void dp_client_open(
    struct dp_client *f, const struct dp_seen *s, struct packet *p, uint32_t sequence)
{
	struct esp_job job;
	struct esp_header h;
	uint8_t next;

	ck_assert_int_eq(s->what, SEEN_WIRE);
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

struct dp_sa_counters dp_client_counters(struct dp_client *f)
{
	struct dp_sa_counters c;

	ck_assert(dp_sa_counters(f->dp, f->child.spi_in, &c, NULL));
	return c;
}

struct dp_stats dp_client_stats(struct dp_client *f)
{
	struct dp_stats s;

	dp_get_stats(f->dp, &s);
	return s;
}
