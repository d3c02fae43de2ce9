/*
 * From the blocks as read to a command graph: names become pointers, left-out
 * attributes and help get their meaning, syntax trees become instructions, and
 * what cannot work is refused with file and line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/internal.h"

#define CODE_MAX 512
#define PATH_MAX_LEN 1024

struct help_slot {
	char *path;
	struct gram_node *node;
};

struct builder {
	struct source *s;
	struct help_slot *helps;
	unsigned help_mask; /* slots - 1: a power of two, above twice the words of the grammar */
	struct gram_command *c;
	struct gram_code code[CODE_MAX];
	unsigned n_code;
	bool full; /* of code */
};

/* ---- tables -------------------------------------------------------------------- */

static bool link_type(struct source *s, struct gram_type *t, const char *where)
{
	if (t->kind != KIND_REF)
		return true;
	t->target = gram_table(s->gram, t->ref_table);
	t->target_column = t->target ? gram_column(t->target, t->ref_column) : -1;
	if (t->target_column < 0)
		return source_fail(s, "%s: no %s.%s to refer to", where, t->ref_table, t->ref_column);
	/* Whatever may be a name over there may be one here. */
	if (t->target->columns[t->target_column].type.max)
		t->max = t->target->columns[t->target_column].type.max;
	return true;
}

/* A default or preset in canonical text; a list word by word. */
static bool fix_value(struct source *s, const struct gram_column *c, char **value)
{
	char buf[GRAM_LINE_MAX], list[GRAM_LINE_MAX];
	const char *at = *value;
	bool quoted, many = c->type.list_max || c->type.kind == KIND_SET;
	size_t used = 0;
	char *w;

	if (!at || !*at) /* the empty text is what a keyword (`none`) stores */
		return true;
	if (!many) {
		if (!gram_value(&c->type, at, strlen(at), buf, sizeof(buf)))
			return source_fail(s, "%s cannot be `%s`", c->name, at);
		*value = pool_text(s->pool, buf, strlen(buf));
		return true;
	}
	list[0] = '\0';
	while ((w = next_word(s, &at, &quoted))) {
		if (!gram_value(&c->type, w, strlen(w), buf, sizeof(buf)) ||
		    used + strlen(buf) + 2 > sizeof(list))
			return source_fail(s, "%s cannot hold `%s`", c->name, w);
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? " " : "", buf);
	}
	*value = pool_text(s->pool, list, used);
	return true;
}

/* All keys are part of the order, those not named come last. */
static bool order_keys(struct source *s, struct gram_table *t)
{
	for (unsigned k = 0; !t->created_order && k < t->n_keys; k++) {
		bool there = false;

		for (unsigned o = 0; o < t->n_order; o++)
			there = there || t->order[o] == k;
		if (there)
			continue;
		if (t->n_order == GRAM_KEYS_MAX)
			return source_fail(s, "table %s: an order by more than %d columns", t->name,
			    GRAM_KEYS_MAX);
		t->order[t->n_order++] = (uint16_t)k;
	}
	return true;
}

static bool build_tables(struct source *s)
{
	struct gram *g = s->gram;

	s->file = "grammars";
	s->line = 0;
	for (unsigned i = 0; i < g->n_tables; i++) {
		struct gram_table *t = g->tables[i];

		if (t->single ? t->n_keys != 0 : t->n_keys == 0)
			return source_fail(s, "table %s: keys are missing, or not allowed", t->name);
		for (unsigned c = 0; c < t->n_columns; c++)
			if (!link_type(s, &t->columns[c].type, t->name) ||
			    !fix_value(s, &t->columns[c], &t->columns[c].preset) ||
			    !fix_value(s, &t->columns[c], &t->columns[c].absent))
				return false;
		if (!order_keys(s, t))
			return false;
	}
	for (unsigned i = 0; i < g->n_presets; i++)
		for (unsigned c = 0; c < g->presets[i].table->n_columns; c++)
			if (!fix_value(s, &g->presets[i].table->columns[c], &g->presets[i].values[c]))
				return false;
	return true;
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

static bool build_modes(struct source *s)
{
	struct gram *g = s->gram;

	for (unsigned i = 0; i < g->n_modes; i++) {
		struct gram_mode *m = g->modes[i];
		const char *parent = (const char *)m->parent, *row = (const char *)m->row;

		m->parent = parent ? gram_mode(g, parent) : NULL;
		m->row = row ? gram_table(g, row) : NULL;
		if ((parent && !m->parent) || (row && !m->row))
			return source_fail(s, "mode %s: unknown parent or row", m->name);
		if (!parent && strcmp(m->name, "exec"))
			return source_fail(s, "mode %s: no parent", m->name);
		if (m->row && longest_keys(m->row) > GRAM_ROW_MAX)
			return source_fail(s, "mode %s: the keys of its row may be too long", m->name);
	}
	g->exec = gram_mode(g, "exec");
	g->config = gram_mode(g, "config");
	return (g->exec && g->config) || source_fail(s, "the modes exec and config are missing");
}

/* ---- words and values --------------------------------------------------------------- */

static void own_column(struct builder *b, int column)
{
	struct gram_command *c = b->c;
	size_t n = c->n_columns;

	if (!c->table || column < 0 || c->table->columns[column].key)
		return;
	for (size_t i = 0; i < n; i++)
		if (c->columns[i] == column)
			return;
	*POOL_PUSH(b->s->pool, c->columns, n) = (uint16_t)column;
	c->n_columns = (uint16_t)n;
}

/* "word=help" texts into the order of the words; a single text is the value's. */
static bool sort_helps(struct builder *b, struct gram_node *n)
{
	const struct gram_type *t = n->type;
	unsigned words = (unsigned)t->n_words + t->n_extra;
	const char **sorted = words ? pool_alloc(b->s->pool, words * sizeof(char *)) : NULL;

	for (unsigned i = 0; i < n->n_helps; i++) {
		const char *equals = strchr(n->helps[i], '='), *w;
		unsigned k;

		for (k = 0; equals && (w = type_word(t, k)); k++)
			if (strlen(w) == (size_t)(equals - n->helps[i]) &&
			    !strncasecmp(w, n->helps[i], strlen(w)))
				break;
		if (equals && k < words)
			sorted[k] = equals + 1;
		else if (!n->help)
			n->help = n->helps[i];
		else
			return source_fail(b->s, "<%s>: `%s` is for no word of it", n->text, n->helps[i]);
	}
	n->helps = sorted;
	return true;
}

static bool link_value(struct builder *b, struct gram_node *n)
{
	const struct gram_table *t = b->c->table;

	n->column = t ? gram_column(t, n->text) : -1;
	if (!n->type) {
		if (n->column < 0)
			return source_fail(b->s, "<%s> is no column, and has no type", n->text);
		n->type = &((struct gram_table *)(uintptr_t)t)->columns[n->column].type;
	} else if (!link_type(b->s, n->type, n->text)) {
		return false;
	}
	n->key = n->column >= 0 && t->columns[n->column].key;
	own_column(b, n->column);
	return sort_helps(b, n);
}

static bool link_word(struct builder *b, struct gram_node *n)
{
	const struct gram_table *t = b->c->table;

	if (!n->bound_column)
		return true;
	n->column = t ? gram_column(t, n->bound_column) : -1;
	if (n->column < 0)
		return source_fail(b->s, "%s(%s): no such column", n->text, n->bound_column);
	n->key = t->columns[n->column].key;
	if (!n->bound_value)
		n->bound_value = t->columns[n->column].type.kind == KIND_BOOL
		    ? pool_text(b->s->pool, "1", 1)
		    : n->text;
	own_column(b, n->column);
	return true;
}

#define LINKED UINT16_MAX /* n_helps of a value that has been linked: an alias shares its tree */

static bool link_node(struct builder *b, struct gram_node *n)
{
	if (n->kind == NODE_VALUE && n->n_helps == LINKED) {
		own_column(b, n->column);
	} else if (n->kind == NODE_VALUE) {
		if (!link_value(b, n))
			return false;
		n->n_helps = LINKED;
	} else if (n->kind == NODE_WORD && !link_word(b, n)) {
		return false;
	}
	for (unsigned i = 0; i < n->n_kids; i++)
		if (!link_node(b, n->kids[i]))
			return false;
	return true;
}

/* ---- help, written once ------------------------------------------------------------------ */

static struct help_slot *help_slot(struct builder *b, const char *path)
{
	uint32_t h = 2166136261u;

	for (const char *p = path; *p; p++)
		h = (h ^ (uint8_t)*p) * 16777619u;
	for (h &= b->help_mask; b->helps[h].path; h = (h + 1) & b->help_mask)
		if (!strcmp(b->helps[h].path, path))
			break;
	return &b->helps[h];
}

static bool share_help(struct builder *b, struct gram_node *n, const char *path)
{
	struct help_slot *slot = help_slot(b, path);

	if (!slot->path) {
		slot->path = pool_text(b->s->pool, path, strlen(path));
		slot->node = n;
		return true;
	}
	if (n->kind == NODE_VALUE) {
		if (!n->help && !n->placeholder && n->type == slot->node->type) {
			n->help = slot->node->help;
			n->placeholder = slot->node->placeholder;
			for (unsigned i = 0; n->helps && type_word(n->type, i); i++)
				n->helps[i] = n->helps[i] ? n->helps[i] : slot->node->helps[i];
		}
		return true;
	}
	if (n->help && slot->node->help && strcmp(n->help, slot->node->help))
		return source_fail(b->s, "`%s` has another help text elsewhere: `%s`", n->text,
		    slot->node->help);
	if (!slot->node->help)
		slot->node->help = n->help;
	if (!n->help)
		n->help = slot->node->help;
	return true;
}

/* `path`: the words before, extended here by those of `seq`. */
static bool share_helps(struct builder *b, struct gram_node *seq, char *path)
{
	for (unsigned i = 0; i < seq->n_kids; i++) {
		struct gram_node *n = seq->kids[i];
		size_t len = strlen(path);

		if (n->kind == NODE_WORD || n->kind == NODE_VALUE) {
			if (snprintf(path + len, PATH_MAX_LEN - len, n->kind == NODE_WORD ? " %s" : " <%s>",
			    n->text) >= (int)(PATH_MAX_LEN - len))
				return source_fail(b->s, "the command has too many words");
			if (!share_help(b, n, path))
				return false;
		} else if (n->kind == NODE_OPTION) {
			if (!share_helps(b, n, path))
				return false;
			path[len] = '\0';
		} else {
			for (unsigned k = 0; k < n->n_kids; k++) {
				if (!share_helps(b, n->kids[k], path))
					return false;
				path[len] = '\0';
			}
			snprintf(path + len, PATH_MAX_LEN - len, " {%u}", n->n_kids);
		}
	}
	return true;
}

/* ---- compilation --------------------------------------------------------------------------- */

static unsigned emit(struct builder *b, enum op op, const struct gram_node *n)
{
	struct gram_code *c;

	if (b->n_code == CODE_MAX) {
		b->full = true; /* refused when the command is done */
		return 0;
	}
	c = &b->code[b->n_code];
	*c = (struct gram_code){.op = (uint8_t)op, .node = n};
	return b->n_code++;
}

static void compile_seq(struct builder *b, const struct gram_node *seq);

static void compile_choice(struct builder *b, const struct gram_node *n)
{
	unsigned jumps = 0; /* the last one; each holds the one before it until its aim is known */

	for (unsigned i = 0; i < n->n_kids; i++) {
		bool last = i + 1 == n->n_kids;
		unsigned split = last ? 0 : emit(b, OP_SPLIT, NULL), jump;

		compile_seq(b, n->kids[i]);
		if (last)
			break;
		jump = emit(b, OP_JUMP, NULL);
		b->code[jump].a = (uint16_t)jumps;
		jumps = jump;
		b->code[split].a = (uint16_t)(split + 1);
		b->code[split].b = (uint16_t)b->n_code;
	}
	while (jumps) { /* no jump stands at 0: a split does, before it */
		unsigned before = b->code[jumps].a;

		b->code[jumps].a = (uint16_t)b->n_code;
		jumps = before;
	}
}

static void compile_perm(struct builder *b, const struct gram_node *n)
{
	unsigned perm = emit(b, OP_PERM, n), need = 0;

	for (unsigned i = 0; i < n->n_kids; i++)
		emit(b, OP_JUMP, NULL);
	for (unsigned i = 0; i < n->n_kids && perm + 1 + i < CODE_MAX; i++) {
		const struct gram_node *part = n->kids[i];
		bool optional = part->n_kids == 1 && part->kids[0]->kind == NODE_OPTION;
		unsigned back;

		b->code[perm + 1 + i].a = (uint16_t)b->n_code;
		if (!optional)
			need |= 1u << i;
		compile_seq(b, optional ? part->kids[0] : part);
		back = emit(b, OP_BACK, NULL);
		b->code[back].a = (uint16_t)perm;
		b->code[back].b = (uint16_t)i;
	}
	b->code[perm].a = n->n_kids;
	b->code[perm].b = (uint16_t)b->n_code;
	b->code[perm].need = (uint16_t)need;
}

static void compile_node(struct builder *b, const struct gram_node *n)
{
	unsigned split;

	switch (n->kind) {
	case NODE_WORD:
		emit(b, OP_WORD, n);
		break;
	case NODE_VALUE:
		emit(b, OP_VALUE, n);
		break;
	case NODE_OPTION:
		split = emit(b, OP_SPLIT, NULL);
		compile_seq(b, n);
		b->code[split].a = (uint16_t)(split + 1);
		b->code[split].b = (uint16_t)b->n_code;
		break;
	case NODE_CHOICE:
		compile_choice(b, n);
		break;
	case NODE_PERM:
		compile_perm(b, n);
		break;
	case NODE_SEQ:
		compile_seq(b, n);
		break;
	}
}

static void compile_seq(struct builder *b, const struct gram_node *seq)
{
	for (unsigned i = 0; i < seq->n_kids; i++)
		compile_node(b, seq->kids[i]);
}

static bool has_key(const struct gram_node *n)
{
	if (n->key)
		return true;
	for (unsigned i = 0; i < n->n_kids; i++)
		if (has_key(n->kids[i]))
			return true;
	return false;
}

static bool check_perms(struct source *s, const struct gram_node *n, bool inside)
{
	if (n->kind == NODE_PERM && (inside || n->n_kids > 16))
		return source_fail(s, "{& } within {& }, or more than 16 parts");
	for (unsigned i = 0; i < n->n_kids; i++)
		if (!check_perms(s, n->kids[i], inside || n->kind == NODE_PERM))
			return false;
	return true;
}

/* Compiles, and finds from where on a negated line may end. */
static bool compile(struct builder *b)
{
	struct gram_command *c = b->c;
	const struct gram_node *root = c->syntax;
	unsigned after_keys = 0, cut = UINT16_MAX;

	if (!check_perms(b->s, root, false))
		return false;
	for (unsigned i = 0; i < root->n_kids; i++)
		if (has_key(root->kids[i]))
			after_keys = i + 1;
	b->n_code = 0;
	b->full = false;
	for (unsigned i = 0; i < root->n_kids; i++) {
		bool ends = c->no == NO_DELETE && after_keys ? true : root->kids[i]->kind != NODE_WORD;

		if (cut == UINT16_MAX && i >= after_keys && i > 0 && ends)
			cut = b->n_code;
		compile_node(b, root->kids[i]);
	}
	emit(b, OP_ACCEPT, NULL);
	if (b->full)
		return source_fail(b->s, "the command is too long");
	c->n_code = (uint16_t)b->n_code;
	c->cut = (uint16_t)cut;
	c->code = pool_alloc(b->s->pool, b->n_code * sizeof(*c->code));
	memcpy(c->code, b->code, b->n_code * sizeof(*c->code));
	return true;
}

/* ---- commands ---------------------------------------------------------------------------------- */

static bool link_names(struct source *s, struct gram_command *c)
{
	struct gram *g = s->gram;
	const char *mode = (const char *)c->mode, *enter = (const char *)c->enter;
	const char *table = (const char *)c->table;

	c->mode = gram_mode(g, mode);
	if (!c->mode)
		return source_fail(s, "no mode %s", mode);
	c->enter = enter ? gram_mode(g, enter) : NULL;
	if (enter && !c->enter)
		return source_fail(s, "no mode %s to enter", enter);
	if (table)
		c->table = gram_table(g, table);
	else if (c->run || c->leave || c->family)
		c->table = NULL;
	else
		c->table = c->enter && c->enter->row ? c->enter->row : c->mode->row;
	if (table && !c->table)
		return source_fail(s, "no table %s", table);
	return true;
}

/* `set` and `warn` still hold the column's name before the value. An alias shares those of its
 * command, which stands before it and is linked already. */
static bool link_binds(struct builder *b)
{
	struct gram_command *c = b->c;

	for (unsigned i = 0; i < c->n_set; i++) {
		const char *name = c->set[i].value;
		int column = c->table ? gram_column(c->table, name) : -1;

		if (c->is_alias) {
			own_column(b, c->set[i].column);
			continue;
		}
		if (column < 0)
			return source_fail(b->s, "set: no column %s", name);
		c->set[i].column = (uint16_t)column;
		c->set[i].value += strlen(name) + 1;
		own_column(b, column);
	}
	for (unsigned i = 0; i < c->n_warn && !c->is_alias; i++) {
		int column = c->table ? gram_column(c->table, c->warn[i].values[0]) : -1;

		if (column < 0)
			return source_fail(b->s, "warn: no column %s", c->warn[i].values[0]);
		c->warn[i].column = (uint16_t)column;
		c->warn[i].values++;
	}
	return true;
}

static void default_attributes(struct gram_command *c)
{
	bool guest = c->existing || c->creates;

	if (c->no == NO_AUTO)
		c->no = !c->table	 ? NO_NONE
		    : c->enter && guest	 ? NO_BLOCK
		    : c->enter		 ? NO_DELETE
		    : c->n_columns == 0	 ? NO_DELETE
					 : NO_RESET;
	if (c->show == SHOW_AUTO)
		c->show = c->enter && guest ? SHOW_BLOCK : SHOW_CHANGED;
	if (!c->table)
		c->show = SHOW_NEVER;
}

static bool check_command(struct source *s, const struct gram_command *c)
{
	const struct gram *g = s->gram;
	bool found = !g->n_order || c->show == SHOW_NEVER || (!c->section && c->mode != g->config);

	if (c->syntax->kids[0]->kind != NODE_WORD)
		return source_fail(s, "a command starts with a keyword");
	if (!c->table && !c->run && !c->leave && !c->family && !c->enter)
		return source_fail(s, "the command neither stores nor runs anything");
	for (unsigned i = 0; i < g->n_order && !found; i++)
		found = c->section && !strcmp(g->order[i].name, c->section);
	return found ||
	    source_fail(s, "its section `%s` has no place in the order", c->section ? c->section : "");
}

static bool build_command(struct builder *b, struct gram_command *c)
{
	struct source *s = b->s;
	char path[PATH_MAX_LEN];

	s->file = c->file;
	s->line = c->line;
	b->c = c;
	c->columns = NULL;
	c->n_columns = 0;
	if (!link_names(s, c) || !link_node(b, (struct gram_node *)(uintptr_t)c->syntax) ||
	    !link_binds(b))
		return false;
	default_attributes(c);
	snprintf(path, sizeof(path), "%s:", c->mode->name);
	return share_helps(b, (struct gram_node *)(uintptr_t)c->syntax, path) && compile(b) &&
	    check_command(s, c);
}

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

static unsigned count_words(const struct gram_node *n)
{
	unsigned words = n->kind == NODE_WORD || n->kind == NODE_VALUE;

	for (unsigned i = 0; i < n->n_kids; i++)
		words += count_words(n->kids[i]);
	return words;
}

bool build(struct source *s)
{
	struct builder b = {.s = s};
	bool ok = build_tables(s) && build_modes(s);
	unsigned words = 64;

	for (unsigned i = 0; i < s->gram->n_commands; i++)
		words += count_words(s->gram->commands[i]->syntax);
	while (b.help_mask < 2 * words)
		b.help_mask = 2 * b.help_mask + 1;
	b.helps = calloc(b.help_mask + 1, sizeof(*b.helps));
	if (!b.helps)
		abort();
	for (unsigned i = 0; ok && i < s->gram->n_commands; i++)
		ok = build_command(&b, s->gram->commands[i]);
	free(b.helps);
	if (ok)
		build_starts(s);
	return ok && build_blocks(s);
}
