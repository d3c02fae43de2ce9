/*
 * What stands in a grammar, by name.
 */
#include <string.h>

#include "parser/internal.h"

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
