/*
 * The header and the payload chain (RFC 2408 3.1, 3.2), read and written.
 *
 *      0                   1                   2                   3
 *     +---------------+---------------+-------------------------------+
 *     |                      Initiator Cookie (8)                     |
 *     |                      Responder Cookie (8)                     |
 *     +---------------+-------+-------+---------------+---------------+
 *     | Next Payload  | MjVer | MnVer | Exchange Type |     Flags     |
 *     +---------------+-------+-------+---------------+---------------+
 *     |                          Message ID                           |
 *     |                            Length                             |
 *     +---------------+---------------+-------------------------------+
 *     | Next Payload  |   RESERVED    |         Payload Length        |  then bodies
 *     +---------------+---------------+-------------------------------+
 */
#include "engine/ike/codec.h"

static const char *const payload_names[PAYLOAD_KINDS] = {
#define X(name, number, text) [PAYLOAD_AT_##name] = text,
	PAYLOADS(X)
#undef X
};

/* The row of a type; PAYLOAD_KINDS when it is none of them. A switch, so that a number given twice
 * does not compile. */
static size_t payload_at(uint8_t type)
{
	switch (type) {
#define X(name, number, text) case number: return PAYLOAD_AT_##name;
	PAYLOADS(X)
#undef X
	default: return PAYLOAD_KINDS;
	}
}

static unsigned payload_has(uint8_t type)
{
	return 1U << payload_at(type);
}

const char *payload_name(uint8_t type)
{
	size_t i = payload_at(type);

	return i < PAYLOAD_KINDS ? payload_names[i] : type == PAY_NONE ? "NONE" : "UNKNOWN";
}

bool cookie_is_zero(const uint8_t *cookie)
{
	static const uint8_t zero[COOKIE_LEN];

	return memcmp(cookie, zero, COOKIE_LEN) == 0;
}

uint64_t cookie_number(const uint8_t *cookie)
{
	uint64_t n;

	memcpy(&n, cookie, sizeof n);
	return n;
}

bool isakmp_header_read(struct rd *r, struct isakmp_header *h)
{
	size_t len = rd_left(r);

	rd_copy(r, h->cky_i, COOKIE_LEN);
	rd_copy(r, h->cky_r, COOKIE_LEN);
	h->next = rd_u8(r);
	h->version = rd_u8(r);
	h->exchange = rd_u8(r);
	h->flags = rd_u8(r);
	h->msgid = rd_u32(r);
	h->length = rd_u32(r);
	return !r->bad && h->version == ISAKMP_VERSION && h->length == len;
}

bool isakmp_payloads_read(struct message *m, const void *body, size_t len, bool encrypted)
{
	struct rd r = rd_init(body, len), rest = r;
	uint8_t type = m->h.next;
	size_t used = 0, first = 0;

	m->n = 0;
	while (type != PAY_NONE && !r.bad) {
		uint8_t next = rd_u8(&r), reserved = rd_u8(&r);
		uint16_t size = rd_u16(&r);
		struct payload *p = &m->pay[m->n];

		if (r.bad || reserved != 0 || size < 4 || m->n == PAYLOADS_MAX)
			break;
		p->type = type;
		p->body.len = size - 4U;
		p->body.p = rd_bytes(&r, p->body.len);
		if (m->n++ == 0)
			first = size;
		used += size;
		type = next;
	}
	if (type != PAY_NONE || r.bad || m->n == 0 || (!encrypted && !rd_done(&r))) {
		m->n = 0; /* the last one may be cut: nobody looks at any */
		return false;
	}
	rd_skip(&rest, first);
	m->rest.len = used - first;
	m->rest.p = rd_bytes(&rest, m->rest.len);
	m->length = ISAKMP_HEADER_LEN + used;
	return true;
}

unsigned message_has(const struct message *m)
{
	unsigned has = 0;

	for (size_t i = 0; i < m->n; i++)
		has |= payload_has(m->pay[i].type);
	return has;
}

const struct payload *message_get(const struct message *m, unsigned has, size_t n)
{
	for (size_t i = 0; i < m->n; i++)
		if (payload_has(m->pay[i].type) & has && n-- == 0)
			return &m->pay[i];
	return NULL;
}

void out_begin(struct out *o, const uint8_t *cky_i, const uint8_t *cky_r, uint8_t exchange,
    uint8_t flags, uint32_t msgid)
{
	o->w = wr_init(o->buf, sizeof o->buf);
	o->n = o->plain = 0;
	o->next_at = 2 * COOKIE_LEN;
	wr_bytes(&o->w, cky_i, COOKIE_LEN);
	wr_bytes(&o->w, cky_r, COOKIE_LEN);
	wr_u8(&o->w, PAY_NONE);
	wr_u8(&o->w, ISAKMP_VERSION);
	wr_u8(&o->w, exchange);
	wr_u8(&o->w, flags);
	wr_u32(&o->w, msgid);
	wr_u32(&o->w, 0);
}

void out_open(struct out *o, uint8_t type)
{
	wr_patch8(&o->w, o->next_at, type);
	o->pay_at = o->next_at = wr_len(&o->w);
	wr_u8(&o->w, PAY_NONE);
	wr_u8(&o->w, 0);
	wr_u16(&o->w, 0);
	if (o->n < PAYLOADS_MAX)
		o->types[o->n++] = type;
}

void out_close(struct out *o)
{
	wr_patch16(&o->w, o->pay_at + 2, wr_len(&o->w) - o->pay_at);
}

void out_payload(struct out *o, uint8_t type, const void *body, size_t len)
{
	out_open(o, type);
	wr_bytes(&o->w, body, len);
	out_close(o);
}

bool out_end(struct out *o, size_t block)
{
	size_t over;

	o->plain = wr_len(&o->w);
	over = (o->plain - ISAKMP_HEADER_LEN) % block;
	if (over)
		wr_zero(&o->w, block - over);
	wr_patch32(&o->w, ISAKMP_HEADER_LEN - 4, (uint32_t)wr_len(&o->w));
	return !o->w.full;
}

uint8_t *out_body(struct out *o, size_t *len)
{
	*len = wr_len(&o->w) - ISAKMP_HEADER_LEN;
	return &o->buf[ISAKMP_HEADER_LEN];
}

struct chunk out_rest(const struct out *o)
{
	struct rd r = rd_init(o->buf, o->plain ? o->plain : wr_len(&o->w));
	struct chunk rest;
	uint16_t first;

	rd_skip(&r, ISAKMP_HEADER_LEN + 2);
	first = rd_u16(&r);
	rd_skip(&r, first - 4U);
	rest.len = rd_left(&r);
	rest.p = rd_bytes(&r, rest.len);
	return rest;
}

void out_patch_hash(struct out *o, const uint8_t *hash, size_t len)
{
	if (wr_len(&o->w) >= ISAKMP_HEADER_LEN + 4 + len)
		memcpy(&o->buf[ISAKMP_HEADER_LEN + 4], hash, len);
}

void out_wipe(struct out *o)
{
	crypto_wipe(o, sizeof *o);
}
