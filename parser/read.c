/*
 * A grammar as a whole: made from its text, freed. It lives in one pool and is only read once made.
 */
#include "parser/read.h"

struct gram *gram_read(const char *text, size_t len, char *error, size_t size)
{
	struct gram_pool *pool = pool_new();
	struct gram *g = pool_alloc(pool, sizeof(*g));
	struct source s = {.gram = g, .pool = pool, .error = error, .error_size = size};

	g->memory = pool;
	g->version = 14695981039346656037u; /* FNV-1a */
	for (size_t i = 0; i < len; i++)
		g->version = (g->version ^ (uint8_t)text[i]) * 1099511628211u;
	if (size)
		error[0] = '\0';
	read_text(&s, text, len);
	if (build(&s))
		return g;
	gram_free(g);
	return NULL;
}

void gram_free(struct gram *g)
{
	if (g)
		pool_free(g->memory);
}
