/*
 * What `?` prints and what Tab adds: the ways on from the words typed, seen
 * through the same walk that matches a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/internal.h"

#define ENTRIES_MAX 1000

struct entry {
	const char *word, *help;
	char *owned; /* of a name from the callback, or a made placeholder */
	bool value;  /* a placeholder: no word to complete */
};

struct entries {
	struct entry list[ENTRIES_MAX];
	unsigned n;
	const char *prefix;
	size_t prefix_len;
	bool cr;
	bool keys; /* Tab: names of the rows that a line begins with, too */
};

static void add(struct entries *e, const char *word, const char *help, bool value)
{
	struct entry *x;

	if (!value && strncasecmp(word, e->prefix, e->prefix_len))
		return;
	for (unsigned i = 0; i < e->n; i++)
		if (!strcmp(e->list[i].word, word)) {
			if (!e->list[i].help)
				e->list[i].help = help;
			return;
		}
	if (e->n == ENTRIES_MAX)
		return;
	x = &e->list[e->n++];
	x->owned = strdup(word);
	if (!x->owned)
		abort();
	x->word = x->owned;
	x->help = help;
	x->value = value;
}

static void entries_free(struct entries *e)
{
	for (unsigned i = 0; i < e->n; i++)
		free(e->list[i].owned);
	e->n = 0;
}

static void add_name(void *to, const char *text)
{
	add(to, text, NULL, false);
}

static const char *placeholder(const struct gram_node *n, char buf[96])
{
	const struct gram_type *t = n->type;
	int used = 0;

	if (n->placeholder)
		return n->placeholder;
	switch (t->kind) {
	case KIND_INT:
		for (unsigned i = 0; i < t->n_ranges && used < 80; i++) {
			const struct gram_range *r = &t->ranges[i];

			used += r->low == r->high
			    ? snprintf(buf + used, 96 - (size_t)used, "%s%lld", i ? " " : "<",
				(long long)r->low)
			    : snprintf(buf + used, 96 - (size_t)used, "%s%lld-%lld", i ? " " : "<",
				(long long)r->low, (long long)r->high);
		}
		snprintf(buf + used, 96 - (size_t)used, ">");
		return buf;
	case KIND_ADDR:
	case KIND_NET:
	case KIND_MASK:
		return "A.B.C.D";
	case KIND_RANGE:
		return "A.B.C.D[-E.F.G.H]";
	case KIND_HOST:
		return "Hostname or A.B.C.D";
	case KIND_TIME:
		return "hh:mm:ss";
	case KIND_PAREN:
		return t->max == 1 ? "(WORD)" : "(WORD,WORD)";
	case KIND_TEXT:
		return "LINE";
	default:
		return "WORD";
	}
}

/* A number of few choices (`1 2 5 14`) is listed one by one. */
static bool few_numbers(const struct gram_type *t)
{
	for (unsigned i = 0; i < t->n_ranges; i++)
		if (t->ranges[i].low != t->ranges[i].high)
			return false;
	return t->kind == KIND_INT && t->n_ranges > 0;
}

static void add_numbers(struct entries *e, const struct gram_node *n)
{
	char text[24];

	for (unsigned i = 0; i < n->type->n_ranges; i++) {
		snprintf(text, sizeof(text), "%lld", (long long)n->type->ranges[i].low);
		add(e, text, n->help, false);
	}
}

/* Does the word still being typed suit the value? Always when none is typed. */
static bool may_be(const struct entries *e, const struct gram_type *t)
{
	char buf[GRAM_LINE_MAX];

	if (!e->prefix_len || t->kind == KIND_ADDR || t->kind == KIND_NET || t->kind == KIND_MASK ||
	    t->kind == KIND_RANGE || t->kind == KIND_TIME)
		return !e->prefix_len || strspn(e->prefix, "0123456789.:-") == e->prefix_len;
	if (t->kind == KIND_PAREN)
		return e->prefix[0] == '(';
	return gram_value(t, e->prefix, e->prefix_len, buf, sizeof(buf));
}

static void add_names(struct entries *e, const struct gram_table *table, int column,
    const struct gram_names *names)
{
	char prefix[256];

	if (!names || !names->list)
		return;
	snprintf(prefix, sizeof(prefix), "%.*s", (int)e->prefix_len, e->prefix);
	names->list(names->ctx, table, column, prefix, add_name, e);
}

static void add_value(struct entries *e, const struct gram_command *of, const struct gram_node *n,
    const struct gram_names *names)
{
	const struct gram_type *t = n->type;
	const char *word;
	char buf[96];

	for (unsigned i = 0; (word = type_word(t, i)); i++)
		add(e, word, n->helps && n->helps[i] ? n->helps[i] : n->help, false);
	if (t->kind == KIND_WORD || t->kind == KIND_SET || t->kind == KIND_BOOL ||
	    t->kind == KIND_FAMILY)
		return;
	if (few_numbers(t)) {
		add_numbers(e, n);
		return;
	}
	if (may_be(e, t))
		add(e, placeholder(n, buf), n->help, true);
	if (t->kind == KIND_REF)
		add_names(e, t->target, t->target_column, names);
	else if (e->keys && n->key && t->kind == KIND_NAME)
		add_names(e, of->table, n->column, names);
}

static bool is_hidden(const struct thread *t)
{
	return t->command->hidden && !t->outer;
}

/* All ways on from where the walk stands. Hidden commands are explained to those who have typed
 * what only they begin with. */
static void collect(struct walk *w, struct entries *e, const struct gram_names *names)
{
	bool visible = false;

	walk_spread(w);
	for (unsigned i = 0; i < w->n_threads && !visible; i++)
		visible = !is_hidden(&w->threads[i]);
	for (unsigned i = 0; i < w->n_threads; i++) {
		const struct thread *t = &w->threads[i];
		const struct gram_code *c = thread_code(t);

		if (walk_may_end(w, t))
			e->cr = true;
		if (visible && is_hidden(t))
			continue;
		if (c->op == OP_WORD)
			add(e, c->node->text, c->node->help, false);
		else if (c->op == OP_VALUE && !(c->node->type->kind == KIND_TEXT && t->count))
			add_value(e, t->command, c->node, names);
	}
}

static int by_word(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->word, y->word);
}

/* ---- layout -------------------------------------------------------------------------- */

static void out_text(struct gram_out *out, const char *text)
{
	out->write(out->ctx, text, strlen(text));
}

static void out_spaces(struct gram_out *out, size_t n)
{
	while (n--)
		out->write(out->ctx, " ", 1);
}

/* A description from `column` on, broken before `width`, hanging. */
static void out_wrapped(struct gram_out *out, const char *text, size_t column, size_t width)
{
	size_t room = width > column + 21 ? width - column - 1 : 20;

	while (strlen(text) > room) {
		size_t cut = room;

		while (cut && text[cut] != ' ')
			cut--;
		if (!cut)
			cut = room;
		out->write(out->ctx, text, cut);
		out_text(out, "\n");
		out_spaces(out, column);
		text += cut;
		while (*text == ' ')
			text++;
	}
	out_text(out, text);
	out_text(out, "\n");
}

static void out_entry(struct gram_out *out, const char *word, const char *help, size_t longest,
    unsigned width)
{
	out_text(out, "  ");
	out_text(out, word);
	if (!help || !*help) {
		out_text(out, "\n");
		return;
	}
	out_spaces(out, longest + 2 - strlen(word));
	out_wrapped(out, help, longest + 4, width);
}

static void out_entries(struct gram_out *out, struct entries *e, unsigned width)
{
	size_t longest = e->cr && !e->prefix_len ? 4 : 0;

	qsort(e->list, e->n, sizeof(*e->list), by_word);
	for (unsigned i = 0; i < e->n; i++)
		if (strlen(e->list[i].word) > longest)
			longest = strlen(e->list[i].word);
	for (unsigned i = 0; i < e->n; i++)
		out_entry(out, e->list[i].word, e->list[i].help, longest, width);
	if (e->cr && !e->prefix_len)
		out_text(out, "  <cr>\n");
}

/* ---- `?` ------------------------------------------------------------------------------------ */

static const char no_help[] = "Negate a command or set its defaults";
static const char default_help[] = "Set a command to its defaults";

/* The first words of a mode; in configuration modes the built-in ones and exec's that go with them. */
static void first_words(struct walk *w, struct entries *e, const struct gram *g)
{
	collect(w, e, NULL);
	e->cr = false;
	if (w->negated || w->defaulted || w->mode == g->exec)
		return;
	add(e, "no", no_help, false);
	add(e, "default", default_help, false);
}

static void bare_help(const struct gram *g, const struct parse_state *s, struct walk *w,
    struct entries *e, unsigned width, struct gram_out *out)
{
	const struct gram_mode *m = parse_state_mode(s);

	walk_start(w, g, m, w->privilege);
	first_words(w, e, g);
	for (const struct gram_mode *up = m->parent; up; up = up->parent)
		for (unsigned i = 0; i < up->n_commands; i++) {
			const struct gram_command *c = up->commands[i];

			if (c->everywhere && !c->hidden && c->privilege <= w->privilege)
				add(e, c->syntax->kids[0]->text, c->syntax->kids[0]->help, false);
		}
	out_text(out, "\n");
	if (m->title) {
		out_text(out, m->title);
		out_text(out, "\n");
	}
	out_entries(out, e, width);
	entries_free(e);
}

/* Prepares the walk for an unfinished line: the number of whole words, and the begun one. */
static unsigned open_line(struct walk *w, struct entries *e, const char *line, int privilege)
{
	unsigned whole;

	w->privilege = privilege;
	e->n = 0;
	e->cr = e->keys = false;
	e->prefix = "";
	e->prefix_len = 0;
	if (!walk_tokens(w, line)) {
		w->negated = w->defaulted = false;
		w->n_tokens = w->first = 0;
		return 0;
	}
	whole = w->n_tokens;
	if (!w->blank) {
		whole--;
		e->prefix = line + w->tokens[whole].offset;
		e->prefix_len = w->tokens[whole].len;
		if (whole < w->first) { /* `no` itself, still being typed */
			w->first = 0;
			w->negated = w->defaulted = false;
		}
	}
	return whole;
}

/* The ways on in one mode; false when the line does not get there. */
static bool level_help(struct walk *w, const struct gram *g, const struct gram_mode *m,
    unsigned whole, struct entries *e, const struct gram_names *names)
{
	e->n = 0;
	e->cr = false;
	walk_start(w, g, m, w->privilege);
	if (!walk_take(w, whole))
		return false;
	if (whole == w->first)
		first_words(w, e, g);
	else
		collect(w, e, names);
	return e->n || (e->cr && !e->prefix_len);
}

void gram_help(const struct gram *g, const struct parse_state *s, int privilege, const char *line,
    const struct gram_names *names, unsigned width, struct gram_out *out)
{
	struct walk w;
	struct entries e;
	unsigned whole = open_line(&w, &e, line, privilege);
	bool ambiguous = false, any = false;

	if (!w.n_tokens) {
		if (w.status == GRAM_EMPTY)
			bare_help(g, s, &w, &e, width, out);
		return;
	}
	for (unsigned level = s->depth + 1; level-- > 0;) {
		const struct gram_mode *m = s->level[level].mode;

		if (level_help(&w, g, m, whole, &e, names)) {
			any = true;
			out_text(out, "\n");
			out_text(out, m->heading);
			out_text(out, " mode commands/options:\n");
			out_entries(out, &e, width);
		} else if (w.status == GRAM_AMBIGUOUS) {
			ambiguous = true;
		}
		entries_free(&e);
		if (whole > w.first)
			walk_below(&w, m);
	}
	if (!any)
		out_text(out, ambiguous ? "ERROR: % Ambiguous command\n" : "ERROR: % Unrecognized command\n");
}

/* ---- Tab --------------------------------------------------------------------------------------- */

unsigned gram_complete(const struct gram *g, const struct parse_state *s, int privilege,
    const char *line, const struct gram_names *names, char *add_text, size_t size)
{
	struct walk w;
	struct entries all, e;
	unsigned whole = open_line(&w, &e, line, privilege), count;

	add_text[0] = '\0';
	e.keys = true;
	all.n = 0;
	all.prefix = e.prefix;
	all.prefix_len = e.prefix_len;
	all.cr = all.keys = false;
	if (!w.n_tokens || !e.prefix_len)
		return 0;
	for (unsigned level = s->depth + 1; level-- > 0;) {
		if (level_help(&w, g, s->level[level].mode, whole, &e, names))
			for (unsigned i = 0; i < e.n; i++)
				if (!e.list[i].value)
					add(&all, e.list[i].word, NULL, false);
		entries_free(&e);
		if (whole > w.first)
			walk_below(&w, s->level[level].mode);
	}
	count = all.n;
	if (count == 1)
		snprintf(add_text, size, "%s ", all.list[0].word + all.prefix_len);
	entries_free(&all);
	return count;
}
