/*
 * The cursor `struct rd` and the builder `struct wr`: the only code that walks
 * packet bytes. Both are bounds-checked with a sticky error, so a codec reads
 * or writes everything in one go and asks once at the end whether it fitted.
 * Integers are big-endian on the wire and host order in C.
 */
#ifndef GATEHOUSE_WIRE_H
#define GATEHOUSE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A read cursor over bytes somebody else owns. `bad` never clears itself. */
struct rd {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct rd rd_init(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	return (struct rd){.p = p, .end = p ? p + len : p, .bad = false};
}

/* Bytes not yet read; 0 after an error. */
static inline size_t rd_left(const struct rd *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

/* The next `len` bytes in place, or NULL and `bad` when there are fewer. */
static inline const uint8_t *rd_bytes(struct rd *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->bad || (size_t)(r->end - r->p) < len) {
		r->bad = true;
		return NULL;
	}
	r->p += len;
	return p;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t rd_u16(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t rd_u32(struct rd *r)
{
	const uint8_t *p = rd_bytes(r, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t rd_u64(struct rd *r)
{
	uint64_t hi = rd_u32(r);

	return hi << 32 | rd_u32(r);
}

/* Copies the next `len` bytes out; zeroes `to` when there are fewer. */
static inline void rd_copy(struct rd *r, void *to, size_t len)
{
	const uint8_t *p = rd_bytes(r, len);

	if (p)
		memcpy(to, p, len);
	else
		memset(to, 0, len);
}

/* A cursor over the next `len` bytes, which this one skips; born bad on shortage. */
static inline struct rd rd_sub(struct rd *r, size_t len)
{
	const uint8_t *p = rd_bytes(r, len);
	struct rd sub = rd_init(p, p ? len : 0);

	sub.bad = p == NULL;
	return sub;
}

static inline void rd_skip(struct rd *r, size_t len)
{
	(void)rd_bytes(r, len);
}

/* True when everything was read and nothing went wrong. */
static inline bool rd_done(const struct rd *r)
{
	return !r->bad && r->p == r->end;
}

/* A builder over a buffer somebody else owns. `full` never clears itself. */
struct wr {
	uint8_t *base, *p, *end;
	bool full;
};

static inline struct wr wr_init(void *buffer, size_t size)
{
	uint8_t *p = buffer;

	return (struct wr){.base = p, .p = p, .end = p + size, .full = false};
}

static inline size_t wr_len(const struct wr *w)
{
	return (size_t)(w->p - w->base);
}

/* Room for `len` bytes to be filled in by the caller, or NULL and `full`. */
static inline uint8_t *wr_room(struct wr *w, size_t len)
{
	uint8_t *p = w->p;

	if (w->full || (size_t)(w->end - w->p) < len) {
		w->full = true;
		return NULL;
	}
	w->p += len;
	return p;
}

static inline void wr_u8(struct wr *w, unsigned v)
{
	uint8_t *p = wr_room(w, 1);

	if (p)
		p[0] = (uint8_t)v;
}

static inline void wr_u16(struct wr *w, unsigned v)
{
	uint8_t *p = wr_room(w, 2);

	if (p) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
	}
}

static inline void wr_u32(struct wr *w, uint32_t v)
{
	uint8_t *p = wr_room(w, 4);

	for (int i = 0; p && i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static inline void wr_u64(struct wr *w, uint64_t v)
{
	uint8_t *p = wr_room(w, 8);

	for (int i = 0; p && i < 8; i++)
		p[i] = (uint8_t)(v >> (56 - 8 * i));
}

static inline void wr_bytes(struct wr *w, const void *from, size_t len)
{
	uint8_t *p = wr_room(w, len);

	if (p && len)
		memcpy(p, from, len);
}

static inline void wr_zero(struct wr *w, size_t len)
{
	uint8_t *p = wr_room(w, len);

	if (p && len)
		memset(p, 0, len);
}

/* A place to come back to with wr_patch*: remember wr_len() before writing. */
static inline void wr_patch8(struct wr *w, size_t at, unsigned v)
{
	if (!w->full && at + 1 <= wr_len(w))
		w->base[at] = (uint8_t)v;
}

static inline void wr_patch16(struct wr *w, size_t at, size_t v)
{
	if (v > 0xffff)
		w->full = true;
	if (!w->full && at + 2 <= wr_len(w)) {
		w->base[at] = (uint8_t)(v >> 8);
		w->base[at + 1] = (uint8_t)v;
	}
}

static inline void wr_patch32(struct wr *w, size_t at, uint32_t v)
{
	wr_patch16(w, at, v >> 16);
	wr_patch16(w, at + 2, v & 0xffff);
}

#endif
