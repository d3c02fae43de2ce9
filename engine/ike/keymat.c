/*
 * Key material (RFC 2409):
 *
 *     SKEYID   = prf(psk, Ni_b | Nr_b)
 *     SKEYID_d = prf(SKEYID, g^xy | CKY-I | CKY-R | 0)
 *     SKEYID_a = prf(SKEYID, SKEYID_d | g^xy | CKY-I | CKY-R | 1)
 *     SKEYID_e = prf(SKEYID, SKEYID_a | g^xy | CKY-I | CKY-R | 2)
 *     HASH_I   = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b)
 *     HASH_R   = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b)
 *     KEYMAT   = prf(SKEYID_d, [ g(qm)^xy | ] protocol | SPI | Ni_b | Nr_b), continued by
 *     K2       = prf(SKEYID_d, K1 | [ g(qm)^xy | ] protocol | SPI | Ni_b | Nr_b) ...
 *
 * The prf is the HMAC of the negotiated hash.
 */
#include "engine/ike/keymat.h"

#include <string.h>

static uint8_t hash_len(const struct ike_keys *k)
{
	return hash_info[k->hash].size;
}

static uint8_t block_len(const struct ike_keys *k)
{
	return cipher_info[k->cipher].block;
}

/* Every HMAC of the room. */
static bool prf(const struct crypto *c, const struct ike_keys *k, struct chunk key,
    const struct chunk *part, size_t n, uint8_t *out)
{
	if (k->work)
		k->work->hmacs++;
	return crypto_hmac(c, k->hash, key, part, n, out);
}

/* The cipher's key out of SKEYID_e: itself cut off, or K1 | K2 | ... (appendix B). */
static bool cipher_key(const struct crypto *c, struct ike_keys *k, const uint8_t *skeyid_e)
{
	static const uint8_t zero;
	size_t want = cipher_info[k->cipher].key, size = hash_len(k), have = 0;
	uint8_t block[CRYPTO_HASH_MAX];
	struct chunk last = {&zero, 1};
	bool ok = true;

	if (want <= size) {
		memcpy(k->enc, skeyid_e, want);
		return true;
	}
	while (ok && have < want) {
		size_t take = want - have < size ? want - have : size;
		uint8_t next[CRYPTO_HASH_MAX];

		ok = prf(c, k, (struct chunk){skeyid_e, size}, &last, 1, next);
		memcpy(block, next, size);
		memcpy(k->enc + have, block, take);
		last = (struct chunk){block, size};
		have += take;
		crypto_wipe(next, sizeof next);
	}
	crypto_wipe(block, sizeof block);
	return ok;
}

bool keymat_phase1(const struct crypto *c, struct ike_keys *k, const struct ike_exchanged *x,
    struct chunk psk)
{
	static const uint8_t number[] = {0, 1, 2};
	uint8_t skeyid_e[CRYPTO_HASH_MAX], iv[CRYPTO_HASH_MAX];
	uint8_t *const out[] = {k->skeyid_d, k->skeyid_a, skeyid_e};
	struct chunk key = {k->skeyid, hash_len(k)};
	struct chunk nonces[] = {x->ni, x->nr}, publics[] = {x->gxi, x->gxr};
	bool ok = prf(c, k, psk, nonces, 2, k->skeyid);

	for (size_t i = 0; ok && i < 3; i++) {
		struct chunk part[] = {
			{i ? out[i - 1] : NULL, i ? hash_len(k) : 0},
			x->gxy,
			{x->cky_i, COOKIE_LEN},
			{x->cky_r, COOKIE_LEN},
			{&number[i], 1},
		};
		ok = prf(c, k, key, i ? part : part + 1, i ? 5 : 4, out[i]);
	}
	ok = ok && cipher_key(c, k, skeyid_e) && crypto_hash(c, k->hash, publics, 2, iv);
	if (ok)
		memcpy(k->iv, iv, block_len(k));
	crypto_wipe(skeyid_e, sizeof skeyid_e);
	return ok;
}

bool keymat_hash_auth(const struct crypto *c, const struct ike_keys *k,
    const struct ike_exchanged *x, bool initiator, struct chunk id, uint8_t *out)
{
	struct chunk part[] = {
		initiator ? x->gxi : x->gxr,
		initiator ? x->gxr : x->gxi,
		{initiator ? x->cky_i : x->cky_r, COOKIE_LEN},
		{initiator ? x->cky_r : x->cky_i, COOKIE_LEN},
		x->sai,
		id,
	};

	return prf(c, k, (struct chunk){k->skeyid, hash_len(k)}, part, 6, out);
}

/* M-ID as it stands in the header. */
struct msgid_bytes {
	uint8_t b[4];
};

static struct msgid_bytes msgid_bytes(uint32_t msgid)
{
	return (struct msgid_bytes){{(uint8_t)(msgid >> 24), (uint8_t)(msgid >> 16),
	    (uint8_t)(msgid >> 8), (uint8_t)msgid}};
}

bool keymat_iv_phase2(const struct crypto *c, const struct ike_keys *k, uint32_t msgid,
    uint8_t iv[CRYPTO_BLOCK_MAX])
{
	struct msgid_bytes id = msgid_bytes(msgid);
	struct chunk part[] = {{k->iv, block_len(k)}, {id.b, sizeof id.b}};
	uint8_t sum[CRYPTO_HASH_MAX];

	if (!crypto_hash(c, k->hash, part, 2, sum))
		return false;
	memcpy(iv, sum, block_len(k));
	return true;
}

static bool hash_a(const struct crypto *c, const struct ike_keys *k, const struct chunk *part,
    size_t n, uint8_t *out)
{
	return prf(c, k, (struct chunk){k->skeyid_a, hash_len(k)}, part, n, out);
}

bool keymat_hash1(const struct crypto *c, const struct ike_keys *k, uint32_t msgid,
    struct chunk rest, uint8_t *out)
{
	struct msgid_bytes id = msgid_bytes(msgid);
	struct chunk part[] = {{id.b, sizeof id.b}, rest};

	return hash_a(c, k, part, 2, out);
}

bool keymat_hash2(const struct crypto *c, const struct ike_keys *k, uint32_t msgid,
    struct chunk ni, struct chunk rest, uint8_t *out)
{
	struct msgid_bytes id = msgid_bytes(msgid);
	struct chunk part[] = {{id.b, sizeof id.b}, ni, rest};

	return hash_a(c, k, part, 3, out);
}

bool keymat_hash3(const struct crypto *c, const struct ike_keys *k, uint32_t msgid,
    struct chunk ni, struct chunk nr, uint8_t *out)
{
	static const uint8_t zero;
	struct msgid_bytes id = msgid_bytes(msgid);
	struct chunk part[] = {{&zero, 1}, {id.b, sizeof id.b}, ni, nr};

	return hash_a(c, k, part, 4, out);
}

/* One direction: the encryption key first, then the authentication key. */
static bool child_keys(const struct crypto *c, const struct ike_keys *k, struct chunk gxy,
    struct chunk ni, struct chunk nr, uint32_t spi, const struct child *child, uint8_t *enc,
    uint8_t *auth)
{
	static const uint8_t protocol = PROTO_ESP;
	size_t enc_len = cipher_info[child->cipher].key, auth_len = hash_info[child->auth].size;
	size_t have = 0, size = hash_len(k);
	uint8_t keymat[ESP_KEY_MAX + ESP_AUTH_KEY_MAX + CRYPTO_HASH_MAX] = {0};
	struct msgid_bytes id = msgid_bytes(spi);
	struct chunk part[] = {{NULL, 0}, gxy, {&protocol, 1}, {id.b, 4}, ni, nr};
	bool ok = true;

	while (ok && have < enc_len + auth_len) {
		ok = prf(c, k, (struct chunk){k->skeyid_d, size},
		    have ? part : part + 1, have ? 6 : 5, keymat + have);
		part[0] = (struct chunk){keymat + have, size};
		have += size;
	}
	memcpy(enc, keymat, enc_len);
	memcpy(auth, keymat + enc_len, auth_len);
	crypto_wipe(keymat, sizeof keymat);
	return ok;
}

bool keymat_child(const struct crypto *c, const struct ike_keys *k, struct chunk gxy,
    struct chunk ni, struct chunk nr, struct child *child)
{
	if (k->work)
		k->work->child_keys += 2;
	return child_keys(c, k, gxy, ni, nr, child->spi_in, child, child->enc_in,
		   child->auth_in) &&
	    child_keys(c, k, gxy, ni, nr, child->spi_out, child, child->enc_out, child->auth_out);
}

bool keymat_crypt(const struct crypto *c, const struct ike_keys *k, bool encrypt,
    uint8_t iv[CRYPTO_BLOCK_MAX], uint8_t *body, size_t len)
{
	size_t block = block_len(k);
	uint8_t next[CRYPTO_BLOCK_MAX];
	bool ok;

	if (k->work)
		++*(encrypt ? &k->work->encrypts : &k->work->decrypts);
	if (len == 0 || len % block != 0)
		return false;
	memcpy(next, body + len - block, block);
	ok = crypto_cbc(c, k->cipher, encrypt, k->enc, iv, body, len);
	memcpy(iv, encrypt ? body + len - block : next, block);
	return ok;
}
