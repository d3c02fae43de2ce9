/*
 * A row -> the line of a command: the syntax tree read backwards. A part that
 * the row does not fill cannot be printed: an optional one is left out, of a
 * choice the next one is tried, else the whole line has nothing to say.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "parser/internal.h"

struct render {
	const struct gram_table *table;
	const struct gram_row *row;
	unsigned flags;
	bool full;    /* optional parts at default are printed too */
	bool differs; /* something printed is not the default */
	unsigned said; /* columns printed */
	char *buf;
	size_t used, size;
};

const char *gram_default(const struct gram_table *t, int column, char *const *presets)
{
	if (presets && presets[column])
		return presets[column];
	return t->columns[column].preset;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void put(struct render *r, const char *text)
{
	size_t len = strlen(text);

	if (r->used + len + 2 > r->size)
		return;
	if (r->used)
		r->buf[r->used++] = ' ';
	memcpy(r->buf + r->used, text, len);
	r->used += len;
	r->buf[r->used] = '\0';
}

static void put_out(void *ctx, const char *text, size_t len)
{
	struct render *r = ctx;

	if (r->used + len + 2 > r->size)
		return;
	memcpy(r->buf + r->used, text, len);
	r->used += len;
	r->buf[r->used] = '\0';
}

/* A kept text: the word in front of it says whether it begins with a secret. */
static void put_kept(struct render *r, const char *text)
{
	struct gram_out out = {put_out, r};
	const char *blank = strrchr(r->buf, ' '), *before = blank ? blank + 1 : r->buf;
	char word[64];
	int len = snprintf(word, sizeof(word), "%.63s", before);

	if (r->used)
		put_out(r, " ", 1);
	kept_mask(word, (size_t)len, text, &out);
}

/* A column has been printed: is it worth printing? Keys are, when they were typed. */
static void note(struct render *r, int column)
{
	const struct gram_column *c = &r->table->columns[column];

	r->said++;
	if (c->key ||
	    !same(r->row->values[column], gram_default(r->table, column, r->row->presets)))
		r->differs = true;
}

static bool render_seq(struct render *r, const struct gram_node *seq);

static bool render_word(struct render *r, const struct gram_node *n)
{
	if (n->column >= 0) {
		if (!same(r->row->values[n->column], n->bound_value))
			return false;
		note(r, n->column);
	}
	put(r, n->text);
	return true;
}

/* A value with a type of its own prints only what this type would take. */
static bool fits(const struct render *r, const struct gram_node *n, const char *value)
{
	char buf[GRAM_LINE_MAX];

	if (n->type == &r->table->columns[n->column].type || n->type->list_max)
		return true;
	return gram_value(n->type, value, strlen(value), buf, sizeof(buf)) && !strcmp(buf, value);
}

static bool render_value(struct render *r, const struct gram_node *n)
{
	const char *value = n->column >= 0 ? r->row->values[n->column] : NULL;
	char text[GRAM_LINE_MAX];
	size_t len;

	/* A place in a sequence is shown by the place itself. */
	if (!value || r->table->columns[n->column].sequence ||
	    (n->type->kind != KIND_PAREN && !fits(r, n, value)) || !*value)
		return false;
	note(r, n->column);
	if (n->type->kept && !(r->flags & RENDER_CLEAR)) {
		put_kept(r, value);
	} else if (n->type->kind == KIND_SECRET && !(r->flags & RENDER_CLEAR)) {
		put(r, "*****");
	} else if (n->type->kind == KIND_PAREN) {
		len = strlen(value);
		if (len + 3 > sizeof(text))
			return false;
		text[0] = '(';
		memcpy(text + 1, value, len);
		memcpy(text + 1 + len, ")", 2);
		put(r, text);
	} else if (n->type->quoted && strpbrk(value, " \t")) {
		snprintf(text, sizeof(text), "\"%s\"", value);
		put(r, text);
	} else {
		put(r, value);
	}
	return true;
}

/* A part that may be left out: kept only when it says something. */
static void render_optional(struct render *r, const struct gram_node *n)
{
	size_t used = r->used;
	unsigned said = r->said;
	bool differs = r->differs, drop;

	r->differs = false;
	drop = !render_seq(r, n) || (!r->differs && !r->full && !(r->flags & RENDER_ALL));
	if (drop) {
		r->used = used;
		r->buf[used] = '\0';
		r->said = said;
		r->differs = false;
	}
	r->differs = r->differs || differs;
}

static bool starts_bound(const struct gram_node *part)
{
	return part->n_kids && part->kids[0]->kind == NODE_WORD && part->kids[0]->column >= 0;
}

/* Of the alternatives that the row fills, the one that says most (`A M` rather than `host A`); of
 * equals a bound keyword, which is exact, where a value might take its word for its own. */
static bool render_choice(struct render *r, const struct gram_node *n)
{
	struct render before = *r, trial;
	const struct gram_node *best = NULL;
	unsigned most = 0;

	for (unsigned i = 0; i < n->n_kids; i++) {
		const struct gram_node *part = n->kids[i];
		bool bound = starts_bound(part);
		unsigned score;

		trial = before;
		trial.buf[trial.used] = '\0';
		if (!render_seq(&trial, part))
			continue;
		score = 2 * (trial.said - before.said) + bound;
		if (!best || score > most) {
			best = part;
			most = score;
		}
	}
	*r = before;
	r->buf[r->used] = '\0';
	return best && render_seq(r, best);
}

static bool render_perm(struct render *r, const struct gram_node *n)
{
	for (unsigned i = 0; i < n->n_kids; i++) {
		const struct gram_node *part = n->kids[i];

		if (part->n_kids == 1 && part->kids[0]->kind == NODE_OPTION)
			render_optional(r, part->kids[0]);
		else if (!render_seq(r, part))
			return false;
	}
	return true;
}

static bool render_node(struct render *r, const struct gram_node *n)
{
	switch (n->kind) {
	case NODE_WORD:
		return render_word(r, n);
	case NODE_VALUE:
		return render_value(r, n);
	case NODE_OPTION:
		render_optional(r, n);
		return true;
	case NODE_CHOICE:
		return render_choice(r, n);
	case NODE_PERM:
		return render_perm(r, n);
	case NODE_SEQ:
		break;
	}
	return render_seq(r, n);
}

static bool render_seq(struct render *r, const struct gram_node *seq)
{
	for (unsigned i = 0; i < seq->n_kids; i++)
		if (!render_node(r, seq->kids[i]))
			return false;
	return true;
}

static bool set_values_hold(struct render *r, const struct gram_command *c)
{
	for (unsigned i = 0; i < c->n_set; i++) {
		if (!same(r->row->values[c->set[i].column], c->set[i].value))
			return false;
		note(r, c->set[i].column);
	}
	return true;
}

/* The words of the `no` form: up to the first part that `no` needs not. False: a keyword stands for
 * another key than that of the row. */
static bool render_no(struct render *r, const struct gram_command *c)
{
	const struct gram_node *root = c->syntax;

	r->used = 0;
	put(r, "no");
	for (unsigned i = 0; i < root->n_kids; i++) {
		const struct gram_node *n = root->kids[i];

		if (n->kind == NODE_WORD && n->key && !render_word(r, n))
			return false;
		if (n->kind == NODE_WORD && !n->key)
			put(r, n->text);
		else if (n->kind != NODE_WORD &&
			 (n->kind != NODE_VALUE || !n->key || !render_value(r, n)))
			break;
	}
	return true;
}

/* All columns of the line are off: unset, or 0. `off_differs`: that is not their default. */
static bool is_off(const struct render *r, const struct gram_command *c, bool *off_differs)
{
	*off_differs = false;
	for (unsigned i = 0; i < c->n_columns; i++) {
		const char *v = r->row->values[c->columns[i]];
		bool flag = r->table->columns[c->columns[i]].type.kind == KIND_BOOL;

		if (v && !(flag && *v == '0'))
			return false;
		if (!same(v, gram_default(r->table, c->columns[i], r->row->presets)))
			*off_differs = true;
	}
	return c->n_columns > 0;
}

/* Keys make every line differ; of a row that was always there only its columns count. */
static bool line_differs(const struct gram_command *c, const struct gram_row *row)
{
	if ((c->no == NO_DELETE || c->no == NO_OFF) && !row->presets)
		return true;
	for (unsigned i = 0; i < c->n_columns; i++)
		if (!same(row->values[c->columns[i]],
			gram_default(c->table, c->columns[i], row->presets)))
			return true;
	return false;
}

/* The line itself may be one with `no` before it. */
static void put_off(struct render *r, const struct gram_command *c)
{
	const char *off = c->no == NO_OFF ? r->row->values[gram_column(c->table, "off")] : NULL;

	if (off && *off == '1')
		put(r, "no");
}

static bool print_on(struct render *r, const struct gram_command *c)
{
	put_off(r, c);
	if (!render_seq(r, c->syntax) || !set_values_hold(r, c))
		return false;
	r->differs = line_differs(c, r->row);
	if (c->trail && r->used + 1 < r->size) {
		r->buf[r->used++] = ' ';
		r->buf[r->used] = '\0';
	}
	/* A header without columns of its own prints; whether it is wanted, its block decides. */
	return r->differs || r->flags & RENDER_ALL || c->show == SHOW_ALWAYS ||
	    c->show == SHOW_UNSET || (c->no != NO_DELETE && !c->n_columns);
}

static bool print_off(struct render *r, const struct gram_command *c, bool off_differs)
{
	bool flag = c->n_columns == 1 && c->table->columns[c->columns[0]].type.kind == KIND_BOOL;

	r->differs = off_differs;
	if (!off_differs && c->show != SHOW_UNSET && !(r->flags & RENDER_ALL && flag))
		return false;
	return render_no(r, c);
}

size_t gram_render(const struct gram_command *c, const struct gram_row *row, unsigned flags,
    bool *changed, char *buf, size_t size)
{
	struct render r = {.table = c->table, .row = row, .flags = flags, .buf = buf, .size = size,
		.full = c->show == SHOW_ALWAYS};
	bool off_differs, print;

	buf[0] = '\0';
	if (changed)
		*changed = false;
	if (c->show == SHOW_NEVER || !c->table)
		return 0;
	/* The line that makes a row stands for the row, be its columns empty. */
	if (c->no != NO_DELETE && c->no != NO_OFF && is_off(&r, c, &off_differs))
		print = print_off(&r, c, off_differs);
	else
		print = print_on(&r, c);
	if (changed)
		*changed = print && r.differs;
	return print ? r.used : 0;
}
