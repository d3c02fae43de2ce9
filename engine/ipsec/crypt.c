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

#include "engine/ipsec/crypt_measure.h"

struct crypt {
	struct crypt_ways ways;
	crypt_table way;
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
			ways_run(&c->ways, way, list[way], len[way], encrypt);
}

static bool used(const struct crypt *c, enum crypt_way way)
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
		if (!used(c, way))
			ways_drop(&c->ways, way);
}

/* SHA1 stands for all hashes in the text, encryption for both directions. */
static void describe(struct crypt *c)
{
	size_t at = 0;

	for (int i = CIPHER_DES; i < CIPHER_COUNT; i++) {
		const uint8_t *way = c->way[i][HASH_SHA1][1];

		at += (size_t)snprintf(c->text + at, sizeof c->text - at, "%s%s-sha: %s",
		    at ? ", " : "", cipher_info[i].word, crypt_way_name[way[0]]);
		for (size_t s = 1; s < CRYPT_SIZES; s++)
			if (way[s] != way[s - 1])
				at += (size_t)snprintf(c->text + at, sizeof c->text - at,
				    ", %s from %u packets", crypt_way_name[way[s]],
				    crypt_size[s - 1] + 1u);
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
