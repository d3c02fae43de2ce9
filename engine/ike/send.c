/* From a built message to the environment's send(); see send.h. */
#include "engine/ike/send.h"

#include <stdio.h>

#include "engine/ike/dump.h"
#include "engine/ike/piece.h"
#include "engine/ike/vendor.h"

#define CHAIN_TEXT 1024

/* "HDR + SA (1) + VENDOR (13) + NONE (0)" */
static const char *chain_text(const uint8_t *types, size_t n, char *text)
{
	size_t at = (size_t)snprintf(text, CHAIN_TEXT, "HDR");

	_Static_assert(CHAIN_TEXT > (PAYLOADS_MAX + 2) * sizeof " + CERT_REQ (255)", "too short");
	for (size_t i = 0; i <= n; i++) {
		uint8_t type = i < n ? types[i] : PAY_NONE;

		at += (size_t)snprintf(text + at, CHAIN_TEXT - at, " + %s (%u)",
		    payload_name(type), type);
	}
	return text;
}

static void trace_message(const struct ike *ike, const struct path *path, const char *what,
    uint32_t msgid, const uint8_t *types, size_t n, size_t length)
{
	struct trace_ctx ctx = {.ip = &path->remote.addr};
	char text[CHAIN_TEXT];

	if (trace_wants(ike->trace, TRACE_IKE, TRACE_EVENT, &ctx) ||
	    log_wants(&ike->trace->log, LOG_713236))
		trace_ike(ike->trace, 713236, &ctx,
		    "IKE_DECODE %s Message (msgid=%x) with payloads : %s total length : %zu", what,
		    msgid, chain_text(types, n, text), length);
}

void trace_received(const struct ike *ike, const struct path *path, const struct message *m)
{
	uint8_t types[PAYLOADS_MAX];

	for (size_t i = 0; i < m->n; i++)
		types[i] = m->pay[i].type;
	trace_message(ike, path, "RECEIVED", m->h.msgid, types, m->n, m->length);
}

void send_raw(struct ike *ike, const struct path *path, const void *msg, size_t len)
{
	ike->stats.out_packets++;
	ike->stats.out_octets += len;
	dump_packet(ike, path, DUMP_SENT, msg, len);
	ike->env->send(ike->env, path, msg, len);
}

static void send_pieces(struct ike_sa *sa, const struct path *path, const uint8_t *msg, size_t len,
    uint16_t id)
{
	unsigned n = pieces_of(len);
	uint8_t piece[PIECE_LEN];

	trace_ike_debug(TRACE_OF(sa), 713906, IP_OF(sa),
	    "Sending a message of %zu bytes in %u fragments", len, n);
	for (unsigned i = 1; i <= n; i++)
		send_raw(sa->ike, path, piece, piece_write(piece, msg, len, id, i));
}

/* As one datagram as long as that may arrive; that it did not is seen when it has to be repeated.
 */
static void send_message(struct ike_sa *sa, const struct path *path, const uint8_t *msg, size_t len,
    uint16_t id, size_t whole)
{
	if (len > whole && sa->rest && sa->vids & VID_FRAGMENTATION)
		send_pieces(sa, path, msg, len, id);
	else
		send_raw(sa->ike, path, msg, len);
}

static uint32_t out_msgid(const struct out *o)
{
	struct rd r = rd_init(o->buf, ISAKMP_HEADER_LEN);

	rd_skip(&r, 2 * COOKIE_LEN + 4);
	return rd_u32(&r);
}

static void send_out(struct ike_sa *sa, struct out *o, struct answered *last)
{
	uint32_t msgid = out_msgid(o);

	trace_message(sa->ike, &sa->path, "SENDING", msgid, o->types, o->n, o->plain);
	if (last)
		answered_keep(last, o, msgid);
	if (sa->rest)
		sa->rest->piece_id++;
	if (last && last->reply)
		last->reply->piece_id = sa->rest->piece_id;
	send_message(sa, &sa->path, o->buf, wr_len(&o->w), sa->rest ? sa->rest->piece_id : 0,
	    WHOLE_MAX);
}

void send_clear(struct ike_sa *sa, struct out *o, struct answered *last)
{
	if (out_end(o, 1))
		send_out(sa, o, last);
	else
		sa->ike->stats.out_drops++;
}

bool send_encrypted(struct ike_sa *sa, struct out *o, uint8_t *iv, struct answered *last)
{
	bool ok = out_end(o, cipher_info[sa->cipher].block);

	if (ok) {
		size_t len;
		uint8_t *body = out_body(o, &len);

		ok = keymat_crypt(sa->ike->crypto, &sa->rest->keys, true, iv, body, len);
	}
	if (ok)
		send_out(sa, o, last);
	else
		sa->ike->stats.out_drops++;
	return ok;
}

void send_clear_again(struct ike_sa *sa, const struct path *path, struct out *o)
{
	if (!out_end(o, 1))
		return;
	trace_message(sa->ike, path, "RESENDING", 0, o->types, o->n, o->plain);
	send_raw(sa->ike, path, o->buf, wr_len(&o->w));
}

void send_again(struct ike_sa *sa, const struct path *path, const struct answered *last)
{
	const struct reply *r = last->reply;

	if (!r)
		return;
	if (sa->state == MM_ACTIVE) /* whoever repeats it from elsewhere may have recorded it */
		path = &sa->path;
	trace_message(sa->ike, path, "RESENDING", r->msgid, r->types, r->n, r->plain);
	send_message(sa, path, r->bytes, r->len, r->piece_id, PIECE_LEN);
}

/* One protected informational with one payload behind the HASH. */
static void send_informational(struct ike_sa *sa, uint8_t type, struct chunk body,
    struct answered *last)
{
	struct ike *ike = sa->ike;
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, iv[CRYPTO_BLOCK_MAX];
	size_t size = hash_info[sa->hash].size;
	uint32_t msgid;
	struct out o;
	bool ok;

	do
		ike_random(ike, &msgid, sizeof msgid);
	while (msgid == 0);
	trace_ike_debug(ike->trace, 715046, GROUP_OF(sa), "constructing blank hash payload");
	out_begin(&o, sa->cky_i, sa->cky_r, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_payload(&o, type, body.p, body.len);
	trace_ike_debug(ike->trace, 715046, GROUP_OF(sa), "constructing qm hash payload");
	ok = keymat_hash1(ike->crypto, &sa->rest->keys, msgid, out_rest(&o), hash) &&
	    keymat_iv_phase2(ike->crypto, &sa->rest->keys, msgid, iv);
	out_patch_hash(&o, hash, size);
	if (ok)
		send_encrypted(sa, &o, iv, last);
	out_wipe(&o);
}

void send_notify_clear(struct ike *ike, const struct path *path, const uint8_t *cky_i,
    const uint8_t *cky_r, uint16_t type)
{
	struct out o;

	out_begin(&o, cky_i, cky_r, XCHG_INFORMATIONAL, 0, 0);
	out_open(&o, PAY_NOTIFY);
	wr_notify(&o.w, PROTO_ISAKMP, (struct chunk){NULL, 0}, type);
	out_close(&o);
	if (!out_end(&o, 1))
		return;
	ike->stats.notifies_out++;
	trace_message(ike, path, "SENDING", 0, o.types, o.n, o.plain);
	send_raw(ike, path, o.buf, wr_len(&o.w));
}

void send_notify_body(struct ike_sa *sa, struct chunk body, struct answered *last)
{
	sa->ike->stats.notifies_out++;
	send_informational(sa, PAY_NOTIFY, body, last);
}

void send_notify(struct ike_sa *sa, uint8_t protocol, struct chunk spi, uint16_t type)
{
	uint8_t body[64];
	struct wr w = wr_init(body, sizeof body);

	wr_notify(&w, protocol, spi, type);
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "sending notify message");
	send_notify_body(sa, (struct chunk){body, wr_len(&w)}, NULL);
}

void send_delete(struct ike_sa *sa, uint8_t protocol, struct chunk spi)
{
	uint8_t body[32];
	struct wr w = wr_init(body, sizeof body);

	wr_delete(&w, protocol, spi);
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "sending delete message");
	++*(protocol == PROTO_ESP ? &sa->ike->stats.deletes_out :
	                            &sa->ike->stats.phase1_deletes_out);
	send_informational(sa, PAY_DELETE, (struct chunk){body, wr_len(&w)}, NULL);
}
