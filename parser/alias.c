/*
 * Other forms of a line: `alias` gives it other leading words, `oneline` lets a line of a submode
 * be typed in the mode above. They are commands of their own, hidden and never printed, which share
 * the tree of the line they stand for.
 */
#include <string.h>

#include "parser/read.h"

/* The line typed in the parent mode: its values are the keys of the row. */
static bool above(struct source *s, struct draft *d)
{
	const struct gram_mode *m = gram_mode(s->gram, d->mode.name);

	if (!m || !m->parent_name || (!d->row.name && !m->row_name))
		return source_fail(s, "oneline: a mode above %s, or its row, is not known here",
		    d->mode.name);
	if (!d->row.name)
		d->row = (struct named){m->row_name, m->row_at};
	d->mode = (struct named){m->parent_name, m->parent_at};
	return true;
}

/* Behind the leading keywords of a tree, and behind `values` values and the keywords after each. */
static uint16_t skip_leading(const struct gram_node *root, unsigned values)
{
	uint16_t i = 0;

	for (;; i++, values--) {
		while (i < root->n_kids && root->kids[i]->kind == NODE_WORD)
			i++;
		if (!values || i == root->n_kids || root->kids[i]->kind != NODE_VALUE)
			return i;
	}
}

/* Keywords of an alias that its line has, too, are explained as there. */
static void alias_helps(const struct gram_node *to, const struct gram_node *from)
{
	for (unsigned i = 0; i < to->n_kids; i++)
		for (unsigned k = 0; k < from->n_kids && to->kids[i]->kind == NODE_WORD; k++)
			if (from->kids[k]->kind == NODE_WORD && !to->kids[i]->help &&
			    !strcmp(to->kids[i]->text, from->kids[k]->text))
				to->kids[i]->help = from->kids[k]->help;
}

/* The keywords before the first value, or those up to the keywords behind as many of its values as
 * the alias has, are replaced. */
static void put_rest(struct source *s, struct gram_node *root, const struct gram_node *of,
    bool oneline)
{
	unsigned values = 0;
	size_t n = root->n_kids;

	for (unsigned i = 0; i < root->n_kids && !oneline; i++)
		values += root->kids[i]->kind == NODE_VALUE;
	for (unsigned i = skip_leading(of, values); i < of->n_kids; i++)
		*POOL_PUSH(s->pool, root->kids, n) = of->kids[i];
	root->n_kids = (uint16_t)n;
}

static void put_alias(struct source *s, const struct draft *of, const struct draft_line *line)
{
	struct gram *g = s->gram;
	struct draft *d = new_draft(s, of);
	struct gram_command *c = d->command;
	struct gram_node *root = pool_alloc(s->pool, sizeof(*root));
	struct syntax *x = syntax_new(s, root);
	size_t n = g->n_commands;

	s->at = line->at;
	c->index = g->n_commands;
	c->file = s->at.file;
	c->line = s->at.line;
	c->is_alias = c->hidden = true;
	c->show = SHOW_NEVER;
	c->examples = NULL;
	c->syntax = root;
	d->of = of;
	if (!syntax_line(s, x, line->words) || !syntax_end(s, x) || (line->oneline && !above(s, d)))
		return;
	alias_helps(root, of->command->syntax);
	put_rest(s, root, of->command->syntax, line->oneline);
	*POOL_PUSH(s->pool, g->commands, n) = c;
	g->n_commands = (uint16_t)n;
	*POOL_PUSH(s->pool, s->drafts, s->n_drafts) = d;
}

void draft_aliases(struct source *s, const struct draft *d)
{
	struct gram_place at = s->at;

	for (unsigned oneline = 0; oneline < 2; oneline++)
		for (size_t i = 0; i < d->n_aliases; i++)
			if (d->aliases[i].oneline == oneline)
				put_alias(s, d, &d->aliases[i]);
	s->at = at;
}
