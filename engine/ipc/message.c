/*
 * The codec of the bus, written by messages.def: each message type gets an
 * encoder, a decoder and a printer that walk its fields in their order.
 *
 * A decoder trusts nothing: lengths, the NUL behind each string, list counts
 * and address families are checked, and a message must end where its last
 * field ends. The meaning of a value (an `op`, a role) is its receiver's to check.
 */
#include "engine/ipc/message.h"

#include <stdarg.h>
#include <stdio.h>

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

/* ---- encoders ---- */
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
#define MSG(NAME, name, ...) \
	static void encode_##name(struct wr *w, const struct msg_##name *m) \
	{ \
		__VA_ARGS__ \
	}
#include "engine/ipc/messages.def"
#undef MSG
#undef U8
#undef U16
#undef U32
#undef U64
#undef I64
#undef STR
#undef SECRET
#undef LIST
#undef ADDR
#undef BYTES

/* ---- decoders ---- */
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
#define MSG(NAME, name, ...) \
	static void decode_##name(struct rd *r, struct msg_##name *m) \
	{ \
		__VA_ARGS__ \
	}
#include "engine/ipc/messages.def"
#undef MSG
#undef U8
#undef U16
#undef U32
#undef U64
#undef I64
#undef STR
#undef SECRET
#undef LIST
#undef ADDR
#undef BYTES

/* ---- printers ---- */

/* A text that is cut off, never overrun. */
struct text {
	char *p;
	size_t left;
};

static void __attribute__((format(printf, 2, 3))) say(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->p, t->left, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= t->left)
		n = t->left ? (int)t->left - 1 : 0;
	t->p += n;
	t->left -= (size_t)n;
}

static void say_list(struct text *t, const char *name, const struct strlist *l)
{
	say(t, " %s=[", name);
	for (unsigned i = 0; i < l->n; i++)
		say(t, "%s%s", i ? " " : "", l->v[i]);
	say(t, "]");
}

static void say_addr(struct text *t, const char *name, const struct addr *a)
{
	char buf[ADDR_TEXT_MAX];

	say(t, " %s=%s", name, a->family ? addr_text(a, buf) : "-");
}

#define SAY_UNSIGNED(f) say(t, " " #f "=%llu", (unsigned long long)m->f);
#define U8(f) SAY_UNSIGNED(f)
#define U16(f) SAY_UNSIGNED(f)
#define U32(f) SAY_UNSIGNED(f)
#define U64(f) SAY_UNSIGNED(f)
#define I64(f) say(t, " " #f "=%lld", (long long)m->f);
#define STR(f) say(t, " " #f "=\"%s\"", m->f ? m->f : "");
#define SECRET(f) say(t, " " #f "=%s", m->f && *m->f ? "*****" : "\"\"");
#define LIST(f) say_list(t, #f, &m->f);
#define ADDR(f) say_addr(t, #f, &m->f);
#define BYTES(f, max) say(t, " " #f "=<%u bytes>", m->f.len);
#define MSG(NAME, name, ...) \
	static void print_##name(struct text *t, const struct msg_##name *m) \
	{ \
		__VA_ARGS__ \
	}
#include "engine/ipc/messages.def"
#undef MSG
#undef U8
#undef U16
#undef U32
#undef U64
#undef I64
#undef STR
#undef SECRET
#undef LIST
#undef ADDR
#undef BYTES

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
#undef MSG
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
#undef MSG
	case MSG_NONE:
	case MSG_COUNT:
	default:
		r.bad = true;
	}
	if (!rd_done(&r))
		m->type = MSG_NONE;
	return m->type != MSG_NONE;
}

const char *ipc_name(enum msg_type type)
{
	static const char *const name[MSG_COUNT] = {
	    [MSG_NONE] = "NONE",
#define MSG(NAME, name, ...) [MSG_##NAME] = #NAME,
#include "engine/ipc/messages.def"
#undef MSG
	};

	return (unsigned)type < MSG_COUNT ? name[type] : "?";
}

void ipc_print(const struct ipc_msg *m, char *buf, size_t size)
{
	struct text t = {buf, size};

	say(&t, "%s", ipc_name(m->type));
	switch (m->type) {
#define MSG(NAME, name, ...) \
	case MSG_##NAME: \
		print_##name(&t, &m->name); \
		break;
#include "engine/ipc/messages.def"
#undef MSG
	case MSG_NONE:
	case MSG_COUNT:
		break;
	}
	if (m->fd >= 0)
		say(&t, " +fd");
}
