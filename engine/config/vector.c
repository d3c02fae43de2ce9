/*
 * The vectors of the configuration: items of one kind, sorted by their key. An
 * item owns its texts; it lives until one with its key is put in its place, or
 * it is dropped.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"

void *config_must(void *p)
{
	if (!p)
		abort();
	return p;
}

static char **base_of(const struct config *c, const struct kind *k)
{
	return (char **)((char *)(uintptr_t)c + k->vec);
}

static size_t *count_of(const struct config *c, const struct kind *k)
{
	return (size_t *)((char *)(uintptr_t)c + k->n);
}

static void fini(enum msg_type type, void *item)
{
	if (config_kind(type)->fini)
		config_kind(type)->fini(item);
	else
		ipc_drop(ipc_shape(type), item);
}

/* Where `key` is, or would be. */
static size_t place(const struct config *c, enum msg_type type, const void *key, bool *found)
{
	const struct kind *k = config_kind(type);
	const struct ipc_shape *shape = ipc_shape(type);
	const char *base = *base_of(c, k);
	size_t lo = 0, hi = *count_of(c, k);

	*found = false;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const void *at = base + mid * k->size;
		int r = k->cmp ? k->cmp(at, key) : ipc_key_cmp(shape, at, key);

		if (r == 0) {
			*found = true;
			return mid;
		}
		if (r < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void *vec_put(struct config *c, enum msg_type type, const void *item)
{
	const struct kind *k = config_kind(type);
	char **base = base_of(c, k);
	size_t *n = count_of(c, k);
	bool found;
	size_t at = place(c, type, item, &found);

	if (found) {
		fini(type, *base + at * k->size);
	} else {
		*base = config_must(realloc(*base, (*n + 1) * k->size));
		memmove(*base + (at + 1) * k->size, *base + at * k->size, (*n - at) * k->size);
		(*n)++;
	}
	return memcpy(*base + at * k->size, item, k->size);
}

void vec_drop(struct config *c, enum msg_type type, const void *key)
{
	const struct kind *k = config_kind(type);
	char **base = base_of(c, k);
	size_t *n = count_of(c, k);
	bool found;
	size_t at = place(c, type, key, &found);

	if (!found)
		return;
	fini(type, *base + at * k->size);
	memmove(*base + at * k->size, *base + (at + 1) * k->size, (*n - at - 1) * k->size);
	(*n)--;
}

void vec_clear(struct config *c, enum msg_type type)
{
	const struct kind *k = config_kind(type);
	char **base = base_of(c, k);
	size_t *n = count_of(c, k);

	for (size_t i = 0; i < *n; i++)
		fini(type, *base + i * k->size);
	free(*base);
	*base = NULL;
	*n = 0;
}

void *vec_find(const struct config *c, enum msg_type type, const void *key)
{
	bool found;
	size_t at = place(c, type, key, &found);

	return found ? *base_of(c, config_kind(type)) + at * config_kind(type)->size : NULL;
}
