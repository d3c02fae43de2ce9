/*
 * Key material of IKEv1 (RFC 2409 5, 5.5 and appendix B): pure functions, both
 * roles. Functions that return bool fail only when the library does.
 */
#ifndef GATEHOUSE_IKE_KEYMAT_H
#define GATEHOUSE_IKE_KEYMAT_H

#include "engine/crypto/crypto.h"
#include "engine/ike/isakmp.h"
#include "engine/ike/work.h"
#include "engine/ipsec/sa.h"

/* What a phase 1 leaves behind. `iv` is the last ciphertext block of phase 1, from which every
 * phase 2 exchange derives its own; during phase 1 it is the IV of the next message. */
struct ike_keys {
	enum cipher cipher;
	enum hash hash;
	uint8_t skeyid[CRYPTO_HASH_MAX], skeyid_d[CRYPTO_HASH_MAX], skeyid_a[CRYPTO_HASH_MAX];
	uint8_t enc[CRYPTO_KEY_MAX];
	uint8_t iv[CRYPTO_BLOCK_MAX];
	struct ike_work *work; /* counts what is done with them; NULL = nobody does */
};

/* What both sides have sent in clear when message 4 is through. */
struct ike_exchanged {
	const uint8_t *cky_i, *cky_r;
	struct chunk gxi, gxr, ni, nr, gxy;
	struct chunk sai; /* body of the SA payload of message 1 */
};

/* SKEYID and its children, the cipher key (appendix B) and the first IV. `k->cipher` and
 * `k->hash` are given. */
bool keymat_phase1(const struct crypto *, struct ike_keys *k, const struct ike_exchanged *,
    struct chunk psk);
/* HASH_I (`initiator`) or HASH_R over an ID payload body. */
bool keymat_hash_auth(const struct crypto *, const struct ike_keys *,
    const struct ike_exchanged *, bool initiator, struct chunk id, uint8_t *out);
/* The first IV of a phase 2 exchange. */
bool keymat_iv_phase2(const struct crypto *, const struct ike_keys *, uint32_t msgid,
    uint8_t iv[CRYPTO_BLOCK_MAX]);
/* HASH(1) of quick and informational mode: prf(SKEYID_a, M-ID | rest). */
bool keymat_hash1(const struct crypto *, const struct ike_keys *, uint32_t msgid,
    struct chunk rest, uint8_t *out);
/* HASH(2): prf(SKEYID_a, M-ID | Ni_b | rest). */
bool keymat_hash2(const struct crypto *, const struct ike_keys *, uint32_t msgid, struct chunk ni,
    struct chunk rest, uint8_t *out);
/* HASH(3): prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b). */
bool keymat_hash3(const struct crypto *, const struct ike_keys *, uint32_t msgid, struct chunk ni,
    struct chunk nr, uint8_t *out);
/* Fills the four keys of `c`, whose SPIs, cipher and hash are set. `gxy` is empty without PFS. */
bool keymat_child(const struct crypto *, const struct ike_keys *, struct chunk gxy,
    struct chunk ni, struct chunk nr, struct child *c);
/* Encrypts or decrypts the body of a message in place and moves `iv` on to its last ciphertext
 * block. False when `len` is not a positive number of blocks. */
bool keymat_crypt(const struct crypto *, const struct ike_keys *, bool encrypt,
    uint8_t iv[CRYPTO_BLOCK_MAX], uint8_t *body, size_t len);

#endif
