/*
 * Which of the client's proposals we take. Phase 1 (RFC 2409 A): our policies by
 * priority are the outer loop, the client's transforms the inner one, so that the
 * operator's order decides. What was chosen is echoed byte for byte (RFC 2408 4.2:
 * the initiator may compare). Only to Windows, lives are shortened to basic
 * attributes, as the device does before the same client.
 */
#include "engine/ike/proposal.h"

/* The device's list of policies has one of its own before the configured ones: with a single
 * policy it speaks of entry # 2. */
#define FIRST_ENTRY 2

static const struct {
	uint16_t oakley, key_bits; /* RFC 2409 A; bits 0 = fixed length */
	enum cipher cipher;
	const char *name;
} ciphers[] = {
	{1, 0, CIPHER_DES, "DES-CBC"},
	{5, 0, CIPHER_3DES, "3DES-CBC"},
	{7, 128, CIPHER_AES128, "AES-CBC-128"},
	{7, 192, CIPHER_AES192, "AES-CBC-192"},
	{7, 256, CIPHER_AES256, "AES-CBC-256"},
};
static const struct {
	uint16_t oakley;
	enum hash hash;
	const char *name;
} hashes[] = {
	{1, HASH_MD5, "MD5"},
	{2, HASH_SHA1, "SHA"},
	{4, HASH_SHA256, "SHA256"},
	{5, HASH_SHA384, "SHA384"},
	{6, HASH_SHA512, "SHA512"},
};
#define N_OF(a) (sizeof(a) / sizeof *(a))

static const char *cipher_name(enum cipher c)
{
	for (size_t i = 0; i < N_OF(ciphers); i++)
		if (ciphers[i].cipher == c)
			return ciphers[i].name;
	return "Unknown";
}

static const char *hash_name(enum hash h)
{
	for (size_t i = 0; i < N_OF(hashes); i++)
		if (hashes[i].hash == h)
			return hashes[i].name;
	return "Unknown";
}

static bool read_cipher(const struct transform *t, struct oakley *o)
{
	uint64_t alg, bits = 0;

	if (!attribute_get(t, OAK_ENCRYPTION, &alg))
		return false;
	attribute_get(t, OAK_KEY_LENGTH, &bits);
	for (size_t i = 0; i < N_OF(ciphers); i++) {
		if (ciphers[i].oakley == alg &&
		    (!ciphers[i].key_bits || ciphers[i].key_bits == bits)) {
			o->cipher = ciphers[i].cipher;
			return true;
		}
	}
	return false;
}

static bool read_hash(const struct transform *t, struct oakley *o)
{
	uint64_t alg;

	if (!attribute_get(t, OAK_HASH, &alg))
		return false;
	for (size_t i = 0; i < N_OF(hashes); i++) {
		if (hashes[i].oakley == alg) {
			o->hash = hashes[i].hash;
			return true;
		}
	}
	return false;
}

static bool oakley_type_known(uint16_t type)
{
	switch (type) {
#define X(name, number) case number:
		OAKLEY_ATTRIBUTES(X)
#undef X
		return true;
	default:
		return false;
	}
}

struct oakley oakley_read(const struct transform *t)
{
	struct oakley o = {.known = !t->strange && t->id == KEY_IKE};
	uint64_t auth = 0, group = 0, type, life;

	for (size_t i = 0; i < t->n; i++)
		if (!oakley_type_known(t->attr[i].type))
			o.known = false;
	if (!read_cipher(t, &o) || !read_hash(t, &o) || !attribute_get(t, OAK_AUTH, &auth) ||
	    !attribute_get(t, OAK_GROUP, &group))
		o.known = false;
	o.auth = (uint16_t)auth;
	o.group = (uint16_t)group;
	if (attribute_get(t, OAK_LIFE_TYPE, &type) && type == LIFE_SECONDS &&
	    attribute_get(t, OAK_LIFE_DURATION, &life))
		o.lifetime = life > UINT32_MAX ? UINT32_MAX : (uint32_t)life;
	return o;
}

static bool policy_fits(const struct ike_policy *p, const struct oakley *o)
{
	return o->known && p->preshared && o->auth == AUTH_PSK && p->cipher == o->cipher &&
	    p->hash == o->hash && p->set.dh == o->group && dh_group_find(p->set.dh) != NULL;
}

static bool choose_for(const struct ike_policy *p, const struct proposal *prop, size_t n,
    struct phase1_choice *c)
{
	_Static_assert(PROPOSALS_MAX <= UINT8_MAX, "proposal_at");
	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
		struct transform t;

		if (prop[i].protocol != PROTO_ISAKMP)
			continue;
		for (unsigned k = 0; k <= UINT8_MAX && transform_next(&r, &t); k++) {
			c->oakley = oakley_read(&t);
			if (!policy_fits(p, &c->oakley))
				continue;
			c->policy = p;
			c->proposal_at = (uint8_t)i;
			c->transform_at = (uint8_t)k;
			c->proposal = prop[i].number;
			c->transform = t.number;
			return true;
		}
	}
	return false;
}

void phase1_choose(const struct config *cfg, const struct proposal *prop, size_t n,
    struct phase1_choice *c)
{
	c->policy = NULL;
	for (size_t i = 0; i < cfg->n_policies; i++) {
		c->entry = FIRST_ENTRY + (unsigned)i;
		if (choose_for(&cfg->policies[i], prop, n, c))
			return;
	}
}

/* The first class in which a transform and a policy differ. */
static void trace_mismatch(struct trace *t, const struct trace_ctx *about,
    const struct ike_policy *p, const struct oakley *o)
{
	if (p->set.dh != o->group)
		trace_ike(t, 713257, about,
		    "Phase 1 failure: Mismatched attribute types for class Group Description: "
		    "Rcv'd: Group %u Cfg'd: Group %u",
		    o->group, p->set.dh);
	else if (p->cipher != o->cipher)
		trace_ike(t, 713257, about,
		    "Phase 1 failure: Mismatched attribute types for class Encryption Alg: "
		    "Rcv'd: %s Cfg'd: %s",
		    cipher_name(o->cipher), cipher_name(p->cipher));
	else if (p->hash != o->hash)
		trace_ike(t, 713257, about,
		    "Phase 1 failure: Mismatched attribute types for class Hash Alg: "
		    "Rcv'd: %s Cfg'd: %s",
		    hash_name(o->hash), hash_name(p->hash));
	else
		trace_ike(t, 713257, about,
		    "Phase 1 failure: Mismatched attribute types for class Auth Method: "
		    "Rcv'd: %s Cfg'd: %s",
		    o->auth == AUTH_PSK ? "Preshared Key" :
		        o->auth == AUTH_RSA_SIG ? "RSA signature with Certificates" : "Unknown",
		    p->preshared ? "Preshared Key" : "RSA signature with Certificates");
}

/*
 * The device keeps quiet about ordinary transforms that it passes over on the way to one that
 * fits, but not about the curves, which it does not know in IKEv1.
 */
void phase1_trace(struct trace *trace, const struct trace_ctx *ctx, const struct config *cfg,
    const struct proposal *prop, size_t n, const struct phase1_choice *c)
{
	struct trace_ctx about = *ctx;

	about.unsaid = true;
	if (!trace_on(trace, TRACE_IKE, TRACE_EVENT))
		return;
	for (size_t p = 0; p < cfg->n_policies; p++) {
		for (size_t i = 0; i < n; i++) {
			struct rd r = rd_init(prop[i].transforms.p, prop[i].transforms.len);
			struct transform t;

			while (transform_next(&r, &t)) {
				struct oakley o = oakley_read(&t);
				bool curve = o.group >= 19 && o.group != cfg->policies[p].set.dh;

				if (c->policy ? curve : o.known)
					trace_mismatch(trace, &about, &cfg->policies[p], &o);
			}
		}
		if (c->policy == &cfg->policies[p])
			return;
	}
}

/* The proposal around one transform; `spi` is ours, empty in phase 1. */
static void one_proposal(struct out *o, uint8_t number, uint8_t protocol, struct chunk spi,
    const struct transform *t)
{
	size_t at;

	wr_u32(&o->w, DOI_IPSEC);
	wr_u32(&o->w, SIT_IDENTITY_ONLY);
	at = wr_len(&o->w);
	wr_u8(&o->w, PAY_NONE);
	wr_u8(&o->w, 0);
	wr_u16(&o->w, 0);
	wr_u8(&o->w, number);
	wr_u8(&o->w, protocol);
	wr_u8(&o->w, (unsigned)spi.len);
	wr_u8(&o->w, 1);
	wr_bytes(&o->w, spi.p, spi.len);
	wr_transform(&o->w, t, true);
	wr_patch16(&o->w, at + 2, wr_len(&o->w) - at);
}

void phase1_accept(struct out *o, struct chunk sai, uint8_t proposal_at, uint8_t transform_at,
    bool shorten)
{
	struct proposal prop[PROPOSALS_MAX];
	struct transform t;
	struct rd r;
	size_t n;

	if (!sa_read(sai, prop, PROPOSALS_MAX, &n) || proposal_at >= n)
		return;
	r = rd_init(prop[proposal_at].transforms.p, prop[proposal_at].transforms.len);
	for (unsigned k = 0; k < transform_at; k++)
		transform_skip(&r);
	if (!transform_next(&r, &t))
		return;
	if (shorten)
		transform_shorten(&t);
	one_proposal(o, prop[proposal_at].number, PROTO_ISAKMP, (struct chunk){NULL, 0}, &t);
}

void phase2_accept(struct out *o, uint8_t number, uint32_t spi, const struct transform *t)
{
	uint8_t bytes[4];
	struct wr w = wr_init(bytes, sizeof bytes);

	wr_u32(&w, spi);
	one_proposal(o, number, PROTO_ESP, (struct chunk){bytes, sizeof bytes}, t);
}

/* ---- our own offers --------------------------------------------------------------- */

void phase1_offer(struct out *o, const struct oakley *wish)
{
	struct transform t = {.number = 1, .id = KEY_IKE};

	for (size_t i = 0; i < N_OF(ciphers); i++) {
		if (ciphers[i].cipher != wish->cipher)
			continue;
		transform_add(&t, OAK_ENCRYPTION, ciphers[i].oakley);
		if (ciphers[i].key_bits)
			transform_add(&t, OAK_KEY_LENGTH, ciphers[i].key_bits);
	}
	for (size_t i = 0; i < N_OF(hashes); i++)
		if (hashes[i].hash == wish->hash)
			transform_add(&t, OAK_HASH, hashes[i].oakley);
	transform_add(&t, OAK_GROUP, wish->group);
	transform_add(&t, OAK_AUTH, wish->auth);
	transform_add(&t, OAK_LIFE_TYPE, LIFE_SECONDS);
	transform_add(&t, OAK_LIFE_DURATION, wish->lifetime);
	one_proposal(o, 1, PROTO_ISAKMP, (struct chunk){NULL, 0}, &t);
}

bool phase1_taken(struct chunk body, const struct oakley *wish)
{
	struct proposal prop;
	struct transform t;
	struct oakley got;
	struct rd r;
	size_t n;

	if (!sa_read(body, &prop, 1, &n) || prop.protocol != PROTO_ISAKMP)
		return false;
	r = rd_init(prop.transforms.p, prop.transforms.len);
	if (!transform_next(&r, &t) || rd_left(&r) > 0)
		return false;
	got = oakley_read(&t);
	return got.known && got.cipher == wish->cipher && got.hash == wish->hash &&
	    got.group == wish->group && got.auth == wish->auth;
}

bool phase1_allows(const struct config *cfg, const struct oakley *wish)
{
	for (size_t i = 0; i < cfg->n_policies; i++)
		if (policy_fits(&cfg->policies[i], wish))
			return true;
	return false;
}
