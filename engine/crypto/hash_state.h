/*
 * A hash under way, as plain memory: beginning, copying and ending one allocates nothing, where the
 * library's EVP makes several objects. For the files of this folder.
 */
#ifndef GATEHOUSE_HASH_STATE_H
#define GATEHOUSE_HASH_STATE_H

#include <openssl/md5.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/crypto/algorithm.h"

#define HASH_BLOCK_MAX 128

union hash_state {
	MD5_CTX md5;
	SHA_CTX sha1;
	SHA256_CTX sha256;
	SHA512_CTX sha512;
};

/* False for HASH_NONE; the others below are for a hash that was begun. */
bool hash_begin(enum hash, union hash_state *);
void hash_add(enum hash, union hash_state *, const void *, size_t len);
/* `out` takes hash_info[h].size bytes. */
void hash_end(enum hash, union hash_state *, uint8_t *out);
/* Both states of an HMAC (RFC 2104 2) under a key of any length. False for HASH_NONE. */
bool hash_keyed(enum hash, union hash_state *inner, union hash_state *outer, const uint8_t *key,
    size_t len);

#endif
