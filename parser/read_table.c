/*
 * `table` and `preset` blocks as written: the columns of a table by its lines, the values of the
 * rows that exist from the start. Tables that types and `follows` name are looked up by build.c.
 */
#include <string.h>

#include "parser/nearest.h"
#include "parser/read.h"

static struct gram_column *new_column(struct source *s, char *name, bool key)
{
	struct gram_table *t = s->table;
	size_t n = t->n_columns;
	struct gram_column *c;

	if (gram_column(t, name) >= 0) {
		source_fail(s, "column %s twice", name);
		return NULL;
	}
	if (n == GRAM_COLS_MAX || (key && t->n_keys == GRAM_KEYS_MAX)) {
		source_fail(s, "too many columns");
		return NULL;
	}
	if (key && t->n_keys != t->n_columns) {
		source_fail(s, "keys come first");
		return NULL;
	}
	c = POOL_PUSH(s->pool, t->columns, n);
	c->name = name;
	c->key = key;
	c->index = (uint16_t)(n - 1);
	c->at = s->at;
	gram_column_named(t, c);
	t->n_columns = (uint16_t)n;
	t->n_keys = (uint16_t)(t->n_keys + key);
	return c;
}

/* A word of the type; not one that was meant to end it. */
static void add_type_word(struct source *s, char *type, const char *w)
{
	struct nearest near;

	nearest_init(&near, w);
	nearest_offer(&near, "default");
	nearest_offer(&near, "sequence");
	if (*type && nearest_best(&near) && near.distance <= 2)
		source_fail(s, "`%s` is no word of a type%s", w, nearest_text(&near));
	else
		strcat(strcat(type, w), " ");
}

/* The type ends where `default` or `sequence` begins. */
static void column_line(struct source *s, const char *at, bool key)
{
	bool quoted;
	char *name = next_word(s, &at, &quoted), *w;
	char *type = pool_alloc(s->pool, strlen(at) + 2);
	struct gram_column *c = name ? new_column(s, name, key) : NULL;

	if (!name)
		source_fail(s, "a column without a name");
	if (!c)
		return;
	while ((w = next_word(s, &at, &quoted))) {
		if (!quoted && !strcmp(w, "default")) {
			c->preset = next_word(s, &at, &quoted);
			if (!c->preset || key)
				source_fail(s, "`default` without a value, or of a key");
		} else if (!quoted && !strcmp(w, "sequence")) {
			c->sequence = true;
			s->table->sequence = c->index;
		} else {
			add_type_word(s, type, w);
		}
	}
	if (!read_type(s, type, &c->type)) /* of some type, so that nothing more is said of it */
		c->type = (struct gram_type){.kind = KIND_NAME, .max = GRAM_LINE_MAX - 1};
	else if (c->sequence && c->type.kind != KIND_INT)
		source_fail(s, "a sequence is of type int");
	s->table->keeps = s->table->keeps || c->type.kept;
}

static void key_line(struct source *s, const char *at)
{
	column_line(s, at, true);
}

static void col_line(struct source *s, const char *at)
{
	column_line(s, at, false);
}

static void order_line(struct source *s, const char *at)
{
	struct gram_table *t = s->table;
	char **list = word_list(s, at);

	if (!*list)
		source_fail(s, "order by what?");
	else if (!strcmp(*list, "created") && !list[1])
		t->created_order = true;
	for (; *list && !t->created_order; list++) {
		int c = find_column(s, t, *list);

		if (t->n_order == GRAM_KEYS_MAX)
			source_fail(s, "an order by more than %d columns", GRAM_KEYS_MAX);
		else if (c >= 0)
			t->order[t->n_order++] = (uint16_t)c;
	}
}

static void notify_line(struct source *s, const char *at)
{
	s->table->notify = word_list(s, at);
	for (char **w = s->table->notify; *w; w++)
		note_foreign(s, "notify", *w);
	if (!s->table->notify[0])
		source_fail(s, "notify whom?");
}

static void vanish_line(struct source *s, const char *at)
{
	s->table->vanish = true;
	line_ends(s, at);
}

static void follows_line(struct source *s, const char *at)
{
	struct gram_table *t = s->table;
	bool quoted;
	char *column;

	t->follows = next_word(s, &at, &quoted);
	t->follows_at = s->at;
	column = only_word(s, at, t->follows ? "follows by" : "follows", &quoted);
	t->follows_column = column ? find_column(s, t, column) : -1;
}

static void within_line(struct source *s, const char *at)
{
	bool quoted;

	s->table->within_at = s->at;
	s->table->within = only_word(s, at, "within", &quoted);
}

/* `renamed COL TABLE.COLUMN [COL=VALUE]` */
static void renamed_line(struct source *s, const char *at)
{
	struct gram_table *t = s->table;
	char **w = word_list(s, at), *dot = w[0] && w[1] ? strchr(w[1], '.') : NULL;
	char *equals = dot && w[2] ? strchr(w[2], '=') : NULL;
	size_t n = t->n_renamed;
	struct gram_renamed r = {.when = -1, .at = s->at};

	if (!dot || (w[2] && (!equals || w[3]))) {
		source_fail(s, "renamed COL TABLE.COLUMN [COL=VALUE]");
		return;
	}
	*dot = '\0';
	r.ref_table = w[1];
	r.ref_column = dot + 1;
	r.column = find_column(s, t, w[0]);
	if (equals) {
		*equals = '\0';
		r.value = equals + 1;
		r.when = find_column(s, t, w[2]);
	}
	if (r.column < 0 || (equals && r.when < 0))
		return;
	*POOL_PUSH(s->pool, t->renamed, n) = r;
	t->n_renamed = (uint16_t)n;
}

static void text_line(struct source *s, const char *at, char **text)
{
	bool quoted = true;

	*text = only_word(s, at, "which text:", &quoted);
	if (*text && !quoted)
		source_fail(s, "a text stands in \"...\"");
}

static void missing_line(struct source *s, const char *at)
{
	text_line(s, at, &s->table->missing);
}

static void inuse_line(struct source *s, const char *at)
{
	text_line(s, at, &s->table->inuse);
}

static void builtin_line(struct source *s, const char *at)
{
	text_line(s, at, &s->table->builtin);
}

static const struct {
	const char *name;
	void (*read)(struct source *, const char *at);
} lines[] = {
	{"key", key_line},         {"col", col_line},       {"order", order_line},
	{"notify", notify_line},   {"vanish", vanish_line}, {"follows", follows_line},
	{"missing", missing_line}, {"inuse", inuse_line},   {"builtin", builtin_line},
	{"within", within_line},   {"renamed", renamed_line},
};

void table_line(struct source *s, const char *at)
{
	struct nearest near;
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (!strcmp(w, lines[i].name)) {
			lines[i].read(s, at);
			return;
		}
	nearest_init(&near, w);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		nearest_offer(&near, lines[i].name);
	source_fail(s, "`%s`: not understood in a table%s", w, nearest_text(&near));
}

bool table_start(struct source *s, const char *at)
{
	struct gram *g = s->gram;
	bool quoted;
	char *name = next_word(s, &at, &quoted), *flag;
	struct gram_table *t;
	size_t n = g->n_tables;

	if (!name || gram_table(g, name))
		return source_fail(s, "a table without a name, or a second `%s`", name ? name : "");
	t = pool_alloc(s->pool, sizeof(*t));
	t->name = name;
	t->at = s->at;
	t->index = g->n_tables;
	t->sequence = -1;
	t->notify = pool_alloc(s->pool, sizeof(char *));
	*POOL_PUSH(s->pool, g->tables, n) = t;
	g->n_tables = (uint16_t)n;
	s->table = t;
	flag = next_word(s, &at, &quoted);
	t->single = flag != NULL;
	if (flag && strcmp(flag, "single"))
		source_fail(s, "table %s %s? Nothing, or `single`", name, flag);
	return line_ends(s, at);
}

/* preset TABLE KEY... COL=VALUE... ; tables stand before their presets. */
bool preset_start(struct source *s, const char *at)
{
	struct gram *g = s->gram;
	bool quoted, ok = true;
	char *w = next_word(s, &at, &quoted);
	const struct gram_table *t = w ? find_table(s, w) : NULL;
	struct gram_preset *p;
	size_t n = g->n_presets;

	if (!t)
		return w ? false : source_fail(s, "preset of which table?");
	p = POOL_PUSH(s->pool, g->presets, n);
	g->n_presets = (uint16_t)n;
	p->table = t;
	p->at = s->at;
	p->values = pool_alloc(s->pool, t->n_columns * sizeof(char *));
	for (unsigned i = 0; i < t->n_keys; i++)
		if (!(p->values[i] = next_word(s, &at, &quoted)))
			return source_fail(s, "preset without its keys");
	while ((w = next_word(s, &at, &quoted))) {
		char *equals = strchr(w, '='), *value;
		int c;

		if (!equals)
			return source_fail(s, "preset: COL=VALUE, not `%s`", w);
		*equals = '\0';
		value = equals[1] ? equals + 1 : next_word(s, &at, &quoted);
		if (!value)
			return source_fail(s, "preset: %s= what?", w);
		c = find_column(s, t, w);
		ok = ok && c >= 0;
		if (c >= 0)
			p->values[c] = value;
	}
	return ok;
}
