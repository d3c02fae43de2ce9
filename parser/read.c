/*
 * A grammar as a whole: made from its text, freed. It lives in one pool and is only read once made.
 */
#include "parser/read.h"

struct gram *gram_read_foreign(const char *text, size_t len,
    const struct gram_foreign_names *foreign, char *error, size_t size)
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
	build(&s);
	if (foreign)
		check_foreign(&s, foreign);
	if (!s.errors)
		return g;
	gram_free(g);
	return NULL;
}

struct gram *gram_read(const char *text, size_t len, char *error, size_t size)
{
	return gram_read_foreign(text, len, NULL, error, size);
}

void gram_free(struct gram *g)
{
	if (g)
		pool_free(g->memory);
}
