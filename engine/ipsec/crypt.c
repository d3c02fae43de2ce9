/*
 * The dispatcher over the back ends: for each suite, direction and number of
 * its packets in a batch there is the way that was fastest at start: narrow
 * vectors for a few packets, wide ones for many, OpenSSL where a processor has
 * no vector code for a cipher.
 */
#include "engine/ipsec/crypt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/counter.h"
#include "engine/ipsec/crypt_measure.h"

struct use {
	counter packets, bytes, failed;
};

struct crypt {
	struct crypt_ways ways;
	crypt_table way;
	struct use suite[CIPHER_COUNT][HASH_COUNT][2], by_way[CRYPT_WAYS][2];
	char text[1536];
};

struct crypt_key *crypt_key_create(const struct crypt *c, enum cipher cipher, enum hash hash,
    const uint8_t *enc, const uint8_t *auth, bool encrypt)
{
	return ways_key(&c->ways, cipher, hash, enc, auth, encrypt);
}

static size_t size_index(size_t n)
{
	size_t i = 0;

	while (i + 1 < CRYPT_SIZES && n > crypt_size[i])
		i++;
	return i;
}

static void note(struct use *u, const struct esp_job *j, bool encrypt)
{
	count(&u->packets, 1);
	count(&u->bytes, j->len - ESP_HEADER - j->key->iv);
	if (!encrypt && !j->ok)
		count(&u->failed, 1);
}

static void run_way(struct crypt *c, enum crypt_way way, struct esp_job *const *list, size_t n,
    bool encrypt)
{
	ways_run(&c->ways, way, list, n, encrypt);
	for (size_t i = 0; i < n; i++) {
		const struct crypt_key *k = list[i]->key;

		note(&c->by_way[way][encrypt], list[i], encrypt);
		note(&c->suite[k->cipher][k->hash][encrypt], list[i], encrypt);
	}
}

void crypt_run(struct crypt *c, struct esp_job *jobs, size_t n, bool encrypt)
{
	struct esp_job *list[CRYPT_WAYS][CRYPT_BATCH];
	uint8_t n_of[CIPHER_COUNT][HASH_COUNT] = {{0}};
	size_t len[CRYPT_WAYS] = {0};

	for (size_t i = 0; i < n; i++)
		n_of[jobs[i].key->cipher][jobs[i].key->hash]++;
	for (size_t i = 0; i < n; i++) {
		enum cipher cipher = jobs[i].key->cipher;
		enum hash hash = jobs[i].key->hash;
		uint8_t way = c->way[cipher][hash][encrypt][size_index(n_of[cipher][hash])];

		list[way][len[way]++] = &jobs[i];
	}
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		if (len[way])
			run_way(c, way, list[way], len[way], encrypt);
}

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
	for (int i = 0; i < CIPHER_COUNT; i++)
		for (enum hash h = HASH_MD5; h < HASH_COUNT; h++)
			for (size_t s = 0; s < CRYPT_SIZES; s++)
				if (c->way[i][h][0][s] == way || c->way[i][h][1][s] == way)
					return true;
	return false;
}

/* Ways that never win give their memory back; OpenSSL serves what nothing else does. */
static void drop_unused(struct crypt *c)
{
	for (enum crypt_way way = CRYPT_OPENSSL + 1; way < CRYPT_WAYS; way++)
		if (!crypt_way_serves(c, way))
			ways_drop(&c->ways, way);
}

static size_t ways_text(const uint8_t way[CRYPT_SIZES], char *buf, size_t size)
{
	size_t at = (size_t)snprintf(buf, size, "%s", crypt_way_name[way[0]]);

	for (size_t s = 1; s < CRYPT_SIZES; s++)
		if (way[s] != way[s - 1])
			at += (size_t)snprintf(buf + at, size - at, ", %s from %u packets",
			    crypt_way_name[way[s]], crypt_size[s - 1] + 1u);
	return at;
}

void crypt_suite_ways(const struct crypt *c, enum cipher cipher, enum hash hash, bool encrypt,
    char buf[CRYPT_WAYS_TEXT])
{
	ways_text(c->way[cipher][hash][encrypt], buf, CRYPT_WAYS_TEXT);
}

/* SHA1 stands for all hashes in the text, encryption for both directions. */
static void describe(struct crypt *c)
{
	size_t at = 0;

	for (int i = CIPHER_DES; i < CIPHER_COUNT; i++) {
		at += (size_t)snprintf(c->text + at, sizeof c->text - at, "%s%s-sha: ",
		    at ? ", " : "", cipher_info[i].word);
		at += ways_text(c->way[i][HASH_SHA1][1], c->text + at, sizeof c->text - at);
	}
}

static bool start(struct crypt *c, const struct crypto *crypto, enum crypt_way only)
{
	if (only != CRYPT_MEASURED) {
		memset(c->way, (int)only, sizeof c->way);
		return ways_add(&c->ways, crypto, only);
	}
	memset(c->way, CRYPT_OPENSSL, sizeof c->way);
	ways_add_best(&c->ways, crypto);
	if (!crypt_measure(&c->ways, crypt_thread_time, c->way))
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
