/*
 * The memory of one grammar: an arena of blocks. Everything a grammar consists
 * of is allocated here while it is read and freed at once with it.
 */
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"

#define BLOCK 65536

struct block {
	struct block *next;
	size_t used, size;
	max_align_t data[];
};

struct gram_pool {
	struct block *blocks;
};

struct gram_pool *pool_new(void)
{
	struct gram_pool *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	return p;
}

void pool_free(struct gram_pool *p)
{
	struct block *b, *next;

	if (!p)
		return;
	for (b = p->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(p);
}

void *pool_alloc(struct gram_pool *p, size_t size)
{
	struct block *b = p->blocks;
	char *at;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!b || b->size - b->used < size) {
		size_t room = size > BLOCK ? size : BLOCK;

		b = calloc(1, sizeof(*b) + room);
		if (!b)
			abort();
		b->size = room;
		b->next = p->blocks;
		p->blocks = b;
	}
	at = (char *)b->data + b->used;
	b->used += size;
	return at;
}

char *pool_text(struct gram_pool *p, const char *text, size_t len)
{
	char *copy = pool_alloc(p, len + 1);

	memcpy(copy, text, len);
	return copy;
}

void *pool_grow(struct gram_pool *p, void *array, size_t n, size_t size)
{
	char *bigger = array;

	/* A full power of two: double. */
	if ((n & (n - 1)) == 0) {
		bigger = pool_alloc(p, (n ? 2 * n : 1) * size);
		if (n)
			memcpy(bigger, array, n * size);
	}
	return bigger;
}
