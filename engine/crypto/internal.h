/* The library context from the inside: what the files of this folder share. */
#ifndef GATEHOUSE_CRYPTO_INTERNAL_H
#define GATEHOUSE_CRYPTO_INTERNAL_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/provider.h>

#include "engine/crypto/comb.h"
#include "engine/crypto/crypto.h"
#include "engine/crypto/dh.h"

/* A MODP group has p and mont, an elliptic curve group has curve. */
struct dh_params {
	BIGNUM *p;
	BN_MONT_CTX *mont;
	_Atomic(struct comb *) powers; /* of 2; NULL until the group's first use */
	EC_GROUP *curve;
};

struct crypto {
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *def, *legacy;
	EVP_KDF *pbkdf2;
	EVP_MD *md4;
	EVP_CIPHER *cipher[CIPHER_COUNT], *ctr;
	struct dh_params *dh; /* DH_GROUPS of them, not const for the powers' sake */
};

extern const char *const crypto_hash_name[HASH_COUNT]; /* NULL for HASH_NONE */

/* A context with the key set, without padding; its user sets the IV. NULL when out of memory, or
 * without the cipher. */
EVP_CIPHER_CTX *cipher_context(
    const struct crypto *, enum cipher, bool encrypt, const uint8_t *key);

bool dh_setup(struct crypto *);
void dh_teardown(struct crypto *);

#endif
