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

/* Classes of attributes in the order of a client, 0 ends; the key length where it has one. */
static const uint16_t order_phase1[][8] = {
	[ORDER_LIFE_LAST] = {OAK_ENCRYPTION, OAK_KEY_LENGTH, OAK_HASH, OAK_GROUP, OAK_AUTH,
	    OAK_LIFE_TYPE, OAK_LIFE_DURATION},
	[ORDER_RACOON] = {OAK_LIFE_TYPE, OAK_LIFE_DURATION, OAK_ENCRYPTION, OAK_KEY_LENGTH,
	    OAK_AUTH, OAK_HASH, OAK_GROUP},
	[ORDER_PLUTO] = {OAK_LIFE_TYPE, OAK_LIFE_DURATION, OAK_ENCRYPTION, OAK_HASH, OAK_AUTH,
	    OAK_GROUP, OAK_KEY_LENGTH},
};
static const uint16_t order_phase2[][8] = {
	[ORDER_LIFE_LAST] = {IPS_ENCAPSULATION, IPS_KEY_LENGTH, IPS_AUTH, IPS_GROUP, IPS_LIFE_TYPE},
	[ORDER_RACOON] = {IPS_LIFE_TYPE, IPS_ENCAPSULATION, IPS_KEY_LENGTH, IPS_AUTH, IPS_GROUP},
	[ORDER_PLUTO] = {IPS_GROUP, IPS_ENCAPSULATION, IPS_LIFE_TYPE, IPS_AUTH, IPS_KEY_LENGTH},
};

static enum initiator_order order(const struct ike_initiator *i)
{
	return i->manners ? i->manners->order : ORDER_LIFE_LAST;
}

/* A life as four bytes, which is how Windows writes it whatever its size, or as it fits. */
static void add(struct transform *t, const struct ike_initiator *i, uint16_t class, uint64_t value,
    bool life)
{
	bool wide = life && (!(i->manners && i->manners->narrow) || value > UINT16_MAX);

	t->attr[t->n++] =
	    (struct attribute){.type = class, .len = wide ? 4 : 0, .value = value};
}

static void wr_p1_transform(struct wr *w, const struct ike_initiator *i, size_t k)
{
	static const uint16_t oakley[CIPHER_COUNT] = {[CIPHER_DES] = 1, [CIPHER_3DES] = 5,
	    [CIPHER_AES128] = 7, [CIPHER_AES192] = 7, [CIPHER_AES256] = 7};
	static const uint16_t sums[HASH_COUNT] = {[HASH_MD5] = 1, [HASH_SHA1] = 2,
	    [HASH_SHA256] = 4, [HASH_SHA384] = 5, [HASH_SHA512] = 6};
	enum cipher c = i->p1[k].cipher;
	const uint32_t value[] = {
		[OAK_ENCRYPTION] = oakley[c],
		[OAK_KEY_LENGTH] = oakley[c] == 7 ? (uint32_t)cipher_info[c].key * 8 : 0,
		[OAK_HASH] = sums[i->p1[k].hash],
		[OAK_GROUP] = i->p1[k].group,
		[OAK_AUTH] = AUTH_PSK,
		[OAK_LIFE_TYPE] = LIFE_SECONDS,
		[OAK_LIFE_DURATION] = i->p1_seconds,
	};
	struct transform t = {.number = (uint8_t)(k + 1), .id = KEY_IKE};

	for (const uint16_t *at = order_phase1[order(i)]; *at; at++)
		if (value[*at] || *at != OAK_KEY_LENGTH)
			add(&t, i, *at, value[*at], *at == OAK_LIFE_DURATION);
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

static uint16_t encapsulation(const struct ike_initiator *i)
{
	bool udp = initiator_floats(i);

	if (i->tunnel)
		return !udp ? ENCAP_TUNNEL : i->draft ? ENCAP_UDP_TUNNEL_DRAFT : ENCAP_UDP_TUNNEL;
	return !udp ? ENCAP_TRANSPORT : i->draft ? ENCAP_UDP_TRANSPORT_DRAFT : ENCAP_UDP_TRANSPORT;
}

static void add_lives(struct transform *t, const struct ike_initiator *i)
{
	add(t, i, IPS_LIFE_TYPE, LIFE_SECONDS, false);
	add(t, i, IPS_LIFE_DURATION, i->seconds, true);
	if (!i->kilobytes)
		return;
	add(t, i, IPS_LIFE_TYPE, LIFE_KILOBYTES, false);
	add(t, i, IPS_LIFE_DURATION, i->kilobytes, true);
}

static void wr_p2_transform(struct wr *w, const struct ike_initiator *i, size_t k, uint8_t number,
    bool last)
{
	static const uint8_t esp[CIPHER_COUNT] = {[CIPHER_NULL] = 11, [CIPHER_DES] = 2,
	    [CIPHER_3DES] = 3, [CIPHER_AES128] = 12, [CIPHER_AES192] = 12, [CIPHER_AES256] = 12};
	static const uint16_t sums[HASH_COUNT] = {[HASH_MD5] = 1, [HASH_SHA1] = 2,
	    [HASH_SHA256] = 5, [HASH_SHA384] = 6, [HASH_SHA512] = 7};
	enum cipher c = i->p2[k].cipher;
	const uint16_t value[] = {
		[IPS_ENCAPSULATION] = encapsulation(i),
		[IPS_KEY_LENGTH] = esp[c] == 12 ? (uint16_t)(cipher_info[c].key * 8) : 0,
		[IPS_AUTH] = i->p2[k].auth == HASH_NONE ? 0 : sums[i->p2[k].auth],
		[IPS_GROUP] = i->pfs,
	};
	struct transform t = {.number = number, .id = esp[c]};

	for (const uint16_t *at = order_phase2[order(i)]; *at; at++) {
		if (*at == IPS_LIFE_TYPE)
			add_lives(&t, i);
		else if (value[*at])
			add(&t, i, *at, value[*at], false);
	}
	wr_transform(w, &t, last);
}

/* A proposal of the transforms from `k` to before `end`. */
static void wr_p2_proposal(struct wr *w, const struct ike_initiator *i,
    const struct initiator_qm *q, size_t k, size_t end)
{
	size_t at = wr_len(w), first = k;

	wr_u8(w, end == i->n_p2 ? PAY_NONE : PAY_PROPOSAL);
	wr_u8(w, 0);
	wr_u16(w, 0);
	wr_u8(w, (unsigned)k + 1);
	wr_u8(w, PROTO_ESP);
	wr_u8(w, 4);
	wr_u8(w, (unsigned)(end - k));
	wr_u32(w, q->child.spi_in);
	for (; k < end; k++)
		wr_p2_transform(w, i, k, (uint8_t)(k - first + 1), k + 1 == end);
	wr_patch16(w, at + 2, wr_len(w) - at);
}

void initiator_offer_phase2(const struct ike_initiator *i, const struct initiator_qm *q,
    struct wr *w)
{
	bool one = i->manners && i->manners->one_proposal;

	wr_u32(w, DOI_IPSEC);
	wr_u32(w, SIT_IDENTITY_ONLY);
	for (size_t k = 0; k < i->n_p2; k = one ? i->n_p2 : k + 1)
		wr_p2_proposal(w, i, q, k, one ? i->n_p2 : k + 1);
}
