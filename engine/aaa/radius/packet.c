/*
 * The codec of RADIUS packets: RFC 2865 3 (packet, Response Authenticator), 5.2 (User-Password),
 * RFC 2866 3 (Accounting-Request's authenticator), RFC 2869 5.14 and RFC 5176 3.4
 * (Message-Authenticator). Signatures are MD5's, as the RFCs have them.
 *
 *   | code 1 | id 1 | length 2 | authenticator 16 | { type 1 | length 1 | value }...
 */
#include "engine/aaa/radius/packet.h"

#define AT_LENGTH 2
#define AT_AUTHENTICATOR 4
#define PASSWORD_MAX 128
#define MA_LEN 16

static const uint8_t zero[RADIUS_AUTHENTICATOR];

/* ---- writing --------------------------------------------------------------------------- */

static bool is_signed(enum radius_code code)
{
	return code == RADIUS_ACCESS_REQUEST || code == RADIUS_DISCONNECT_ACK ||
	       code == RADIUS_DISCONNECT_NAK || code == RADIUS_COA_ACK || code == RADIUS_COA_NAK;
}

void radius_begin(struct wr *w, enum radius_code code, uint8_t id, const uint8_t *authenticator)
{
	wr_u8(w, code);
	wr_u8(w, id);
	wr_u16(w, 0);
	wr_bytes(w, authenticator ? authenticator : zero, RADIUS_AUTHENTICATOR);
	if (is_signed(code))
		radius_put(w, RADIUS_MESSAGE_AUTHENTICATOR, zero, MA_LEN);
}

void radius_put(struct wr *w, enum radius_attribute type, const void *p, size_t len)
{
	if (!len)
		return;
	if (len > RADIUS_VALUE_MAX)
		w->full = true;
	wr_u8(w, type);
	wr_u8(w, (unsigned)len + 2);
	wr_bytes(w, p, len);
}

void radius_put_text(struct wr *w, enum radius_attribute type, const char *text)
{
	radius_put(w, type, text, strnlen(text, RADIUS_VALUE_MAX));
}

void radius_put_u32(struct wr *w, enum radius_attribute type, uint32_t v)
{
	wr_u8(w, type);
	wr_u8(w, 6);
	wr_u32(w, v);
}

void radius_put_address(struct wr *w, enum radius_attribute type, const struct addr *a)
{
	if (a->family)
		radius_put_u32(w, type, addr_to_v4(a));
}

void radius_put_long(struct wr *w, enum radius_attribute type, const void *p, size_t len)
{
	const uint8_t *from = p;

	while (len) {
		size_t part = len < RADIUS_VALUE_MAX ? len : RADIUS_VALUE_MAX;

		radius_put(w, type, from, part);
		from += part;
		len -= part;
	}
}

void radius_put_vendor(struct wr *w, uint32_t vendor, uint8_t type, const void *p, size_t len)
{
	if (!len)
		return;
	if (len > RADIUS_VALUE_MAX - 6)
		w->full = true;
	wr_u8(w, RADIUS_VENDOR);
	wr_u8(w, (unsigned)len + 8);
	wr_u32(w, vendor);
	wr_u8(w, type);
	wr_u8(w, (unsigned)len + 2);
	wr_bytes(w, p, len);
}

bool radius_put_password(struct wr *w, const struct radius_key *key, const char *password)
{
	size_t len = strlen(password), padded = len ? (len + 15) / 16 * 16 : 16;
	struct chunk part[2] = {
	    {key->secret, strlen(key->secret)}, {w->base + AT_AUTHENTICATOR, RADIUS_AUTHENTICATOR}};
	uint8_t *to, mask[16];
	bool ok = true;

	if (len > PASSWORD_MAX)
		return false;
	wr_u8(w, RADIUS_USER_PASSWORD);
	wr_u8(w, (unsigned)padded + 2);
	to = wr_room(w, padded);
	if (!to)
		return false;
	memset(to, 0, padded);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): it is no string */
	memcpy(to, password, len);
	for (size_t i = 0; i < padded && ok; i += 16) {
		ok = crypto_hash(key->crypto, HASH_MD5, part, 2, mask);
		for (size_t b = 0; b < 16; b++)
			to[i + b] ^= mask[b];
		part[1] = (struct chunk){to + i, 16};
	}
	crypto_wipe(mask, sizeof mask);
	if (!ok) /* what is still clear may not leave */
		crypto_wipe(to, padded);
	return ok;
}

static bool sign(struct wr *w, const struct radius_key *key)
{
	size_t at = RADIUS_HEADER + 2;
	struct chunk all = {w->base, wr_len(w)};

	if (!is_signed((enum radius_code)w->base[0]))
		return true;
	return crypto_hmac(key->crypto, HASH_MD5, (struct chunk){key->secret, strlen(key->secret)},
	    &all, 1, w->base + at);
}

/* MD5 of the packet and the secret becomes its authenticator. */
static bool authenticate(struct wr *w, const struct radius_key *key)
{
	const struct chunk part[] = {{w->base, wr_len(w)}, {key->secret, strlen(key->secret)}};

	return crypto_hash(key->crypto, HASH_MD5, part, 2, w->base + AT_AUTHENTICATOR);
}

bool radius_finish(struct wr *w, const struct radius_key *key)
{
	if (wr_len(w) > RADIUS_PACKET_MAX)
		w->full = true;
	wr_patch16(w, AT_LENGTH, wr_len(w));
	if (w->full || !sign(w, key))
		return false;
	return w->base[0] == RADIUS_ACCESS_REQUEST || authenticate(w, key);
}

bool radius_finish_answer(struct wr *w, const struct radius_key *key, const uint8_t *authenticator)
{
	if (w->full)
		return false;
	memcpy(w->base + AT_AUTHENTICATOR, authenticator, RADIUS_AUTHENTICATOR);
	return radius_finish(w, key);
}

/* ---- reading --------------------------------------------------------------------------- */

static bool next_raw(struct rd *r, struct radius_value *v)
{
	size_t len;

	if (rd_left(r) == 0)
		return false;
	v->vendor = 0;
	v->type = rd_u8(r);
	len = rd_u8(r);
	if (len < 2)
		r->bad = true;
	v->len = len - 2;
	v->p = r->bad ? NULL : rd_bytes(r, v->len);
	return !r->bad;
}

static struct rd attributes(const struct radius_packet *p)
{
	return rd_init(p->bytes + RADIUS_HEADER, p->len - RADIUS_HEADER);
}

bool radius_read(struct radius_packet *p, const uint8_t *bytes, size_t len)
{
	struct rd r = rd_init(bytes, len);
	struct radius_value v;

	p->bytes = bytes;
	p->code = (enum radius_code)rd_u8(&r);
	p->id = rd_u8(&r);
	p->len = rd_u16(&r);
	if (r.bad || p->len < RADIUS_HEADER || p->len > len || p->len > RADIUS_PACKET_MAX)
		return false;
	r = attributes(p);
	while (next_raw(&r, &v))
		;
	return rd_done(&r);
}

struct radius_cursor radius_cursor(const struct radius_packet *p)
{
	return (struct radius_cursor){.attributes = attributes(p)};
}

/* Are those a vendor's attributes in the usual form? */
static bool is_list(struct rd r)
{
	struct radius_value v;

	if (rd_left(&r) == 0)
		return false;
	while (next_raw(&r, &v))
		;
	return rd_done(&r);
}

bool radius_next(struct radius_cursor *c, struct radius_value *v)
{
	struct rd r;

	if (next_raw(&c->inside, v)) {
		v->vendor = c->vendor;
		return true;
	}
	if (!next_raw(&c->attributes, v))
		return false;
	if (v->type != RADIUS_VENDOR)
		return true;
	r = rd_init(v->p, v->len);
	c->vendor = rd_u32(&r);
	if (r.bad || !is_list(r))
		return true;
	c->inside = r;
	return radius_next(c, v);
}

bool radius_find(const struct radius_packet *p, enum radius_attribute type, struct radius_value *v)
{
	struct rd r = attributes(p);

	while (next_raw(&r, v))
		if (v->type == type)
			return true;
	return false;
}

uint32_t radius_u32(const struct radius_value *v)
{
	struct rd r = rd_init(v->p, v->len);
	uint32_t n = rd_u32(&r);

	return rd_done(&r) ? n : 0;
}

/* HMAC-MD5 over the packet, with that authenticator, and a Message-Authenticator of zeros. */
static bool message_verifies(const struct radius_packet *p, const struct radius_key *key,
    const uint8_t *authenticator, const struct radius_value *ma)
{
	const uint8_t *rest = p->bytes + RADIUS_HEADER, *behind = ma->p + ma->len;
	const struct chunk part[] = {{p->bytes, AT_AUTHENTICATOR},
	    {authenticator, RADIUS_AUTHENTICATOR}, {rest, (size_t)(ma->p - rest)}, {zero, MA_LEN},
	    {behind, (size_t)(p->bytes + p->len - behind)}};
	uint8_t right[CRYPTO_HASH_MAX];

	return ma->len == MA_LEN &&
	       crypto_hmac(key->crypto, HASH_MD5, (struct chunk){key->secret, strlen(key->secret)},
		   part, 5, right) &&
	       crypto_equal(right, ma->p, MA_LEN);
}

static bool authenticator_verifies(
    const struct radius_packet *p, const struct radius_key *key, const uint8_t *authenticator)
{
	const struct chunk part[] = {{p->bytes, AT_AUTHENTICATOR},
	    {authenticator, RADIUS_AUTHENTICATOR},
	    {p->bytes + RADIUS_HEADER, p->len - RADIUS_HEADER}, {key->secret, strlen(key->secret)}};
	uint8_t right[CRYPTO_HASH_MAX];

	return crypto_hash(key->crypto, HASH_MD5, part, 4, right) &&
	       crypto_equal(right, p->bytes + AT_AUTHENTICATOR, RADIUS_AUTHENTICATOR);
}

enum radius_verdict radius_answer_verify(const struct radius_packet *p,
    const struct radius_key *key, const uint8_t *authenticator, bool signed_only)
{
	struct radius_value v, eap;

	if (!authenticator_verifies(p, key, authenticator))
		return RADIUS_FORGED;
	if (radius_find(p, RADIUS_MESSAGE_AUTHENTICATOR, &v))
		return message_verifies(p, key, authenticator, &v) ? RADIUS_GENUINE : RADIUS_FORGED;
	return signed_only || radius_find(p, RADIUS_EAP_MESSAGE, &eap) ? RADIUS_UNSIGNED
								       : RADIUS_GENUINE;
}

bool radius_request_verifies(const struct radius_packet *p, const struct radius_key *key)
{
	struct radius_value v;

	return authenticator_verifies(p, key, zero) &&
	       (!radius_find(p, RADIUS_MESSAGE_AUTHENTICATOR, &v) ||
		   message_verifies(p, key, zero, &v));
}
