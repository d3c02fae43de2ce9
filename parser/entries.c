/*
 * The ways on from where a walk stands, as words and placeholders with their help: what `?` lists
 * and Tab completes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/entries.h"

void entries_add(struct entries *e, const char *word, const char *help, bool value)
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

void entries_free(struct entries *e)
{
	for (unsigned i = 0; i < e->n; i++)
		free(e->list[i].owned);
	e->n = 0;
}

static void add_name(void *to, const char *text)
{
	entries_add(to, text, NULL, false);
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
		return t->max == 2 ? "hh:mm" : "hh:mm:ss";
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
	return t->n_ranges > 0;
}

static void add_numbers(struct entries *e, const struct gram_node *n)
{
	char text[24];

	for (unsigned i = 0; i < n->type->n_ranges; i++) {
		snprintf(text, sizeof(text), "%lld", (long long)n->type->ranges[i].low);
		entries_add(e, text, n->help, false);
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
    const struct gram_type *ref, const struct gram_names *names)
{
	char prefix[256];

	if (!names || !names->list)
		return;
	snprintf(prefix, sizeof(prefix), "%.*s", (int)e->prefix_len, e->prefix);
	names->list(names->ctx, table, column, ref, prefix, add_name, e);
}

static void add_value(struct entries *e, const struct gram_command *of, const struct gram_node *n,
    const struct gram_names *names)
{
	const struct gram_type *t = n->type;
	const char *word;
	char buf[96];

	for (unsigned i = 0; (word = type_word(t, i)); i++)
		entries_add(e, word, n->helps && n->helps[i] ? n->helps[i] : n->help, false);
	if (t->kind == KIND_WORD || t->kind == KIND_SET || t->kind == KIND_BOOL ||
	    t->kind == KIND_FAMILY)
		return;
	if (few_numbers(t)) {
		add_numbers(e, n);
		return;
	}
	if (may_be(e, t))
		entries_add(e, placeholder(n, buf), n->help, true);
	if (t->kind == KIND_REF)
		add_names(e, t->target, t->target_column, t, names);
	else if (e->keys && n->key && t->kind == KIND_NAME)
		add_names(e, of->table, n->column, NULL, names);
}

static bool is_hidden(const struct thread *t)
{
	return t->command->hidden && !t->outer;
}

void entries_collect(struct walk *w, struct entries *e, const struct gram_names *names)
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
			entries_add(e, c->node->text, c->node->help, false);
		else if (c->op == OP_VALUE &&
			 (e->prefix_len || !(c->node->type->kind == KIND_TEXT && t->count)))
			add_value(e, t->command, c->node, names);
	}
}
