/* Key pairs that a host is known by: RSA, ECDSA (P-256, P-384, P-521), EdDSA (Ed25519). */
#ifndef GATEHOUSE_HOSTKEY_H
#define GATEHOUSE_HOSTKEY_H

#include "engine/crypto/crypto.h"

enum hostkey { HOSTKEY_RSA, HOSTKEY_ECDSA, HOSTKEY_EDDSA, HOSTKEY_COUNT };

#define HOSTKEY_PEM_MAX 8192 /* a private key's text, with its NUL */
#define HOSTKEY_DER_MAX 1200 /* a public key */

/* Makes a pair of so many bits (EdDSA: 256) and writes its private key as PEM into `pem`. May take
 * seconds (RSA); may run in any thread. False: no such size, or no memory. */
bool hostkey_make(const struct crypto *, enum hostkey, unsigned bits, char pem[HOSTKEY_PEM_MAX]);
/* The public key of a private one (SubjectPublicKeyInfo, DER) and its size; its length, 0 when
 * `pem` is no private key of that kind. */
size_t hostkey_public(const struct crypto *, enum hostkey, const char *pem,
    uint8_t der[HOSTKEY_DER_MAX], unsigned *bits);
/* The private key in a form that libssh signs with: RSA and ECDSA as they are, EdDSA as OpenSSH's
 * (`openssh-key-v1`, without passphrase). False when `pem` is no such key. */
bool hostkey_for_ssh(
    const struct crypto *, enum hostkey, const char *pem, char out[HOSTKEY_PEM_MAX]);

#endif
