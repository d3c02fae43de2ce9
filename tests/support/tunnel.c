/* The client's end of one ESP SA pair (RFC 4303, transport mode of RFC 3193); see tunnel.h. */
#include "tests/support/tunnel.h"

#include <string.h>

#define UDP_HEADER 8
#define L2TP_PORT 1701

bool tunnel_init(struct tunnel *t, struct crypt *crypt, const struct child *c)
{
	struct tunnel_count carried = t->carried;

	memset(t, 0, sizeof *t);
	t->carried = carried;
	t->crypt = crypt;
	t->in = crypt_key_create(crypt, c->cipher, c->auth, c->enc_in, c->auth_in, false);
	t->out = crypt_key_create(crypt, c->cipher, c->auth, c->enc_out, c->auth_out, true);
	t->spi_in = c->spi_in;
	t->spi_out = c->spi_out;
	t->cipher = c->cipher;
	t->udp_encap = c->udp_encap;
	replay_init(&t->replay, 64);
	if (t->in && t->out && c->short_icv && c->auth == HASH_SHA256) {
		crypt_key_cut(t->in, 12);
		crypt_key_cut(t->out, 12);
	}
	if (t->in && t->out)
		return true;
	tunnel_fini(t);
	return false;
}

void tunnel_fini(struct tunnel *t)
{
	crypt_key_destroy(t->in);
	crypt_key_destroy(t->out);
	t->in = t->out = NULL;
}

bool tunnel_seal(
    struct tunnel *t, struct env *env, struct packet *p, const uint8_t *msg, size_t len)
{
	struct esp_header h = {t->spi_out, ++t->sequence};
	uint8_t iv[CRYPT_IV_MAX];
	struct esp_job job;
	struct wr w;

	if (!t->out || !packet_fill(p, msg, len))
		return false;
	w = packet_push_wr(p, UDP_HEADER);
	wr_u16(&w, L2TP_PORT);
	wr_u16(&w, L2TP_PORT);
	wr_u16(&w, (unsigned)(UDP_HEADER + len));
	wr_u16(&w, 0); /* ESP authenticates it (RFC 3948 3.1.2) */
	env->random(env, iv, sizeof iv);
	if (w.full || !esp_seal(p, t->out, &h, iv, ESP_NEXT_UDP, &job))
		return false;
	crypt_run(t->crypt, &job, 1, true);
	t->carried.sent++;
	t->carried.sent_bytes += UDP_HEADER + len;
	return true;
}

static bool opened(struct tunnel *t, struct packet *p)
{
	struct esp_header h;
	struct esp_job job;
	uint8_t next;
	struct rd r;

	if (!t->in || !esp_peek(p, &h) || h.spi != t->spi_in ||
	    !replay_check(&t->replay, h.sequence) || !esp_open(p, t->in, &job))
		return false;
	crypt_run(t->crypt, &job, 1, false);
	if (!job.ok || !replay_update(&t->replay, h.sequence) || !esp_strip(p, t->in, &next))
		return false;
	t->carried.got++;
	t->carried.got_bytes += p->len;
	r = packet_rd(p);
	rd_u16(&r);
	return next == ESP_NEXT_UDP && rd_u16(&r) == L2TP_PORT && rd_u16(&r) == p->len &&
	    packet_pull(p, UDP_HEADER);
}

bool tunnel_open(struct tunnel *t, struct packet *p, const uint8_t *esp, size_t len)
{
	if (packet_fill(p, esp, len) && opened(t, p))
		return true;
	t->bad++;
	return false;
}
