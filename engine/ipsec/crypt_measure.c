/*
 * The measurement by which the dispatcher decides; see crypt_measure.h.
 *
 * Each way is measured with a few packets, and what lies between and beyond is worked out.
 */
#include "engine/ipsec/crypt_measure.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PROBE_MAX 1024 /* bytes of payload in a measured packet: large ones carry most of a load */
#define PROBE_TRIES 3  /* the fastest counts */
#define PROBE_ROOM (CRYPT_BATCH * (CRYPT_DES_UNIT + 64)) /* all measured packets of a run */

const uint8_t crypt_size[CRYPT_SIZES] = {1, 2, 4, 8, 16};
const uint16_t crypt_rate_size[CRYPT_RATES] = {1, 4, 16, 64, CRYPT_BATCH};
#define LARGEST 16

_Static_assert(LARGEST * (PROBE_MAX + 64) <= PROBE_ROOM, "they fit");

uint64_t crypt_thread_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool is_des(enum cipher c)
{
	return c == CIPHER_DES || c == CIPHER_3DES;
}

size_t crypt_table_load(enum cipher c, bool encrypt, const struct crypt_load *l)
{
	size_t unit = encrypt ? l->longest : CRYPT_DES_UNIT, n = l->jobs;

	if (is_des(c) && unit)
		n = (l->bytes + unit - 1) / unit;
	if (n < 1)
		return 1;
	return n < CRYPT_BATCH ? n : CRYPT_BATCH;
}

/* ---- one run ----------------------------------------------------------------- */

struct probe {
	crypt_clock *clock;
	uint64_t idle; /* what the clock itself takes */
	uint8_t bytes[PROBE_ROOM];
	struct esp_job job[CRYPT_BATCH], *list[CRYPT_BATCH];
};

static uint64_t once(struct crypt_ways *w, struct probe *p, enum crypt_way way, size_t n,
    bool encrypt)
{
	uint64_t start = p->clock(), end;

	ways_run(w, way, p->list, n, encrypt, CRYPT_WHOLE);
	start += p->idle;
	end = p->clock();
	return end > start ? end - start : 1;
}

/* As long as a packet's SHA1: alone, a packet would seem twice as expensive. */
static uint64_t idle_time(crypt_clock *clock)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < PROBE_TRIES; i++) {
		uint64_t start = clock(), took = clock() - start;

		if (took < best)
			best = took;
	}
	return best;
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

/* ---- one way ----------------------------------------------------------------- */

/* Nanoseconds by number of packets. */
typedef uint64_t costs[CRYPT_BATCH + 1];

/* OpenSSL's time grows with the number of packets; that of lanes whenever these are full. */
static void in_steps(costs cost, uint64_t took, size_t lanes)
{
	for (size_t n = 1; n <= CRYPT_BATCH; n++)
		cost[n] = (n + lanes - 1) / lanes * took;
}

static void between(costs cost, const uint64_t took[CRYPT_SIZES])
{
	size_t i = 0;

	for (size_t n = 1; n <= CRYPT_BATCH; n++) {
		size_t low = crypt_size[i], high = crypt_size[i + 1];

		if (n > LARGEST) {
			cost[n] = took[CRYPT_SIZES - 1] * n / LARGEST;
			continue;
		}
		cost[n] = (took[i] * (high - n) + took[i + 1] * (n - low)) / (high - low);
		if (n == high && i + 2 < CRYPT_SIZES)
			i++;
	}
}

/*
 * A batch never costs less than its first packet: a way on which that alone is slower than
 * OpenSSL's largest batch is not tried further.
 */
static void probe_unknown(struct crypt_ways *w, struct probe *p, enum crypt_way way, bool encrypt,
    uint64_t hopeless, costs cost)
{
	uint64_t first, took[CRYPT_SIZES];

	once(w, p, way, 1, encrypt); /* brings the code in from the disk */
	first = once(w, p, way, 1, encrypt);
	if (first > hopeless) /* or only interrupted */
		first = once(w, p, way, 1, encrypt);
	if (first > hopeless)
		return;
	for (size_t i = 0; i < CRYPT_SIZES; i++)
		took[i] = fastest(w, p, way, crypt_size[i], encrypt);
	between(cost, took);
}

static void probe_way(struct crypt_ways *w, struct probe *p, enum crypt_way way, bool encrypt,
    costs cost[CRYPT_WAYS])
{
	size_t lanes = ways_des_lanes(w, way, encrypt);

	if (way == CRYPT_OPENSSL) {
		uint64_t took = fastest(w, p, way, crypt_size[2], encrypt);

		for (size_t n = 1; n <= CRYPT_BATCH; n++)
			cost[way][n] = took * n / crypt_size[2];
	} else if (lanes) {
		once(w, p, way, 1, encrypt);
		in_steps(cost[way], fastest(w, p, way, lanes < CRYPT_BATCH ? lanes : CRYPT_BATCH,
		    encrypt), lanes);
	} else {
		probe_unknown(w, p, way, encrypt, cost[CRYPT_OPENSSL][LARGEST], cost[way]);
	}
}

/* ---- one cipher or hash ------------------------------------------------------ */

static uint8_t cheapest(costs cost[CRYPT_WAYS], size_t n)
{
	uint8_t best = CRYPT_OPENSSL;

	for (enum crypt_way v = CRYPT_OPENSSL + 1; v < CRYPT_WAYS; v++)
		if (cost[v][n] < cost[best][n])
			best = (uint8_t)v;
	return best;
}

/* By number of packets the cheapest way, from many down to one: each that serves costs keys in
 * every SA, so that another has to be an eighth cheaper than what serves more packets. */
static void choose(costs cost[CRYPT_WAYS], uint8_t way[CRYPT_BATCH + 1])
{
	uint8_t best = cheapest(cost, CRYPT_BATCH);

	for (size_t n = CRYPT_BATCH; n > 0; n--) {
		uint8_t here = cheapest(cost, n);

		if (cost[here][n] < cost[best][n] - cost[best][n] / 8)
			best = here;
		way[n] = best;
	}
}

/* Of packets of `len` bytes. */
static void keep_paces(costs cost[CRYPT_WAYS], const uint8_t way[CRYPT_BATCH + 1], size_t len,
    struct crypt_pace pace[CRYPT_RATES])
{
	for (size_t i = 0; i < CRYPT_RATES; i++) {
		size_t n = crypt_rate_size[i];

		pace[i].here = (uint32_t)(cost[way[n]][n] * 1000 / (n * len));
		pace[i].openssl = (uint32_t)(cost[CRYPT_OPENSSL][n] * 1000 / (n * len));
	}
}

struct measurement {
	struct probe probe;
	costs cost[CRYPT_WAYS];
};

/* One cipher without a hash, or one hash without a cipher: so that a wrong ICV, which spares
 * OpenSSL the deciphering, falsifies nothing. */
static bool probe(struct crypt_ways *w, struct measurement *m, enum cipher cipher, enum hash hash,
    bool encrypt, uint8_t way[CRYPT_BATCH + 1], struct crypt_pace pace[CRYPT_RATES])
{
	static const uint8_t secret[64] = {1};
	static const struct key_ways all = {~(way_set)0, ~(way_set)0};
	struct crypt_key *key = ways_key(w, &all, cipher, hash, secret, secret, encrypt);
	size_t n = is_des(cipher) ? CRYPT_BATCH : LARGEST;
	size_t len = is_des(cipher) ? CRYPT_DES_UNIT : PROBE_MAX;

	if (!key)
		return false;
	for (size_t i = 0; i < n; i++) {
		m->probe.job[i] = (struct esp_job){.key = key,
		    .esp = m->probe.bytes + i * (len + 64),
		    .len = (uint32_t)(ESP_HEADER + key->iv + len)};
		m->probe.list[i] = &m->probe.job[i];
	}
	memset(m->cost, 0xff, sizeof m->cost); /* who cannot never wins */
	for (enum crypt_way v = CRYPT_OPENSSL; v < CRYPT_WAYS; v++)
		if (ways_have(w, v, cipher))
			probe_way(w, &m->probe, v, encrypt, m->cost);
	choose(m->cost, way);
	keep_paces(m->cost, way, len, pace);
	crypt_key_destroy(key);
	return true;
}

bool crypt_measure(struct crypt_ways *w, crypt_clock *clock, struct crypt_table *t)
{
	struct measurement *m = calloc(1, sizeof *m);
	bool ok = m != NULL;

	if (m) {
		m->probe.clock = clock;
		m->probe.idle = idle_time(clock);
	}
	for (enum hash h = HASH_MD5; ok && h < HASH_COUNT; h++)
		ok = probe(w, m, CIPHER_NULL, h, true, t->hash[h], t->hash_pace[h]);
	for (int e = 0; e < 2; e++)
		for (enum cipher i = CIPHER_DES; ok && i < CIPHER_COUNT; i++)
			ok = probe(w, m, i, HASH_NONE, e, t->cipher[i][e],
			    t->cipher_pace[i][e]);
	free(m);
	return ok;
}
