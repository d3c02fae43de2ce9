/* What the initiator offers, in both phases; see ike_initiator_parts.h. */
#include "tests/support/ike_initiator_parts.h"

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

size_t initiator_offer_phase1(const struct ike_initiator *i, uint8_t *to, size_t size)
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

void initiator_offer_phase2(const struct ike_initiator *i, const struct initiator_qm *q,
    struct wr *w)
{
	wr_u32(w, DOI_IPSEC);
	wr_u32(w, SIT_IDENTITY_ONLY);
	for (size_t k = 0; k < i->n_p2; k++)
		wr_p2_proposal(w, i, q, k);
}
