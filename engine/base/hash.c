/* Embedded links in a fixed number of chains; see hash.h. */
#include "engine/base/hash.h"

#include <stdlib.h>

static size_t place(const struct hash *h, uint64_t key)
{
	uint64_t x = (key ^ h->secret) * 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 32) * (h->secret | 1);
	return (size_t)(x >> 32) & (h->size - 1);
}

bool hash_init(struct hash *h, size_t size, uint64_t secret)
{
	*h = (struct hash){.size = 1, .secret = secret};
	while (h->size < size)
		h->size *= 2;
	h->chain = calloc(h->size, sizeof(struct hash_link *));
	return h->chain != NULL;
}

void hash_fini(struct hash *h)
{
	free(h->chain);
	*h = (struct hash){0};
}

void hash_add(struct hash *h, struct hash_link *l, uint64_t key)
{
	struct hash_link **head = &h->chain[place(h, key)];

	l->key = key;
	l->next = *head;
	*head = l;
}

void hash_remove(struct hash *h, struct hash_link *l)
{
	struct hash_link **at = &h->chain[place(h, l->key)];

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
}

struct hash_link *hash_find(const struct hash *h, uint64_t key)
{
	struct hash_link *l = h->chain[place(h, key)];

	while (l && l->key != key)
		l = l->next;
	return l;
}

struct hash_link *hash_next(const struct hash *h, const struct hash_link *l)
{
	size_t i = 0;

	if (l) {
		if (l->next)
			return l->next;
		i = place(h, l->key) + 1;
	}
	while (i < h->size && !h->chain[i])
		i++;
	return i < h->size ? h->chain[i] : NULL;
}
