/*
 * Which proposal of quick mode we take (RFC 2407 4.4, 4.5): the map entry's
 * transform sets are the outer loop, the client's proposals the inner one.
 * Proposals that ask for two protocols at once (same number), for AH, for
 * combined-mode ciphers or anything we do not know are passed over.
 */
#include "engine/ike/proposal_esp.h"

#include "engine/crypto/dh.h"

static const struct {
	uint8_t id; /* transform id of ESP, RFC 2407 4.4.4, RFC 3602 */
	uint16_t key_bits;
	enum cipher cipher;
} ciphers[] = {
	{2, 0, CIPHER_DES},      {3, 0, CIPHER_3DES},     {11, 0, CIPHER_NULL},
	{12, 128, CIPHER_AES128}, {12, 192, CIPHER_AES192}, {12, 256, CIPHER_AES256},
};
static const struct {
	uint16_t number; /* Authentication Algorithm, RFC 2407 4.5, RFC 4868 */
	enum hash hash;
} hashes[] = {
	{0, HASH_NONE}, {1, HASH_MD5}, {2, HASH_SHA1}, {5, HASH_SHA256}, {6, HASH_SHA384},
	{7, HASH_SHA512},
};
#define N_OF(a) (sizeof(a) / sizeof *(a))

static bool read_cipher(const struct transform *t, struct esp_offer *o)
{
	uint64_t bits = 0;

	if (!attribute_get(t, IPS_KEY_LENGTH, &bits) && t->id == 12)
		bits = 128; /* RFC 3602 5.3 wants the attribute; its absence means the least */
	for (size_t i = 0; i < N_OF(ciphers); i++) {
		if (ciphers[i].id == t->id &&
		    (!ciphers[i].key_bits || ciphers[i].key_bits == bits)) {
			o->cipher = ciphers[i].cipher;
			return true;
		}
	}
	return false;
}

static bool read_auth(const struct transform *t, struct esp_offer *o)
{
	uint64_t number = 0;

	attribute_get(t, IPS_AUTH, &number);
	for (size_t i = 0; i < N_OF(hashes); i++) {
		if (hashes[i].number == number) {
			o->auth = hashes[i].hash;
			return true;
		}
	}
	return false;
}

/* Each life type is followed by its duration (RFC 2407 4.5). */
static void read_lives(const struct transform *t, struct esp_offer *o)
{
	uint64_t type = 0;

	for (size_t i = 0; i < t->n; i++) {
		uint64_t v = t->attr[i].value;
		uint32_t life = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;

		if (t->attr[i].type == IPS_LIFE_TYPE)
			type = v;
		else if (t->attr[i].type == IPS_LIFE_DURATION && type == LIFE_SECONDS)
			o->seconds = life;
		else if (t->attr[i].type == IPS_LIFE_DURATION && type == LIFE_KILOBYTES)
			o->kilobytes = life;
	}
}

static bool ipsec_type_known(uint16_t type)
{
	switch (type) {
#define X(name, number) case number:
		IPSEC_ATTRIBUTES(X)
#undef X
		return true;
	default:
		return false;
	}
}

bool esp_offer_read(const struct transform *t, struct esp_offer *o)
{
	*o = (struct esp_offer){.encapsulation = 0};
	if (t->strange || !read_cipher(t, o) || !read_auth(t, o))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (!ipsec_type_known(t->attr[i].type))
			return false;
	attribute_get(t, IPS_ENCAPSULATION, &o->encapsulation);
	attribute_get(t, IPS_GROUP, &o->group);
	read_lives(t, o);
	return true;
}

/* ESP with a usable SPI, and no second protocol under the same number. */
static bool proposal_simple(const struct proposal *prop, size_t n, size_t i)
{
	struct rd r = rd_init(prop[i].spi.p, prop[i].spi.len);

	if (prop[i].protocol != PROTO_ESP || prop[i].spi.len != 4 || rd_u32(&r) < 256)
		return false;
	for (size_t k = 0; k < n; k++)
		if (k != i && prop[k].number == prop[i].number && prop[k].protocol != PROTO_ESP)
			return false;
	return true;
}

static const char *mode_name(bool transport)
{
	return transport ? "Transport" : "Tunnel";
}

static bool offer_fits(const struct phase2_terms *terms, const struct transform_set *set,
    const struct esp_offer *o, struct phase2_choice *c)
{
	struct trace_ctx about = terms->ctx ? *terms->ctx : (struct trace_ctx){0};
	uint16_t pfs = terms->entry->pfs_group;

	about.unsaid = true;
	if (o->cipher != set->cipher || o->auth != set->auth)
		return false;
	if (!natt_encapsulation(&terms->natt, o->encapsulation, &c->transport, &c->udp_encap))
		return false;
	if (c->transport != set->transport) {
		trace_ike(terms->trace, 713257, &about,
		    "Phase 2 failure: Mismatched attribute types for class Encapsulation Mode: "
		    "Rcv'd: %s Cfg'd: %s",
		    mode_name(c->transport), mode_name(set->transport));
		return false;
	}
	/* PFS is for the client to ask; where the entry demands it, nothing less will do. */
	if (pfs && o->group != pfs) {
		trace_ike(terms->trace, 713257, &about,
		    "Phase 2 failure: Mismatched attribute types for class Group Description: "
		    "Rcv'd: Group %u Cfg'd: Group %u",
		    (unsigned)o->group, pfs);
		return false;
	}
	return o->group == 0 || dh_group_find(o->group);
}

static bool choose_for(const struct phase2_terms *terms, const struct transform_set *set,
    const struct proposal *prop, size_t n, struct phase2_choice *c)
{
	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct esp_offer o;

		if (!proposal_simple(prop, n, i))
			continue;
		while (transform_next(&r, &c->transform)) {
			if (!esp_offer_read(&c->transform, &o) || !offer_fits(terms, set, &o, c))
				continue;
			c->set = set;
			c->proposal = &prop[i];
			c->group = (uint16_t)o.group;
			c->seconds = o.seconds;
			c->kilobytes = o.kilobytes;
			return true;
		}
	}
	return false;
}

bool phase2_choose(const struct phase2_terms *terms, const struct proposal *prop, size_t n,
    struct phase2_choice *c)
{
	const struct map_entry *e = terms->entry;

	for (unsigned s = 0; s < e->set.transform_sets.n; s++) {
		const struct transform_set *set =
		    config_transform_set(terms->config, e->set.transform_sets.v[s]);

		if (!set)
			continue;
		if (terms->l2tp && set->auth == HASH_NONE) {
			trace_ike(terms->trace, 713903, terms->ctx,
			    "Transform-set %s without authentication is not used for L2TP",
			    set->set.name);
			continue;
		}
		if (choose_for(terms, set, prop, n, c))
			return true;
	}
	return false;
}

/* ---- our own offers --------------------------------------------------------------- */

void phase2_transform(const struct child *c, uint16_t encapsulation, struct transform *t)
{
	*t = (struct transform){.number = 1};
	transform_add(t, IPS_LIFE_TYPE, LIFE_SECONDS);
	transform_add(t, IPS_LIFE_DURATION, c->seconds);
	if (c->kilobytes) {
		transform_add(t, IPS_LIFE_TYPE, LIFE_KILOBYTES);
		transform_add(t, IPS_LIFE_DURATION, c->kilobytes);
	}
	transform_add(t, IPS_ENCAPSULATION, encapsulation);
	for (size_t i = 0; i < N_OF(hashes); i++)
		if (hashes[i].hash == c->auth && c->auth != HASH_NONE)
			transform_add(t, IPS_AUTH, hashes[i].number);
	if (c->pfs_group)
		transform_add(t, IPS_GROUP, c->pfs_group);
	for (size_t i = 0; i < N_OF(ciphers); i++) {
		if (ciphers[i].cipher != c->cipher)
			continue;
		t->id = ciphers[i].id;
		if (ciphers[i].key_bits)
			transform_add(t, IPS_KEY_LENGTH, ciphers[i].key_bits);
	}
}

bool phase2_taken(struct chunk body, const struct child *c, uint16_t encapsulation, uint32_t *spi)
{
	struct proposal prop;
	struct transform t;
	struct esp_offer got;
	struct rd r;
	size_t n;

	if (!sa_read(body, &prop, 1, &n) || !proposal_simple(&prop, n, 0))
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	if (!transform_next(&r, &t) || rd_left(&r) > 0 || !esp_offer_read(&t, &got))
		return false;
	r = rd_init(prop.spi.p, prop.spi.len);
	*spi = rd_u32(&r);
	return got.cipher == c->cipher && got.auth == c->auth &&
	    got.encapsulation == encapsulation && got.group == c->pfs_group;
}
