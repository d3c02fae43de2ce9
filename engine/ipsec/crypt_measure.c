/*
 * The measurement by which the dispatcher decides; see crypt_measure.h.
 *
 * A suite's time is taken as the sum of its cipher's and its hash's, so that
 * five ciphers in two directions and five hashes stand for all sixty cases.
 */
#include "engine/ipsec/crypt_measure.h"

#include <stdlib.h>
#include <time.h>

#define PROBE_MAX 1024 /* bytes of payload in a measured packet: large ones carry most of a load */
#define PROBE_DES 64   /* the same for DES and 3DES, which are slow */
#define PROBE_TRIES 3  /* the fastest counts */

const uint8_t crypt_size[CRYPT_SIZES] = {1, 2, 4, 8, 16};

uint64_t crypt_thread_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct probe {
	crypt_clock *clock;
	uint8_t bytes[16][PROBE_MAX + 128];
	struct esp_job job[16], *list[16];
};

/* Nanoseconds by way and batch size; 0 = the way is not there. */
typedef uint64_t times[CRYPT_WAYS][CRYPT_SIZES];

static uint64_t once(struct crypt_ways *w, struct probe *p, enum crypt_way way, size_t n,
    bool encrypt)
{
	uint64_t start = p->clock();

	ways_run(w, way, p->list, n, encrypt);
	return p->clock() - start;
}

static uint64_t fastest(struct crypt_ways *w, struct probe *p, enum crypt_way way, size_t n,
    bool encrypt)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < PROBE_TRIES; i++) {
		uint64_t took = once(w, p, way, n, encrypt);

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
static void probe_way(struct crypt_ways *w, struct probe *p, enum crypt_way way, bool encrypt,
    times t)
{
	uint64_t first, hopeless = t[CRYPT_OPENSSL][CRYPT_SIZES - 1];

	if (way == CRYPT_OPENSSL) {
		first = fastest(w, p, way, crypt_size[2], encrypt);
		for (size_t i = 0; i < CRYPT_SIZES; i++)
			t[way][i] = first * crypt_size[i] / crypt_size[2];
		return;
	}
	once(w, p, way, 1, encrypt); /* brings the code in from the disk */
	first = once(w, p, way, 1, encrypt);
	if (first > hopeless) /* or only interrupted */
		first = once(w, p, way, 1, encrypt);
	for (size_t i = 0; i < CRYPT_SIZES; i++)
		t[way][i] = first > hopeless ? first * crypt_size[i]
		                             : fastest(w, p, way, crypt_size[i], encrypt);
}

/* One cipher without a hash, or one hash without a cipher: so that a wrong ICV, which spares
 * OpenSSL the deciphering, falsifies nothing. */
static bool probe(struct crypt_ways *w, struct probe *p, enum cipher cipher, enum hash hash,
    bool encrypt, times t)
{
	static const uint8_t secret[64] = {1};
	struct crypt_key *key = ways_key(w, cipher, hash, secret, secret, encrypt);
	size_t len = cipher == CIPHER_DES || cipher == CIPHER_3DES ? PROBE_DES : PROBE_MAX;

	if (!key)
		return false;
	for (size_t i = 0; i < crypt_size[CRYPT_SIZES - 1]; i++) {
		p->job[i] = (struct esp_job){.key = key, .esp = p->bytes[i],
		    .len = (uint32_t)(ESP_HEADER + key->iv + len)};
		p->list[i] = &p->job[i];
	}
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		if (w->state[way])
			probe_way(w, p, way, encrypt, t);
	crypt_key_destroy(key);
	return true;
}

static void choose(struct crypt_ways *w, uint8_t way[CRYPT_SIZES], times cipher, times hash)
{
	for (size_t i = 0; i < CRYPT_SIZES; i++) {
		way[i] = CRYPT_OPENSSL;
		for (enum crypt_way v = CRYPT_OPENSSL + 1; v < CRYPT_WAYS; v++)
			if (w->state[v] &&
			    cipher[v][i] + hash[v][i] < cipher[way[i]][i] + hash[way[i]][i])
				way[i] = (uint8_t)v;
	}
}

struct measurement {
	struct probe probe;
	times cipher[2][CIPHER_COUNT], hash[HASH_COUNT];
};

bool crypt_measure(struct crypt_ways *w, crypt_clock *clock, crypt_table way)
{
	struct measurement *m = calloc(1, sizeof *m);
	bool ok = m != NULL;

	if (m)
		m->probe.clock = clock;
	for (enum hash h = HASH_MD5; ok && h < HASH_COUNT; h++)
		ok = probe(w, &m->probe, CIPHER_NULL, h, true, m->hash[h]);
	for (int e = 0; e < 2; e++)
		for (enum cipher i = CIPHER_DES; ok && i < CIPHER_COUNT; i++)
			ok = probe(w, &m->probe, i, HASH_NONE, e, m->cipher[e][i]);
	for (int i = 0; ok && i < CIPHER_COUNT; i++)
		for (int h = 0; h < HASH_COUNT; h++)
			for (int e = 0; e < 2; e++)
				choose(w, way[i][h][e], m->cipher[e][i], m->hash[h]);
	free(m);
	return ok;
}
