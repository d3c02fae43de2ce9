/* What the back ends and the dispatcher (crypt.c) share; nobody else includes it. */
#ifndef GATEHOUSE_CRYPT_IMPL_H
#define GATEHOUSE_CRYPT_IMPL_H

#include "engine/crypto/keyed.h"
#include "engine/ipsec/crypt.h"

struct openssl_key {
	struct cbc_key *cbc;   /* NULL for the NULL cipher */
	struct hmac_key *hmac; /* NULL without a hash */
};

/* libipsec-mb: the key schedule of this direction, the hash states after key and pad. */
struct mb_key {
	union {
		_Alignas(16) uint32_t aes[60];
		uint64_t des[3][16];
	};
	const void *des_part[3];
	uint64_t inner[8], outer[8];
};

struct crypt_key {
	enum cipher cipher;
	enum hash hash;
	bool encrypt;
	uint8_t iv, icv; /* bytes */
	struct openssl_key openssl;
	_Alignas(64) struct mb_key mb;
};

#define ESP_HEADER 8

/* Parts of one job by name; the lengths were checked when the job was made. */
static inline uint8_t *job_iv(const struct esp_job *j)
{
	return j->esp + ESP_HEADER;
}
static inline uint8_t *job_payload(const struct esp_job *j)
{
	return job_iv(j) + j->key->iv;
}
static inline uint32_t job_payload_len(const struct esp_job *j)
{
	return j->len - ESP_HEADER - j->key->iv;
}
static inline uint8_t *job_icv(const struct esp_job *j)
{
	return j->esp + j->len;
}

/* `enc` and `auth` as in crypt_key_create(). False when out of memory. */
bool openssl_key_init(const struct crypto *, struct crypt_key *, const uint8_t *enc,
    const uint8_t *auth);
void openssl_key_fini(struct crypt_key *);
void openssl_run(struct esp_job *const *, size_t n, bool encrypt);

struct mb;
/* NULL when out of memory or when the processor lacks that way. */
struct mb *mb_create(enum crypt_way);
void mb_destroy(struct mb *);
void mb_key_init(const struct mb *, struct crypt_key *, const uint8_t *enc, const uint8_t *auth);
void mb_run(struct mb *, struct esp_job *const *, size_t n, bool encrypt);

#endif
