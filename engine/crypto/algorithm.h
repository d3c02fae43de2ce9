/*
 * The algorithms the gateway speaks of, whatever library computes them, with
 * the three spellings they have: IKE numbers live in the codecs, words of the
 * command language and names in `show` live here.
 */
#ifndef GATEHOUSE_ALGORITHM_H
#define GATEHOUSE_ALGORITHM_H

#include <stddef.h>
#include <stdint.h>

enum cipher {
	CIPHER_NULL,
	CIPHER_DES,
	CIPHER_3DES,
	CIPHER_AES128,
	CIPHER_AES192,
	CIPHER_AES256,
	CIPHER_COUNT
};
enum hash { HASH_NONE, HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASH_COUNT };

struct cipher_info {
	const char *word; /* crypto ikev1 policy: "3des", "aes-256" */
	const char *esp;  /* transform-set: "esp-3des", "esp-aes-256" */
	const char *show; /* show vpn-sessiondb: "3DES", "AES256" */
	uint8_t key;      /* bytes */
	uint8_t block;    /* bytes; also the IV's length; 1 and no IV for NULL */
};

struct hash_info {
	const char *word; /* crypto ikev1 policy: "sha", "sha256" */
	const char *esp;  /* transform-set: "esp-sha-hmac" */
	const char *show; /* "SHA1", "MD5", "SHA256" */
	const char *brief; /* show crypto ikev1 sa detail: "SHA", "MD5" */
	uint8_t size;     /* digest bytes = HMAC key bytes */
	uint8_t icv;      /* ESP ICV bytes (RFC 2403, 2404, 4868) */
};

extern const struct cipher_info cipher_info[CIPHER_COUNT];
extern const struct hash_info hash_info[HASH_COUNT];

/* By the words of the command language; the COUNT value when unknown. */
enum cipher cipher_by_word(const char *word);
enum cipher cipher_by_esp(const char *word);
enum hash hash_by_word(const char *word);
enum hash hash_by_esp(const char *word);

#endif
