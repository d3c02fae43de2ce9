/*
 * The dispatcher over the back ends, and the measurement that it decides by.
 *
 * A suite's time is taken as the sum of its cipher's and its hash's, so that
 * five ciphers in two directions and five hashes stand for all sixty cases.
 * For each suite, direction and number of its packets in a batch there remains
 * the way that was fastest: narrow vectors for a few packets, wide ones for
 * many, OpenSSL where a processor has no vector code for a cipher.
 */
#include "engine/ipsec/crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/ipsec/crypt_impl.h"

#define PROBE_MAX 1024 /* bytes of payload in a measured packet: large ones carry most of a load */
#define PROBE_DES 64   /* the same for DES and 3DES, which are slow */
#define PROBE_TRIES 3  /* the fastest counts */

const char *const crypt_way_name[CRYPT_WAYS] = {
    [CRYPT_MEASURED] = "measured",
    [CRYPT_OPENSSL] = "openssl",
    [CRYPT_MB_SSE] = "libipsec-mb sse",
    [CRYPT_MB_AVX] = "libipsec-mb avx",
    [CRYPT_MB_AVX2] = "libipsec-mb avx2",
    [CRYPT_MB_AVX512] = "libipsec-mb avx512",
};

/* Batch sizes that are measured; each stands for those from the one before it on. */
static const uint8_t size[] = {1, 2, 4, 8, 16};
#define SIZES (sizeof size)

struct crypt {
	const struct crypto *crypto;
	struct mb *mb[CRYPT_WAYS]; /* NULL where not used */
	const struct mb *any;      /* one of them, for key schedules, which are all the same */
	uint8_t way[CIPHER_COUNT][HASH_COUNT][2][SIZES]; /* enum crypt_way, [1] = encrypting */
	char text[1536];
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
	if (!openssl_key_init(c->crypto, k, enc, auth)) {
		crypt_key_destroy(k);
		return NULL;
	}
	if (c->any)
		mb_key_init(c->any, k, enc, auth);
	return k;
}

void crypt_key_destroy(struct crypt_key *k)
{
	if (!k)
		return;
	openssl_key_fini(k);
	crypto_wipe(k, sizeof *k);
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

static size_t size_index(size_t n)
{
	size_t i = 0;

	while (i + 1 < SIZES && n > size[i])
		i++;
	return i;
}

static void run_way(struct crypt *c, enum crypt_way way, struct esp_job *const *jobs, size_t n,
    bool encrypt)
{
	if (way == CRYPT_OPENSSL)
		openssl_run(jobs, n, encrypt);
	else
		mb_run(c->mb[way], jobs, n, encrypt);
}

void crypt_run(struct crypt *c, struct esp_job *jobs, size_t n, bool encrypt)
{
	struct esp_job *list[CRYPT_WAYS][CRYPT_BATCH];
	uint8_t count[CIPHER_COUNT][HASH_COUNT] = {{0}};
	size_t len[CRYPT_WAYS] = {0};

	for (size_t i = 0; i < n; i++)
		count[jobs[i].key->cipher][jobs[i].key->hash]++;
	for (size_t i = 0; i < n; i++) {
		enum cipher cipher = jobs[i].key->cipher;
		enum hash hash = jobs[i].key->hash;
		uint8_t way = c->way[cipher][hash][encrypt][size_index(count[cipher][hash])];

		list[way][len[way]++] = &jobs[i];
	}
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		if (len[way])
			run_way(c, way, list[way], len[way], encrypt);
}

static uint64_t nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* other processes are none of our business */
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct probe {
	uint8_t bytes[16][PROBE_MAX + 128];
	struct esp_job job[16], *list[16];
};

/* Nanoseconds by way and batch size; 0 = the way is not there. */
typedef uint64_t times[CRYPT_WAYS][SIZES];

static uint64_t once(struct crypt *c, struct probe *p, enum crypt_way way, size_t n, bool encrypt)
{
	uint64_t start = nanoseconds();

	run_way(c, way, p->list, n, encrypt);
	return nanoseconds() - start;
}

static uint64_t fastest(struct crypt *c, struct probe *p, enum crypt_way way, size_t n, bool encrypt)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < PROBE_TRIES; i++) {
		uint64_t took = once(c, p, way, n, encrypt);

		if (took < best)
			best = took;
	}
	return best;
}

/*
 * A batch never costs less than its first packet: a way on which that alone is slower than
 * OpenSSL's largest batch is not tried further (libipsec-mb's 3DES without AVX-512 takes fifty
 * times as long). OpenSSL's time grows with the number of packets.
 */
static void probe_way(struct crypt *c, struct probe *p, enum crypt_way way, bool encrypt, times t)
{
	uint64_t first, hopeless = t[CRYPT_OPENSSL][SIZES - 1];

	if (way == CRYPT_OPENSSL) {
		first = fastest(c, p, way, size[2], encrypt);
		for (size_t i = 0; i < SIZES; i++)
			t[way][i] = first * size[i] / size[2];
		return;
	}
	once(c, p, way, 1, encrypt); /* brings the code in from the disk */
	first = once(c, p, way, 1, encrypt);
	if (first > hopeless) /* or only interrupted */
		first = once(c, p, way, 1, encrypt);
	for (size_t i = 0; i < SIZES; i++)
		t[way][i] = first > hopeless ? first * size[i] : fastest(c, p, way, size[i], encrypt);
}

/* One cipher without a hash, or one hash without a cipher: so that a wrong ICV, which spares
 * OpenSSL the deciphering, falsifies nothing. */
static bool probe(struct crypt *c, struct probe *p, enum cipher cipher, enum hash hash, bool encrypt,
    times t)
{
	static const uint8_t secret[64] = {1};
	struct crypt_key *key = crypt_key_create(c, cipher, hash, secret, secret, encrypt);
	size_t len = cipher == CIPHER_DES || cipher == CIPHER_3DES ? PROBE_DES : PROBE_MAX;

	if (!key)
		return false;
	for (size_t i = 0; i < size[SIZES - 1]; i++) {
		p->job[i] = (struct esp_job){.key = key, .esp = p->bytes[i],
		    .len = (uint32_t)(ESP_HEADER + key->iv + len)};
		p->list[i] = &p->job[i];
	}
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		if (way == CRYPT_OPENSSL || c->mb[way])
			probe_way(c, p, way, encrypt, t);
	crypt_key_destroy(key);
	return true;
}

static void choose(struct crypt *c, uint8_t way[SIZES], times cipher, times hash)
{
	for (size_t i = 0; i < SIZES; i++) {
		way[i] = CRYPT_OPENSSL;
		for (unsigned w = CRYPT_MB_SSE; w < CRYPT_WAYS; w++)
			if (c->mb[w] &&
			    cipher[w][i] + hash[w][i] < cipher[way[i]][i] + hash[way[i]][i])
				way[i] = (uint8_t)w;
	}
}

struct measurement {
	struct probe probe;
	times cipher[2][CIPHER_COUNT], hash[HASH_COUNT];
};

static bool measure(struct crypt *c)
{
	struct measurement *m = calloc(1, sizeof *m);
	bool ok = m != NULL;

	for (enum hash h = HASH_MD5; ok && h < HASH_COUNT; h++)
		ok = probe(c, &m->probe, CIPHER_NULL, h, true, m->hash[h]);
	for (int e = 0; e < 2; e++)
		for (enum cipher i = CIPHER_DES; ok && i < CIPHER_COUNT; i++)
			ok = probe(c, &m->probe, i, HASH_NONE, e, m->cipher[e][i]);
	for (int i = 0; ok && i < CIPHER_COUNT; i++)
		for (int h = 0; h < HASH_COUNT; h++)
			for (int e = 0; e < 2; e++)
				choose(c, c->way[i][h][e], m->cipher[e][i], m->hash[h]);
	free(m);
	return ok;
}

static bool used(const struct crypt *c, enum crypt_way way)
{
	for (int i = 0; i < CIPHER_COUNT; i++)
		for (enum hash h = HASH_MD5; h < HASH_COUNT; h++)
			for (size_t s = 0; s < SIZES; s++)
				if (c->way[i][h][0][s] == way || c->way[i][h][1][s] == way)
					return true;
	return false;
}

/* Ways that never win give their memory back. */
static void drop_unused(struct crypt *c)
{
	c->any = NULL;
	for (enum crypt_way way = CRYPT_MB_SSE; way < CRYPT_WAYS; way++) {
		if (c->mb[way] && !used(c, way)) {
			mb_destroy(c->mb[way]);
			c->mb[way] = NULL;
		}
		if (c->mb[way])
			c->any = c->mb[way];
	}
}

/* SHA1 stands for all hashes in the text, encryption for both directions. */
static void describe(struct crypt *c)
{
	size_t at = 0;

	for (int i = CIPHER_DES; i < CIPHER_COUNT; i++) {
		const uint8_t *way = c->way[i][HASH_SHA1][1];

		at += (size_t)snprintf(c->text + at, sizeof c->text - at, "%s%s-sha: %s", at ? ", " : "",
		    cipher_info[i].word, crypt_way_name[way[0]]);
		for (size_t s = 1; s < SIZES; s++)
			if (way[s] != way[s - 1])
				at += (size_t)snprintf(c->text + at, sizeof c->text - at,
				    ", %s from %u packets", crypt_way_name[way[s]], size[s - 1] + 1u);
	}
}

/* Worth measuring are the widest registers and, for small batches, those of 128 bits: what lies
 * between never won anywhere, and each costs time and memory at start. */
static void candidates(struct crypt *c)
{
	enum crypt_way wide = CRYPT_MB_AVX512, narrow = CRYPT_MB_AVX;

	while (wide > CRYPT_OPENSSL && !(c->mb[wide] = mb_create(wide)))
		wide--;
	while (narrow > CRYPT_OPENSSL && !c->mb[narrow] && !(c->mb[narrow] = mb_create(narrow)))
		narrow--;
	c->any = c->mb[wide];
}

struct crypt *crypt_create(const struct crypto *crypto, enum crypt_way only)
{
	struct crypt *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->crypto = crypto;
	memset(c->way, only == CRYPT_MEASURED ? CRYPT_OPENSSL : (int)only, sizeof c->way);
	if (only == CRYPT_MEASURED)
		candidates(c);
	else if (only >= CRYPT_MB_SSE)
		c->any = c->mb[only] = mb_create(only);
	if ((only >= CRYPT_MB_SSE && !c->any) || (only == CRYPT_MEASURED && !measure(c))) {
		crypt_destroy(c);
		return NULL;
	}
	drop_unused(c);
	describe(c);
	return c;
}

void crypt_destroy(struct crypt *c)
{
	for (size_t way = 0; c && way < CRYPT_WAYS; way++)
		if (c->mb[way])
			mb_destroy(c->mb[way]);
	free(c);
}

const char *crypt_describe(const struct crypt *c)
{
	return c->text;
}
