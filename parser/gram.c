/*
 * A grammar as a whole: made from its text, found in by name, freed.
 */
#include <string.h>

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

/* The kind of a foreign name, when it is one of those asked for. */
static const struct gram_foreign_names *find_kind(const struct gram_foreign_names *all,
    const char *kind)
{
	while (all->kind && strcmp(all->kind, kind))
		all++;
	return all->kind ? all : NULL;
}

unsigned gram_check_foreign(const struct gram *g, const struct gram_foreign_names *all, char *error,
    size_t size)
{
	struct source s = {.error = error, .error_size = size};

	if (size)
		error[0] = '\0';
	for (unsigned i = 0; i < g->n_foreign; i++) {
		const struct gram_foreign *f = &g->foreign[i];
		const struct gram_foreign_names *names = find_kind(all, f->kind);
		struct nearest near;
		const char *name = names ? names->name(0) : NULL;

		nearest_init(&near, f->name);
		for (unsigned k = 1; name && strcmp(name, f->name); name = names->name(k++))
			nearest_offer(&near, name);
		s.at = f->at;
		if (names && !name)
			source_fail(&s, "%s %s is not there%s", f->kind, f->name, nearest_text(&near));
	}
	return s.errors;
}
