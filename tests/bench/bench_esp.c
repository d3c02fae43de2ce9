/*
 * ESP on one core: each suite on each way that this processor has, at several
 * batch sizes, every packet of another SA, in Gbit/s of payload and as a ratio
 * to a peer that does what most userspace ESP does: a new context and a
 * one-shot HMAC for every packet, with the same OpenSSL in the same run. What
 * each way takes to start. Thread CPU time, median of a few runs.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/ipsec/esp.h"
#include "tests/support/one_crypto.h"

#define RUNS 3
#define SLOT 0.008 /* seconds of a run */

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const struct suite {
	const char *name;
	enum cipher c;
	enum hash h;
	const char *evp, *md;
} suite[] = {
    {"3des-sha1", CIPHER_3DES, HASH_SHA1, "DES-EDE3-CBC", "SHA1"},
    {"aes128-sha1", CIPHER_AES128, HASH_SHA1, "AES-128-CBC", "SHA1"},
    {"aes256-sha1", CIPHER_AES256, HASH_SHA1, "AES-256-CBC", "SHA1"},
    {"aes256-sha256", CIPHER_AES256, HASH_SHA256, "AES-256-CBC", "SHA256"},
};

static const size_t batch_size[] = {1, 4, 16, 64, 256};
#define BATCHES (sizeof batch_size / sizeof *batch_size)

struct work {
	const struct suite *suite;
	struct crypt *crypt; /* NULL: the naive peer */
	bool encrypt;
	size_t batch;
	uint8_t key[64];
	struct esp_job job[CRYPT_BATCH];
};

/* RFC 4303 as a textbook program would do it. */
static void naive(const struct work *w, struct esp_job *j)
{
	size_t iv = cipher_info[w->suite->c].block;
	uint8_t *payload = j->esp + 8 + iv, digest[64];
	EVP_CIPHER_CTX *ctx;
	unsigned len;
	int done;

	if (!w->encrypt) {
		HMAC(EVP_get_digestbyname(w->suite->md), w->key, hash_info[w->suite->h].size,
		    j->esp, j->len, digest, &len);
		j->ok = memcmp(digest, j->esp + j->len, hash_info[w->suite->h].icv) == 0;
	}
	ctx = EVP_CIPHER_CTX_new();
	EVP_CipherInit_ex(
	    ctx, EVP_get_cipherbyname(w->suite->evp), NULL, w->key, j->esp + 8, w->encrypt);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	EVP_CipherUpdate(ctx, payload, &done, payload, (int)(j->len - 8 - iv));
	EVP_CIPHER_CTX_free(ctx);
	if (w->encrypt) {
		HMAC(EVP_get_digestbyname(w->suite->md), w->key, hash_info[w->suite->h].size,
		    j->esp, j->len, digest, &len);
		memcpy(j->esp + j->len, digest, hash_info[w->suite->h].icv);
	}
}

/* All packets of the set, in batches. */
static void once(struct work *w)
{
	for (size_t i = 0; i < CRYPT_BATCH; i += w->batch) {
		if (w->crypt)
			crypt_run(w->crypt, &w->job[i], w->batch, w->encrypt);
		for (size_t k = 0; !w->crypt && k < w->batch; k++)
			naive(w, &w->job[i + k]);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void prepare(struct work *w, struct packet *p, struct packet *fresh, size_t len,
    struct crypt *maker, const struct crypt_key *out)
{
	uint8_t iv[16] = {7};

	for (size_t i = 0; i < CRYPT_BATCH; i++) {
		struct esp_header h = {1000, (uint32_t)i + 1};

		packet_reset(&p[i]);
		memset(packet_put(&p[i], len), (int)i, len);
		esp_seal(&p[i], out, &h, iv, ESP_NEXT_UDP, &w->job[i]);
		crypt_run(maker, &w->job[i], 1, true);
		packet_fill(&fresh[i], p[i].data, p[i].len);
	}
}

static struct crypt_key *key_of(const struct crypt *c, const struct work *w, bool encrypt)
{
	return crypt_key_create(c, w->suite->c, w->suite->h, w->key, w->key, encrypt);
}

/*
 * Packets a second, median of the runs. A packet is good to decrypt only once: copies of the
 * encrypted ones are put back in place between the timed parts.
 */
static double measure(struct work *w, struct packet *p, size_t len)
{
	static struct packet_room rooms[CRYPT_BATCH];
	static struct packet fresh[CRYPT_BATCH];
	struct crypt *maker = crypt_create(one_crypto(), CRYPT_OPENSSL);
	struct crypt_key *out = key_of(maker, w, true), *use[CRYPT_BATCH];
	double v[RUNS];

	for (size_t i = 0; i < CRYPT_BATCH; i++)
		fresh[i] = packet_in(&rooms[i]);
	prepare(w, p, fresh, len, maker, out);
	for (size_t i = 0; i < CRYPT_BATCH; i++)
		w->job[i].key = use[i] = key_of(w->crypt ? w->crypt : maker, w, w->encrypt);
	for (int r = 0; r < RUNS; r++) {
		double spent = 0;
		size_t n = 0;

		while (spent < SLOT) {
			double start;

			for (size_t i = 0; !w->encrypt && i < CRYPT_BATCH; i++)
				memcpy(p[i].data, fresh[i].data, p[i].len);
			start = cpu_now();
			once(w);
			spent += cpu_now() - start;
			n += CRYPT_BATCH;
		}
		v[r] = (double)n / spent;
	}
	for (size_t i = 0; i < CRYPT_BATCH; i++)
		if (!w->encrypt && !w->job[i].ok)
			abort();
	qsort(v, RUNS, sizeof *v, by_value);
	for (size_t i = 0; i < CRYPT_BATCH; i++)
		crypt_key_destroy(use[i]);
	crypt_key_destroy(out);
	crypt_destroy(maker);
	return v[RUNS / 2];
}

static void row(const struct suite *s, bool encrypt, size_t len, struct crypt *crypt,
    const char *name, double peer, struct packet *p)
{
	printf("%-14s %s %5zu B  %-20s", s->name, encrypt ? "enc" : "dec", len, name);
	for (size_t b = 0; b < BATCHES; b++) {
		struct work w = {
		    .suite = s, .crypt = crypt, .encrypt = encrypt, .batch = batch_size[b]};
		double pps = measure(&w, p, len);

		printf("  %7.3f (%5.2fx)", pps * (double)len * 8 / 1e9, pps / peer);
	}
	putchar('\n');
}

/* The way by itself, where this processor has it and it has the cipher. */
static void row_of_way(const struct suite *s, bool encrypt, size_t len, enum crypt_way way,
    double peer, struct packet *p)
{
	struct crypt *c = crypt_create(one_crypto(), way);
	char ways[CRYPT_WAYS_TEXT];

	if (!c)
		return;
	crypt_suite_ways(c, s->c, s->h, encrypt, ways);
	if (strncmp(ways, crypt_way_name[way], strlen(crypt_way_name[way])) == 0)
		row(s, encrypt, len, c, crypt_way_name[way], peer, p);
	crypt_destroy(c);
}

static void rows(const struct suite *s, bool encrypt, size_t len, struct crypt *measured,
    struct packet *p)
{
	struct work peer = {.suite = s, .encrypt = encrypt, .batch = 16};
	double pps = measure(&peer, p, len);

	printf("%-14s %s %5zu B  %-20s  %7.3f\n", s->name, encrypt ? "enc" : "dec", len,
	    "naive openssl", pps * (double)len * 8 / 1e9);
	row(s, encrypt, len, measured, "measured", pps, p);
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		row_of_way(s, encrypt, len, way, pps, p);
}

static struct crypt *timed_start(enum crypt_way way, const char *name)
{
	double start = cpu_now();
	struct crypt *c = crypt_create(one_crypto(), way);

	if (c)
		printf("start %-20s  %7.3f ms\n", name, (cpu_now() - start) * 1e3);
	return c;
}

int main(void)
{
	static const size_t size[] = {1400, 64};
	static struct packet_room rooms[CRYPT_BATCH];
	static struct packet p[CRYPT_BATCH];
	struct crypt *measured;

	for (size_t i = 0; i < CRYPT_BATCH; i++)
		p[i] = packet_in(&rooms[i]);
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		crypt_destroy(timed_start(way, crypt_way_name[way]));
	measured = timed_start(CRYPT_MEASURED, "measuring all");
	printf("measured: %s\n", crypt_describe(measured));
	printf("Gbit/s a core (ratio to the naive OpenSSL peer of this run), batches of 1, 4, 16, "
	       "64, 256\n");
	for (size_t l = 0; l < sizeof size / sizeof *size; l++)
		for (size_t s = 0; s < sizeof suite / sizeof *suite; s++)
			for (int encrypt = 1; encrypt >= 0; encrypt--)
				rows(&suite[s], encrypt, size[l], measured, p);
	crypt_destroy(measured);
	return 0;
}
