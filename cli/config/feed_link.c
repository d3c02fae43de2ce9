/*
 * Links messages with tables, and refuses what does not fit: every field needs
 * its column (or its exception), every table that a role is to hear of needs
 * its message. Links live as long as the feed.
 */
#include "cli/config/feed_link.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/nearest.h"

/* Roles that hear of rows one by one, by the words of the grammar's `notify`. */
static const struct {
	enum role role;
	const char *word;
} listeners[] = {{ROLE_ENGINE, "engine"}, {ROLE_AAA, "aaa"}};
#define N_OF(a) (sizeof(a) / sizeof *(a))

struct linking {
	const struct feed_lists *lists;
	char *errors;
	size_t size;
	bool failed;
};

static void __attribute__((format(printf, 2, 3))) wrong(struct linking *l, const char *fmt, ...)
{
	size_t used = l->size ? strnlen(l->errors, l->size) : 0;
	va_list ap;

	l->failed = true;
	if (used && used + 1 < l->size) {
		l->errors[used++] = '\n';
		l->errors[used] = 0;
	}
	va_start(ap, fmt);
	if (used < l->size)
		vsnprintf(l->errors + used, l->size - used, fmt, ap);
	va_end(ap);
}

/* ---- names --------------------------------------------------------------------- */

static const char *nearest_column(struct nearest *n, const struct gram_table *t, const char *name)
{
	nearest_init(n, name);
	for (unsigned i = 0; i < t->n_columns; i++)
		nearest_offer(n, t->columns[i].name);
	return nearest_text(n);
}

/* A column by name; NULL, and it is told, when there is none. `what` asks for it. */
static const struct gram_column *column_of(struct linking *l, const struct ipc_shape *s,
    const char *what, const struct gram_table *t, const char *name)
{
	int i = gram_column(t, name);
	struct nearest n;

	if (i >= 0)
		return &t->columns[i];
	wrong(l, "%s: %s: table %s has no column `%s`%s", s->name, what, t->name, name,
	    nearest_column(&n, t, name));
	return NULL;
}

static const struct feed_exception *exception_of(
    const struct linking *l, const char *message, const struct ipc_field *f)
{
	for (const struct feed_exception *e = l->lists->exceptions; e->message; e++)
		if (strcmp(e->message, message) == 0 && (!f || f->kind != IPC_STATE) &&
		    (f ? e->field && strcmp(e->field, f->name) == 0 : !e->field))
			return e;
	return NULL;
}

/* ---- fields --------------------------------------------------------------------- */

static void link_exception(struct linking *l, const struct feed_link *link, struct feed_column *c,
    const struct feed_exception *e)
{
	c->fill = e->fill;
	if (e->column)
		c->column = column_of(l, link->shape, e->field, link->table, e->column);
	if (e->other)
		c->other = column_of(l, link->shape, e->field, link->table, e->other);
}

static void link_column(struct linking *l, const struct feed_link *link, struct feed_column *c)
{
	const struct ipc_field *f = c->field;

	c->column = column_of(l, link->shape, f->name, link->table, f->name);
	if (!c->column)
		return;
	c->fill = feed_fill_for(f, &c->column->type);
	if (!c->fill)
		wrong(l, "%s: %s: the column of table %s is of another type", link->shape->name,
		    f->name, link->table->name);
	if (f->kind == IPC_STATE && c->column->preset)
		wrong(l,
		    "%s: %s: the column of table %s has a default, so it is never left to another",
		    link->shape->name, f->name, link->table->name);
}

static void link_field(struct linking *l, const struct feed_link *link, struct feed_column *c)
{
	const struct ipc_field *f = c->field;
	const struct feed_exception *e = exception_of(l, link->shape->name, f);

	if (f->part == PART_OP)
		return;
	if (e)
		link_exception(l, link, c, e);
	else
		link_column(l, link, c);
	if (c->column && !e && c->column->key != (f->part == PART_KEY))
		wrong(l, "%s: %s: a key of the message or of table %s, not of both",
		    link->shape->name, f->name, link->table->name);
}

/* A row that can go away needs `op`; the only one of its kind has none. */
static void check_head(struct linking *l, const struct feed_link *link)
{
	unsigned keys = 0;
	bool op = false;

	for (unsigned i = 0; i < link->shape->n; i++) {
		op = op || link->shape->fields[i].part == PART_OP;
		keys += link->shape->fields[i].part == PART_KEY;
	}
	if (op == link->table->single)
		wrong(l, "%s: %s op, but table %s is %ssingle", link->shape->name,
		    op ? "has an" : "has no", link->table->name, link->table->single ? "" : "not ");
	if (keys != link->table->n_keys)
		wrong(l, "%s: %u keys, but table %s has %u", link->shape->name, keys,
		    link->table->name, link->table->n_keys);
}

/* ---- messages ------------------------------------------------------------------- */

static const char *listener_word(enum role role)
{
	for (size_t i = 0; i < N_OF(listeners); i++)
		if (listeners[i].role == role)
			return listeners[i].word;
	return "";
}

static const struct gram_table *table_of(struct linking *l, const struct ipc_shape *s)
{
	const struct gram *g = l->lists->gram;
	const struct gram_table *t = gram_table(g, s->table);
	struct nearest n;

	if (!t) {
		nearest_init(&n, s->table);
		for (unsigned i = 0; i < g->n_tables; i++)
			nearest_offer(&n, g->tables[i]->name);
		wrong(l, "%s: there is no table `%s`%s", s->name, s->table, nearest_text(&n));
	} else if (!gram_notifies(t, listener_word(s->role))) {
		wrong(l, "%s: table %s does not `notify %s`", s->name, t->name,
		    listener_word(s->role));
	}
	return t;
}

static struct feed_link *link_message(struct linking *l, enum msg_type type)
{
	const struct ipc_shape *s = l->lists->shape(type);
	const struct gram_table *t = s && s->table ? table_of(l, s) : NULL;
	struct feed_link *link = t ? calloc(1, sizeof *link) : NULL;

	if (!t)
		return NULL;
	if (link && !exception_of(l, s->name, NULL) &&
	    !(link->columns = calloc(s->n, sizeof *link->columns))) {
		free(link);
		link = NULL;
	}
	if (!link) {
		wrong(l, "out of memory");
		return NULL;
	}
	link->type = type;
	link->shape = s;
	link->table = t;
	if (!link->columns)
		return link;
	check_head(l, link);
	for (unsigned i = 0; i < s->n; i++) {
		link->columns[i].field = &s->fields[i];
		link_field(l, link, &link->columns[i]);
	}
	return link;
}

/* ---- the lists themselves -------------------------------------------------------- */

static const struct ipc_shape *shape_named(
    const struct feed_lists *lists, const char *name, struct nearest *n)
{
	nearest_init(n, name);
	for (unsigned type = 0; type < MSG_COUNT; type++) {
		const struct ipc_shape *s = lists->shape(type);

		if (!s || !s->table)
			continue;
		if (strcmp(s->name, name) == 0)
			return s;
		nearest_offer(n, s->name);
	}
	return NULL;
}

static void check_exception(struct linking *l, const struct feed_exception *e)
{
	struct nearest n;
	const struct ipc_shape *s = shape_named(l->lists, e->message, &n);

	if (!s) {
		wrong(l, "exception: there is no message `%s`%s", e->message, nearest_text(&n));
		return;
	}
	if (!e->field)
		return;
	nearest_init(&n, e->field);
	for (unsigned i = 0; i < s->n; i++) {
		if (strcmp(s->fields[i].name, e->field) == 0)
			return;
		nearest_offer(&n, s->fields[i].name);
	}
	wrong(l, "exception: %s has no field `%s`%s", s->name, e->field, nearest_text(&n));
}

static bool is_told(const struct feed_link *links, const struct gram_table *t, enum role role)
{
	for (; links; links = links->next)
		if (links->table == t && links->shape->role == role)
			return true;
	return false;
}

static void check_table(
    struct linking *l, const struct feed_link *links, const struct gram_table *t)
{
	for (size_t i = 0; i < N_OF(listeners); i++)
		if (gram_notifies(t, listeners[i].word) && !is_told(links, t, listeners[i].role))
			wrong(l,
			    "table %s: `notify %s`, but no message of messages.def tells of it",
			    t->name, listeners[i].word);
}

struct feed_link *feed_links(const struct feed_lists *lists, char *errors, size_t size)
{
	struct linking l = {lists, errors, size, false};
	struct feed_link *links = NULL, **tail = &links;

	if (size)
		*errors = 0;
	for (unsigned type = 0; type < MSG_COUNT; type++)
		if ((*tail = link_message(&l, type)))
			tail = &(*tail)->next;
	for (const struct feed_exception *e = lists->exceptions; e->message; e++)
		check_exception(&l, e);
	for (unsigned i = 0; i < lists->gram->n_tables; i++)
		check_table(&l, links, lists->gram->tables[i]);
	if (!l.failed)
		return links;
	feed_links_free(links);
	return NULL;
}

void feed_links_free(struct feed_link *links)
{
	for (struct feed_link *next; links; links = next) {
		next = links->next;
		free(links->columns);
		free(links);
	}
}

const struct feed_link *feed_link_of(
    const struct feed_link *links, const struct gram_table *t, enum role role)
{
	while (links && (links->table != t || links->shape->role != role))
		links = links->next;
	return links && links->columns ? links : NULL;
}
