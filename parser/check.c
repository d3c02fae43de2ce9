/*
 * What can be wrong with a grammar that reads well: names that are written once and used nowhere,
 * words without help (most often a letter wrong in a word that others explain, or an attribute
 * without its mark), examples that no longer fit. For those who write grammars: a start does not
 * ask.
 */
#include <stdlib.h>
#include <string.h>

#include "parser/read.h"

/* ---- words without help ------------------------------------------------------------ */

/* The words that other commands of the mode have in the same place, at the root. */
static void offer_places(struct nearest *near, const struct gram_command *c, unsigned place)
{
	for (unsigned i = 0; i < c->mode->n_commands; i++) {
		const struct gram_node *root = c->mode->commands[i]->syntax;

		if (place < root->n_kids && root->kids[place]->kind == NODE_WORD &&
		    root->kids[place]->help)
			nearest_offer(near, root->kids[place]->text);
	}
}

static void check_helps(struct source *s, const struct gram_command *c, const struct gram_node *n,
    unsigned place)
{
	if (n->kind == NODE_WORD && !n->help) {
		struct nearest near;

		nearest_init(&near, n->text);
		offer_places(&near, c, place);
		s->at = n->at;
		source_fail(s, "`%s` has no help text%s", n->text, nearest_text(&near));
	}
	for (unsigned i = 0; i < n->n_kids; i++)
		check_helps(s, c, n->kids[i], n == c->syntax ? i : place);
}

/* ---- types ------------------------------------------------------------------------- */

/* A word twice, or a number among the words besides numbers: `default` was meant perhaps. */
static void check_words(struct source *s, const struct gram_column *c)
{
	const struct gram_type *t = &c->type;
	const char *w, *other;

	s->at = c->at;
	for (unsigned i = 0; (w = type_word(t, i)); i++) {
		if (t->kind == KIND_INT && strspn(w, "0123456789") == strlen(w))
			source_fail(s, "%s: the number `%s` among the words", c->name, w);
		for (unsigned k = 0; k < i && (other = type_word(t, k)); k++)
			if (!strcmp(w, other))
				source_fail(s, "%s: the word `%s` twice", c->name, w);
	}
}

/* ---- names that nobody uses -------------------------------------------------------- */

/* A key of the row of the mode that the line stands in. */
static bool comes_along(const struct gram_command *c, int column)
{
	const struct gram_table *row = c->mode->row;
	int k = row ? gram_column(row, c->table->columns[column].name) : -1;

	return c->table != row && k >= 0 && row->columns[k].key;
}

static bool fills(const struct gram_command *c, const struct gram_node *n, int column)
{
	if (n->column == column && (n->kind == NODE_VALUE || n->kind == NODE_WORD))
		return true;
	for (unsigned i = 0; i < n->n_kids; i++)
		if (fills(c, n->kids[i], column))
			return true;
	if (comes_along(c, column))
		return true;
	if (c->kept && (column == c->table->n_keys - 1 ||
			   (c->no == NO_OFF && !strcmp(c->table->columns[column].name, "off"))))
		return true;
	for (unsigned i = 0; n == c->syntax && i < c->n_set; i++)
		if (c->set[i].column == column)
			return true;
	return false;
}

static void check_columns(struct source *s, const struct gram_table *t)
{
	for (int k = 0; k < t->n_columns; k++) {
		bool found = false;

		for (unsigned i = 0; i < s->gram->n_commands && !found; i++)
			found = s->gram->commands[i]->table == t &&
			    fills(s->gram->commands[i], s->gram->commands[i]->syntax, k);
		check_words(s, &t->columns[k]);
		if (!found)
			source_fail(
			    s, "no line fills column %s of %s", t->columns[k].name, t->name);
	}
}

static void check_mode(struct source *s, const struct gram_mode *m)
{
	bool found = m == s->gram->exec || m == s->gram->config;

	for (unsigned i = 0; i < s->gram->n_commands && !found; i++)
		found = s->gram->commands[i]->enter == m;
	s->at = m->at;
	if (!found)
		source_fail(s, "no line enters mode %s", m->name);
}

/* ---- examples ---------------------------------------------------------------------- */

static bool enter_mode(const struct gram *g, const struct gram_command *c,
    struct parse_state *state, struct gram_match *match)
{
	parse_state_init(state, g, c->mode != g->exec);
	for (char **line = gram_lead(c); line && *line; line++) {
		gram_match(g, state, 15, *line, match);
		if (match->status != GRAM_OK)
			return false;
		parse_state_advance(g, state, match);
		gram_match_done(match);
	}
	return parse_state_mode(state) == c->mode;
}

static void check_examples(struct source *s, const struct gram_command *c, struct gram_match *match)
{
	struct parse_state state;

	s->at = c->leads ? (struct gram_place){c->file, c->line} : c->mode->at;
	if (c->examples && !enter_mode(s->gram, c, &state, match)) {
		source_fail(s, "the examples of mode %s do not lead into it", c->mode->name);
		return;
	}
	s->at = (struct gram_place){c->file, c->line};
	for (char **line = c->examples; line && *line; line++) {
		gram_match(s->gram, &state, 15, *line, match);
		if (match->status != GRAM_OK || match->command != c)
			source_fail(s, "`%s` is no example of this line", *line);
		gram_match_done(match);
	}
}

/* ---- the whole --------------------------------------------------------------------- */

unsigned gram_check(const struct gram *g, char *error, size_t size)
{
	struct source s = {.gram = (struct gram *)(uintptr_t)g, .error = error, .error_size = size};
	struct gram_match *match = calloc(1, sizeof(*match));

	if (!match)
		abort();
	if (size)
		error[0] = '\0';
	for (unsigned i = 0; i < g->n_tables; i++)
		check_columns(&s, g->tables[i]);
	for (unsigned i = 0; i < g->n_modes; i++)
		check_mode(&s, g->modes[i]);
	for (unsigned i = 0; i < g->n_commands; i++) {
		if (g->commands[i]->is_alias)
			continue;
		check_helps(&s, g->commands[i], g->commands[i]->syntax, 0);
		check_examples(&s, g->commands[i], match);
	}
	free(match);
	return s.errors;
}
