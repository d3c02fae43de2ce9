/* A hash under way; see hash_state.h. */
#include "engine/crypto/hash_state.h"

#include <openssl/crypto.h>
#include <string.h>

bool hash_begin(enum hash h, union hash_state *s)
{
	switch (h) {
	case HASH_MD5:
		return MD5_Init(&s->md5);
	case HASH_SHA1:
		return SHA1_Init(&s->sha1);
	case HASH_SHA256:
		return SHA256_Init(&s->sha256);
	case HASH_SHA384:
		return SHA384_Init(&s->sha512);
	case HASH_SHA512:
		return SHA512_Init(&s->sha512);
	default:
		return false;
	}
}

void hash_add(enum hash h, union hash_state *s, const void *p, size_t len)
{
	switch (h) {
	case HASH_MD5:
		MD5_Update(&s->md5, p, len);
		break;
	case HASH_SHA1:
		SHA1_Update(&s->sha1, p, len);
		break;
	case HASH_SHA256:
		SHA256_Update(&s->sha256, p, len);
		break;
	case HASH_SHA384:
	case HASH_SHA512:
		SHA512_Update(&s->sha512, p, len);
		break;
	default:
		break;
	}
}

void hash_end(enum hash h, union hash_state *s, uint8_t *out)
{
	switch (h) {
	case HASH_MD5:
		MD5_Final(out, &s->md5);
		break;
	case HASH_SHA1:
		SHA1_Final(out, &s->sha1);
		break;
	case HASH_SHA256:
		SHA256_Final(out, &s->sha256);
		break;
	case HASH_SHA384:
	case HASH_SHA512: /* how long it is stands in the state */
		SHA512_Final(out, &s->sha512);
		break;
	default:
		break;
	}
}

bool hash_keyed(enum hash h, union hash_state *inner, union hash_state *outer, const uint8_t *key,
    size_t len)
{
	size_t block = hash_info[h].size > 32 ? 128 : 64;
	uint8_t bytes[HASH_BLOCK_MAX] = {0};

	if (!hash_begin(h, inner) || !hash_begin(h, outer))
		return false;
	if (len > block) {
		hash_add(h, inner, key, len);
		hash_end(h, inner, bytes);
		hash_begin(h, inner);
	} else if (len > 0) {
		memcpy(bytes, key, len);
	}
	for (size_t i = 0; i < block; i++)
		bytes[i] ^= 0x36;
	hash_add(h, inner, bytes, block);
	for (size_t i = 0; i < block; i++)
		bytes[i] ^= 0x36 ^ 0x5c;
	hash_add(h, outer, bytes, block);
	OPENSSL_cleanse(bytes, sizeof bytes);
	return true;
}
