/*
 * The header of L2TP messages (RFC 2661 3.1): pure, bytes in, struct out, and
 * back. The packet path and the control side read and write it here.
 *
 *    0                   1                   2                   3
 *   |T|L|x|x|S|x|O|P|x|x|x|x|  Ver  |          Length (opt)         |
 *   |           Tunnel ID           |           Session ID          |
 *   |             Ns (opt)          |             Nr (opt)          |
 *   |      Offset Size (opt)        |    Offset pad... (opt)
 */
#ifndef GATEHOUSE_L2TP_HEADER_H
#define GATEHOUSE_L2TP_HEADER_H

#include "engine/wire/wire.h"

#define L2TP_PORT 1701

#define L2TP_DATA_HEADER 8       /* a data message's with Length, which clients send themselves */
#define L2TP_SEQUENCED_HEADER 12 /* with Ns and Nr, too (RFC 2661 5.4) */

enum { L2TP_LENGTH_AT = 2, L2TP_NS_AT = 8, L2TP_NR_AT = 10 }; /* in a control message */

enum {
	L2TP_BIT_T = 0x8000,
	L2TP_BIT_L = 0x4000,
	L2TP_BIT_S = 0x0800,
	L2TP_BIT_O = 0x0200,
	L2TP_VERSION_MASK = 0x000f,
	L2TP_VERSION = 2
};

/* A data or control header. */
struct l2tp_header {
	bool control, length, sequence, offset;
	uint16_t tunnel, session, ns, nr;
	size_t message; /* bytes of the whole message: what came, or what Length says of it */
};

/* Reads a header and leaves `r` at the payload; with the L bit the payload ends where the header
 * says. False when it is not version 2, truncated, or has impossible bits. */
static inline bool l2tp_read_header(struct rd *r, struct l2tp_header *h)
{
	size_t all = rd_left(r), len;
	uint16_t flags = rd_u16(r);

	*h = (struct l2tp_header){.control = (flags & L2TP_BIT_T) != 0,
	    .length = (flags & L2TP_BIT_L) != 0,
	    .sequence = (flags & L2TP_BIT_S) != 0,
	    .offset = (flags & L2TP_BIT_O) != 0,
	    .message = all};
	if ((flags & L2TP_VERSION_MASK) != L2TP_VERSION)
		return false;
	if (h->control && (!h->length || !h->sequence || h->offset))
		return false; /* RFC 2661 3.1: L and S must be 1, O must be 0 */
	if (h->length) {
		len = rd_u16(r);
		if (r->bad || len < 4 || len > all)
			return false;
		h->message = len;
		*r = rd_sub(r, len - 4);
	}
	h->tunnel = rd_u16(r);
	h->session = rd_u16(r);
	if (h->sequence) {
		h->ns = rd_u16(r);
		h->nr = rd_u16(r);
	}
	if (h->offset)
		rd_skip(r, rd_u16(r));
	return !r->bad;
}

static inline uint16_t l2tp_data_header(bool sequencing)
{
	return sequencing ? L2TP_SEQUENCED_HEADER : L2TP_DATA_HEADER;
}

/* The header of a data message of `message` bytes, itself included: l2tp_data_header() bytes. `ns`
 * counts with `sequencing` only; Nr means nothing in data messages. */
static inline void l2tp_put_data_header(struct wr *w, size_t message, uint16_t tunnel,
    uint16_t session, bool sequencing, uint16_t ns)
{
	wr_u16(w, L2TP_BIT_L | (sequencing ? L2TP_BIT_S : 0) | L2TP_VERSION);
	wr_u16(w, (unsigned)message);
	wr_u16(w, tunnel);
	wr_u16(w, session);
	if (sequencing) {
		wr_u16(w, ns);
		wr_u16(w, 0);
	}
}

/* The header of a control message, whose length and sequence numbers are patched in later. */
static inline void l2tp_put_control_header(struct wr *w, uint16_t tunnel, uint16_t session)
{
	wr_u16(w, L2TP_BIT_T | L2TP_BIT_L | L2TP_BIT_S | L2TP_VERSION);
	wr_u16(w, 0);
	wr_u16(w, tunnel);
	wr_u16(w, session);
	wr_u32(w, 0);
}

/* Sets the sequence numbers of a finished control message. */
static inline void l2tp_stamp(uint8_t *msg, size_t len, uint16_t ns, uint16_t nr)
{
	struct wr w = wr_init(msg, len);

	wr_room(&w, len);
	wr_patch16(&w, L2TP_NS_AT, ns);
	wr_patch16(&w, L2TP_NR_AT, nr);
}

#endif
