/*
 * The packet path with any bytes: from the wire as they are, from the wire
 * with a good ICV around them (what an authenticated but hostile client can
 * send), and from the TUN. The input is a list of steps: kind, length, bytes.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/dataplane.h"
#include "engine/ipsec/esp.h"
#include "tests/support/one_crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct env env;
	uint64_t clock, seed;
	struct dataplane *dp;
	struct path path;
	struct child child;
	struct crypt *crypt;
	struct crypt_key *key;
	uint32_t sequence;
	uint64_t to_tun, to_wire, events;
};

static uint64_t now(struct env *e)
{
	return container_of(e, struct world, env)->clock++;
}

static void randomly(struct env *e, void *to, size_t len)
{
	struct world *w = container_of(e, struct world, env);
	uint8_t *p = to;

	for (size_t i = 0; i < len; i++) {
		w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
		p[i] = (uint8_t)(w->seed >> 56);
	}
}

/* Everything handed out must lie in readable memory: sum it. */
static uint64_t sum(const uint8_t *p, size_t len)
{
	uint64_t s = 1;

	while (len-- > 0)
		s += p[len];
	return s;
}

static void wire(void *arg, const struct path *p, bool udp, const uint8_t *esp, size_t len)
{
	(void)p;
	(void)udp;
	((struct world *)arg)->to_wire += sum(esp, len);
}

static void tun(void *arg, const uint8_t *ip, size_t len)
{
	struct world *w = arg;

	if (len < 20 || ip[0] >> 4 != 4)
		abort();
	w->to_tun += sum(ip, len);
}

static void ike(void *arg, const struct path *p, const uint8_t *msg, size_t len)
{
	(void)p;
	((struct world *)arg)->events += sum(msg, len);
}

static void l2tp(void *arg, uint32_t spi, uint16_t local, uint16_t remote, const uint8_t *msg,
    size_t len)
{
	((struct world *)arg)->events += spi + local + remote + sum(msg, len);
}

static void confirmed(void *arg, uint32_t spi)
{
	((struct world *)arg)->events += spi;
}

static void moved(void *arg, uint32_t spi, const struct path *p)
{
	(void)p;
	((struct world *)arg)->events += spi;
}

static void exhausted(void *arg, uint32_t spi, bool hard)
{
	((struct world *)arg)->events += spi + hard;
}

static const struct dp_ops ops = {ike, l2tp, confirmed, moved, exhausted, NULL, NULL};

/* Made once: the tables and rings are large. */
static struct world *the_world(void)
{
	static struct world w;
	struct dp_output output = {wire, tun, &w};

	if (w.dp)
		return &w;
	w.env.now = now;
	w.env.random = randomly;
	w.path = (struct path){{addr_v4(0x01010101), 4500}, {addr_v4(0x02020202), 4500}};
	w.dp = dp_create_inline(&w.env, one_crypto(), &output, &ops, &w);
	w.crypt = crypt_create(one_crypto(), CRYPT_OPENSSL);
	w.child = (struct child){.spi_out = 1000, .cipher = CIPHER_AES128, .auth = HASH_MD5,
	    .transport = true, .udp_encap = true};
	w.key = crypt_key_create(
	    w.crypt, w.child.cipher, w.child.auth, w.child.enc_in, w.child.auth_in, true);
	return &w;
}

/* A fresh SA and session for each input. */
static void connect_client(struct world *w)
{
	struct dp_session s = {.peer = 1, .tunnel = 1, .session = 1, .remote_tunnel = 1,
	    .remote_session = 1, .local_port = 1701, .remote_port = 1701,
	    .open = true, .client = addr_v4(0x0a000002), .mtu = 600, .mss = 500};

	w->sequence = 0;
	w->child.spi_in = dp_spi_reserve(w->dp, 1);
	dp_sa_inbound(w->dp, 1, &w->path, &w->child, 64);
	dp_sa_outbound(w->dp, 1, &w->child);
	dp_peer_use(w->dp, 1, w->child.spi_in);
	dp_session_add(w->dp, &s);
}

/* As a client would send it. `trust` also writes a UDP header that passes. */
static void sealed(struct world *w, const uint8_t *bytes, size_t len, uint8_t next, bool trust)
{
	struct esp_header h = {w->child.spi_in, ++w->sequence};
	struct esp_job job;
	PACKET_HERE(p);
	uint8_t iv[16] = {0};

	if (!packet_fill(&p, bytes, len))
		return;
	if (trust) {
		struct wr u = packet_push_wr(&p, 8);

		wr_u16(&u, 1701);
		wr_u16(&u, 1701);
		wr_u16(&u, (unsigned)p.len);
		wr_u16(&u, 0);
	}
	if (!esp_seal(&p, w->key, &h, iv, next, &job))
		return;
	crypt_run(w->crypt, &job, 1, true);
	dp_input(w->dp, &w->path, true, p.data, p.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *w = the_world();
	struct rd r = rd_init(data, size);

	connect_client(w);
	while (rd_left(&r) > 2) {
		uint8_t kind = rd_u8(&r);
		size_t len = rd_u16(&r) % 2048;
		const uint8_t *bytes;

		if (len > rd_left(&r))
			len = rd_left(&r);
		bytes = rd_bytes(&r, len);
		switch (kind % 5) {
		case 0:
			dp_input(w->dp, &w->path, kind & 8, bytes, len);
			break;
		case 1:
			sealed(w, bytes, len, kind, false);
			break;
		case 2:
			sealed(w, bytes, len, ESP_NEXT_UDP, true);
			break;
		case 3:
			dp_tun(w->dp, bytes, len);
			break;
		case 4:
			dp_send_l2tp(w->dp, 1, 1701, 1701, bytes, len);
			break;
		}
		dp_poll(w->dp);
	}
	dp_session_remove(w->dp, 1);
	dp_sa_remove(w->dp, w->child.spi_in);
	dp_poll(w->dp);
	return 0;
}
