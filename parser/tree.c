/*
 * The lines of a `command` block as a tree by their indentation: words that stand deeper follow
 * those above them, words at one place are the ways on from there. What has no line below it is a
 * command; its words and attributes are those of all levels down to it.
 *
 *      crypto  "Configure IPSec"               level 0: shared, with its attributes
 *      - row  ipsec
 *          lifetime  "Set lifetime"            level 1: shared
 *              seconds    <seconds>            level 2: `crypto lifetime seconds <seconds>`
 *              kilobytes  <kilobytes>          another one
 *          + replay                            level 1: the lines of a fragment
 *
 * Words at the same place go on until an attribute or a deeper line has followed; then the next
 * ones begin another line. An open bracket, and a line that begins with a text, go on wherever.
 */
#include <ctype.h>
#include <string.h>

#include "parser/read.h"

#define LEVELS_MAX 12

struct level {
	unsigned column;
	struct gram_node *words; /* of this level only */
	struct syntax *syntax;
	struct draft *draft; /* with what it has from the levels above */
	struct gram_place at;
	bool said;  /* attributes have followed the words */
	bool inner; /* lines stand below */
	struct fragment *fragment; /* whose lines stand below, once its attributes are known */
};

struct tree {
	struct level level[LEVELS_MAX];
	unsigned depth;      /* levels in use */
	struct draft *start; /* what the block gives to all its lines */
	bool worded;         /* words have followed: the attributes are no longer of all lines */
	struct fragment *recorded; /* the block is a fragment: its lines are kept */
};

struct fragment {
	char *name;
	struct gram_place at;
	struct fragment_line {
		char *text;
		struct gram_place at;
		unsigned column;
	} *lines;
	size_t n_lines;
	bool open, used; /* its lines are being taken; have been */
};

/* ---- levels ------------------------------------------------------------------------ */

/* The words of all levels, one behind the other: those of levels that others share as copies. */
static struct gram_node *all_words(struct source *s, const struct tree *t)
{
	struct gram_node *root = pool_alloc(s->pool, sizeof(*root));
	size_t n = 0;

	root->kind = NODE_SEQ;
	for (unsigned i = 0; i < t->depth; i++)
		for (unsigned k = 0; k < t->level[i].words->n_kids; k++) {
			struct gram_node *of = t->level[i].words->kids[k];

			*POOL_PUSH(s->pool, root->kids, n) = i + 1 < t->depth ? copy_node(s, of)
									      : of;
		}
	root->n_kids = (uint16_t)n;
	return root;
}

/* The top level has no lines below it: a command. */
static void put_command(struct source *s, struct tree *t)
{
	struct gram *g = s->gram;
	struct level *l = &t->level[t->depth - 1];
	struct draft *d = l->draft;
	struct gram_command *c = d->command;
	size_t n = g->n_commands;

	c->index = g->n_commands;
	c->file = l->at.file;
	c->line = l->at.line;
	c->syntax = all_words(s, t);
	put_examples(s, d);
	*POOL_PUSH(s->pool, g->commands, n) = c;
	g->n_commands = (uint16_t)n;
	*POOL_PUSH(s->pool, s->drafts, s->n_drafts) = d;
	draft_aliases(s, d);
}

static void tree_text(struct source *s, struct tree *t, unsigned column, const char *text);
static void close_levels(struct source *s, struct tree *t, unsigned column);

/* The lines of a fragment below the level at the top, which then is an inner one. */
static void take_fragment(struct source *s, struct tree *t)
{
	struct level *l = &t->level[t->depth - 1];
	struct fragment *f = l->fragment;
	struct gram_place at = s->at;
	unsigned column = l->column + 1;

	s->at = l->at;
	l->fragment = NULL;
	l->inner = true;
	f->used = true;
	if (f->open) {
		source_fail(s, "fragment %s within itself", f->name);
		return;
	}
	f->open = true;
	for (size_t i = 0; i < f->n_lines; i++) {
		s->at = f->lines[i].at;
		tree_text(s, t, column + f->lines[i].column - f->lines[0].column, f->lines[i].text);
	}
	close_levels(s, t, column);
	f->open = false;
	s->at = at;
}

static void close_level(struct source *s, struct tree *t)
{
	struct level *l = &t->level[t->depth - 1];

	if (l->fragment)
		take_fragment(s, t);
	else if (!l->draft->broken && syntax_end(s, l->syntax) && !l->inner)
		put_command(s, t);
	t->depth--;
}

/* Ends all levels that stand at `column` or deeper. */
static void close_levels(struct source *s, struct tree *t, unsigned column)
{
	while (t->depth && t->level[t->depth - 1].column >= column)
		close_level(s, t);
}

static struct level *open_level(struct source *s, struct tree *t, unsigned column)
{
	struct level *above = t->depth ? &t->level[t->depth - 1] : NULL;
	struct level *l = &t->level[t->depth];

	if (t->depth == LEVELS_MAX) {
		source_fail(s, "more than %d levels", LEVELS_MAX);
		return NULL;
	}
	if (above && above->fragment) {
		source_fail(s, "lines below a fragment stand in the fragment");
		return NULL;
	}
	if (above && !above->inner) {
		above->inner = true;
		if (!syntax_end(s, above->syntax))
			above->draft->broken = true;
		if (above->draft->n_aliases)
			source_fail(
			    s, "an alias is of a whole line, not of words with others below them");
	}
	t->worded = true;
	*l = (struct level){.column = column, .at = s->at,
		.draft = inherit_draft(s, above ? above->draft : t->start)};
	l->words = pool_alloc(s->pool, sizeof(*l->words));
	l->syntax = syntax_new(s, l->words);
	t->depth++;
	return l;
}

/* ---- lines ------------------------------------------------------------------------- */

static void words_line(struct source *s, struct tree *t, unsigned column, const char *text)
{
	struct level *top = t->depth ? &t->level[t->depth - 1] : NULL;
	bool goes_on = top && !top->said && !top->inner && !top->fragment &&
	    (top->column == column || *text == '"' || syntax_is_open(top->syntax));

	if (!goes_on && *text == '"') {
		source_fail(s, "a help text without a word before it");
		return;
	}
	if (!goes_on) {
		close_levels(s, t, column);
		top = open_level(s, t, column);
	}
	if (top && !syntax_line(s, top->syntax, text))
		top->draft->broken = true;
}

static void said_line(struct source *s, struct tree *t, unsigned column, const char *text)
{
	struct level *top;

	while (t->depth && t->level[t->depth - 1].column > column)
		close_level(s, t);
	top = t->depth ? &t->level[t->depth - 1] : NULL;
	if (!top && !t->worded) {
		attribute_line(s, t->start, text); /* of all lines of the block */
	} else if (!top || top->column != column) {
		source_fail(s, "an attribute stands right below the words it belongs to");
	} else if (top->inner) {
		source_fail(s, "an attribute of shared words stands before the lines below them");
	} else {
		if (!top->said && syntax_is_open(top->syntax))
			top->draft->broken = !source_fail(s, "a bracket is left open");
		top->said = true;
		attribute_line(s, top->draft, text);
	}
}

static struct fragment *find_fragment(struct source *s, const char *name)
{
	struct nearest near;

	nearest_init(&near, name);
	for (size_t i = 0; i < s->n_fragments; i++) {
		if (!strcmp(s->fragments[i]->name, name))
			return s->fragments[i];
		nearest_offer(&near, s->fragments[i]->name);
	}
	source_fail(s, "no fragment %s%s", name, nearest_text(&near));
	return NULL;
}

static void fragment_line(struct source *s, struct tree *t, unsigned column, const char *text)
{
	bool quoted;
	char *name = only_word(s, text, "the lines of which fragment:", &quoted);
	struct fragment *f = name ? find_fragment(s, name) : NULL;
	struct level *l;

	close_levels(s, t, column);
	l = f ? open_level(s, t, column) : NULL;
	if (l)
		l->fragment = f;
	else if (t->depth) /* no line without words of its own is made of the one above */
		t->level[t->depth - 1].inner = true;
}

static void tree_text(struct source *s, struct tree *t, unsigned column, const char *text)
{
	if (!strchr("-+", *text))
		words_line(s, t, column, text);
	else if (!isspace((unsigned char)text[1]))
		source_fail(s, "a blank stands behind `%c`", *text);
	else if (*text == '-')
		said_line(s, t, column, text + 1);
	else
		fragment_line(s, t, column, text + 1);
}

void tree_line(struct source *s, const char *line)
{
	struct fragment *f = s->tree->recorded;
	unsigned column = 0;

	for (; isspace((unsigned char)*line); line++)
		column = *line == '\t' ? column / 8 * 8 + 8 : column + 1;
	if (!f) {
		tree_text(s, s->tree, column, line);
		return;
	}
	*POOL_PUSH(s->pool, f->lines, f->n_lines) =
	    (struct fragment_line){rest_of_line(s, line), s->at, column};
	if (column < f->lines[0].column)
		source_fail(s, "less indented than the first line of the fragment");
}

void tree_end(struct source *s)
{
	close_levels(s, s->tree, 0);
	s->tree = NULL;
}

/* ---- blocks ------------------------------------------------------------------------ */

bool command_start(struct source *s, const char *at)
{
	struct tree *t = pool_alloc(s->pool, sizeof(*t));
	bool quoted;
	char *mode = only_word(s, at, "a command of", &quoted);

	t->start = pool_alloc(s->pool, sizeof(*t->start));
	t->start->command = pool_alloc(s->pool, sizeof(*t->start->command));
	t->start->mode = (struct named){mode, s->at};
	t->start->command->section = s->section;
	t->start->command->section_at = s->section_at;
	t->start->command->privilege = 15;
	s->tree = t;
	return mode != NULL;
}

bool fragment_start(struct source *s, const char *at)
{
	bool quoted;
	char *name = only_word(s, at, "a fragment named", &quoted);
	struct fragment *f;

	for (size_t i = 0; name && i < s->n_fragments; i++)
		if (!strcmp(s->fragments[i]->name, name))
			return source_fail(s, "a second fragment `%s`", name);
	if (!name)
		return false;
	f = pool_alloc(s->pool, sizeof(*f));
	f->name = name;
	f->at = s->at;
	*POOL_PUSH(s->pool, s->fragments, s->n_fragments) = f;
	s->tree = pool_alloc(s->pool, sizeof(*s->tree));
	s->tree->recorded = f;
	return true;
}

void fragments_end(struct source *s)
{
	for (size_t i = 0; i < s->n_fragments; i++)
		if (!s->fragments[i]->used) {
			s->at = s->fragments[i]->at;
			source_fail(s, "fragment %s is used by no line", s->fragments[i]->name);
		}
}
