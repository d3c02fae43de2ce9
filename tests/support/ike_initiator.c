/* The initiator's side of main and quick mode; see ike_initiator.h. */
#include "tests/support/ike_initiator.h"

#include <stdlib.h>
#include <string.h>

/* Message 1 of Windows 8, from the SA payload's body on. */
static const uint8_t windows_sa[] = {
	0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0xc8, 1, 1, 0, 5,
	3, 0, 0, 0x28, 1, 1, 0, 0, 0x80, 1, 0, 7, 0x80, 14, 1, 0, 0x80, 2, 0, 2, 0x80, 4, 0, 20,
	0x80, 3, 0, 1, 0x80, 11, 0, 1, 0, 12, 0, 4, 0, 0, 0x70, 0x80,
	3, 0, 0, 0x28, 2, 1, 0, 0, 0x80, 1, 0, 7, 0x80, 14, 0, 0x80, 0x80, 2, 0, 2, 0x80, 4, 0, 19,
	0x80, 3, 0, 1, 0x80, 11, 0, 1, 0, 12, 0, 4, 0, 0, 0x70, 0x80,
	3, 0, 0, 0x28, 3, 1, 0, 0, 0x80, 1, 0, 7, 0x80, 14, 1, 0, 0x80, 2, 0, 2, 0x80, 4, 0, 14,
	0x80, 3, 0, 1, 0x80, 11, 0, 1, 0, 12, 0, 4, 0, 0, 0x70, 0x80,
	3, 0, 0, 0x24, 4, 1, 0, 0, 0x80, 1, 0, 5, 0x80, 2, 0, 2, 0x80, 4, 0, 14,
	0x80, 3, 0, 1, 0x80, 11, 0, 1, 0, 12, 0, 4, 0, 0, 0x70, 0x80,
	0, 0, 0, 0x24, 5, 1, 0, 0, 0x80, 1, 0, 5, 0x80, 2, 0, 2, 0x80, 4, 0, 2,
	0x80, 3, 0, 1, 0x80, 11, 0, 1, 0, 12, 0, 4, 0, 0, 0x70, 0x80,
};

static const uint8_t vid_realm[] = {0x01, 0x52, 0x8b, 0xbb, 0xc0, 0x06, 0x96, 0x12, 0x18, 0x49, 0xab,
    0x9a, 0x1c, 0x5b, 0x2a, 0x51, 0, 0, 0, 1};
static const uint8_t vid_nt5[] = {0x1e, 0x2b, 0x51, 0x69, 0x05, 0x99, 0x1c, 0x7d, 0x7c, 0x96, 0xfc,
    0xbf, 0xb5, 0x87, 0xe4, 0x61, 0, 0, 0, 9};
static const uint8_t vid_natt_rfc[] = {0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45, 0x5c, 0x57,
    0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f};
static const uint8_t vid_natt_02n[] = {0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e, 0x08, 0x63,
    0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f};
static const uint8_t vid_frag[] = {0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85, 0x25, 0xe7, 0xde,
    0x7f, 0x00, 0xd6, 0xc2, 0xd3};
static const uint8_t vid_negotiation[] = {0xfb, 0x1d, 0xe3, 0xcd, 0xf3, 0x41, 0xb7, 0xea, 0x16, 0xb7,
    0xe5, 0xbe, 0x08, 0x55, 0xf1, 0x20};
static const uint8_t vid_initial[] = {0x26, 0x24, 0x4d, 0x38, 0xed, 0xdb, 0x61, 0xb3, 0x17, 0x2a,
    0x36, 0xe3, 0xd0, 0xcf, 0xb8, 0x19};
static const uint8_t vid_cga[] = {0xe3, 0xa5, 0x96, 0x6a, 0x76, 0x37, 0x9f, 0xe7, 0x07, 0x22, 0x82,
    0x31, 0xe5, 0xce, 0x86, 0x52};
static const uint8_t vid_dpd[] = {0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9, 0x6b, 0x86, 0x96,
    0xfc, 0x77, 0x57, 0x01, 0x00};

static void draw(struct ike_initiator *i, uint8_t *to, size_t len)
{
	for (size_t k = 0; k < len; k++) {
		i->seed = i->seed * 6364136223846793005ULL + 1442695040888963407ULL;
		to[k] = (uint8_t)(i->seed >> 56);
	}
}

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
	draw(i, i->cky_i, COOKIE_LEN);
	i->cky_i[0] |= 1;
	draw(i, (uint8_t *)&i->next_spi, sizeof i->next_spi);
	i->next_spi |= 0x100;
}

/* ---- numbers ---------------------------------------------------------------- */

static void wr_p1_transform(struct wr *w, const struct ike_initiator *i, size_t k)
{
	static const uint16_t oakley[CIPHER_COUNT] = {[CIPHER_DES] = 1, [CIPHER_3DES] = 5,
	    [CIPHER_AES128] = 7, [CIPHER_AES192] = 7, [CIPHER_AES256] = 7};
	static const uint16_t sums[HASH_COUNT] = {[HASH_MD5] = 1, [HASH_SHA1] = 2,
	    [HASH_SHA256] = 4, [HASH_SHA384] = 5, [HASH_SHA512] = 6};
	enum cipher c = i->p1[k].cipher;
	struct transform t = {.number = (uint8_t)(k + 1), .id = KEY_IKE};

#define ADD(class, v) t.attr[t.n++] = (struct attribute){.type = class, .value = v}
	ADD(OAK_ENCRYPTION, oakley[c]);
	if (oakley[c] == 7)
		ADD(OAK_KEY_LENGTH, cipher_info[c].key * 8U);
	ADD(OAK_HASH, sums[i->p1[k].hash]);
	ADD(OAK_GROUP, i->p1[k].group);
	ADD(OAK_AUTH, AUTH_PSK);
	ADD(OAK_LIFE_TYPE, LIFE_SECONDS);
	ADD(OAK_LIFE_DURATION, i->p1_seconds);
	t.attr[t.n - 1].len = 4;
	wr_transform(w, &t, k + 1 == i->n_p1);
}

static size_t p1_offer(const struct ike_initiator *i, uint8_t *to, size_t size)
{
	struct wr w = wr_init(to, size);

	if (i->n_p1 == 0) {
		wr_bytes(&w, windows_sa, sizeof windows_sa);
		return wr_len(&w);
	}
	wr_u32(&w, DOI_IPSEC);
	wr_u32(&w, SIT_IDENTITY_ONLY);
	wr_u16(&w, 0);
	wr_u16(&w, 0);
	wr_u8(&w, 1);
	wr_u8(&w, PROTO_ISAKMP);
	wr_u8(&w, 0);
	wr_u8(&w, (unsigned)i->n_p1);
	for (size_t k = 0; k < i->n_p1; k++)
		wr_p1_transform(&w, i, k);
	wr_patch16(&w, 10, wr_len(&w) - 8);
	return wr_len(&w);
}

static unsigned encapsulation(const struct ike_initiator *i)
{
	bool udp = initiator_floats(i);

	if (i->tunnel)
		return udp ? ENCAP_UDP_TUNNEL : ENCAP_TUNNEL;
	return udp ? ENCAP_UDP_TRANSPORT : ENCAP_TRANSPORT;
}

static void wr_p2_proposal(struct wr *w, const struct ike_initiator *i,
    const struct initiator_qm *q, size_t k)
{
	static const uint8_t esp[CIPHER_COUNT] = {[CIPHER_NULL] = 11, [CIPHER_DES] = 2,
	    [CIPHER_3DES] = 3, [CIPHER_AES128] = 12, [CIPHER_AES192] = 12, [CIPHER_AES256] = 12};
	static const uint16_t sums[HASH_COUNT] = {[HASH_MD5] = 1, [HASH_SHA1] = 2,
	    [HASH_SHA256] = 5, [HASH_SHA384] = 6, [HASH_SHA512] = 7};
	enum cipher c = i->p2[k].cipher;
	size_t at = wr_len(w), in;

	wr_u8(w, k + 1 == i->n_p2 ? PAY_NONE : PAY_PROPOSAL);
	wr_u8(w, 0);
	wr_u16(w, 0);
	wr_u8(w, (unsigned)k + 1);
	wr_u8(w, PROTO_ESP);
	wr_u8(w, 4);
	wr_u8(w, 1);
	wr_u32(w, q->child.spi_in);
	in = wr_len(w);
	wr_u32(w, 0);
	wr_u8(w, 1);
	wr_u8(w, esp[c]);
	wr_u16(w, 0);
	wr_attribute_tv(w, IPS_ENCAPSULATION, (uint16_t)encapsulation(i));
	if (esp[c] == 12)
		wr_attribute_tv(w, IPS_KEY_LENGTH, (uint16_t)(cipher_info[c].key * 8));
	if (i->p2[k].auth != HASH_NONE)
		wr_attribute_tv(w, IPS_AUTH, sums[i->p2[k].auth]);
	if (i->pfs)
		wr_attribute_tv(w, IPS_GROUP, i->pfs);
	/* Windows writes its lives as four bytes, whatever their size. */
	wr_attribute_tv(w, IPS_LIFE_TYPE, LIFE_SECONDS);
	wr_u16(w, IPS_LIFE_DURATION);
	wr_u16(w, 4);
	wr_u32(w, i->seconds);
	if (i->kilobytes) {
		wr_attribute_tv(w, IPS_LIFE_TYPE, LIFE_KILOBYTES);
		wr_u16(w, IPS_LIFE_DURATION);
		wr_u16(w, 4);
		wr_u32(w, i->kilobytes);
	}
	wr_patch16(w, in + 2, wr_len(w) - in);
	wr_patch16(w, at + 2, wr_len(w) - at);
}

/* ---- messages out and in ----------------------------------------------------- */

static void finish(struct out *o, size_t block, struct initiator_message *m)
{
	if (!out_end(o, block))
		abort();
	m->len = wr_len(&o->w);
	m->plain = o->plain;
	memcpy(m->b, o->buf, m->len);
}

static void finish_encrypted(struct ike_initiator *i, struct out *o, uint8_t *iv,
    struct initiator_message *m)
{
	finish(o, cipher_info[i->keys.cipher].block, m);
	keymat_crypt(i->crypto, &i->keys, true, iv, m->b + ISAKMP_HEADER_LEN,
	    m->len - ISAKMP_HEADER_LEN);
}

/* Header and payloads of a message of the server; `body` keeps what is decrypted with `iv`. */
static bool read_message(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct message *m, uint8_t *body, uint8_t *iv)
{
	struct rd r = rd_init(msg, len);
	size_t body_len;

	if (len > INITIATOR_MSG || !isakmp_header_read(&r, &m->h) ||
	    memcmp(m->h.cky_i, i->cky_i, COOKIE_LEN) != 0)
		return false;
	body_len = rd_left(&r);
	rd_copy(&r, body, body_len);
	if (iv && !keymat_crypt(i->crypto, &i->keys, false, iv, body, body_len))
		return false;
	return isakmp_payloads_read(m, body, body_len, iv != NULL);
}

/* ---- main mode ---------------------------------------------------------------- */

#define VID(o, v) out_payload(o, PAY_VENDOR, v, sizeof v)

/* The SA payload in front of the vendor ids: it may be longer than `struct out`. */
static void put_offer(const struct ike_initiator *i, struct initiator_message *m)
{
	size_t size = 4 + i->sai_len;
	struct wr w = wr_init(m->b, sizeof m->b);

	memmove(m->b + ISAKMP_HEADER_LEN + size, m->b + ISAKMP_HEADER_LEN, m->len - ISAKMP_HEADER_LEN);
	m->plain = m->len += size;
	w.p += ISAKMP_HEADER_LEN;
	wr_u8(&w, PAY_VENDOR);
	wr_u8(&w, 0);
	wr_u16(&w, (unsigned)size);
	wr_bytes(&w, i->sai, i->sai_len);
	wr_patch8(&w, 2 * COOKIE_LEN, PAY_SA);
	wr_patch32(&w, ISAKMP_HEADER_LEN - 4, (uint32_t)m->len);
}

void initiator_mm1(struct ike_initiator *i, struct initiator_message *m)
{
	static const uint8_t none[COOKIE_LEN];
	struct out o;

	i->sai_len = p1_offer(i, i->sai, sizeof i->sai);
	out_begin(&o, i->cky_i, none, XCHG_MAIN, 0, 0);
	if (!i->not_windows) {
		VID(&o, vid_realm);
		VID(&o, vid_nt5);
	}
	if (i->natt) {
		VID(&o, vid_natt_rfc);
		VID(&o, vid_natt_02n);
	}
	VID(&o, vid_frag);
	VID(&o, vid_negotiation);
	VID(&o, vid_initial);
	VID(&o, vid_cga);
	if (i->dpd)
		VID(&o, vid_dpd);
	finish(&o, 1, m);
	put_offer(i, m);
}

static bool mm2_transform(struct ike_initiator *i, const struct transform *t)
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

bool initiator_mm2(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG];
	struct message m;
	struct proposal prop;
	struct transform t;
	const struct payload *p;
	struct rd r;
	size_t n;

	if (!read_message(i, msg, len, &m, body, NULL) || m.h.exchange != XCHG_MAIN ||
	    m.pay[0].type != PAY_SA || !sa_read(m.pay[0].body, &prop, 1, &n))
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	if (!transform_next(&r, &t) || !mm2_transform(i, &t))
		return false;
	memcpy(i->cky_r, m.h.cky_r, COOKIE_LEN);
	for (n = 0; (p = message_get(&m, HAS_VENDOR, n)) != NULL; n++)
		if (p->body.len == sizeof vid_natt_rfc &&
		    memcmp(p->body.p, vid_natt_rfc, sizeof vid_natt_rfc) == 0)
			i->use_natt = true;
	draw(i, i->secret, i->group->secret_len);
	draw(i, i->ni, sizeof i->ni);
	return dh_public(i->crypto, i->group, i->secret, i->gxi);
}

static void natd(const struct ike_initiator *i, const struct endpoint *e, uint8_t *out)
{
	uint8_t port[2] = {(uint8_t)(e->port >> 8), (uint8_t)e->port};
	struct chunk part[] = {{i->cky_i, COOKIE_LEN}, {i->cky_r, COOKIE_LEN}, {e->addr.b, 4},
	    {port, 2}};

	crypto_hash(i->crypto, i->keys.hash, part, 4, out);
}

void initiator_mm3(struct ike_initiator *i, struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, 0, 0);
	out_payload(&o, PAY_KE, i->gxi, i->group->public_len);
	out_payload(&o, PAY_NONCE, i->ni, sizeof i->ni);
	if (i->use_natt) {
		natd(i, &i->path.remote, hash);
		out_payload(&o, PAY_NAT_D, hash, hash_info[i->keys.hash].size);
		natd(i, &i->path.local, hash);
		out_payload(&o, PAY_NAT_D, hash, hash_info[i->keys.hash].size);
	}
	finish(&o, 1, m);
}

static struct ike_exchanged exchanged(const struct ike_initiator *i)
{
	return (struct ike_exchanged){
	    .cky_i = i->cky_i,
	    .cky_r = i->cky_r,
	    .gxi = {i->gxi, i->group->public_len},
	    .gxr = {i->gxr, i->group->public_len},
	    .gxy = {i->gxy, i->group->shared_len},
	    .ni = {i->ni, sizeof i->ni},
	    .nr = {i->nr, i->nr_len},
	    .sai = {i->sai, i->sai_len},
	};
}

static bool natd_is(const struct ike_initiator *i, const struct payload *p,
    const struct endpoint *e)
{
	uint8_t hash[CRYPTO_HASH_MAX];

	natd(i, e, hash);
	return p->body.len == hash_info[i->keys.hash].size &&
	    memcmp(p->body.p, hash, p->body.len) == 0;
}

bool initiator_mm4(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG];
	struct message m;
	const struct payload *ke, *nr, *d0, *d1;
	struct ike_exchanged x;

	if (!read_message(i, msg, len, &m, body, NULL))
		return false;
	ke = message_get(&m, HAS_KE, 0);
	nr = message_get(&m, HAS_NONCE, 0);
	if (!ke || !nr || ke->body.len != i->group->public_len || nr->body.len > sizeof i->nr)
		return false;
	memcpy(i->gxr, ke->body.p, ke->body.len);
	memcpy(i->nr, nr->body.p, nr->body.len);
	i->nr_len = nr->body.len;
	d0 = message_get(&m, HAS_NATD, 0);
	d1 = message_get(&m, HAS_NATD, 1);
	if (i->use_natt != (d0 && d1))
		return false;
	if (i->use_natt) {
		i->nat_me = !natd_is(i, d0, &i->path.local);
		i->nat_server = !natd_is(i, d1, &i->path.remote);
	}
	x = exchanged(i);
	return dh_shared(i->crypto, i->group, i->secret, i->gxr, i->gxy) &&
	    keymat_phase1(i->crypto, &i->keys, &x, (struct chunk){i->psk, strlen(i->psk)});
}

bool initiator_floats(const struct ike_initiator *i)
{
	return i->nat_me || i->nat_server;
}

static size_t id_body(uint8_t *to, const struct addr *a, uint8_t protocol, uint16_t port)
{
	struct wr w = wr_init(to, 8);

	wr_u8(&w, ID_IPV4_ADDR);
	wr_u8(&w, protocol);
	wr_u16(&w, port);
	wr_u32(&w, addr_to_v4(a));
	return wr_len(&w);
}

static size_t notify_body(const struct ike_initiator *i, uint8_t *to, size_t size, uint16_t type)
{
	struct wr w = wr_init(to, size);

	wr_u32(&w, DOI_IPSEC);
	wr_u8(&w, PROTO_ISAKMP);
	wr_u8(&w, 2 * COOKIE_LEN);
	wr_u16(&w, type);
	wr_bytes(&w, i->cky_i, COOKIE_LEN);
	wr_bytes(&w, i->cky_r, COOKIE_LEN);
	return wr_len(&w);
}

void initiator_mm5(struct ike_initiator *i, struct initiator_message *m)
{
	struct ike_exchanged x = exchanged(i);
	uint8_t id[8], hash[CRYPTO_HASH_MAX], note[32], iv[CRYPTO_BLOCK_MAX];
	struct out o;

	id_body(id, &i->path.local.addr, 0, 0);
	keymat_hash_auth(i->crypto, &i->keys, &x, true, (struct chunk){id, sizeof id}, hash);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_MAIN, FLAG_ENCRYPTED, 0);
	out_payload(&o, PAY_ID, id, sizeof id);
	out_payload(&o, PAY_HASH, hash, hash_info[i->keys.hash].size);
	if (i->initial_contact)
		out_payload(&o, PAY_NOTIFY, note,
		    notify_body(i, note, sizeof note, NOTIFY_INITIAL_CONTACT));
	memcpy(iv, i->keys.iv, sizeof iv);
	finish_encrypted(i, &o, iv, m);
	memcpy(i->keys.iv, iv, sizeof iv);
}

bool initiator_mm6(struct ike_initiator *i, const uint8_t *msg, size_t len)
{
	struct ike_exchanged x = exchanged(i);
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	struct message m;
	const struct payload *id, *got, *vid;

	memcpy(iv, i->keys.iv, sizeof iv);
	if (!read_message(i, msg, len, &m, body, iv))
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

/* ---- quick mode ---------------------------------------------------------------- */

void initiator_qm1(struct ike_initiator *i, struct initiator_qm *q, struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, id[8];
	size_t size = hash_info[i->keys.hash].size;
	struct out o;

	memset(q, 0, sizeof *q);
	q->msgid = i->next_msgid++;
	q->child.spi_in = i->next_spi++;
	draw(i, q->ni, sizeof q->ni);
	out_begin(&o, i->cky_i, i->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_open(&o, PAY_SA);
	wr_u32(&o.w, DOI_IPSEC);
	wr_u32(&o.w, SIT_IDENTITY_ONLY);
	for (size_t k = 0; k < i->n_p2; k++)
		wr_p2_proposal(&o.w, i, q, k);
	out_close(&o);
	out_payload(&o, PAY_NONCE, q->ni, sizeof q->ni);
	if (i->pfs) {
		q->pfs = dh_group_find(i->pfs);
		draw(i, q->secret, q->pfs->secret_len);
		dh_public(i->crypto, q->pfs, q->secret, q->ke);
		out_payload(&o, PAY_KE, q->ke, q->pfs->public_len);
	}
	id_body(id, &i->path.local.addr, 17, i->my_port);
	out_payload(&o, PAY_ID, id, sizeof id);
	id_body(id, &i->path.remote.addr, 17, i->your_port);
	out_payload(&o, PAY_ID, id, sizeof id);
	if (initiator_floats(i) && !i->tunnel) {
		id_body(id, &i->path.local.addr, 0, 0);
		out_payload(&o, PAY_NAT_OA, id, sizeof id);
		id_body(id, &i->path.remote.addr, 0, 0);
		out_payload(&o, PAY_NAT_OA, id, sizeof id);
	}
	keymat_hash1(i->crypto, &i->keys, q->msgid, out_rest(&o), hash);
	out_patch_hash(&o, hash, size);
	keymat_iv_phase2(i->crypto, &i->keys, q->msgid, q->iv);
	finish_encrypted(i, &o, q->iv, m);
}

static bool qm2_accepts(struct ike_initiator *i, struct initiator_qm *q, struct chunk body)
{
	struct proposal prop;
	struct transform t;
	struct rd r, spi;
	size_t n;

	if (!sa_read(body, &prop, 1, &n) || prop.number < 1 || prop.number > i->n_p2)
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	spi = rd_init(prop.spi.p, prop.spi.len);
	q->child.spi_out = rd_u32(&spi);
	q->proposal = prop.number;
	q->child.cipher = i->p2[prop.number - 1].cipher;
	q->child.auth = i->p2[prop.number - 1].auth;
	q->child.transport = !i->tunnel;
	q->child.udp_encap = initiator_floats(i);
	if (!transform_next(&r, &t))
		return false;
	q->transform = t.number;
	return rd_done(&spi);
}

static void qm2_lifetime(struct initiator_qm *q, const struct message *m)
{
	const struct payload *p = message_get(m, HAS_NOTIFY, 0);
	struct notify n;
	struct rd r;

	if (!p || !notify_read(p->body, &n) || n.type != NOTIFY_RESPONDER_LIFETIME)
		return;
	r = rd_init(n.data.p, n.data.len);
	rd_skip(&r, 4);
	if (rd_u16(&r) & 0x8000)
		q->responder_seconds = rd_u16(&r);
	else if (rd_u16(&r) == 4)
		q->responder_seconds = rd_u32(&r);
}

bool initiator_qm2(struct ike_initiator *i, struct initiator_qm *q, const uint8_t *msg, size_t len)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	uint8_t shared[DH_PUBLIC_MAX];
	struct chunk ni = {q->ni, sizeof q->ni}, gxy = {NULL, 0};
	struct message m;
	const struct payload *p;

	memcpy(iv, q->iv, sizeof iv);
	if (!read_message(i, msg, len, &m, body, iv) || m.h.exchange != XCHG_QUICK ||
	    m.h.msgid != q->msgid || m.pay[0].type != PAY_HASH ||
	    m.pay[0].body.len != hash_info[i->keys.hash].size ||
	    !keymat_hash2(i->crypto, &i->keys, q->msgid, ni, m.rest, hash) ||
	    memcmp(hash, m.pay[0].body.p, m.pay[0].body.len) != 0)
		return false;
	memcpy(q->iv, iv, sizeof iv);
	q->plain = m.length;
	if (!(p = message_get(&m, HAS_SA, 0)) || !qm2_accepts(i, q, p->body) ||
	    !(p = message_get(&m, HAS_NONCE, 0)) || p->body.len > sizeof q->nr)
		return false;
	memcpy(q->nr, p->body.p, p->body.len);
	q->nr_len = p->body.len;
	if (q->pfs) {
		p = message_get(&m, HAS_KE, 0);
		if (!p || p->body.len != q->pfs->public_len ||
		    !dh_shared(i->crypto, q->pfs, q->secret, p->body.p, shared))
			return false;
		gxy = (struct chunk){shared, q->pfs->shared_len};
	}
	q->natoa = message_get(&m, HAS_NATOA, 1) != NULL;
	qm2_lifetime(q, &m);
	return keymat_child(i->crypto, &i->keys, gxy, ni, (struct chunk){q->nr, q->nr_len},
	    &q->child);
}

void initiator_qm3(struct ike_initiator *i, struct initiator_qm *q, struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX];
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_QUICK, FLAG_ENCRYPTED, q->msgid);
	keymat_hash3(i->crypto, &i->keys, q->msgid, (struct chunk){q->ni, sizeof q->ni},
	    (struct chunk){q->nr, q->nr_len}, hash);
	out_payload(&o, PAY_HASH, hash, hash_info[i->keys.hash].size);
	finish_encrypted(i, &o, q->iv, m);
}

/* ---- informational --------------------------------------------------------------- */

static void informational(struct ike_initiator *i, uint8_t type, const uint8_t *body, size_t len,
    struct initiator_message *m)
{
	uint8_t hash[CRYPTO_HASH_MAX] = {0}, iv[CRYPTO_BLOCK_MAX];
	size_t size = hash_info[i->keys.hash].size;
	uint32_t msgid = i->next_msgid++;
	struct out o;

	out_begin(&o, i->cky_i, i->cky_r, XCHG_INFORMATIONAL, FLAG_ENCRYPTED, msgid);
	out_payload(&o, PAY_HASH, hash, size);
	out_payload(&o, type, body, len);
	keymat_hash1(i->crypto, &i->keys, msgid, out_rest(&o), hash);
	out_patch_hash(&o, hash, size);
	keymat_iv_phase2(i->crypto, &i->keys, msgid, iv);
	finish_encrypted(i, &o, iv, m);
}

void initiator_delete_child(struct ike_initiator *i, uint32_t spi, struct initiator_message *m)
{
	uint8_t body[12];
	struct wr w = wr_init(body, sizeof body);

	wr_u32(&w, DOI_IPSEC);
	wr_u8(&w, PROTO_ESP);
	wr_u8(&w, 4);
	wr_u16(&w, 1);
	wr_u32(&w, spi);
	informational(i, PAY_DELETE, body, wr_len(&w), m);
}

void initiator_delete_sa(struct ike_initiator *i, struct initiator_message *m)
{
	uint8_t body[24];
	struct wr w = wr_init(body, sizeof body);

	wr_u32(&w, DOI_IPSEC);
	wr_u8(&w, PROTO_ISAKMP);
	wr_u8(&w, 2 * COOKIE_LEN);
	wr_u16(&w, 1);
	wr_bytes(&w, i->cky_i, COOKIE_LEN);
	wr_bytes(&w, i->cky_r, COOKIE_LEN);
	informational(i, PAY_DELETE, body, wr_len(&w), m);
}

void initiator_dpd(struct ike_initiator *i, bool ack, uint32_t seq, struct initiator_message *m)
{
	uint8_t body[28];
	size_t len = notify_body(i, body, sizeof body,
	    ack ? NOTIFY_R_U_THERE_ACK : NOTIFY_R_U_THERE);
	struct wr w = wr_init(body + len, sizeof body - len);

	wr_u32(&w, seq);
	informational(i, PAY_NOTIFY, body, sizeof body, m);
}

void initiator_contact(struct ike_initiator *i, struct initiator_message *m)
{
	uint8_t body[24];

	informational(i, PAY_NOTIFY, body,
	    notify_body(i, body, sizeof body, NOTIFY_INITIAL_CONTACT), m);
}

bool initiator_notice(struct ike_initiator *i, const uint8_t *msg, size_t len,
    struct initiator_notice *out)
{
	uint8_t body[INITIATOR_MSG], hash[CRYPTO_HASH_MAX], iv[CRYPTO_BLOCK_MAX];
	struct rd r = rd_init(msg, len);
	struct isakmp_header h;
	struct message m;
	struct notify n;
	struct delete_list d;

	memset(out, 0, sizeof *out);
	if (!isakmp_header_read(&r, &h) || h.exchange != XCHG_INFORMATIONAL ||
	    !(h.flags & FLAG_ENCRYPTED) || !keymat_iv_phase2(i->crypto, &i->keys, h.msgid, iv) ||
	    !read_message(i, msg, len, &m, body, iv) || m.n < 2 || m.pay[0].type != PAY_HASH ||
	    !keymat_hash1(i->crypto, &i->keys, h.msgid, m.rest, hash) ||
	    memcmp(hash, m.pay[0].body.p, hash_info[i->keys.hash].size) != 0)
		return false;
	if (m.pay[1].type == PAY_DELETE && delete_read(m.pay[1].body, &d)) {
		out->delete = true;
		out->protocol = d.protocol;
		r = rd_init(d.spis.p, d.spis.len);
		out->spi = d.protocol == PROTO_ESP ? rd_u32(&r) : 0;
		return true;
	}
	if (m.pay[1].type != PAY_NOTIFY || !notify_read(m.pay[1].body, &n))
		return false;
	out->protocol = n.protocol;
	out->type = n.type;
	r = rd_init(n.data.p, n.data.len);
	out->seq = rd_left(&r) == 4 ? rd_u32(&r) : 0;
	return true;
}
