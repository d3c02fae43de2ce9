/*
 * A grammar as a whole: made from its text, found in by name, freed.
 */
#include <string.h>

#include "parser/internal.h"

struct gram *gram_read(const char *text, size_t len, char *error, size_t size)
{
	struct gram_pool *pool = pool_new();
	struct gram *g = pool_alloc(pool, sizeof(*g));
	struct source s = {.gram = g, .pool = pool, .error = error, .error_size = size};

	g->memory = pool;
	g->version = 14695981039346656037u; /* FNV-1a */
	for (size_t i = 0; i < len; i++)
		g->version = (g->version ^ (uint8_t)text[i]) * 1099511628211u;
	if (read_text(&s, text, len) && build(&s))
		return g;
	gram_free(g);
	return NULL;
}

void gram_free(struct gram *g)
{
	if (g)
		pool_free(g->memory);
}

int gram_column(const struct gram_table *t, const char *name)
{
	/* Asked for every value of every row: most names part at their first letter. */
	for (int i = 0; i < t->n_columns; i++)
		if (t->columns[i].name[0] == name[0] && !strcmp(t->columns[i].name, name))
			return i;
	return -1;
}

bool gram_notifies(const struct gram_table *t, const char *role)
{
	for (char **w = t->notify; *w; w++)
		if (!strcmp(*w, role))
			return true;
	return false;
}

const struct gram_table *gram_table(const struct gram *g, const char *name)
{
	for (unsigned i = 0; i < g->n_tables; i++)
		if (!strcmp(g->tables[i]->name, name))
			return g->tables[i];
	return NULL;
}

const struct gram_mode *gram_mode(const struct gram *g, const char *name)
{
	for (unsigned i = 0; i < g->n_modes; i++)
		if (!strcmp(g->modes[i]->name, name))
			return g->modes[i];
	return NULL;
}

int gram_check_functions(const struct gram *g,
    bool (*known)(void *ctx, const char *kind, const char *name),
    void (*missing)(void *ctx, const char *kind, const char *name, const struct gram_command *),
    void *ctx)
{
	int count = 0;

	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_command *c = g->commands[i];
		const char *const names[][2] = {{"store", c->store}, {"check", c->check},
			{"run", c->run}};

		for (unsigned k = 0; k < 3; k++) {
			if (!names[k][1] || known(ctx, names[k][0], names[k][1]))
				continue;
			if (missing)
				missing(ctx, names[k][0], names[k][1], c);
			count++;
		}
	}
	return count;
}
