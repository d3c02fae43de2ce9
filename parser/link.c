/*
 * The names of a draft -> what they name: mode, row, columns, words of columns. Everything that is
 * not there is refused where it is written, with the nearest name that is.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "parser/read.h"

/* The words are of the column that they are looked for in. */
static bool link_only(struct source *s, struct gram_type *t)
{
	t->only = find_column(s, t->target, t->only_column);
	for (unsigned i = 0; t->only >= 0 && i < t->n_only_words; i++)
		if (!fix_value(s, &t->target->columns[t->only], &t->only_words[i]))
			return false;
	return t->only >= 0;
}

bool link_type(struct source *s, struct gram_type *t)
{
	if (t->kind != KIND_REF)
		return true;
	t->target = find_table(s, t->ref_table);
	t->target_column = t->target ? find_column(s, t->target, t->ref_column) : -1;
	if (t->target_column < 0)
		return false;
	if (t->only_column && !link_only(s, t))
		return false;
	/* Whatever may be a name over there may be one here. */
	if (t->target->columns[t->target_column].type.max)
		t->max = t->target->columns[t->target_column].type.max;
	return true;
}

/* ---- values that the grammar itself holds ------------------------------------------ */

/* ", but WORD WORD": what a type takes, when it is words and they are not too many. */
static const char *list_words(const struct gram_type *t, char *buf, size_t size)
{
	size_t used = 0;
	const char *w;

	buf[0] = '\0';
	for (unsigned i = 0; t->kind == KIND_WORD && (w = type_word(t, i)); i++)
		if (used + strlen(w) + 8 < size)
			used += (size_t)snprintf(
			    buf + used, size - used, "%s%s", used ? " " : ", but ", w);
	return buf;
}

/* One word in canonical text; the words of a type are spelled as there. */
static bool fix_word(struct source *s, const struct gram_column *c, const char *w, char *buf,
    size_t size)
{
	const struct gram_type *t = &c->type;
	struct nearest near;
	char all[160];

	if (gram_value(t, w, strlen(w), buf, size) &&
	    (!strcmp(buf, w) || (t->kind != KIND_WORD && t->kind != KIND_SET)))
		return true;
	nearest_init(&near, w);
	nearest_offer_words(&near, t);
	return source_fail(s, "%s cannot be `%s`%s%s", c->name, w, list_words(t, all, sizeof(all)),
	    nearest_text(&near));
}

bool fix_value(struct source *s, const struct gram_column *c, char **value)
{
	char buf[GRAM_LINE_MAX], list[GRAM_LINE_MAX];
	const char *at = *value;
	bool quoted, many = c->type.list_max || c->type.kind == KIND_SET;
	size_t used = 0;
	char *w;

	if (!at || !*at) /* the empty text is what a keyword (`none`) stores */
		return true;
	if (!many) {
		if (!fix_word(s, c, at, buf, sizeof(buf)))
			return false;
		*value = pool_text(s->pool, buf, strlen(buf));
		return true;
	}
	list[0] = '\0';
	while ((w = next_word(s, &at, &quoted))) {
		if (!fix_word(s, c, w, buf, sizeof(buf)))
			return false;
		if (used + strlen(buf) + 2 > sizeof(list))
			return source_fail(s, "%s cannot hold so much", c->name);
		used += (size_t)snprintf(
		    list + used, sizeof(list) - used, "%s%s", used ? " " : "", buf);
	}
	*value = pool_text(s->pool, list, used);
	return true;
}

/* ---- words and values -------------------------------------------------------------- */

static void own_column(struct source *s, struct gram_command *c, int column)
{
	size_t n = c->n_columns;

	if (!c->table || column < 0 || c->table->columns[column].key)
		return;
	for (size_t i = 0; i < n; i++)
		if (c->columns[i] == column)
			return;
	*POOL_PUSH(s->pool, c->columns, n) = (uint16_t)column;
	c->n_columns = (uint16_t)n;
}

/* The word of a type that a help text "word=help" is for; -1: it is for none. */
static int helped_word(const struct gram_type *t, const char *help, size_t len)
{
	const char *w;

	for (unsigned i = 0; (w = type_word(t, i)); i++)
		if (strlen(w) == len && !strncasecmp(w, help, len))
			return (int)i;
	return -1;
}

/* "word=help" texts into the order of the words; a single text is the value's. */
static bool sort_helps(struct source *s, struct gram_node *n)
{
	const struct gram_type *t = n->type;
	unsigned words = (unsigned)t->n_words + t->n_extra;
	const char **sorted = words ? pool_alloc(s->pool, words * sizeof(char *)) : NULL;

	for (unsigned i = 0; i < n->n_helps; i++) {
		const char *help = n->helps[i], *equals = strchr(help, '=');
		size_t len = equals ? (size_t)(equals - help) : 0;
		int k = equals ? helped_word(t, help, len) : -1;
		struct nearest near;

		if (sorted && k >= 0) {
			sorted[k] = equals + 1;
		} else if (!n->help && (!equals || !words || strcspn(help, " ") < len)) {
			n->help = help;
		} else {
			char *w = pool_text(s->pool, help, len);

			nearest_init(&near, w);
			nearest_offer_words(&near, t);
			return source_fail(s, "<%s>: `%s` is for no word of it%s", n->text, help,
			    nearest_text(&near));
		}
	}
	n->helps = sorted;
	return true;
}

/* A value of a stored line, with a type of its own, that goes to no column: a `store` function may
 * ask for it, but a column's name with a letter wrong is not meant so. */
static bool may_be_extra(struct source *s, const struct gram_command *c, const struct gram_node *n)
{
	struct nearest near;

	if (!c->table || c->is_alias)
		return true;
	nearest_init(&near, n->text);
	nearest_offer_columns(&near, c->table);
	if (c->store && (!nearest_best(&near) || near.distance > 1))
		return true;
	return source_fail(s, "<%s> is no column of %s, and no `store` function asks for it%s",
	    n->text, c->table->name, nearest_text(&near));
}

static bool link_value(struct source *s, const struct gram_command *c, struct gram_node *n)
{
	const struct gram_table *t = c->table;
	struct nearest near;

	s->at = n->at;
	n->column = t ? gram_column(t, n->text) : -1;
	if (!n->type && n->column < 0) {
		nearest_init(&near, n->text);
		if (t)
			nearest_offer_columns(&near, t);
		return source_fail(s, "<%s> is no column, and has no type%s", n->text,
		    nearest_text(&near));
	}
	if (!n->type)
		n->type = &((struct gram_table *)(uintptr_t)t)->columns[n->column].type;
	else if (!link_type(s, n->type) || (n->column < 0 && !may_be_extra(s, c, n)))
		return false;
	n->key = n->column >= 0 && t->columns[n->column].key;
	return sort_helps(s, n);
}

static bool link_word(struct source *s, const struct gram_command *c, struct gram_node *n)
{
	const struct gram_table *t = c->table;
	struct nearest near;

	if (!n->bound_column)
		return true;
	s->at = n->at;
	n->column = t ? gram_column(t, n->bound_column) : -1;
	if (n->column < 0) {
		nearest_init(&near, n->bound_column);
		if (t)
			nearest_offer_columns(&near, t);
		return source_fail(s, "%s(%s): no such column%s", n->text, n->bound_column,
		    nearest_text(&near));
	}
	n->key = t->columns[n->column].key;
	if (!n->bound_value)
		n->bound_value = t->columns[n->column].type.kind == KIND_BOOL
		    ? pool_text(s->pool, "1", 1)
		    : n->text;
	return fix_value(s, &t->columns[n->column], &n->bound_value);
}

/* All words and values of a tree. The parts that an alias shares with its line are linked already,
 * and only their columns are told. */
static bool link_node(struct source *s, struct gram_command *c, struct gram_node *n)
{
	bool ok = true;

	if (n->kind == NODE_VALUE || n->kind == NODE_WORD) {
		if (!n->linked)
			ok = n->kind == NODE_VALUE ? link_value(s, c, n) : link_word(s, c, n);
		n->linked = true;
		own_column(s, c, n->column);
	}
	for (unsigned i = 0; i < n->n_kids; i++)
		ok = link_node(s, c, n->kids[i]) && ok;
	return ok;
}

/* ---- names of the attributes ------------------------------------------------------- */

static bool link_names(struct source *s, struct draft *d)
{
	struct gram_command *c = d->command;

	s->at = d->mode.at;
	c->mode = find_mode(s, d->mode.name);
	s->at = d->enter.at;
	c->enter = d->enter.name ? find_mode(s, d->enter.name) : NULL;
	s->at = d->row.at;
	if (d->row.name)
		c->table = find_table(s, d->row.name);
	else if (!c->mode || c->run || c->leave || c->family || c->refuse_text)
		c->table = NULL;
	else
		c->table = c->enter && c->enter->row ? c->enter->row : c->mode->row;
	return c->mode && (c->enter || !d->enter.name) && (c->table || !d->row.name);
}

static bool link_sets(struct source *s, struct draft *d)
{
	struct gram_command *c = d->command;
	size_t n = 0;

	c->set = NULL;
	for (size_t i = 0; i < d->n_set; i++) {
		char *value = d->set[i].value;
		int column;

		s->at = d->set[i].column.at;
		column = find_column(s, c->table, d->set[i].column.name);
		if (column < 0 || !c->table ||
		    !fix_value(s, &c->table->columns[column], &value))
			return false;
		*POOL_PUSH(s->pool, c->set, n) = (struct gram_bind){(uint16_t)column, value};
		own_column(s, c, column);
	}
	c->n_set = (uint16_t)n;
	return true;
}

static bool link_warns(struct source *s, struct draft *d)
{
	struct gram_command *c = d->command;
	size_t n = 0;
	bool ok = true;

	c->warn = NULL;
	for (size_t i = 0; i < d->n_warn; i++) {
		const struct draft_warn *w = &d->warn[i];
		int column;

		s->at = w->column.at;
		column = find_column(s, c->table, w->column.name);
		for (char **v = w->values; c->table && column >= 0 && *v; v++)
			ok = fix_value(s, &c->table->columns[column], v) && ok;
		if (column < 0)
			return false;
		*POOL_PUSH(s->pool, c->warn, n) =
		    (struct gram_warn){(uint16_t)column, w->values, w->text};
	}
	c->n_warn = (uint16_t)n;
	return ok;
}

bool link_command(struct source *s, struct draft *d)
{
	struct gram_command *c = d->command;
	bool ok;

	c->columns = NULL;
	c->n_columns = 0;
	if (!link_names(s, d))
		return false;
	ok = link_node(s, c, (struct gram_node *)(uintptr_t)c->syntax);
	ok = link_sets(s, d) && ok;
	if (c->no == NO_OFF) /* and whether it is off, each time */
		own_column(s, c, c->table ? find_column(s, c->table, "off") : -1);
	return link_warns(s, d) && ok;
}
