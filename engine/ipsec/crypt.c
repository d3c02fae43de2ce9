/*
 * The dispatcher over the back ends: for each cipher and each hash, direction
 * and load of a batch there is the way that was fastest at start: narrow
 * vectors for a few packets, wide ones for many, OpenSSL where a processor has
 * no vector code for a cipher. A packet whose cipher and hash go the same way is
 * given to that as a whole; else it goes twice, deciphering only if the ICV was right.
 */
#include "engine/ipsec/crypt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/counter.h"
#include "engine/ipsec/crypt_measure.h"

struct use {
	counter packets, bytes, failed;
};

/* Who does what in the batch at hand. */
struct plan {
	uint8_t cipher[CIPHER_COUNT], hash[HASH_COUNT];
	way_set asked[CRYPT_PARTS];
};

struct crypt {
	struct crypt_ways ways;
	struct crypt_table way;
	struct use suite[CIPHER_COUNT][HASH_COUNT][2], by_way[CRYPT_WAYS][2];
	char text[CIPHER_COUNT * CRYPT_WAYS_TEXT];
	const struct crypt_pauses *pauses; /* of the batch at hand; NULL: none */
};

/* ---- keys -------------------------------------------------------------------- */

static way_set ways_of(const uint8_t way[CRYPT_BATCH + 1])
{
	way_set set = 0;

	for (size_t n = 1; n <= CRYPT_BATCH; n++)
		set |= (way_set)1 << way[n];
	return set;
}

struct crypt_key *crypt_key_create(const struct crypt *c, enum cipher cipher, enum hash hash,
    const uint8_t *enc, const uint8_t *auth, bool encrypt)
{
	struct key_ways set = {.hash = ways_of(c->way.hash[hash])};

	if (cipher != CIPHER_NULL)
		set.cipher = ways_of(c->way.cipher[cipher][encrypt]);
	return ways_key(&c->ways, &set, cipher, hash, enc, auth, encrypt);
}

void crypt_forget(struct crypt *c)
{
	ways_forget(&c->ways);
}

/* ---- a batch ----------------------------------------------------------------- */

static enum crypt_way hash_way(const struct plan *p, const struct esp_job *j)
{
	return p->hash[j->key->hash];
}

static enum crypt_way cipher_way(const struct plan *p, const struct esp_job *j)
{
	return j->key->cipher == CIPHER_NULL ? hash_way(p, j) : p->cipher[j->key->cipher];
}

static void plan(struct plan *p, const struct crypt_table *t, const struct esp_job *jobs, size_t n,
    bool encrypt)
{
	struct crypt_load cipher[CIPHER_COUNT] = {{0}};
	size_t hash[HASH_COUNT] = {0};

	for (size_t i = 0; i < n; i++) {
		struct crypt_load *l = &cipher[jobs[i].key->cipher];
		size_t len = job_payload_len(&jobs[i]);

		l->jobs++;
		l->bytes += len;
		l->longest = l->longest < len ? len : l->longest;
		hash[jobs[i].key->hash]++;
	}
	for (enum cipher c = CIPHER_DES; c < CIPHER_COUNT; c++)
		p->cipher[c] = t->cipher[c][encrypt][crypt_table_load(c, encrypt, &cipher[c])];
	for (enum hash h = HASH_NONE; h < HASH_COUNT; h++)
		p->hash[h] = t->hash[h][hash[h]];
	for (size_t i = 0; i < n; i++) {
		enum crypt_way c = cipher_way(p, &jobs[i]), h = hash_way(p, &jobs[i]);

		p->asked[c == h ? CRYPT_WHOLE : CRYPT_CIPHER] |= (way_set)1 << c;
		p->asked[c == h ? CRYPT_WHOLE : CRYPT_HASH] |= (way_set)1 << h;
	}
}

static bool has_part(const struct plan *p, const struct esp_job *j, enum crypt_way way,
    enum crypt_part part)
{
	enum crypt_way c = cipher_way(p, j), h = hash_way(p, j);

	if (c == h)
		return part == CRYPT_WHOLE && c == way;
	return (part == CRYPT_CIPHER && c == way) || (part == CRYPT_HASH && h == way);
}

/* Of a payload the k-th of so many pieces begins there. */
static uint32_t piece_at(const struct esp_job *j, unsigned k, unsigned pieces)
{
	return (uint32_t)((uint64_t)job_payload_len(j) * k / pieces / j->key->iv * j->key->iv);
}

/* In CBC the last block of a piece is the next one's IV, and stands where that is looked for. */
static void encipher_in_pieces(struct crypt *c, enum crypt_way way, struct esp_job *const *list,
    size_t n)
{
	const struct crypt_pauses *pauses = c->pauses;
	struct esp_job piece[CRYPT_BATCH], *pieces[CRYPT_BATCH];

	c->pauses = NULL;
	for (unsigned k = 0; k < pauses->pieces; k++) {
		size_t some = 0;

		if (k)
			pauses->pause(pauses->arg);
		for (size_t i = 0; i < n; i++) {
			const struct esp_job *j = list[i];
			uint32_t at = piece_at(j, k, pauses->pieces);
			uint32_t end = piece_at(j, k + 1, pauses->pieces);

			piece[some] = (struct esp_job){.key = j->key, .esp = j->esp + at,
			    .len = ESP_HEADER + j->key->iv + end - at};
			pieces[some] = &piece[some];
			some += end > at;
		}
		if (some)
			ways_run(&c->ways, way, pieces, some, true, CRYPT_CIPHER);
	}
}

static void run_part(struct crypt *c, const struct plan *p, struct esp_job *jobs, size_t n,
    bool encrypt, enum crypt_part part)
{
	struct esp_job *list[CRYPT_BATCH];

	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++) {
		size_t len = 0;

		if (!(p->asked[part] >> way & 1))
			continue;
		for (size_t i = 0; i < n; i++)
			if (has_part(p, &jobs[i], way, part) &&
			    (encrypt || part != CRYPT_CIPHER || jobs[i].ok))
				list[len++] = &jobs[i];
		if (len && c->pauses && part == CRYPT_CIPHER)
			encipher_in_pieces(c, way, list, len);
		else if (len)
			ways_run(&c->ways, way, list, len, encrypt, part);
	}
}

static void note(struct use *u, const struct esp_job *j, bool encrypt)
{
	count(&u->packets, 1);
	count(&u->bytes, job_payload_len(j));
	if (!encrypt && !j->ok)
		count(&u->failed, 1);
}

void crypt_run(struct crypt *c, struct esp_job *jobs, size_t n, bool encrypt)
{
	struct plan p = {.asked = {0}};

	plan(&p, &c->way, jobs, n, encrypt);
	run_part(c, &p, jobs, n, encrypt, CRYPT_WHOLE);
	run_part(c, &p, jobs, n, encrypt, encrypt ? CRYPT_CIPHER : CRYPT_HASH);
	run_part(c, &p, jobs, n, encrypt, encrypt ? CRYPT_HASH : CRYPT_CIPHER);
	for (size_t i = 0; i < n; i++) {
		const struct crypt_key *k = jobs[i].key;

		note(&c->by_way[cipher_way(&p, &jobs[i])][encrypt], &jobs[i], encrypt);
		note(&c->suite[k->cipher][k->hash][encrypt], &jobs[i], encrypt);
	}
}

void crypt_encrypt_pausing(struct crypt *c, struct esp_job *jobs, size_t n,
    const struct crypt_pauses *pauses)
{
	c->pauses = pauses;
	crypt_run(c, jobs, n, true);
	c->pauses = NULL;
}

/* ---- what is told of it ------------------------------------------------------ */

static struct crypt_use use_of(const struct use *u)
{
	return (struct crypt_use){get(&u->packets), get(&u->bytes), get(&u->failed)};
}

struct crypt_use crypt_suite_use(const struct crypt *c, enum cipher cipher, enum hash hash,
    bool encrypt)
{
	return use_of(&c->suite[cipher][hash][encrypt]);
}

struct crypt_use crypt_way_use(const struct crypt *c, enum crypt_way way, bool encrypt)
{
	return use_of(&c->by_way[way][encrypt]);
}

bool crypt_way_serves(const struct crypt *c, enum crypt_way way)
{
	way_set set = 0;

	for (enum cipher i = CIPHER_DES; i < CIPHER_COUNT; i++)
		set |= ways_of(c->way.cipher[i][0]) | ways_of(c->way.cipher[i][1]);
	for (enum hash h = HASH_MD5; h < HASH_COUNT; h++)
		set |= ways_of(c->way.hash[h]);
	return set >> way & 1;
}

/* A text that is cut off where there is no more room. */
struct text {
	char *at;
	size_t room;
};

static __attribute__((format(printf, 2, 3))) void say(struct text *t, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->at, t->room, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= t->room)
		n = (int)t->room - 1;
	t->at += n;
	t->room -= (size_t)n;
}

static void say_ways(struct text *t, const uint8_t way[CRYPT_BATCH + 1], const char *unit)
{
	say(t, "%s", crypt_way_name[way[1]]);
	for (size_t n = 2; n <= CRYPT_BATCH; n++)
		if (way[n] != way[n - 1])
			say(t, ", %s from %zu packets%s", crypt_way_name[way[n]], n, unit);
}

static void say_suite(struct text *t, const struct crypt_table *way, enum cipher cipher,
    enum hash hash, bool encrypt)
{
	const uint8_t *c = way->cipher[cipher][encrypt], *h = way->hash[hash];
	bool blocks = !encrypt && (cipher == CIPHER_DES || cipher == CIPHER_3DES);

	if (cipher == CIPHER_NULL) {
		say_ways(t, h, "");
		return;
	}
	say_ways(t, c, blocks ? " of 64 bytes" : "");
	if (memcmp(c + 1, h + 1, CRYPT_BATCH) == 0)
		return;
	say(t, "; hash: ");
	say_ways(t, h, "");
}

void crypt_suite_ways(const struct crypt *c, enum cipher cipher, enum hash hash, bool encrypt,
    char buf[CRYPT_WAYS_TEXT])
{
	struct text t = {buf, CRYPT_WAYS_TEXT};

	say_suite(&t, &c->way, cipher, hash, encrypt);
}

static uint32_t megabits(uint32_t picoseconds_a_byte)
{
	return picoseconds_a_byte ? 8000000 / picoseconds_a_byte : 0;
}

void crypt_suite_rates(const struct crypt *c, enum cipher cipher, enum hash hash, bool encrypt,
    struct crypt_rate rate[CRYPT_RATES])
{
	for (size_t i = 0; i < CRYPT_RATES; i++) {
		const struct crypt_pace *a = &c->way.cipher_pace[cipher][encrypt][i];
		const struct crypt_pace *b = &c->way.hash_pace[hash][i];

		rate[i] = (struct crypt_rate){crypt_rate_size[i], megabits(a->here + b->here),
		    megabits(a->openssl + b->openssl)};
	}
}

/* SHA1 stands for all hashes in the text, encryption for both directions. */
static void describe(struct crypt *c)
{
	struct text t = {c->text, sizeof c->text};

	for (enum cipher i = CIPHER_DES; i < CIPHER_COUNT; i++) {
		say(&t, "%s%s-sha: ", i == CIPHER_DES ? "" : ", ", cipher_info[i].word);
		say_suite(&t, &c->way, i, HASH_SHA1, true);
	}
}

/* ---- life -------------------------------------------------------------------- */

/* Ways that never win give their memory back; OpenSSL serves what nothing else does. */
static void drop_unused(struct crypt *c)
{
	for (enum crypt_way way = CRYPT_OPENSSL + 1; way < CRYPT_WAYS; way++)
		if (!crypt_way_serves(c, way))
			ways_drop(&c->ways, way);
}

/* One way for all that it has, and OpenSSL for the rest. */
static bool start_only(struct crypt *c, const struct crypto *crypto, enum crypt_way only)
{
	if (!ways_add(&c->ways, crypto, CRYPT_OPENSSL))
		return false;
	if (only != CRYPT_OPENSSL && !ways_add(&c->ways, crypto, only))
		return false;
	for (enum cipher i = CIPHER_DES; i < CIPHER_COUNT; i++)
		if (ways_have(&c->ways, only, i))
			memset(c->way.cipher[i], (int)only, sizeof c->way.cipher[i]);
	if (ways_have(&c->ways, only, CIPHER_NULL))
		memset(c->way.hash, (int)only, sizeof c->way.hash);
	return true;
}

static bool start(struct crypt *c, const struct crypto *crypto, enum crypt_way only)
{
	memset(c->way.cipher, CRYPT_OPENSSL, sizeof c->way.cipher);
	memset(c->way.hash, CRYPT_OPENSSL, sizeof c->way.hash);
	if (only != CRYPT_MEASURED)
		return start_only(c, crypto, only);
	ways_add_best(&c->ways, crypto);
	if (!c->ways.state[CRYPT_OPENSSL] || /* serves what nothing else does */
	    !crypt_measure(&c->ways, crypt_thread_time, &c->way))
		return false;
	drop_unused(c);
	return true;
}

struct crypt *crypt_create(const struct crypto *crypto, enum crypt_way only)
{
	struct crypt *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	if (!start(c, crypto, only)) {
		crypt_destroy(c);
		return NULL;
	}
	describe(c);
	return c;
}

struct crypt *crypt_create_like(const struct crypto *crypto, const struct crypt *measured)
{
	struct crypt *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->way = measured->way;
	memcpy(c->text, measured->text, sizeof c->text);
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		if ((way == CRYPT_OPENSSL || crypt_way_serves(c, way)) &&
		    !ways_add(&c->ways, crypto, way)) {
			crypt_destroy(c);
			return NULL;
		}
	return c;
}

void crypt_destroy(struct crypt *c)
{
	for (enum crypt_way way = CRYPT_OPENSSL; c && way < CRYPT_WAYS; way++)
		ways_drop(&c->ways, way);
	free(c);
}

const char *crypt_describe(const struct crypt *c)
{
	return c->text;
}
