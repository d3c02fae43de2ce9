/* Pieces of messages; see piece.h. */
#include "engine/ike/piece.h"

#define FLAG_LAST 1

bool piece_read(struct piece *p, const uint8_t *body, size_t len)
{
	struct rd r = rd_init(body, len);
	uint8_t next = rd_u8(&r), reserved = rd_u8(&r);
	uint16_t length = rd_u16(&r);

	p->id = rd_u16(&r);
	p->number = rd_u8(&r);
	p->last = rd_u8(&r) & FLAG_LAST;
	p->data = (struct chunk){r.p, rd_left(&r)};
	return !r.bad && next == PAY_NONE && reserved == 0 && length == len && p->number > 0 &&
	    p->data.len > 0;
}

unsigned pieces_of(size_t len)
{
	return (unsigned)((len + PIECE_DATA - 1) / PIECE_DATA);
}

size_t piece_write(uint8_t to[PIECE_LEN], const uint8_t *msg, size_t len, uint16_t id,
    unsigned number)
{
	size_t at = (number - 1) * (size_t)PIECE_DATA;
	size_t part = len - at < PIECE_DATA ? len - at : PIECE_DATA;
	struct wr w = wr_init(to, PIECE_LEN);
	struct rd r = rd_init(msg, len);

	wr_bytes(&w, msg, 2 * COOKIE_LEN);
	rd_skip(&r, 2 * COOKIE_LEN + 1);
	wr_u8(&w, PAY_FRAGMENT);
	wr_u8(&w, rd_u8(&r)); /* version */
	wr_u8(&w, rd_u8(&r)); /* exchange */
	wr_u8(&w, 0);         /* the piece itself is not encrypted */
	rd_skip(&r, 1);
	wr_u32(&w, rd_u32(&r));
	wr_u32(&w, (uint32_t)(ISAKMP_HEADER_LEN + 8 + part));
	wr_u8(&w, PAY_NONE);
	wr_u8(&w, 0);
	wr_u16(&w, (unsigned)(8 + part));
	wr_u16(&w, id);
	wr_u8(&w, (uint8_t)number);
	wr_u8(&w, at + part == len ? FLAG_LAST : 0);
	wr_bytes(&w, msg + at, part);
	return wr_len(&w);
}
