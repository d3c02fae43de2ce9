/*
 * nfnetlink_log: a netlink message for each packet, in the byte order of the host; the numbers in
 * its attributes in that of the network.
 *
 *     length 4 | type 2 | flags 2 | sequence 4 | port 4 | family 1 | version 1 | group 2 |
 *     attributes: length 2 | type 2 | value | filled up to four bytes
 */
#include "engine/firewall/told_read.h"

#include <string.h>

#define PACKET	   (4 << 8) /* NFNL_SUBSYS_ULOG, NFULNL_MSG_PACKET */
#define HEADER	   16
#define NFGEN	   4
#define ATTRIBUTE  4
#define TYPE_MASK  0x3fff
#define ALIGN(len) (((len) + 3u) & ~3u)

enum { IN = 4, OUT = 5, PAYLOAD = 9, PREFIX = 10, SEQ = 12 };

static uint16_t host16(struct rd *r)
{
	uint16_t v = 0;

	rd_copy(r, &v, sizeof v);
	return v;
}

static uint32_t host32(struct rd *r)
{
	uint32_t v = 0;

	rd_copy(r, &v, sizeof v);
	return v;
}

static void attribute(struct told *t, unsigned type, struct rd v)
{
	size_t len = rd_left(&v);

	switch (type) {
	case IN:
		t->in = rd_u32(&v);
		break;
	case OUT:
		t->out = rd_u32(&v);
		break;
	case SEQ:
		t->seq = rd_u32(&v);
		break;
	case PAYLOAD:
		t->packet = v.p;
		t->len = len;
		break;
	case PREFIX:
		len = len < sizeof t->prefix - 1 ? len : sizeof t->prefix - 1;
		rd_copy(&v, t->prefix, len);
		t->prefix[len] = 0;
		break;
	}
}

static void attributes(struct told *t, struct rd r)
{
	while (rd_left(&r) >= ATTRIBUTE) {
		size_t len = host16(&r);
		unsigned type = host16(&r) & TYPE_MASK;

		if (len < ATTRIBUTE || len - ATTRIBUTE > rd_left(&r))
			return;
		attribute(t, type, rd_sub(&r, len - ATTRIBUTE));
		len = ALIGN(len) - len;
		rd_skip(&r, len < rd_left(&r) ? len : rd_left(&r));
	}
}

bool told_next(struct rd *r, struct told *t)
{
	while (rd_left(r) >= HEADER) {
		size_t len = host32(r);
		uint16_t type = host16(r);
		struct rd body;

		rd_skip(r, HEADER - 6);
		if (len < HEADER || len - HEADER > rd_left(r))
			return false;
		body = rd_sub(r, len - HEADER);
		len = ALIGN(len) - len;
		rd_skip(r, len < rd_left(r) ? len : rd_left(r));
		if (type != PACKET || rd_left(&body) < NFGEN)
			continue;
		*t = (struct told){0};
		rd_skip(&body, NFGEN);
		attributes(t, body);
		return true;
	}
	return false;
}
