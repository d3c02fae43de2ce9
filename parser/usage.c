/*
 * `help COMMAND`: how the commands that begin with these words are written, as the tree of each has
 * it, what their words mean, and which sessions they may end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/entries.h"
#include "parser/internal.h"
#include "parser/text.h"

#define WORDS_MAX 16
#define USAGE_COLUMN 16 /* where a description begins */
#define SYNTAX_COLUMN 32

struct usage {
	const struct gram *gram;
	const char *word[WORDS_MAX]; /* as typed */
	size_t len[WORDS_MAX];
	unsigned n;
	struct text lines;    /* USAGE */
	struct text meaning;  /* DESCRIPTION */
	struct text syntax;   /* SYNTAX */
	struct text disrupts; /* ENDS SESSIONS */
	struct entries *seen; /* what SYNTAX and DESCRIPTION have */
};

static void split(struct usage *u, const char *words)
{
	while (u->n < WORDS_MAX && *(words += strspn(words, " \t"))) {
		u->word[u->n] = words;
		u->len[u->n] = strcspn(words, " \t");
		words += u->len[u->n++];
	}
}

static bool is_whole(const struct usage *u, unsigned i, const char *text)
{
	return strlen(text) == u->len[i] && strncasecmp(text, u->word[i], u->len[i]) == 0;
}

/* The command's i-th leading keyword, NULL behind the last. */
static const struct gram_node *lead(const struct gram_command *c, unsigned i)
{
	return i < c->syntax->n_kids && c->syntax->kids[i]->kind == NODE_WORD ? c->syntax->kids[i]
									      : NULL;
}

/* Does it begin with the first `n` of the words? */
static bool begins(const struct usage *u, const struct gram_command *c, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const struct gram_node *k = lead(c, i);

		if (!k || strncasecmp(k->text, u->word[i], u->len[i]) != 0)
			return false;
	}
	return true;
}

/* ---- how a line is written -------------------------------------------------------- */

static void put(struct text *t, const struct gram_node *n);

static void put_kids(struct text *t, const struct gram_node *n, const char *between)
{
	for (unsigned i = 0; i < n->n_kids; i++) {
		if (i)
			text_add(t, between);
		put(t, n->kids[i]);
	}
}

static void put_value(struct text *t, const struct gram_node *n)
{
	const struct gram_type *type = n->type;
	bool words = type->kind == KIND_WORD || type->kind == KIND_SET;
	unsigned count = type->n_words + type->n_extra + (words ? 0U : 1U);
	const char *word;

	if (count > 1)
		text_addc(t, '{');
	if (!words)
		text_addf(t, "<%s>", n->text);
	for (unsigned i = 0; (word = type_word(type, i)); i++)
		text_addf(t, "%s%s", i || !words ? "|" : "", word);
	if (count > 1)
		text_addc(t, '}');
	if (type->list_max > 1 || type->kind == KIND_SET)
		text_add(t, " ...");
}

static void put(struct text *t, const struct gram_node *n)
{
	switch (n->kind) {
	case NODE_WORD:
		text_add(t, n->text);
		break;
	case NODE_VALUE:
		put_value(t, n);
		break;
	case NODE_OPTION:
		text_addc(t, '[');
		put_kids(t, n, " ");
		text_addc(t, ']');
		break;
	case NODE_CHOICE:
		text_addc(t, '{');
		put_kids(t, n, "|");
		text_addc(t, '}');
		break;
	case NODE_SEQ:
	case NODE_PERM:
		put_kids(t, n, " ");
	}
}

/* ---- what its words mean ------------------------------------------------------------ */

/* A line of DESCRIPTION or SYNTAX, each word once. */
static void explain(
    struct usage *u, struct text *to, size_t column, const char *word, const char *help)
{
	unsigned before = u->seen->n;

	if (!help)
		return;
	entries_add(u->seen, word, help, true);
	if (u->seen->n == before)
		return;
	text_add(to, word);
	text_pad(to, column, 2);
	text_addf(to, "%s\n", help);
}

static void explain_value(struct usage *u, const struct gram_node *n)
{
	const char *word;
	struct text name = {0};

	for (unsigned i = 0; (word = type_word(n->type, i)); i++)
		explain(u, &u->syntax, SYNTAX_COLUMN, word,
		    n->helps && n->helps[i] ? n->helps[i] : n->help);
	if (n->type->kind != KIND_WORD && n->type->kind != KIND_SET) {
		text_addf(&name, "<%s>", n->text);
		explain(u, &u->syntax, SYNTAX_COLUMN, text_str(&name), n->help);
	}
	text_free(&name);
}

/* All words of the tree but its first `skip` items. */
static void explain_tree(struct usage *u, const struct gram_node *n, unsigned skip)
{
	if (n->kind == NODE_WORD)
		explain(u, &u->syntax, SYNTAX_COLUMN, n->text, n->help);
	else if (n->kind == NODE_VALUE)
		explain_value(u, n);
	for (unsigned i = skip; i < n->n_kids; i++)
		explain_tree(u, n->kids[i], 0);
}

/* ---- which commands ------------------------------------------------------------------ */

/* A word spelled out leaves out those that only begin with it. */
static bool is_meant(const struct usage *u, const struct gram_mode *m, const struct gram_command *c)
{
	if (!begins(u, c, u->n))
		return false;
	for (unsigned i = 0; i < u->n; i++) {
		if (is_whole(u, i, lead(c, i)->text))
			continue;
		for (unsigned k = 0; k < m->n_commands; k++)
			if (begins(u, m->commands[k], i + 1) &&
			    is_whole(u, i, lead(m->commands[k], i)->text))
				return false;
	}
	return true;
}

static void add(struct usage *u, const struct gram_command *c)
{
	const struct gram_node *k = lead(c, u->n - 1);

	text_addf(&u->lines, "\t%s", c->no == NO_NONE ? "" : "[no] ");
	put(&u->lines, c->syntax);
	text_addc(&u->lines, '\n');
	explain(u, &u->meaning, USAGE_COLUMN, k->text, k->help);
	explain_tree(u, c->syntax, u->n);
	if (c->disrupts && (!u->disrupts.len || !strstr(text_str(&u->disrupts), c->disrupts)))
		text_addf(&u->disrupts, "\t%s\n", c->disrupts);
}

static void say(struct gram_out *out, const char *head, const struct text *t)
{
	if (!t->len)
		return;
	out->write(out->ctx, head, strlen(head));
	out->write(out->ctx, t->p, t->len);
}

bool gram_usage(const struct gram *g, const struct parse_state *s, int privilege, const char *words,
    struct gram_out *out)
{
	struct entries *seen = calloc(1, sizeof(*seen));
	struct usage u = {.gram = g, .seen = seen};
	bool any;

	if (!seen)
		abort();
	seen->prefix = "";
	split(&u, words);
	for (unsigned level = s->depth + 1; u.n && level-- > 0;) {
		const struct gram_mode *m = s->level[level].mode;

		for (unsigned i = 0; i < m->n_commands; i++) {
			const struct gram_command *c = m->commands[i];

			if (!c->hidden && c->privilege <= privilege && is_meant(&u, m, c))
				add(&u, c);
		}
	}
	any = u.lines.len > 0;
	say(out, "\nUSAGE:\n\n", &u.lines);
	say(out, "\nDESCRIPTION:\n\n", &u.meaning);
	say(out, "\nSYNTAX:\n\n", &u.syntax);
	say(out, "\nENDS SESSIONS:\n\n", &u.disrupts);
	if (any)
		out->write(out->ctx, "\n", 1);
	text_free(&u.lines);
	text_free(&u.meaning);
	text_free(&u.syntax);
	text_free(&u.disrupts);
	entries_free(seen);
	free(seen);
	return any;
}
