/*
 * A grammar written out: tables, modes and commands with their instructions, one a line, so that
 * two grammars are the same when their texts are. What only people read (help, messages, examples,
 * keywords) can be left out.
 */
#include "tests/support/grammar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"

struct dump {
	FILE *to;
	enum dump_what what;
};

static void word(struct dump *d, const char *name, const char *text)
{
	if (text)
		fprintf(d->to, " %s=`%s`", name, text);
}

/* A text of people's, or a keyword. */
static void words(struct dump *d, const char *name, const char *text)
{
	if (text)
		word(d, name, d->what == DUMP_NAMES ? "" : text);
}

static void dump_type(struct dump *d, const struct gram_type *t)
{
	fprintf(d->to, " [%d max %u list %u-%u ref %d later %d blanks %d", t->kind, t->max,
	    t->list_min, t->list_max, t->ref, t->later, t->blanks);
	for (unsigned i = 0; i < t->n_ranges; i++)
		fprintf(
		    d->to, " %lld-%lld", (long long)t->ranges[i].low, (long long)t->ranges[i].high);
	for (unsigned i = 0; i < t->n_words; i++)
		words(d, "w", t->words[i]);
	for (unsigned i = 0; i < t->n_extra; i++)
		words(d, "x", t->extra[i]);
	for (unsigned i = 0; i < t->n_others; i++) {
		words(d, "o", t->others[i].word);
		fprintf(d->to, "of %u", t->others[i].of);
	}
	if (t->target)
		fprintf(
		    d->to, " %s.%s", t->target->name, t->target->columns[t->target_column].name);
	fprintf(d->to, "]");
}

static void dump_table(struct dump *d, const struct gram_table *t)
{
	fprintf(d->to, "table %s single %d vanish %d created %d sequence %d order", t->name,
	    t->single, t->vanish, t->created_order, t->sequence);
	for (unsigned i = 0; i < t->n_order; i++)
		fprintf(d->to, " %u", t->order[i]);
	for (char **w = t->notify; *w; w++)
		word(d, "notify", *w);
	words(d, "missing", t->missing);
	words(d, "inuse", t->inuse);
	words(d, "builtin", t->builtin);
	word(d, "follows", t->follows);
	fprintf(d->to, " %d\n", t->follows ? t->follows_column : 0);
	for (unsigned i = 0; i < t->n_columns; i++) {
		const struct gram_column *c = &t->columns[i];

		fprintf(d->to, "\t%s key %d sequence %d", c->name, c->key, c->sequence);
		words(d, "default", c->preset);
		dump_type(d, &c->type);
		fprintf(d->to, "\n");
	}
}

static void dump_mode(struct dump *d, const struct gram_mode *m)
{
	fprintf(d->to, "mode %s parent %s row %s", m->name, m->parent ? m->parent->name : "",
	    m->row ? m->row->name : "");
	words(d, "prompt", m->prompt);
	words(d, "title", m->title);
	words(d, "heading", m->heading);
	for (char **e = m->example; e && *e; e++)
		words(d, "example", *e);
	fprintf(d->to, "\n\tcommands");
	for (unsigned i = 0; i < m->n_commands; i++)
		fprintf(d->to, " %u", m->commands[i]->index);
	fprintf(d->to, "\n\tstarts");
	for (unsigned i = 0; i < m->n_starts && d->what != DUMP_NAMES; i++)
		fprintf(d->to, " %s:%u", m->starts[i].word, m->starts[i].command->index);
	fprintf(d->to, "\n");
}

static void dump_node(struct dump *d, const struct gram_node *n)
{
	bool name = n->kind == NODE_VALUE && n->column >= 0;

	(name ? word : words)(d, "text", n->text);
	words(d, "help", d->what == DUMP_NAMES ? NULL : n->help);
	words(d, "as", d->what == DUMP_NAMES ? NULL : n->placeholder);
	word(d, "column", n->bound_column);
	words(d, "value", n->bound_value);
	fprintf(d->to, " %d key %d", n->column, n->key);
	for (unsigned i = 0; n->type && n->helps && type_word(n->type, i); i++)
		words(d, "h", n->helps[i] ? n->helps[i] : "");
	if (n->type)
		dump_type(d, n->type);
}

static void dump_texts(struct dump *d, const struct gram_command *c)
{
	words(d, "existing", c->existing_text);
	words(d, "create", c->create_text);
	words(d, "unknown", c->unknown_text);
	words(d, "differ", c->differ_text);
	words(d, "append", c->append_text);
	words(d, "say", c->say);
	words(d, "disrupts", c->disrupts);
	word(d, "store", c->store);
	word(d, "check", c->check);
	word(d, "run", c->run);
	word(d, "section", c->section);
	for (unsigned i = 0; i < c->n_set; i++) {
		fprintf(d->to, " set %u", c->set[i].column);
		word(d, "to", c->set[i].value);
	}
	for (unsigned i = 0; i < c->n_warn; i++) {
		fprintf(d->to, " warn %u", c->warn[i].column);
		for (char **v = c->warn[i].values; *v; v++)
			word(d, "of", *v);
		words(d, "text", c->warn[i].text);
	}
	for (unsigned i = 0; i < c->n_columns; i++)
		fprintf(d->to, " %u", c->columns[i]);
	fprintf(d->to, "\n");
	for (char **e = d->what == DUMP_ALL ? c->examples : NULL; e && *e; e++)
		fprintf(d->to, "\texample %s\n", *e);
}

static void dump_command(struct dump *d, const struct gram_command *c)
{
	fprintf(d->to,
	    "command %u %s enter %s table %s no %d show %d leave %d family %d privilege %u",
	    c->index, c->mode->name, c->enter ? c->enter->name : "", c->table ? c->table->name : "",
	    c->no, c->show, c->leave, c->family, c->privilege);
	fprintf(d->to, " existing %d creates %d hidden %d everywhere %d trail %d alias %d cut %u",
	    c->existing, c->creates, c->hidden, c->everywhere, c->trail, c->is_alias, c->cut);
	dump_texts(d, c);
	for (unsigned i = 0; i < c->n_code; i++) {
		const struct gram_code *k = &c->code[i];

		fprintf(d->to, "\t%u: %u %u %u %u", i, k->op, k->a, k->b, k->need);
		if (k->node)
			dump_node(d, k->node);
		fprintf(d->to, "\n");
	}
}

static void dump_block(struct dump *d, const struct gram_block *b)
{
	char *const *const lists[] = {b->words, b->inside, b->opens, b->holds};

	fprintf(d->to, "block");
	for (unsigned i = 0; i < 4; i++) {
		fprintf(d->to, " /");
		for (char *const *w = lists[i]; w && *w; w++)
			(i == 1 ? word : words)(d, "w", *w);
	}
	words(d, "until", b->until);
	fprintf(d->to, "\n");
}

char *grammar_dump(const struct gram *g, enum dump_what what)
{
	char *text = NULL;
	size_t len = 0;
	struct dump d = {.to = open_memstream(&text, &len), .what = what};

	if (!d.to)
		abort();
	for (unsigned i = 0; i < g->n_tables; i++)
		dump_table(&d, g->tables[i]);
	for (unsigned i = 0; i < g->n_presets; i++) {
		fprintf(d.to, "preset %s", g->presets[i].table->name);
		for (unsigned k = 0; k < g->presets[i].table->n_columns; k++)
			words(&d, g->presets[i].table->columns[k].name, g->presets[i].values[k]);
		fprintf(d.to, "\n");
	}
	for (unsigned i = 0; i < g->n_modes; i++)
		dump_mode(&d, g->modes[i]);
	for (unsigned i = 0; i < g->n_commands; i++)
		dump_command(&d, g->commands[i]);
	for (unsigned i = 0; i < g->n_order; i++) {
		fprintf(d.to, "order each %d", g->order[i].each);
		word(&d, "name", g->order[i].name);
		fprintf(d.to, "\n");
	}
	for (unsigned i = 0; i < g->n_blocks; i++)
		dump_block(&d, &g->blocks[i]);
	fclose(d.to);
	return text;
}
