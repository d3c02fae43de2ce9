/* BER as RFC 4511 5.1 restricts it: definite lengths only. See ber.h. */
#include "engine/wire/ber.h"

#define LONG_TAG 0x1f /* all of these bits: the tag goes on in more bytes */
#define LONG_LENGTH 0x80
#define FOUR_BYTES (LONG_LENGTH | 4)

static size_t read_length(struct rd *r)
{
	uint8_t first = rd_u8(r);
	size_t len = 0;

	if (first < LONG_LENGTH)
		return first;
	if (first == LONG_LENGTH || first > FOUR_BYTES)
		r->bad = true;
	for (int i = first & 0x7f; i > 0 && !r->bad; i--)
		len = len << 8 | rd_u8(r);
	return len;
}

bool ber_next(struct rd *r, uint8_t *tag, struct rd *content)
{
	*content = rd_init(NULL, 0);
	if (rd_left(r) == 0)
		return false;
	*tag = rd_u8(r);
	if ((*tag & LONG_TAG) == LONG_TAG)
		r->bad = true;
	*content = rd_sub(r, read_length(r));
	return !r->bad;
}

struct rd ber_expect(struct rd *r, uint8_t tag)
{
	struct rd content;
	uint8_t got;

	if (ber_next(r, &got, &content) && got == tag)
		return content;
	r->bad = true;
	return rd_init(NULL, 0);
}

int32_t ber_number(struct rd *r, uint8_t tag)
{
	struct rd n = ber_expect(r, tag);
	size_t len = rd_left(&n);
	uint32_t v = len && n.p[0] & 0x80 ? UINT32_MAX : 0;

	if (len == 0 || len > 4) {
		r->bad = true;
		return 0;
	}
	while (rd_left(&n))
		v = v << 8 | rd_u8(&n);
	return (int32_t)v;
}

bool ber_is(const struct rd *r, uint8_t tag)
{
	return rd_left(r) && r->p[0] == tag;
}

size_t ber_length(const uint8_t *p, size_t have)
{
	struct rd r = rd_init(p, have);
	size_t len;

	if (have < 2 || (p[1] > LONG_LENGTH && have < 2 + (size_t)(p[1] & 0x7f)))
		return have > 1 && p[1] > FOUR_BYTES ? SIZE_MAX : 0;
	rd_skip(&r, 1);
	len = read_length(&r);
	return r.bad ? SIZE_MAX : (size_t)(r.p - p) + len;
}

size_t ber_begin(struct wr *w, uint8_t tag)
{
	wr_u8(w, tag);
	wr_u8(w, FOUR_BYTES);
	wr_u32(w, 0);
	return wr_len(w);
}

void ber_end(struct wr *w, size_t begun)
{
	wr_patch32(w, begun - 4, (uint32_t)(wr_len(w) - begun));
}

void ber_put(struct wr *w, uint8_t tag, const void *p, size_t len)
{
	size_t at = ber_begin(w, tag);

	wr_bytes(w, p, len);
	ber_end(w, at);
}

void ber_put_number(struct wr *w, uint8_t tag, uint32_t v)
{
	int bytes = 1;

	while (bytes < 4 && v >> (8 * bytes - 1))
		bytes++;
	wr_u8(w, tag);
	wr_u8(w, (unsigned)bytes);
	while (bytes--)
		wr_u8(w, v >> 8 * bytes & 0xff);
}

const char *ber_text(struct rd r, char *to, size_t size)
{
	size_t n = 0;

	while (rd_left(&r) && n + 1 < size) {
		uint8_t c = rd_u8(&r);

		to[n++] = c < ' ' || c == 0x7f ? '.' : (char)c;
	}
	to[n] = 0;
	return to;
}
