/*
 * The cryptography of the appliance, as thin wrappers over OpenSSL. One `struct crypto` is
 * created by the composition before the role takes its chroot (it loads the legacy provider for
 * MD4) and is handed to whoever computes; after that it is read-only, so that any thread
 * may use it.
 *
 * Lengths are bytes. A function that returns false failed for want of memory,
 * or because this build of the library lacks the algorithm; its output is zeroed.
 */
#ifndef GATEHOUSE_CRYPTO_H
#define GATEHOUSE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/crypto/algorithm.h"

#define CRYPTO_HASH_MAX 64
#define CRYPTO_KEY_MAX 32
#define CRYPTO_BLOCK_MAX 16

struct crypto;

/* Bytes that somebody else owns; hashes and MACs take them in parts. */
struct chunk {
	const void *p;
	size_t len;
};

/* NULL when out of memory. Without the legacy provider MD4 fails, the rest works. */
struct crypto *crypto_create(void);
void crypto_destroy(struct crypto *);

/* `out` takes hash_info[h].size bytes. */
bool crypto_hash(const struct crypto *, enum hash h, const struct chunk *part, size_t n,
    uint8_t *out);
/* HMAC (RFC 2104), which is the prf of IKE (RFC 2409 4). */
bool crypto_hmac(const struct crypto *, enum hash h, struct chunk key, const struct chunk *part,
    size_t n, uint8_t *out);
/* CBC in place; `len` is a multiple of the block. `iv` is left as it was. */
bool crypto_cbc(const struct crypto *, enum cipher c, bool encrypt, const uint8_t *key,
    const uint8_t *iv, uint8_t *buf, size_t len);

/* For MS-CHAP (RFC 2433, 2759). `key` of DES is 8 bytes, parity ignored. */
bool crypto_md4(const struct crypto *, const void *p, size_t len, uint8_t out[16]);
bool crypto_des_block(const struct crypto *, const uint8_t key[8], const uint8_t in[8],
    uint8_t out[8]);

/* PBKDF2 (RFC 8018 5.2) over HMAC of `h`: `len` bytes of key. */
bool crypto_pbkdf2(const struct crypto *, enum hash h, const char *password, struct chunk salt,
    unsigned rounds, uint8_t *out, size_t len);

/* Random bytes that are good for keys. False: there are none, and nothing may go on without. */
bool crypto_random(const struct crypto *, void *to, size_t len);

/* True when the `len` bytes are equal; takes the same time wherever they differ. */
bool crypto_equal(const void *a, const void *b, size_t len);
void crypto_wipe(void *p, size_t len);

#endif
