/* Sorted vectors of configuration objects. */
#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"
#include "engine/ipc/message.h"

void *config_must(void *p)
{
	if (!p)
		abort();
	return p;
}

/* Where `item` is, or would be. */
static size_t place(const char *base, size_t n, const struct kind *k, const void *item, bool *found)
{
	size_t lo = 0, hi = n;

	*found = false;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int r = k->cmp(base + mid * k->size, item);

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

/* Takes `item` over: replaces the one with the same key, else inserts it. */
void *vec_put(void *vec, size_t *n, const struct kind *k, const void *item)
{
	char **base = vec;
	bool found;
	size_t at = place(*base, *n, k, item, &found);

	if (found) {
		k->fini(*base + at * k->size);
	} else {
		*base = config_must(realloc(*base, (*n + 1) * k->size));
		memmove(*base + (at + 1) * k->size, *base + at * k->size, (*n - at) * k->size);
		(*n)++;
	}
	return memcpy(*base + at * k->size, item, k->size);
}

/* Removes the one with `item`'s key, and frees `item`'s parts too. */
static void vec_drop(void *vec, size_t *n, const struct kind *k, void *item)
{
	char **base = vec;
	bool found;
	size_t at = place(*base, *n, k, item, &found);

	if (found) {
		k->fini(*base + at * k->size);
		memmove(*base + at * k->size, *base + (at + 1) * k->size, (*n - at - 1) * k->size);
		(*n)--;
	}
	k->fini(item);
}

void vec_change(void *vec, size_t *n, const struct kind *k, uint8_t op, void *item)
{
	if (op == CFG_SET)
		vec_put(vec, n, k, item);
	else
		vec_drop(vec, n, k, item);
}

void vec_clear(void *vec, size_t *n, const struct kind *k)
{
	char **base = vec;

	for (size_t i = 0; i < *n; i++)
		k->fini(*base + i * k->size);
	free(*base);
	*base = NULL;
	*n = 0;
}

void *vec_find(const void *vec, size_t n, const struct kind *k, const void *key)
{
	bool found;
	size_t at = place(vec, n, k, key, &found);

	return found ? (char *)(uintptr_t)vec + at * k->size : NULL;
}
