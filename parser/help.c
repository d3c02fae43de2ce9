/*
 * What `?` prints and what Tab adds: the ways on from the words typed, seen
 * through the same walk that matches a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/entries.h"

static int by_word(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t one = strspn(x->word, "0123456789"), two = strspn(y->word, "0123456789");

	if (one && two && !x->word[one] && !y->word[two] && one != two)
		return one < two ? -1 : 1; /* numbers as numbers */
	return strcmp(x->word, y->word);
}

/* ---- layout ------------------------------------------------------------------------ */

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

/* ---- `?` --------------------------------------------------------------------------- */

static const char no_help[] = "Negate a command or set its defaults";
static const char default_help[] = "Set a command to its defaults";

/* The first words of a mode; in configuration modes the built-in ones and exec's that go with
 * them. */
static void first_words(struct walk *w, struct entries *e, const struct gram *g)
{
	entries_collect(w, e, NULL);
	e->cr = false;
	if (w->negated || w->defaulted || w->mode == g->exec)
		return;
	entries_add(e, "no", no_help, false);
	entries_add(e, "default", default_help, false);
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

			if (c->everywhere && !c->hidden && gram_level(g, c) <= w->privilege)
				entries_add(
				    e, c->syntax->kids[0]->text, c->syntax->kids[0]->help, false);
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
		entries_collect(w, e, names);
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
		out_text(out,
		    ambiguous ? "ERROR: % Ambiguous command\n" : "ERROR: % Unrecognized command\n");
}

/* ---- Tab --------------------------------------------------------------------------- */

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
					entries_add(&all, e.list[i].word, NULL, false);
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
