/*
 * What `store` and `check` functions may do with the line they are given: say
 * something, put a value, ask for what was typed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "db/say.h"
#include "db/work.h"

void db_say(struct db_line *l, const char *format, ...)
{
	char text[2 * GRAM_LINE_MAX]; /* what a line holds, and some words around it */
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	say_text(l->db, text, "");
}

static bool is_typed(const struct gram_match *m, int column)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].column == column)
			return true;
	return false;
}

void db_put(struct db_line *l, const char *column, const char *text)
{
	struct work *w = (struct work *)l;
	int c = gram_column(w->store.table, column);
	size_t len = text ? strlen(text) + 1 : 0;

	if (c < 0)
		return;
	if (len > sizeof(w->text) - w->used) {
		w->full = true;
		return;
	}
	if (text) {
		memcpy(w->text + w->used, text, len);
		text = w->text + w->used;
		w->used += len;
	}
	w->store.values[c] = text;
	w->store.own[c] = true;
	if (text && w->store.table->columns[c].key && is_typed(w->match, c))
		w->full = !gram_replace(w->match, c, text) || w->full;
}

const char *db_typed(const struct db_line *l, const char *name)
{
	return gram_arg(((const struct work *)l)->match, name);
}
