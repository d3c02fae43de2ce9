/* The initiator's side of main mode; see ike_initiator.h. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/ike_initiator_parts.h"

static const uint8_t vid_realm[] = {0x01, 0x52, 0x8b, 0xbb, 0xc0, 0x06, 0x96, 0x12, 0x18, 0x49,
    0xab, 0x9a, 0x1c, 0x5b, 0x2a, 0x51, 0, 0, 0, 1};
static const uint8_t vid_nt5[] = {0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99, 0x1c, 0x7d, 0x7c, 0x96, 0xfc,
    0xbf, 0xb5, 0x87, 0xe4, 0x61, 0, 0, 0, 9};
static const uint8_t vid_natt_rfc[] = {0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45, 0x5c, 0x57,
    0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f};
static const uint8_t vid_natt_02n[] = {0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e, 0x08, 0x63,
    0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f};
static const uint8_t vid_frag[] = {0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde,
    0x7f, 0x00, 0xd6, 0xc2, 0xd3};
static const uint8_t vid_negotiation[] = {
    0xfb, 0x1d, 0xe3, 0xcd, 0xf3, 0x41, 0xb7, 0xea, 0x16, 0xb7, 0xe5, 0xbe, 0x08, 0x55, 0xf1, 0x20};
static const uint8_t vid_initial[] = {0x26, 0x24, 0x4d, 0x38, 0xed, 0xdb, 0x61, 0xb3, 0x17, 0x2a,
    0x36, 0xe3, 0xd0, 0xcf, 0xb8, 0x19};
static const uint8_t vid_cga[] = {0xe3, 0xa5, 0x96, 0x6a, 0x76, 0x37, 0x9f, 0xe7, 0x07, 0x22, 0x82,
    0x31, 0xe5, 0xce, 0x86, 0x52};
static const uint8_t vid_dpd[] = {0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96,
    0xfc, 0x77, 0x57, 0x01, 0x00};

void initiator_init(struct ike_initiator *i, const struct crypto *crypto, uint64_t seed)
{
	memset(i, 0, sizeof *i);
	i->crypto = crypto;
	i->seed = seed * 2 + 1;
	i->psk = "C!sc0@123";
	i->natt = true;
	i->p1_seconds = 28800;
	i->n_p2 = 3;
	i->p2[0].cipher = CIPHER_AES128;
	i->p2[1].cipher = CIPHER_3DES;
	i->p2[2].cipher = CIPHER_DES;
	for (size_t k = 0; k < i->n_p2; k++)
		i->p2[k].auth = HASH_SHA1;
	i->seconds = 3600;
	i->kilobytes = 250000;
	i->my_port = i->your_port = 1701;
	i->next_msgid = 1;
	i->ni_len = sizeof i->ni;
	initiator_draw(i, i->cky_i, COOKIE_LEN);
	i->cky_i[0] |= 1;
	initiator_draw(i, (uint8_t *)&i->next_spi, sizeof i->next_spi);
	i->next_spi |= 0x100;
}

void initiator_like(struct ike_initiator *i, const struct ike_initiator *other, uint64_t seed)
{
	initiator_init(i, other->crypto, seed);
	i->psk = other->psk;
	i->path = other->path;
	i->natt = other->natt;
	i->dpd = other->dpd;
	i->not_windows = other->not_windows;
	i->n_p2 = other->n_p2;
	memcpy(i->p2, other->p2, sizeof i->p2);
	i->tunnel = other->tunnel;
	i->pfs = other->pfs;
	i->seconds = other->seconds;
	i->kilobytes = other->kilobytes;
	i->my_port = other->my_port;
	i->your_port = other->your_port;
}

#define VID(o, v) out_payload(o, PAY_VENDOR, v, sizeof v)

/* The SA payload in front of the vendor ids: it may be longer than `struct out`. */
static void put_offer(const struct ike_initiator *i, struct initiator_message *m)
{
	size_t size = 4 + i->sai_len;
	struct wr w = wr_init(m->b, sizeof m->b);

	memmove(
	    m->b + ISAKMP_HEADER_LEN + size, m->b + ISAKMP_HEADER_LEN, m->len - ISAKMP_HEADER_LEN);
	m->plain = m->len += size;
	w.p += ISAKMP_HEADER_LEN;
	wr_u8(&w, PAY_VENDOR);
	wr_u8(&w, 0);
	wr_u16(&w, (unsigned)size);
	wr_bytes(&w, i->sai, i->sai_len);
	wr_patch8(&w, 2 * COOKIE_LEN, PAY_SA);
	wr_patch32(&w, ISAKMP_HEADER_LEN - 4, (uint32_t)m->len);
}

static void manners_vendors(const struct ike_manners *m, struct out *o)
{
	for (size_t n = 0; m->vids[n]; n++) {
		out_open(o, PAY_VENDOR);
		for (const char *hex = m->vids[n]; *hex; hex += 2)
			wr_u8(&o->w, (unsigned)strtoul((char[]){hex[0], hex[1], 0}, NULL, 16));
		out_close(o);
	}
}

void initiator_vendors(const struct ike_initiator *i, struct out *o)
{
	if (i->manners) {
		manners_vendors(i->manners, o);
		return;
	}
	if (!i->not_windows) {
		VID(o, vid_realm);
		VID(o, vid_nt5);
	}
	if (i->natt) {
		VID(o, vid_natt_rfc);
		VID(o, vid_natt_02n);
	}
	if (!i->no_fragments)
		VID(o, vid_frag);
	VID(o, vid_negotiation);
	VID(o, vid_initial);
	VID(o, vid_cga);
	if (i->dpd)
		VID(o, vid_dpd);
}

void initiator_mm1(struct ike_initiator *i, struct initiator_message *m)
{
	static const uint8_t none[COOKIE_LEN];
	struct out o;

	i->sai_len = initiator_offer_phase1(i, i->sai, sizeof i->sai);
	out_begin(&o, i->cky_i, none, XCHG_MAIN, 0, 0);
	initiator_vendors(i, &o);
	initiator_finish(&o, 1, m);
	put_offer(i, m);
}

bool initiator_transform(struct ike_initiator *i, const struct transform *t)
{
	uint64_t c = 0, bits = 0, h = 0, g = 0;

	attribute_get(t, OAK_ENCRYPTION, &c);
	attribute_get(t, OAK_KEY_LENGTH, &bits);
	attribute_get(t, OAK_HASH, &h);
	attribute_get(t, OAK_GROUP, &g);
	i->keys.cipher = c == 1 ? CIPHER_DES : c == 5 ? CIPHER_3DES :
	    bits == 256 ? CIPHER_AES256 : bits == 192 ? CIPHER_AES192 : CIPHER_AES128;
	i->keys.hash = h == 1 ? HASH_MD5 : h == 2 ? HASH_SHA1 : h == 4 ? HASH_SHA256 :
	    h == 5 ? HASH_SHA384 : HASH_SHA512;
	i->group = dh_group_find((uint16_t)g);
	i->transform = t->number;
	return i->group != NULL;
}

bool initiator_accepted(struct ike_initiator *i, const struct message *m)
{
	struct proposal prop;
	struct transform t;
	const struct payload *p;
	struct rd r;
	size_t n;

	if (m->pay[0].type != PAY_SA || !sa_read(m->pay[0].body, &prop, 1, &n))
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	if (!transform_next(&r, &t) || !initiator_transform(i, &t))
		return false;
	memcpy(i->cky_r, m->h.cky_r, COOKIE_LEN);
	for (n = 0; (p = message_get(m, HAS_VENDOR, n)) != NULL; n++) {
		if (p->body.len != sizeof vid_natt_rfc)
			continue;
		i->draft |= memcmp(p->body.p, vid_natt_02n, sizeof vid_natt_02n) == 0;
		i->use_natt |= i->draft ||
		    memcmp(p->body.p, vid_natt_rfc, sizeof vid_natt_rfc) == 0;
	}
	return true;
}

bool initiator_mm2(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG];
	struct message m;

	if (!initiator_read(i, msg, len, &m, body, NULL) || m.h.exchange != XCHG_MAIN ||
	    !initiator_accepted(i, &m))
		return false;
	initiator_draw(i, i->secret, i->group->secret_len);
	initiator_draw(i, i->ni, i->ni_len);
	return dh_public(i->crypto, i->group, i->secret, i->gxi);
}

void initiator_natd(const struct ike_initiator *i, const struct endpoint *e, uint8_t *out)
{
	uint8_t port[2] = {(uint8_t)(e->port >> 8), (uint8_t)e->port};
	struct chunk part[] = {{i->cky_i, COOKIE_LEN}, {i->cky_r, COOKIE_LEN}, {e->addr.b, 4},
	    {port, 2}};

	crypto_hash(i->crypto, i->keys.hash, part, 4, out);
}

void initiator_put_natd(const struct ike_initiator *i, struct out *o)
{
	const struct endpoint *end[] = {&i->path.remote, &i->path.local};
	uint8_t hash[CRYPTO_HASH_MAX];

	for (size_t k = 0; i->use_natt && k < 2; k++) {
		initiator_natd(i, end[k], hash);
		out_payload(o, i->draft ? PAY_NAT_D_DRAFT : PAY_NAT_D, hash,
		    hash_info[i->keys.hash].size);
	}
}

void initiator_mm3(struct ike_initiator *i, struct initiator_message *m)
{
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, 0, 0);
	out_payload(&o, PAY_KE, i->gxi, i->group->public_len);
	out_payload(&o, PAY_NONCE, i->ni, i->ni_len);
	initiator_put_natd(i, &o);
	initiator_finish(&o, 1, m);
}

bool initiator_natd_is(const struct ike_initiator *i, const struct payload *p,
    const struct endpoint *e)
{
	uint8_t hash[CRYPTO_HASH_MAX];

	initiator_natd(i, e, hash);
	return p->body.len == hash_info[i->keys.hash].size &&
	    memcmp(p->body.p, hash, p->body.len) == 0;
}

bool initiator_answered(struct ike_initiator *i, const struct message *m)
{
	const struct payload *ke, *nr, *d0, *d1;
	struct ike_exchanged x;

	ke = message_get(m, HAS_KE, 0);
	nr = message_get(m, HAS_NONCE, 0);
	if (!ke || !nr || ke->body.len != i->group->public_len || nr->body.len > sizeof i->nr)
		return false;
	memcpy(i->gxr, ke->body.p, ke->body.len);
	memcpy(i->nr, nr->body.p, nr->body.len);
	i->nr_len = nr->body.len;
	d0 = message_get(m, HAS_NATD, 0);
	d1 = message_get(m, HAS_NATD, 1);
	if (i->use_natt != (d0 && d1))
		return false;
	if (i->use_natt) {
		i->nat_me = !initiator_natd_is(i, d0, &i->path.local);
		i->nat_server = !initiator_natd_is(i, d1, &i->path.remote);
	}
	x = initiator_exchanged(i);
	return dh_shared(i->crypto, i->group, i->secret, i->gxr, i->gxy) &&
	    keymat_phase1(i->crypto, &i->keys, &x, (struct chunk){i->psk, strlen(i->psk)});
}

bool initiator_mm4(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG];
	struct message m;

	return initiator_read(i, msg, len, &m, body, NULL) && initiator_answered(i, &m);
}

bool initiator_floats(const struct ike_initiator *i)
{
	return i->nat_me || i->nat_server;
}

void initiator_mm5(struct ike_initiator *i, struct initiator_message *m)
{
	struct ike_exchanged x = initiator_exchanged(i);
	uint8_t id[8], hash[CRYPTO_HASH_MAX], note[32], iv[CRYPTO_BLOCK_MAX];
	struct out o;

	initiator_id(id, &i->path.local.addr, i->manners ? i->manners->id_protocol : 0,
	    i->manners ? i->manners->id_port : 0);
	keymat_hash_auth(i->crypto, &i->keys, &x, true, (struct chunk){id, sizeof id}, hash);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, FLAG_ENCRYPTED, 0);
	out_payload(&o, PAY_ID, id, sizeof id);
	out_payload(&o, PAY_HASH, hash, hash_info[i->keys.hash].size);
	if (i->initial_contact)
		out_payload(&o, PAY_NOTIFY, note,
		    initiator_notify(i, note, sizeof note, NOTIFY_INITIAL_CONTACT));
	if (i->stray)
		out_payload(&o, i->stray, "none", 4);
	memcpy(iv, i->keys.iv, sizeof iv);
	initiator_finish_encrypted(i, &o, iv, m);
	memcpy(i->keys.iv, iv, sizeof iv);
}

bool initiator_mm6(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	struct ike_exchanged x = initiator_exchanged(i);
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	struct message m;
	const struct payload *id, *got, *vid;

	memcpy(iv, i->keys.iv, sizeof iv);
	if (!initiator_read(i, msg, len, &m, body, iv))
		return false;
	id = message_get(&m, HAS_ID, 0);
	got = message_get(&m, HAS_HASH, 0);
	if (!id || !got || got->body.len != hash_info[i->keys.hash].size ||
	    !keymat_hash_auth(i->crypto, &i->keys, &x, false, id->body, hash) ||
	    memcmp(hash, got->body.p, got->body.len) != 0)
		return false;
	vid = message_get(&m, HAS_VENDOR, 0);
	i->peer_dpd = vid && vid->body.len == sizeof vid_dpd &&
	    memcmp(vid->body.p, vid_dpd, sizeof vid_dpd) == 0;
	memcpy(i->keys.iv, iv, sizeof iv);
	i->plain = m.length;
	return true;
}
