/*
 * Lines that change a list word by word: `append` adds those typed to the words so
 * far, `no` takes them out. A text grows in the same way by lines, which stand between newlines.
 */
#include <stdio.h>
#include <string.h>

#include "db/members.h"
#include "db/row.h"
#include "db/say.h"
#include "db/work.h"

/* Characters of a text in lines, so that it can be printed with the words before it. */
#define TEXT_MAX (2 * GRAM_LINE_MAX - 128)

static bool list_has(const char *list, const char *word, size_t len)
{
	for (; *list; list += strcspn(list, " "), list += *list == ' ')
		if (strcspn(list, " ") == len && !memcmp(list, word, len))
			return true;
	return false;
}

/* The words of `list` that are not among those of `gone`, into `buf`. */
static void list_without(const char *list, const char *gone, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t len; *list; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		if (!list_has(gone, list, len) && used + len + 2 < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%.*s", used ? " " : "",
			    (int)len, list);
	}
}

/* A text that each line adds a line to. */
static bool is_lines(const struct gram_command *c, const struct gram_type *t)
{
	return c->append_text && t->kind == KIND_TEXT;
}

/* Without the first line that is `gone`. */
static void text_without(const char *text, const char *gone, char *buf, size_t size)
{
	size_t used = 0;
	bool found = false;

	buf[0] = '\0';
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (!found && strlen(gone) == len && memcmp(text, gone, len) == 0)
			found = true;
		else if (used + len + 2 < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%.*s",
			    used ? "\n" : "", (int)len, text);
	}
}

/* The list (or set) that the line's only column was typed, or NULL. */
static const struct gram_arg *typed_list(const struct work *w)
{
	const struct gram_command *c = w->store.command;

	for (unsigned i = 0; c->n_columns == 1 && i < w->match->n_args; i++) {
		const struct gram_arg *a = &w->match->args[i];

		if (a->column == c->columns[0] && a->type &&
		    (a->type->list_max || a->type->kind == KIND_SET || is_lines(c, a->type)))
			return a;
	}
	return NULL;
}

/* What the column of the row holds so far; NULL: nothing. */
static const char *stored(const struct store *s, int column)
{
	return db_select(s->db, s->table, s->values, &s->db->scratch)
		   ? s->db->scratch.values[column]
		   : NULL;
}

/* `no address-pool P2` takes one pool out of the list: what is left is stored. Without members, or
 * when none is left, the line is the plain `no`. */
void members_removed(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_arg *a = typed_list(w);
	char left[2 * GRAM_LINE_MAX];
	const char *before;

	if (!a || !w->line.negated || s->defaulted || s->command->no != NO_RESET)
		return;
	before = stored(s, a->column);
	if (!before)
		return;
	if (is_lines(s->command, a->type))
		text_without(before, a->text, left, sizeof(left));
	else
		list_without(before, a->text, left, sizeof(left));
	if (!left[0])
		return;
	db_put(&w->line, s->table->columns[a->column].name, left);
	s->negated = w->line.negated = false;
}

static unsigned list_length(const char *list)
{
	unsigned n = 0;

	for (; *list; list += strcspn(list, " "), list += *list == ' ')
		n++;
	return n;
}

/* The lines so far and the one typed. */
static bool line_added(struct work *w, int column, const char *line)
{
	struct store *s = &w->store;
	const char *before = stored(s, column);
	char all[2 * GRAM_LINE_MAX];
	int n = snprintf(
	    all, sizeof(all), "%s%s%s", before ? before : "", before ? "\n" : "", line);

	if (n < 0 || (size_t)n > TEXT_MAX) {
		say_text(s->db, s->command->append_text, s->name);
		return false;
	}
	db_put(&w->line, s->table->columns[column].name, all);
	return true;
}

/* The column of lines of which none was typed (`banner motd`): an empty one is meant. -1: it is
 * not. */
static int line_left_out(const struct store *s, const struct gram_match *m)
{
	const struct gram_command *c = s->command;

	return m->n_args == 0 && c->n_columns == 1 &&
			       is_lines(c, &s->table->columns[c->columns[0]].type)
		   ? c->columns[0]
		   : -1;
}

/* Where each line adds to the list (`append`): the words so far, then those typed that are not
 * among them, each once. False: that would be too many, and is said. */
bool members_added(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_arg *a = typed_list(w);
	char all[2 * GRAM_LINE_MAX];
	const char *before;
	size_t used, len;
	int empty;

	if (w->match->negated || !s->command->append_text)
		return true;
	empty = line_left_out(s, w->match);
	if (empty >= 0)
		return line_added(w, empty, " ");
	if (!a)
		return true;
	if (is_lines(s->command, a->type))
		return line_added(w, a->column, a->text);
	before = stored(s, a->column);
	used = (size_t)snprintf(all, sizeof(all), "%s", before ? before : "");
	for (const char *at = a->text; *at; at += len + (at[len] == ' ')) {
		len = strcspn(at, " ");
		if (list_has(all, at, len) || used + len + 2 > sizeof(all))
			continue;
		if (used)
			all[used++] = ' ';
		memcpy(all + used, at, len);
		used += len;
		all[used] = '\0';
	}
	if (list_length(all) > a->type->list_max) {
		say_text(s->db, s->command->append_text, s->name);
		return false;
	}
	db_put(&w->line, s->table->columns[a->column].name, all);
	return true;
}
