/*
 * DHCP messages (RFC 2131 2): the fixed part, the cookie, options of code,
 * length and value. A value may come in parts (RFC 3396), some of them in the
 * fields `file` and `sname` (RFC 2132 9.3): they are counted in a first walk and
 * put together in a second.
 *
 *   | op htype hlen hops | xid 4 | secs 2 flags 2 | ciaddr 4 | yiaddr 4 | siaddr 4 |
 *   | giaddr 4 | chaddr 16 | sname 64 | file 128 | 63 82 53 63 | options ... |
 */
#include "engine/dhcp/message.h"

#include <string.h>

enum { SNAME = 64, FILE_NAME = 128, MAGIC = 0x63825363, SIADDR = 4 };
enum { OVERLOAD_FILE = 1, OVERLOAD_SNAME = 2 };

/* ---- reading ---------------------------------------------------------------- */

static struct addr address(struct rd *r)
{
	uint32_t a = rd_u32(r);

	return a ? addr_v4(a) : (struct addr){0};
}

/* Adds the options of one field: to their lengths, or with `bytes` to the values too. */
static bool take(struct rd r, struct dhcp_message *m, bool bytes)
{
	while (rd_left(&r)) {
		uint8_t code = rd_u8(&r), len;
		struct rd value;

		if (code == DHCP_PAD)
			continue;
		if (code == DHCP_END)
			break;
		len = rd_u8(&r);
		value = rd_sub(&r, len);
		if (value.bad)
			return false;
		m->present[code] = 1;
		if (bytes)
			rd_copy(&value, m->bytes + m->at[code] + m->len[code], len);
		m->len[code] = (uint16_t)(m->len[code] + len);
	}
	return !r.bad;
}

/* Whichever of the three fields have options, in the order of RFC 3396. */
static bool take_all(struct rd options, struct rd sname, struct rd file, uint8_t overload,
    struct dhcp_message *m, bool bytes)
{
	return take(options, m, bytes) && (!(overload & OVERLOAD_FILE) || take(file, m, bytes)) &&
	       (!(overload & OVERLOAD_SNAME) || take(sname, m, bytes));
}

static uint8_t overload_of(struct rd options)
{
	while (rd_left(&options)) {
		uint8_t code = rd_u8(&options);
		struct rd value;

		if (code == DHCP_END)
			break;
		if (code == DHCP_PAD)
			continue;
		value = rd_sub(&options, rd_u8(&options));
		if (code == DHCP_OVERLOAD)
			return rd_u8(&value);
	}
	return 0;
}

bool dhcp_read(const uint8_t *bytes, size_t len, struct dhcp_message *m)
{
	struct rd r = rd_init(bytes, len), sname, file;
	uint8_t overload;
	uint16_t at = 0;

	memset(m, 0, sizeof *m);
	if (len > sizeof m->bytes)
		return false;
	m->head.op = rd_u8(&r);
	m->head.htype = rd_u8(&r);
	m->head.hlen = rd_u8(&r);
	m->head.hops = rd_u8(&r);
	m->head.xid = rd_u32(&r);
	m->head.secs = rd_u16(&r);
	m->head.flags = rd_u16(&r);
	m->head.ciaddr = address(&r);
	m->head.yiaddr = address(&r);
	rd_skip(&r, SIADDR);
	m->head.giaddr = address(&r);
	rd_copy(&r, m->head.chaddr, sizeof m->head.chaddr);
	sname = rd_sub(&r, SNAME);
	file = rd_sub(&r, FILE_NAME);
	if (rd_u32(&r) != MAGIC || r.bad || m->head.hlen > sizeof m->head.chaddr)
		return false;
	overload = overload_of(r);
	if (!take_all(r, sname, file, overload, m, false))
		return false;
	for (int code = 0; code < 256; code++) {
		m->at[code] = at;
		at = (uint16_t)(at + m->len[code]);
		m->len[code] = 0;
	}
	return take_all(r, sname, file, overload, m, true);
}

/* ---- what was read ------------------------------------------------------------- */

struct rd dhcp_value(const struct dhcp_message *m, enum dhcp_option code)
{
	return rd_init(m->bytes + m->at[code], m->len[code]);
}

uint32_t dhcp_number(const struct dhcp_message *m, enum dhcp_option code)
{
	struct rd r = dhcp_value(m, code);

	return rd_left(&r) == 4 ? rd_u32(&r) : 0;
}

size_t dhcp_addrs(const struct dhcp_message *m, enum dhcp_option code, struct addr *to, size_t max)
{
	struct rd r = dhcp_value(m, code);
	size_t n = 0;

	while (n < max && rd_left(&r) >= 4) {
		struct addr a = address(&r);

		if (a.family)
			to[n++] = a;
	}
	return n;
}

struct addr dhcp_addr(const struct dhcp_message *m, enum dhcp_option code)
{
	struct addr a = {0};

	(void)dhcp_addrs(m, code, &a, 1);
	return a;
}

const char *dhcp_text(const struct dhcp_message *m, enum dhcp_option code, char *to, size_t size)
{
	struct rd r = dhcp_value(m, code);
	size_t n = 0;

	while (n + 1 < size && rd_left(&r)) {
		uint8_t c = rd_u8(&r);

		if (c == 0)
			break;
		to[n++] = c < 0x20 || c > 0x7e ? '.' : (char)c;
	}
	to[n] = '\0';
	return to;
}

uint8_t dhcp_type(const struct dhcp_message *m)
{
	struct rd r = dhcp_value(m, DHCP_TYPE);

	return rd_left(&r) == 1 ? rd_u8(&r) : 0;
}

/* ---- writing ---------------------------------------------------------------------- */

void dhcp_begin(struct wr *w, const struct dhcp_head *h, enum dhcp_type type)
{
	wr_u8(w, h->op);
	wr_u8(w, h->htype);
	wr_u8(w, h->hlen);
	wr_u8(w, h->hops);
	wr_u32(w, h->xid);
	wr_u16(w, h->secs);
	wr_u16(w, h->flags);
	wr_u32(w, addr_to_v4(&h->ciaddr));
	wr_u32(w, addr_to_v4(&h->yiaddr));
	wr_zero(w, SIADDR);
	wr_u32(w, addr_to_v4(&h->giaddr));
	wr_bytes(w, h->chaddr, sizeof h->chaddr);
	wr_zero(w, SNAME + FILE_NAME);
	wr_u32(w, MAGIC);
	dhcp_put(w, DHCP_TYPE, &(uint8_t){(uint8_t)type}, 1);
}

void dhcp_put(struct wr *w, enum dhcp_option code, const void *value, size_t len)
{
	struct rd r = rd_init(value, len);

	while (rd_left(&r)) {
		size_t part = rd_left(&r) > 255 ? 255 : rd_left(&r);
		const uint8_t *bytes = rd_bytes(&r, part);

		if (!bytes)
			return;
		wr_u8(w, code);
		wr_u8(w, (unsigned)part);
		wr_bytes(w, bytes, part);
	}
}

void dhcp_put_number(struct wr *w, enum dhcp_option code, uint32_t value)
{
	wr_u8(w, code);
	wr_u8(w, 4);
	wr_u32(w, value);
}

void dhcp_put_addr(struct wr *w, enum dhcp_option code, const struct addr *a)
{
	if (a->family)
		dhcp_put_number(w, code, addr_to_v4(a));
}

void dhcp_end(struct wr *w, size_t begun)
{
	wr_u8(w, DHCP_END);
	if (wr_len(w) - begun < DHCP_MESSAGE_MIN)
		wr_zero(w, DHCP_MESSAGE_MIN - (wr_len(w) - begun));
}
