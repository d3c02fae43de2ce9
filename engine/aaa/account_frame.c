/*
 * The bytes of the file, pure.
 *
 *   header  "GHAQ" | version 1 (4) | generation (8) | CRC of these (4)
 *   frame   "GACR" | length of the payload (4) | CRC of what follows (4) | type (1) | seq (8)
 *           | payload
 *
 * A write that was cut leaves a frame that is not whole at the end; a damaged one in the middle is
 * left behind by looking for the next that is whole.
 */
#include "engine/aaa/account_frame.h"

#include "engine/wire/wire.h"

#define MAGIC_FILE 0x47484151u
#define MAGIC_FRAME 0x47414352u
#define VERSION 1
#define BEFORE_CRC 12 /* magic, length, CRC */

/* CRC-32 of IEEE 802.3, four bits at a time. */
static uint32_t crc32(const uint8_t *p, size_t len)
{
	static const uint32_t t[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190,
	    0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
	uint32_t c = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		c = t[(c ^ p[i]) & 15] ^ c >> 4;
		c = t[(c ^ (unsigned)p[i] >> 4) & 15] ^ c >> 4;
	}
	return ~c;
}

void account_header_write(uint8_t *to, size_t size, uint64_t generation)
{
	struct wr w = wr_init(to, size);

	wr_u32(&w, MAGIC_FILE);
	wr_u32(&w, VERSION);
	wr_u64(&w, generation);
	wr_u32(&w, crc32(to, wr_len(&w)));
}

bool account_header_read(const uint8_t *bytes, size_t len, uint64_t *generation)
{
	struct rd r = rd_init(bytes, len);
	bool ok = rd_u32(&r) == MAGIC_FILE && rd_u32(&r) == VERSION;

	*generation = rd_u64(&r);
	return rd_u32(&r) == (len < ACCOUNT_HEADER ? 0 : crc32(bytes, ACCOUNT_HEADER - 4)) && ok &&
	       !r.bad;
}

size_t account_frame_write(uint8_t *to, const struct account_frame *f)
{
	struct wr w = wr_init(to, (size_t)ACCOUNT_FRAME + f->payload.len);

	wr_u32(&w, MAGIC_FRAME);
	wr_u32(&w, f->payload.len);
	wr_u32(&w, 0);
	wr_u8(&w, f->type);
	wr_u64(&w, f->seq);
	wr_bytes(&w, f->payload.p, f->payload.len);
	wr_patch32(&w, 8, crc32(to + BEFORE_CRC, wr_len(&w) - BEFORE_CRC));
	return wr_len(&w);
}

static bool read_one(struct rd *r, struct account_frame *f)
{
	const uint8_t *body;
	uint32_t len, crc;

	if (rd_u32(r) != MAGIC_FRAME)
		return false;
	len = rd_u32(r);
	crc = rd_u32(r);
	if (len > ACCOUNT_PAYLOAD_MAX)
		return false;
	body = r->p;
	f->type = (enum account_frame_type)rd_u8(r);
	f->seq = rd_u64(r);
	f->payload = (struct bytes){(uint16_t)len, rd_bytes(r, len)};
	return !r->bad && f->type >= FRAME_RECORD && f->type <= FRAME_DONE &&
	       crc32(body, ACCOUNT_FRAME - BEFORE_CRC + len) == crc;
}

bool account_frame_read(
    const uint8_t *bytes, size_t len, size_t *at, struct account_frame *f, unsigned *damaged)
{
	for (size_t from = *at; from < len; from++) {
		struct rd r = rd_init(bytes + from, len - from);

		if (!read_one(&r, f))
			continue;
		*damaged += from != *at;
		*at = len - rd_left(&r);
		return true;
	}
	return false;
}
