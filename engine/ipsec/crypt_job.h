/*
 * A key and a job as the back ends see them; nobody but crypt_*.c includes it.
 *
 *     | SPI | sequence | IV | payload | ICV |
 *                        '- deciphered -'
 *     '------ authenticated ----------'
 */
#ifndef GATEHOUSE_CRYPT_JOB_H
#define GATEHOUSE_CRYPT_JOB_H

#include "engine/ipsec/crypt.h"

#define ESP_HEADER 8
#define CRYPT_PART_ALIGNED 16

/* There is one of them in each direction of each SA: it is no longer than it has to be. */
struct crypt_key {
	enum cipher cipher;
	enum hash hash;
	bool encrypt;
	uint8_t iv, icv;         /* bytes */
	uint16_t size;           /* of all this, for wiping */
	uint16_t at[CRYPT_WAYS]; /* what each way has prepared, in `room`; 0 where it is not used */
	_Alignas(CRYPT_PART_ALIGNED) uint8_t room[];
};

/* What that way has prepared. */
static inline const void *key_part(const struct crypt_key *k, enum crypt_way way)
{
	return (const uint8_t *)k + k->at[way];
}

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

/* Is this the job's ICV? In constant time. */
static inline bool job_icv_is(const struct esp_job *j, const uint8_t *tag)
{
	return crypto_equal(tag, job_icv(j), j->key->icv);
}

#endif
