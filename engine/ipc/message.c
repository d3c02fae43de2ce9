/*
 * The codec of the bus, written by messages.def: each message type gets an
 * encoder and a decoder that take its fields in their order.
 *
 * A decoder trusts nothing: lengths, the NUL behind each string, list counts
 * and address families are checked, and a message must end where its last
 * field ends. The meaning of a value (an `op`, a role) is its receiver's to check.
 */
#include "engine/ipc/message.h"

#include <string.h>

#include "engine/wire/wire.h"

/* Address families as they travel, independent of the C library's numbers. */
enum { FAMILY_NONE = 0, FAMILY_V4 = 4, FAMILY_V6 = 6 };

static void put_str(struct wr *w, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (len >= IPC_PACKET_MAX) {
		w->full = true;
		return;
	}
	wr_u16(w, (unsigned)len);
	wr_bytes(w, s, len);
	wr_u8(w, 0);
}

static void put_list(struct wr *w, const struct strlist *l)
{
	unsigned n = l->n < STRLIST_MAX ? l->n : STRLIST_MAX;

	wr_u8(w, n);
	for (unsigned i = 0; i < n; i++)
		put_str(w, l->v[i]);
}

static void put_addr(struct wr *w, const struct addr *a)
{
	bool v4 = a->family == AF_INET, v6 = a->family == AF_INET6;

	wr_u8(w, v4 ? FAMILY_V4 : v6 ? FAMILY_V6 : FAMILY_NONE);
	wr_bytes(w, a->b, v4 ? 4 : v6 ? 16 : 0);
}

static void put_bytes(struct wr *w, const struct bytes *b, size_t max)
{
	if (b->len > max)
		w->full = true;
	wr_u16(w, b->len);
	wr_bytes(w, b->p, b->len);
}

static const char *get_str(struct rd *r)
{
	size_t len = rd_u16(r);
	const uint8_t *p = rd_bytes(r, len + 1);

	if (!p || memchr(p, 0, len + 1) != p + len) {
		r->bad = true;
		return "";
	}
	return (const char *)p;
}

static struct strlist get_list(struct rd *r)
{
	struct strlist l = {.n = rd_u8(r)};

	if (l.n > STRLIST_MAX) {
		r->bad = true;
		l.n = 0;
	}
	for (unsigned i = 0; i < l.n; i++)
		l.v[i] = get_str(r);
	return l;
}

static struct addr get_addr(struct rd *r)
{
	struct addr a = {0};

	switch (rd_u8(r)) {
	case FAMILY_NONE:
		break;
	case FAMILY_V4:
		a.family = AF_INET;
		rd_copy(r, a.b, 4);
		break;
	case FAMILY_V6:
		a.family = AF_INET6;
		rd_copy(r, a.b, 16);
		break;
	default:
		r->bad = true;
	}
	return a;
}

static struct bytes get_bytes(struct rd *r, size_t max)
{
	struct bytes b = {.len = rd_u16(r)};

	if (b.len > max)
		r->bad = true;
	b.p = rd_bytes(r, b.len);
	return b;
}

/* ---- an encoder and a decoder per message ---------------------------------------- */

#define U8(f) wr_u8(w, m->f);
#define U16(f) wr_u16(w, m->f);
#define U32(f) wr_u32(w, m->f);
#define U64(f) wr_u64(w, m->f);
#define I64(f) wr_u64(w, (uint64_t)m->f);
#define STR(f) put_str(w, m->f);
#define SECRET(f) put_str(w, m->f);
#define LIST(f) put_list(w, &m->f);
#define ADDR(f) put_addr(w, &m->f);
#define BYTES(f, max) put_bytes(w, &m->f, max);
#define ENCODER(name, tag, ...) \
	static void encode_##name(struct wr *w, const struct tag *m) \
	{ \
		__VA_ARGS__ \
	}
#define CFG(NAME, name, ROLE, table, ...) ENCODER(name, name, __VA_ARGS__)
#define MSG(NAME, name, ...) ENCODER(name, msg_##name, __VA_ARGS__)
#include "engine/ipc/messages.def"

#define U8(f) m->f = rd_u8(r);
#define U16(f) m->f = rd_u16(r);
#define U32(f) m->f = rd_u32(r);
#define U64(f) m->f = rd_u64(r);
#define I64(f) m->f = (int64_t)rd_u64(r);
#define STR(f) m->f = get_str(r);
#define SECRET(f) m->f = get_str(r);
#define LIST(f) m->f = get_list(r);
#define ADDR(f) m->f = get_addr(r);
#define BYTES(f, max) m->f = get_bytes(r, max);
#define DECODER(name, tag, ...) \
	static void decode_##name(struct rd *r, struct tag *m) \
	{ \
		__VA_ARGS__ \
	}
#define CFG(NAME, name, ROLE, table, ...) DECODER(name, name, __VA_ARGS__)
#define MSG(NAME, name, ...) DECODER(name, msg_##name, __VA_ARGS__)
#include "engine/ipc/messages.def"

/* ---- any message ------------------------------------------------------------------- */

size_t ipc_encode(const struct ipc_msg *m, uint8_t *buf, size_t size)
{
	struct wr w = wr_init(buf, size);

	wr_u16(&w, m->type);
	switch (m->type) {
#define MSG(NAME, name, ...) \
	case MSG_##NAME: \
		encode_##name(&w, &m->name); \
		break;
#include "engine/ipc/messages.def"
	case MSG_NONE:
	case MSG_COUNT:
		return 0;
	}
	return w.full ? 0 : wr_len(&w);
}

bool ipc_decode(struct ipc_msg *m, const uint8_t *buf, size_t len)
{
	struct rd r = rd_init(buf, len);

	memset(m, 0, sizeof *m);
	m->fd = -1;
	m->type = (enum msg_type)rd_u16(&r);
	switch (m->type) {
#define MSG(NAME, name, ...) \
	case MSG_##NAME: \
		decode_##name(&r, &m->name); \
		break;
#include "engine/ipc/messages.def"
	case MSG_NONE:
	case MSG_COUNT:
	default:
		r.bad = true;
	}
	if (!rd_done(&r))
		m->type = MSG_NONE;
	return m->type != MSG_NONE;
}
