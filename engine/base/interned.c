/* What is kept once; see interned.h. */
#include "engine/base/interned.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/env.h"

#define CHAINS 4096

/* Its bytes stand behind it: a holder has their address. */
struct shared {
	struct chain_link link; /* by hash */
	uint32_t len, holders;
	uint8_t bytes[];
};

_Static_assert(offsetof(struct shared, bytes) % _Alignof(uint64_t) == 0, "objects stand there");

bool interned_init(struct interned *in, uint64_t seed)
{
	in->seed = seed;
	return chains_init(&in->chains, CHAINS, seed);
}

void interned_fini(struct interned *in)
{
	chains_fini(&in->chains);
}

/* FNV-1a. */
static uint64_t hash(const struct interned *in, const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	uint64_t h = 0xcbf29ce484222325ULL ^ in->seed;

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * 0x100000001b3ULL;
	return h;
}

static bool is(const struct shared *s, const void *bytes, size_t len,
    bool (*equal)(const void *, const void *))
{
	return s->len == len &&
	    (equal ? equal(s->bytes, bytes) : memcmp(s->bytes, bytes, len) == 0);
}

static const void *hold(struct interned *in, uint64_t key, const void *bytes, size_t len,
    bool (*equal)(const void *, const void *))
{
	struct shared *s;

	for (struct chain_link *l = chains_find(&in->chains, key); l; l = l->next) {
		s = container_of(l, struct shared, link);
		if (l->key == key && is(s, bytes, len, equal)) {
			s->holders++;
			return s->bytes;
		}
	}
	s = malloc(sizeof *s + len);
	if (!s)
		return NULL;
	s->len = (uint32_t)len;
	s->holders = 1;
	memcpy(s->bytes, bytes, len);
	chains_add(&in->chains, &s->link, key);
	return s->bytes;
}

const char *intern_text(struct interned *in, const char *text)
{
	size_t len = strlen(text) + 1;

	return hold(in, hash(in, text, len), text, len, NULL);
}

const void *intern_object(struct interned *in, const char *key, const void *object, size_t len,
    bool (*equal)(const void *, const void *))
{
	return hold(in, hash(in, key, strlen(key)), object, len, equal);
}

void intern_drop(struct interned *in, const void *bytes)
{
	struct shared *s;

	if (!bytes)
		return;
	s = (struct shared *)((uintptr_t)bytes - offsetof(struct shared, bytes));
	if (--s->holders > 0)
		return;
	chains_remove(&in->chains, &s->link);
	explicit_bzero(s, sizeof *s + s->len);
	free(s);
}
