/*
 * The payloads with an inside: SA, proposal, transform and attributes (RFC 2408
 * 3.3 to 3.6), notify, delete and identification (3.8, 3.14, 3.15).
 *
 *     SA         DOI (4) | Situation (4) | proposals
 *     proposal   next reserved length (4) | number, protocol, SPI size, transforms (4) | SPI
 *     transform  next reserved length (4) | number, id, reserved (4) | attributes
 *     attribute  AF=1: type | 0x8000, value (2)     AF=0: type, length (2), value
 */
#include "engine/ike/payload.h"

#include <string.h>

/* A proposal's or transform's generic header; its inside is returned. */
static struct rd substructure(struct rd *r, uint8_t type, bool *last)
{
	uint8_t next = rd_u8(r), reserved = rd_u8(r);
	uint16_t len = rd_u16(r);

	*last = next == PAY_NONE;
	if (reserved != 0 || (next != PAY_NONE && next != type) || len < 4)
		r->bad = true;
	return rd_sub(r, len - 4U);
}

bool sa_read(struct chunk body, struct proposal *prop, size_t max, size_t *n)
{
	struct rd r = rd_init(body.p, body.len);
	uint32_t doi = rd_u32(&r), situation = rd_u32(&r);
	bool last = false;

	*n = 0;
	if (doi != DOI_IPSEC || situation != SIT_IDENTITY_ONLY)
		return false;
	while (!last && !r.bad && *n < max) {
		struct rd in = substructure(&r, PAY_PROPOSAL, &last);
		struct proposal *p = &prop[*n];

		p->number = rd_u8(&in);
		p->protocol = rd_u8(&in);
		p->spi.len = rd_u8(&in);
		(void)rd_u8(&in); /* the number of transforms, which their chain tells */
		p->spi.p = rd_bytes(&in, p->spi.len);
		if (in.bad)
			return false;
		p->transforms.len = rd_left(&in);
		p->transforms.p = rd_bytes(&in, p->transforms.len);
		++*n;
	}
	return last && rd_done(&r);
}

static void attribute_read(struct rd *r, struct transform *t)
{
	uint16_t type = rd_u16(r), v = rd_u16(r);
	struct attribute a = {.type = (uint16_t)(type & 0x7fff), .value = v};

	if (!(type & 0x8000)) {
		struct rd value = rd_sub(r, v);

		if (v == 0 || v > 8)
			t->strange = true;
		a.len = (uint8_t)v;
		for (a.value = 0; rd_left(&value) > 0;)
			a.value = a.value << 8 | rd_u8(&value);
	}
	if (t->n < ATTRIBUTES_MAX)
		t->attr[t->n++] = a;
	else
		t->strange = true;
}

bool transform_next(struct rd *r, struct transform *t)
{
	struct rd in;
	bool last;

	if (rd_left(r) == 0)
		return false;
	t->n = 0;
	t->strange = false;
	in = substructure(r, PAY_TRANSFORM, &last);
	t->number = rd_u8(&in);
	t->id = rd_u8(&in);
	(void)rd_u16(&in);
	while (rd_left(&in) > 0)
		attribute_read(&in, t);
	if (in.bad || (last && rd_left(r) > 0))
		r->bad = true;
	return !r->bad;
}

void transform_skip(struct rd *r)
{
	bool last;

	(void)substructure(r, PAY_TRANSFORM, &last);
}

bool attribute_get(const struct transform *t, uint16_t type, uint64_t *value)
{
	size_t seen = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->attr[i].type == type) {
			*value = t->attr[i].value;
			seen++;
		}
	}
	return seen == 1;
}

bool notify_read(struct chunk body, struct notify *n)
{
	struct rd r = rd_init(body.p, body.len);

	n->doi = rd_u32(&r);
	n->protocol = rd_u8(&r);
	n->spi.len = rd_u8(&r);
	n->type = rd_u16(&r);
	n->spi.p = rd_bytes(&r, n->spi.len);
	n->data.len = rd_left(&r);
	n->data.p = rd_bytes(&r, n->data.len);
	return !r.bad;
}

const char *notify_name(uint16_t type)
{
	switch (type) {
#define X(name, number, text) \
	case number: \
		return text;
		NOTIFIES(X)
#undef X
	default:
		return "Unknown";
	}
}

void wr_notify(struct wr *w, uint8_t protocol, struct chunk spi, uint16_t type)
{
	wr_u32(w, DOI_IPSEC);
	wr_u8(w, protocol);
	wr_u8(w, (unsigned)spi.len);
	wr_u16(w, type);
	wr_bytes(w, spi.p, spi.len);
}

bool delete_read(struct chunk body, struct delete_list *d)
{
	struct rd r = rd_init(body.p, body.len);

	d->doi = rd_u32(&r);
	d->protocol = rd_u8(&r);
	d->spi_len = rd_u8(&r);
	d->n = rd_u16(&r);
	d->spis.len = (size_t)d->spi_len * d->n;
	d->spis.p = rd_bytes(&r, d->spis.len);
	return rd_done(&r);
}

void wr_delete(struct wr *w, uint8_t protocol, struct chunk spi)
{
	wr_notify(w, protocol, spi, 1); /* the same with a number of SPIs instead of the type */
}

bool ident_read(struct chunk body, struct ident *id)
{
	struct rd r = rd_init(body.p, body.len);

	id->type = rd_u8(&r);
	id->protocol = rd_u8(&r);
	id->port = rd_u16(&r);
	id->data.len = rd_left(&r);
	id->data.p = rd_bytes(&r, id->data.len);
	return !r.bad;
}

bool ident_ipv4(const struct ident *id, struct addr *address, struct addr *mask)
{
	struct rd r = rd_init(id->data.p, id->data.len);

	*address = addr_v4(rd_u32(&r));
	*mask = addr_v4(id->type == ID_IPV4_ADDR ? UINT32_MAX : rd_u32(&r));
	return (id->type == ID_IPV4_ADDR || id->type == ID_IPV4_ADDR_SUBNET) && rd_done(&r);
}

void wr_attribute_tv(struct wr *w, uint16_t type, uint16_t value)
{
	wr_u16(w, 0x8000U | type);
	wr_u16(w, value);
}

void wr_attribute(struct wr *w, uint16_t type, uint64_t value)
{
	if (value <= UINT16_MAX) {
		wr_attribute_tv(w, type, (uint16_t)value);
		return;
	}
	wr_u16(w, type);
	wr_u16(w, value > UINT32_MAX ? 8 : 4);
	if (value > UINT32_MAX)
		wr_u64(w, value);
	else
		wr_u32(w, (uint32_t)value);
}

void transform_add(struct transform *t, uint16_t type, uint64_t value)
{
	t->attr[t->n++] = (struct attribute){
	    .type = type, .value = value, .len = value > UINT16_MAX ? 4 : 0};
}

void transform_shorten(struct transform *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->attr[i].value <= UINT16_MAX)
			t->attr[i].len = 0;
}

static void wr_attribute_as_read(struct wr *w, const struct attribute *a)
{
	if (a->len == 0) {
		wr_attribute_tv(w, a->type, (uint16_t)a->value);
		return;
	}
	wr_u16(w, a->type);
	wr_u16(w, a->len);
	for (unsigned i = a->len; i-- > 0;)
		wr_u8(w, (unsigned)(a->value >> 8 * i & 0xff));
}

void wr_transform(struct wr *w, const struct transform *t, bool last)
{
	size_t at = wr_len(w);

	wr_u8(w, last ? PAY_NONE : PAY_TRANSFORM);
	wr_u8(w, 0);
	wr_u16(w, 0);
	wr_u8(w, t->number);
	wr_u8(w, t->id);
	wr_u16(w, 0);
	for (size_t i = 0; i < t->n; i++)
		wr_attribute_as_read(w, &t->attr[i]);
	wr_patch16(w, at + 2, wr_len(w) - at);
}
