/*
 * From the blocks as read to a command graph: what tables and modes name, then each command: its
 * names, left-out attributes and help, its instructions; what cannot work is refused. All errors
 * are told; a command with one is not looked at further.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/read.h"

/* ---- tables -------------------------------------------------------------------- */

/* All keys are part of the order, those not named come last. */
static void order_keys(struct source *s, struct gram_table *t)
{
	for (unsigned k = 0; !t->created_order && k < t->n_keys; k++) {
		bool there = false;

		for (unsigned o = 0; o < t->n_order; o++)
			there = there || t->order[o] == k;
		if (there)
			continue;
		if (t->n_order == GRAM_KEYS_MAX) {
			source_fail(s, "table %s: an order by more than %d columns", t->name,
			    GRAM_KEYS_MAX);
			return;
		}
		t->order[t->n_order++] = (uint16_t)k;
	}
}

static void build_table(struct source *s, struct gram_table *t)
{
	s->at = t->at;
	if (t->single ? t->n_keys != 0 : t->n_keys == 0)
		source_fail(s, "table %s: keys are missing, or not allowed", t->name);
	order_keys(s, t);
	for (unsigned c = 0; c < t->n_columns; c++) {
		s->at = t->columns[c].at;
		if (link_type(s, &t->columns[c].type))
			fix_value(s, &t->columns[c], &t->columns[c].preset);
	}
	s->at = t->follows_at;
	if (t->follows)
		find_table(s, t->follows);
	s->at = t->within_at;
	if (t->within)
		find_table(s, t->within);
	for (unsigned i = 0; i < t->n_renamed; i++) {
		struct gram_renamed *r = &t->renamed[i];

		s->at = r->at;
		r->target = find_table(s, r->ref_table);
		r->target_column = r->target ? find_column(s, r->target, r->ref_column) : -1;
		if (r->when >= 0)
			fix_value(s, &t->columns[r->when], &r->value);
	}
}

static void build_tables(struct source *s)
{
	struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_tables; i++)
		build_table(s, g->tables[i]);
	for (unsigned i = 0; i < g->n_presets; i++) {
		s->at = g->presets[i].at;
		for (unsigned c = 0; c < g->presets[i].table->n_columns; c++)
			fix_value(s, &g->presets[i].table->columns[c], &g->presets[i].values[c]);
	}
}

/* ---- modes ----------------------------------------------------------------------- */

/* The room that the longest key texts of a row take, with their NULs. */
static size_t longest_keys(const struct gram_table *t)
{
	size_t sum = 0;

	for (unsigned k = 0; k < t->n_keys; k++)
		sum += type_longest(&t->columns[k].type) + 1;
	return sum;
}

static void build_mode(struct source *s, struct gram_mode *m)
{
	s->at = m->parent_at;
	m->parent = m->parent_name ? find_mode(s, m->parent_name) : NULL;
	s->at = m->row_at;
	m->row = m->row_name ? find_table(s, m->row_name) : NULL;
	s->at = m->at;
	if (!m->parent_name && strcmp(m->name, "exec"))
		source_fail(s, "mode %s: no parent", m->name);
	if (m->row && longest_keys(m->row) > GRAM_ROW_MAX)
		source_fail(s, "mode %s: the keys of its row may be too long", m->name);
}

static void build_modes(struct source *s)
{
	struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_modes; i++)
		build_mode(s, g->modes[i]);
	g->exec = gram_mode(g, "exec");
	g->config = gram_mode(g, "config");
	if (!g->exec || !g->config)
		source_fail(s, "the modes exec and config are missing");
}

/* ---- commands ---------------------------------------------------------------------- */

static void default_attributes(struct gram_command *c)
{
	bool guest = c->existing || c->creates;

	if (c->no == NO_AUTO)
		c->no = !c->table	 ? NO_NONE
		    : c->enter && guest	 ? NO_BLOCK
		    : c->enter || c->kept ? NO_DELETE
		    : c->n_columns == 0	 ? NO_DELETE
					 : NO_RESET;
	if (c->show == SHOW_AUTO)
		c->show = c->enter && guest ? SHOW_BLOCK : SHOW_CHANGED;
	if (!c->table)
		c->show = SHOW_NEVER;
}

static bool has_place(struct source *s, const struct gram_command *c)
{
	const struct gram *g = s->gram;
	struct nearest near;

	if (!g->n_order || c->show == SHOW_NEVER || (!c->section && c->mode != g->config))
		return true;
	nearest_init(&near, c->section ? c->section : "");
	for (unsigned i = 0; i < g->n_order; i++) {
		if (c->section && !strcmp(g->order[i].name, c->section))
			return true;
		nearest_offer(&near, g->order[i].name);
	}
	if (c->section)
		s->at = c->section_at;
	return source_fail(s, "its section `%s` has no place in the order%s",
	    c->section ? c->section : "", nearest_text(&near));
}

static bool check_command(struct source *s, const struct gram_command *c)
{
	s->at = (struct gram_place){c->file, c->line};
	if (c->syntax->kids[0]->kind != NODE_WORD && (!c->kept || c->syntax->n_kids > 1))
		return source_fail(s, "a command starts with a keyword");
	if (c->kept && (!c->table || !c->table->keeps))
		return source_fail(s, "a kept line wants a table with a column of type kept");
	if (!c->table && !c->run && !c->leave && !c->family && !c->enter && !c->refuse_text)
		return source_fail(s, "the command neither stores nor runs anything");
	return has_place(s, c);
}

static void build_command(struct source *s, struct helps *helps, struct draft *d)
{
	struct gram_command *c = d->command;

	if (d->of && d->of->broken) {
		d->broken = true;
		return;
	}
	d->broken = !link_command(s, d);
	if (d->broken)
		return;
	default_attributes(c);
	d->broken = !share_helps(s, helps, c);
	s->at = (struct gram_place){c->file, c->line};
	d->broken = d->broken || !compile(s, c) || !check_command(s, c);
}

static unsigned count_words(const struct gram_node *n)
{
	unsigned words = n->kind == NODE_WORD || n->kind == NODE_VALUE;

	for (unsigned i = 0; i < n->n_kids; i++)
		words += count_words(n->kids[i]);
	return words;
}

static void build_commands(struct source *s)
{
	struct helps *helps;
	unsigned words = 64;

	for (size_t i = 0; i < s->n_drafts; i++)
		words += count_words(s->drafts[i]->command->syntax);
	helps = helps_new(words);
	for (size_t i = 0; i < s->n_drafts; i++)
		build_command(s, helps, s->drafts[i]);
	helps_free(helps);
}

/* ---- the whole --------------------------------------------------------------------- */

static int by_word(const void *a, const void *b)
{
	const struct gram_start *x = a, *y = b;
	int c = strcasecmp(x->word, y->word);

	return c ? c : (int)x->command->index - (int)y->command->index;
}

/* The lists of each mode: its commands in order, and sorted by first keyword. */
static void build_starts(struct source *s)
{
	struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_modes; i++) {
		struct gram_mode *m = g->modes[i];
		size_t n = 0, starts = 0;

		for (unsigned k = 0; k < g->n_commands; k++) {
			struct gram_command *c = g->commands[k];
			struct gram_start *start;

			if (c->mode != m)
				continue;
			*POOL_PUSH(s->pool, m->commands, n) = c;
			if (c->syntax->kids[0]->kind != NODE_WORD) {
				m->any = c;
				continue;
			}
			start = POOL_PUSH(s->pool, m->starts, starts);
			start->word = c->syntax->kids[0]->text;
			start->command = c;
		}
		m->n_commands = (uint16_t)n;
		m->n_starts = (uint16_t)starts;
		if (starts)
			qsort(m->starts, starts, sizeof(*m->starts), by_word);
	}
}

static bool is_mark(const char *name)
{
	return !strcmp(name, "!") || !strcmp(name, "!?") || !strcmp(name, "blank");
}

/* Every section of the order has commands, or it is none. */
static void check_order(struct source *s)
{
	const struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_order; i++) {
		const char *name = g->order[i].name, *last = NULL;
		bool found = is_mark(name);
		struct nearest near;

		nearest_init(&near, name);
		for (unsigned k = 0; k < g->n_commands && !found; k++) {
			const char *section = g->commands[k]->section;

			if (section && section != last) {
				found = !strcmp(section, name);
				nearest_offer(&near, section);
			}
			last = section;
		}
		s->at = g->order[i].at;
		if (!found)
			source_fail(
			    s, "no command is of section `%s`%s", name, nearest_text(&near));
	}
}

void build(struct source *s)
{
	build_tables(s);
	build_modes(s);
	build_commands(s);
	check_order(s);
	build_blocks(s);
	if (!s->errors)
		build_starts(s);
}
