/*
 * What stands in a grammar, by name.
 */
#include <string.h>

#include "parser/internal.h"

static unsigned slot(const char *name)
{
	size_t len = strlen(name);
	unsigned first = (unsigned char)name[0], last = (unsigned char)name[len ? len - 1 : 0];

	return (first * 5 + last * 3 + (unsigned)len) % GRAM_SLOTS;
}

void gram_column_named(struct gram_table *t, struct gram_column *c)
{
	uint8_t *first = &t->by_name[slot(c->name)];

	c->next = *first;
	*first = (uint8_t)(c->index + 1);
}

/* Asked for every value of every row. */
int gram_column(const struct gram_table *t, const char *name)
{
	unsigned i = t->by_name[slot(name)];

	while (i && strcmp(t->columns[i - 1].name, name))
		i = t->columns[i - 1].next;
	return (int)i - 1;
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

char **gram_lead(const struct gram_command *c)
{
	return c->leads ? c->leads : c->mode->example;
}
