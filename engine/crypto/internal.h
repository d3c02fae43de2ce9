/* What crypto.c and dh.c share; nobody else includes this. */
#ifndef GATEHOUSE_CRYPTO_INTERNAL_H
#define GATEHOUSE_CRYPTO_INTERNAL_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "engine/crypto/crypto.h"

#define DH_GROUPS 9 /* rows of the table in dh.c */

/* A MODP group has p and mont, an elliptic curve group has curve. */
struct dh_params {
	BIGNUM *p;
	BN_MONT_CTX *mont;
	EC_GROUP *curve;
};

struct crypto {
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *def, *legacy;
	EVP_MAC *mac;
	EVP_MD *md[HASH_COUNT], *md4;
	EVP_MAC_CTX *hmac[HASH_COUNT];
	EVP_CIPHER *cipher[CIPHER_COUNT];
	struct dh_params dh[DH_GROUPS];
};

bool dh_setup(struct crypto *);
void dh_teardown(struct crypto *);

#endif
