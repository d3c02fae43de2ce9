/*
 * Keys prepared for packet after packet: what runs with them neither names an algorithm nor
 * allocates. Each belongs to one thread at a time; all of them wipe themselves.
 */
#ifndef GATEHOUSE_KEYED_H
#define GATEHOUSE_KEYED_H

#include "engine/crypto/crypto.h"

/* CBC of one cipher in one direction, for any number of keys in turn: the last one's schedule is
 * kept, so that packet after packet with it costs none. */
struct cbc;
/* NULL when out of memory, or when the library lacks the cipher. */
struct cbc *cbc_create(const struct crypto *, enum cipher, bool encrypt);
/* NULL is allowed. */
void cbc_destroy(struct cbc *);
/* In place; `len` is a multiple of the block, `key` as crypto_cbc(). False: the library failed, and
 * the bytes are zeroed. */
bool cbc_run(struct cbc *, const uint8_t *key, const uint8_t *iv, uint8_t *buf, size_t len);
/* Wipes the key that it has. NULL is allowed. */
void cbc_forget(struct cbc *);

/* HMAC (RFC 2104) with a key of the digest's size: the hash states that hold key and pad. */
struct hmac_key;
/* NULL when out of memory. */
struct hmac_key *hmac_key_create(enum hash, const uint8_t *key);
/* NULL is allowed. */
void hmac_key_destroy(struct hmac_key *);
/* `digest` takes the whole of it, hash_info[].size bytes. */
void hmac_key_run(const struct hmac_key *, const uint8_t *msg, size_t len,
    uint8_t digest[CRYPTO_HASH_MAX]);

/* A stream of bytes that nobody can guess without its seed: AES-128 in counter mode. */
struct stream_key;
/* NULL when out of memory. */
struct stream_key *stream_key_create(const struct crypto *, const uint8_t seed[16]);
/* NULL is allowed. */
void stream_key_destroy(struct stream_key *);
void stream_key_run(struct stream_key *, uint8_t *to, size_t len);

#endif
