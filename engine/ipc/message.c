/*
 * The codec of the bus: an encoder and a decoder that walk the fields of any
 * message in the order that messages.def gives them.
 *
 * A decoder trusts nothing: lengths, the NUL behind each string, list counts
 * and address families are checked, and a message must end where its last
 * field ends. The meaning of a value (an `op`, a role) is its receiver's to check.
 */
#include <string.h>

#include "engine/ipc/shape.h"
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

static void put(struct wr *w, const struct ipc_field *f, const void *at)
{
	const struct range *range = at;

	switch (f->kind) {
	case IPC_U8:
	case IPC_STATE:
		wr_u8(w, *(const uint8_t *)at);
		break;
	case IPC_U16:
		wr_u16(w, *(const uint16_t *)at);
		break;
	case IPC_U32:
		wr_u32(w, *(const uint32_t *)at);
		break;
	case IPC_U64:
	case IPC_I64:
		wr_u64(w, *(const uint64_t *)at);
		break;
	case IPC_STR:
	case IPC_SECRET:
		put_str(w, *(const char *const *)at);
		break;
	case IPC_LIST:
		put_list(w, at);
		break;
	case IPC_ADDR:
		put_addr(w, at);
		break;
	case IPC_RANGE:
		wr_u32(w, range->first);
		wr_u32(w, range->last);
		break;
	case IPC_BYTES:
		put_bytes(w, at, f->max);
		break;
	}
}

static void get(struct rd *r, const struct ipc_field *f, void *at)
{
	struct range *range = at;

	switch (f->kind) {
	case IPC_U8:
	case IPC_STATE:
		*(uint8_t *)at = rd_u8(r);
		break;
	case IPC_U16:
		*(uint16_t *)at = rd_u16(r);
		break;
	case IPC_U32:
		*(uint32_t *)at = rd_u32(r);
		break;
	case IPC_U64:
	case IPC_I64:
		*(uint64_t *)at = rd_u64(r);
		break;
	case IPC_STR:
	case IPC_SECRET:
		*(const char **)at = get_str(r);
		break;
	case IPC_LIST:
		*(struct strlist *)at = get_list(r);
		break;
	case IPC_ADDR:
		*(struct addr *)at = get_addr(r);
		break;
	case IPC_RANGE:
		range->first = rd_u32(r);
		range->last = rd_u32(r);
		break;
	case IPC_BYTES:
		*(struct bytes *)at = get_bytes(r, f->max);
		break;
	}
}

size_t ipc_encode(const struct ipc_msg *m, uint8_t *buf, size_t size)
{
	const struct ipc_shape *s = ipc_shape(m->type);
	const char *body = ipc_body(m);
	struct wr w = wr_init(buf, size);

	if (!s)
		return 0;
	wr_u16(&w, m->type);
	for (const struct ipc_field *f = s->fields; f < s->fields + s->n; f++)
		put(&w, f, body + f->offset);
	return w.full ? 0 : wr_len(&w);
}

bool ipc_decode(struct ipc_msg *m, const uint8_t *buf, size_t len)
{
	struct rd r = rd_init(buf, len);
	const struct ipc_shape *s;
	char *body = ipc_body(m);

	memset(m, 0, sizeof *m);
	m->fd = -1;
	m->type = (enum msg_type)rd_u16(&r);
	s = ipc_shape(m->type);
	for (const struct ipc_field *f = s ? s->fields : NULL; f && f < s->fields + s->n; f++)
		get(&r, f, body + f->offset);
	if (!s || !rd_done(&r))
		m->type = MSG_NONE;
	return m->type != MSG_NONE;
}
