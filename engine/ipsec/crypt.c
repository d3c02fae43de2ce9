/*
 * The dispatcher over the back ends, and the measurement that it decides by.
 *
 * A suite's time is taken as the sum of its cipher's and its hash's, so that
 * nine measurements a direction stand for all thirty suites. For each suite
 * and direction there remains one number: from how many packets of it in a
 * batch libipsec-mb is faster than OpenSSL. On a processor whose libipsec-mb
 * has no vector code for a cipher that is never.
 */
#include "engine/ipsec/crypt.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/ipsec/crypt_impl.h"

#define NEVER (CRYPT_BATCH + 1)
#define PROBE_LEN 512 /* bytes of payload in a measured packet */
#define PROBE_TRIES 3 /* the fastest counts */

const char *const crypt_way_name[CRYPT_WAYS] = {
    [CRYPT_MEASURED] = "measured",
    [CRYPT_OPENSSL] = "openssl",
    [CRYPT_MB_SSE] = "libipsec-mb sse",
    [CRYPT_MB_AVX] = "libipsec-mb avx",
    [CRYPT_MB_AVX2] = "libipsec-mb avx2",
    [CRYPT_MB_AVX512] = "libipsec-mb avx512",
};

/* Batch sizes at which both back ends are timed. */
static const uint8_t probe_size[] = {1, 2, 4, 8, 16};
#define PROBES (sizeof probe_size)

struct crypt {
	struct mb *mb; /* NULL: OpenSSL does everything */
	/* Number of jobs of this suite in a batch from which `mb` gets them, [1] = encrypting. */
	uint8_t from[CIPHER_COUNT][HASH_COUNT][2];
	char text[512];
};

struct crypt_key *crypt_key_create(const struct crypt *c, enum cipher cipher, enum hash hash,
    const uint8_t *enc, const uint8_t *auth, bool encrypt)
{
	struct crypt_key *k = aligned_alloc(64, sizeof *k);

	if (!k)
		return NULL;
	memset(k, 0, sizeof *k);
	k->cipher = cipher;
	k->hash = hash;
	k->encrypt = encrypt;
	k->iv = cipher == CIPHER_NULL ? 0 : cipher_info[cipher].block;
	k->icv = hash_info[hash].icv;
	if (!openssl_key_init(k, enc, auth)) {
		crypt_key_destroy(k);
		return NULL;
	}
	if (c->mb)
		mb_key_init(c->mb, k, enc, auth);
	return k;
}

void crypt_key_destroy(struct crypt_key *k)
{
	if (!k)
		return;
	openssl_key_fini(k);
	OPENSSL_cleanse(k, sizeof *k);
	free(k);
}

enum cipher crypt_key_cipher(const struct crypt_key *k)
{
	return k->cipher;
}

enum hash crypt_key_hash(const struct crypt_key *k)
{
	return k->hash;
}

void crypt_run(struct crypt *c, struct esp_job *jobs, size_t n, bool encrypt)
{
	struct esp_job *slow[CRYPT_BATCH], *fast[CRYPT_BATCH];
	uint8_t count[CIPHER_COUNT][HASH_COUNT] = {{0}};
	size_t slows = 0, fasts = 0;

	for (size_t i = 0; c->mb && i < n; i++)
		count[jobs[i].key->cipher][jobs[i].key->hash]++;
	for (size_t i = 0; i < n; i++) {
		const struct crypt_key *k = jobs[i].key;

		if (c->mb && count[k->cipher][k->hash] >= c->from[k->cipher][k->hash][encrypt])
			fast[fasts++] = &jobs[i];
		else
			slow[slows++] = &jobs[i];
	}
	if (fasts)
		mb_run(c->mb, fast, fasts, encrypt);
	if (slows)
		openssl_run(slow, slows, encrypt);
}

static uint64_t nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct probe {
	struct crypt_key *key;
	uint8_t *bytes;
	struct esp_job job[CRYPT_BATCH], *list[CRYPT_BATCH];
};

static uint64_t probe_once(struct crypt *c, struct probe *p, size_t n, bool mb)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < PROBE_TRIES; i++) {
		uint64_t start = nanoseconds(), took;

		if (mb)
			mb_run(c->mb, p->list, n, p->key->encrypt);
		else
			openssl_run(p->list, n, p->key->encrypt);
		took = nanoseconds() - start;
		if (took < best)
			best = took;
	}
	return best;
}

/*
 * Nanoseconds of one cipher or one hash at each batch size, [1] = libipsec-mb. A batch never
 * costs less than its first packet: when that alone is slower than OpenSSL's largest batch, the
 * rest is not tried (libipsec-mb's 3DES without AVX-512 would take half a millisecond a packet).
 */
static bool probe(struct crypt *c, struct probe *p, enum cipher cipher, enum hash hash, bool encrypt,
    uint64_t ns[PROBES][2])
{
	static const uint8_t key[64] = {1};
	size_t stride = PROBE_LEN + 128;

	p->key = crypt_key_create(c, cipher, hash, key, key, encrypt);
	if (!p->key)
		return false;
	for (size_t i = 0; i < CRYPT_BATCH; i++) {
		p->job[i] = (struct esp_job){.key = p->key, .esp = p->bytes + i * stride,
		    .len = (uint32_t)(ESP_HEADER + p->key->iv + PROBE_LEN)};
		p->list[i] = &p->job[i];
	}
	/* Verification of a garbage ICV would spare OpenSSL the deciphering, but a hash is probed
	 * without a cipher, and a cipher without a hash. */
	for (size_t i = 0; i < PROBES; i++)
		ns[i][0] = probe_once(c, p, probe_size[i], false);
	for (size_t i = 0; i < PROBES; i++) {
		if (i > 0 && ns[0][1] > ns[PROBES - 1][0])
			ns[i][1] = ns[0][1] * probe_size[i];
		else
			ns[i][1] = probe_once(c, p, probe_size[i], true);
	}
	crypt_key_destroy(p->key);
	return true;
}

static uint8_t crossover(const uint64_t a[PROBES][2], const uint64_t b[PROBES][2])
{
	uint8_t from = NEVER;

	for (size_t i = PROBES; i-- > 0 && a[i][1] + b[i][1] < a[i][0] + b[i][0];)
		from = probe_size[i];
	return from;
}

static bool measure(struct crypt *c)
{
	struct probe *p = calloc(1, sizeof *p);
	uint64_t by_cipher[CIPHER_COUNT][2][PROBES][2] = {0}, by_hash[HASH_COUNT][2][PROBES][2] = {0};
	bool ok = p && (p->bytes = calloc(CRYPT_BATCH, PROBE_LEN + 128)) != NULL;

	for (int e = 0; e < 2; e++) {
		for (enum cipher i = CIPHER_DES; ok && i < CIPHER_COUNT; i++)
			ok = probe(c, p, i, HASH_NONE, e, by_cipher[i][e]);
		for (enum hash i = HASH_MD5; ok && i < HASH_COUNT; i++)
			ok = probe(c, p, CIPHER_NULL, i, e, by_hash[i][e]);
		for (int i = 0; i < CIPHER_COUNT; i++)
			for (int h = 0; h < HASH_COUNT; h++)
				c->from[i][h][e] = crossover(by_cipher[i][e], by_hash[h][e]);
	}
	if (p)
		free(p->bytes);
	free(p);
	return ok;
}

/* SHA1 stands for all hashes in the text: it is what clients propose most. */
static void describe(struct crypt *c, enum crypt_way way)
{
	size_t at = 0;

	for (int i = CIPHER_DES; i < CIPHER_COUNT; i++) {
		const uint8_t *from = c->from[i][HASH_SHA1];

		at += (size_t)snprintf(c->text + at, sizeof c->text - at, "%s%s-sha: ", at ? ", " : "",
		    cipher_info[i].word);
		if (!c->mb || (from[0] == NEVER && from[1] == NEVER))
			at += (size_t)snprintf(c->text + at, sizeof c->text - at, "openssl");
		else if (from[0] == from[1])
			at += (size_t)snprintf(c->text + at, sizeof c->text - at, "%s from %u packets",
			    crypt_way_name[way], from[0]);
		else
			at += (size_t)snprintf(c->text + at, sizeof c->text - at,
			    "%s from %u packets out, %u in (%u = never)", crypt_way_name[way], from[1],
			    from[0], NEVER);
	}
}

struct crypt *crypt_create(enum crypt_way only)
{
	struct crypt *c = calloc(1, sizeof *c);
	enum crypt_way way = only == CRYPT_MEASURED ? mb_widest() : only;

	if (!c)
		return NULL;
	if (way >= CRYPT_MB_SSE) {
		c->mb = mb_create(way);
		if (!c->mb && only != CRYPT_MEASURED)
			goto fail;
	}
	if (only == CRYPT_MEASURED && c->mb && !measure(c))
		goto fail;
	describe(c, way);
	return c;
fail:
	crypt_destroy(c);
	return NULL;
}

void crypt_destroy(struct crypt *c)
{
	if (!c)
		return;
	if (c->mb)
		mb_destroy(c->mb);
	free(c);
}

const char *crypt_describe(const struct crypt *c)
{
	return c->text;
}
