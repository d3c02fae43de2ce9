/* Embedded links in a fixed number of chains; see chains.h. */
#include "engine/base/chains.h"

#include <stdlib.h>

static size_t place(const struct chains *h, uint64_t key)
{
	uint64_t x = (key ^ h->secret) * 0x9e3779b97f4a7c15ULL;

	/* The high bits of a product depend on all bits of its factors, the low ones do not. */
	x = (x ^ x >> 32) * ((h->secret | 1) * 0x9e3779b97f4a7c15ULL);
	return h->size > 1 ? (size_t)(x >> __builtin_clzll(h->size - 1)) : 0;
}

bool chains_init(struct chains *h, size_t size, uint64_t secret)
{
	*h = (struct chains){.size = 1, .secret = secret};
	while (h->size < size)
		h->size *= 2;
	h->head = calloc(h->size, sizeof(struct chain_link *));
	return h->head != NULL;
}

void chains_fini(struct chains *h)
{
	free(h->head);
	*h = (struct chains){0};
}

void chains_add(struct chains *h, struct chain_link *l, uint64_t key)
{
	struct chain_link **head = &h->head[place(h, key)];

	l->key = key;
	l->next = *head;
	*head = l;
}

void chains_remove(struct chains *h, struct chain_link *l)
{
	struct chain_link **at = &h->head[place(h, l->key)];

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
}

struct chain_link *chains_find(const struct chains *h, uint64_t key)
{
	struct chain_link *l = h->head[place(h, key)];

	while (l && l->key != key)
		l = l->next;
	return l;
}

struct chain_link *chains_next(const struct chains *h, const struct chain_link *l)
{
	size_t i = 0;

	if (l) {
		if (l->next)
			return l->next;
		i = place(h, l->key) + 1;
	}
	while (i < h->size && !h->head[i])
		i++;
	return i < h->size ? h->head[i] : NULL;
}
