/*
 * Grammar text -> tables, modes, commands and presets as written. Names are
 * still names here; build.c turns them into pointers. The format is described
 * in grammars/README.md.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"

bool source_fail(struct source *s, const char *format, ...)
{
	va_list ap;
	int n = snprintf(s->error, s->error_size, "%s:%d: ", s->file ? s->file : "grammar", s->line);

	if (n < 0 || (size_t)n >= s->error_size)
		return false;
	va_start(ap, format);
	vsnprintf(s->error + n, s->error_size - (size_t)n, format, ap);
	va_end(ap);
	return false;
}

static char *quoted_text(struct source *s, const char **at)
{
	const char *p = *at + 1;
	char *out = pool_alloc(s->pool, strlen(p) + 1), *o = out;

	for (; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1]) {
			p++;
			*o++ = *p == 'n' ? '\n' : *p;
		} else {
			*o++ = *p;
		}
	}
	if (*p != '"') {
		source_fail(s, "a text without its closing quote");
		return NULL;
	}
	*at = p + 1;
	return out;
}

char *next_word(struct source *s, const char **at, bool *quoted)
{
	const char *start;

	while (isspace((unsigned char)**at))
		++*at;
	*quoted = **at == '"';
	if (!**at || **at == '#')
		return NULL;
	if (*quoted)
		return quoted_text(s, at);
	for (start = *at; **at && !isspace((unsigned char)**at); ++*at)
		if (**at == '"')
			break;
	return pool_text(s->pool, start, (size_t)(*at - start));
}

/* All remaining words as a NULL-terminated list. */
static char **word_list(struct source *s, const char *at)
{
	char **list = NULL, *w;
	size_t n = 0;
	bool quoted;

	while ((w = next_word(s, &at, &quoted)))
		*POOL_PUSH(s->pool, list, n) = w;
	*POOL_PUSH(s->pool, list, n) = NULL;
	return list;
}

static char *rest_of_line(struct source *s, const char *at)
{
	size_t len;

	while (isspace((unsigned char)*at))
		at++;
	len = strlen(at);
	while (len && isspace((unsigned char)at[len - 1]))
		len--;
	return pool_text(s->pool, at, len);
}

/* A number of the grammar itself: a length, a level. */
static bool read_number(struct source *s, const char *w, long low, long high, uint16_t *out)
{
	char *end;
	long v = strtol(w, &end, 10);

	if (end == w || *end || v < low || v > high)
		return source_fail(s, "`%s` is no number from %ld to %ld", w, low, high);
	*out = (uint16_t)v;
	return true;
}

/* ---- types ---------------------------------------------------------------- */

static const struct {
	const char *name;
	enum gram_kind kind;
	uint16_t max; /* default */
} kinds[] = {
	{"int", KIND_INT, 0},     {"word", KIND_WORD, 0},    {"set", KIND_SET, 0},
	{"name", KIND_NAME, 64},  {"text", KIND_TEXT, 500},  {"secret", KIND_SECRET, 128},
	{"hash", KIND_HASH, 160}, {"addr", KIND_ADDR, 0},    {"net", KIND_NET, 0},
	{"mask", KIND_MASK, 0},   {"range", KIND_RANGE, 0},  {"host", KIND_HOST, 128},
	{"time", KIND_TIME, 0},   {"paren", KIND_PAREN, 1},  {"bool", KIND_BOOL, 0},
	{"line", KIND_TEXT, 500},
	{"ref", KIND_REF, 128},   {"ref?", KIND_REF, 128},   {"ref!", KIND_REF, 128},
	{"ref~", KIND_REF, 128},  {"ref!?", KIND_REF, 128},  {"family", KIND_FAMILY, 0},
};

static bool type_range(struct source *s, struct gram_type *t, const char *w)
{
	struct gram_range r;
	size_t n = t->n_ranges;
	char *end;

	r.low = r.high = strtoll(w, &end, 10);
	if (*end == '-' && end > w)
		r.high = strtoll(end + 1, &end, 10);
	if (*end || end == w || r.low > r.high)
		return source_fail(s, "`%s` is no range of numbers", w);
	*POOL_PUSH(s->pool, t->ranges, n) = r;
	t->n_ranges = (uint16_t)n;
	return true;
}

static bool type_ref(struct source *s, struct gram_type *t, const char *w)
{
	const char *dot = strchr(w, '.');

	if (t->ref_table || !dot)
		return source_fail(s, "ref wants TABLE.COLUMN");
	t->ref_table = pool_text(s->pool, w, (size_t)(dot - w));
	t->ref_column = pool_text(s->pool, dot + 1, strlen(dot + 1));
	return true;
}

static bool type_word_add(struct source *s, char ***list, uint16_t *count, char *w)
{
	size_t n = *count;

	*POOL_PUSH(s->pool, *list, n) = w;
	*count = (uint16_t)n;
	return true;
}

/* WORD or WORD|OTHER|OTHER of a word, set or the literal words behind the comma. */
static bool type_word_spelled(struct source *s, struct gram_type *t, bool extra, char *w)
{
	char *other = strchr(w, '|'), *next;
	size_t n = t->n_others;

	if (other)
		*other++ = '\0';
	if (!*w || !(extra ? type_word_add(s, &t->extra, &t->n_extra, w)
			   : type_word_add(s, &t->words, &t->n_words, w)))
		return source_fail(s, "a word without letters");
	for (; other; other = next) {
		next = strchr(other, '|');
		if (next)
			*next++ = '\0';
		*POOL_PUSH(s->pool, t->others, n) = (struct gram_other){other,
			(uint16_t)((extra ? t->n_words + t->n_extra : t->n_words) - 1)};
		t->n_others = (uint16_t)n;
	}
	return true;
}

/* One word behind the type's name. */
static bool type_part(struct source *s, struct gram_type *t, char *w)
{
	switch (t->kind) {
	case KIND_INT:
		return type_range(s, t, w);
	case KIND_WORD:
	case KIND_SET:
		return type_word_spelled(s, t, false, w);
	case KIND_REF:
		return type_ref(s, t, w);
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_SECRET:
	case KIND_HASH:
	case KIND_HOST:
	case KIND_PAREN:
		return read_number(s, w, 1, GRAM_LINE_MAX - 1, &t->max);
	default:
		return source_fail(s, "`%s` has no place in this type", w);
	}
}

static bool type_kind(struct source *s, struct gram_type *t, const char *w)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(w, kinds[i].name)) {
			t->kind = kinds[i].kind;
			t->max = kinds[i].max;
			t->blanks = !strcmp(w, "line");
			if (t->kind == KIND_REF)
				t->ref = w[3] == '?' ? REF_FORWARD : w[3] == '!' ? REF_CASCADE : REF_STRICT;
			t->later = t->kind == KIND_REF && strpbrk(w, "?~");
			return true;
		}
	return source_fail(s, "`%s` is no type", w);
}

#define LIST_MAX 127

static bool type_list(struct source *s, struct gram_type *t, const char *w)
{
	char *end;
	long low = strtol(w, &end, 10), high = low;

	if (*end == '-')
		high = strtol(end + 1, &end, 10);
	if (*end || low < 1 || high < low || high > LIST_MAX)
		return source_fail(s, "list wants MIN-MAX, not `%s`", w);
	t->list_min = (uint8_t)low;
	t->list_max = (uint8_t)high;
	return true;
}

bool read_type(struct source *s, const char *text, struct gram_type *t)
{
	bool quoted, extra = false;
	char *w = next_word(s, &text, &quoted);

	if (w && !strcmp(w, "list")) {
		w = next_word(s, &text, &quoted);
		if (!w || !type_list(s, t, w))
			return w ? false : source_fail(s, "list of what?");
		w = next_word(s, &text, &quoted);
	}
	if (!w)
		return source_fail(s, "a type is missing");
	for (bool kind = true; w; kind = false, w = next_word(s, &text, &quoted)) {
		size_t len = strlen(w);
		bool comma = len && w[len - 1] == ',';
		bool ok = true;

		if (comma)
			w[--len] = '\0';
		if (kind)
			ok = type_kind(s, t, w);
		else if (len)
			ok = extra ? type_word_spelled(s, t, true, w) : type_part(s, t, w);
		if (!ok)
			return false;
		extra = extra || comma;
	}
	if ((t->kind == KIND_WORD || t->kind == KIND_SET) && !t->n_words)
		return source_fail(s, "a word type without words");
	if (t->kind == KIND_REF && !t->ref_table)
		return source_fail(s, "ref to what?");
	if (t->kind == KIND_INT && !t->n_ranges)
		return type_range(s, t, "0-4294967295");
	return true;
}

/* ---- tables and presets ------------------------------------------------------ */

/* `key` and `col`: the type ends where `default`, `absent` or `sequence` begins. */
static bool table_column(struct source *s, struct gram_table *t, const char *at, bool key)
{
	bool quoted;
	char *name = next_word(s, &at, &quoted), *w;
	char *type = pool_alloc(s->pool, strlen(at) + 2);
	struct gram_column *c;
	size_t n = t->n_columns;

	if (!name)
		return source_fail(s, "a column without a name");
	if (gram_column(t, name) >= 0)
		return source_fail(s, "column %s twice", name);
	if (n == GRAM_COLS_MAX || (key && t->n_keys == GRAM_KEYS_MAX))
		return source_fail(s, "too many columns");
	if (key && t->n_keys != t->n_columns)
		return source_fail(s, "keys come first");
	c = POOL_PUSH(s->pool, t->columns, n);
	c->name = name;
	c->key = key;
	c->index = (uint16_t)(n - 1);
	t->n_columns = (uint16_t)n;
	t->n_keys = (uint16_t)(t->n_keys + key);
	while ((w = next_word(s, &at, &quoted))) {
		if (!quoted && (!strcmp(w, "default") || !strcmp(w, "absent"))) {
			char *v = next_word(s, &at, &quoted);

			if (!v || key)
				return source_fail(s, "`%s` without a value, or of a key", w);
			*(w[0] == 'd' ? &c->preset : &c->absent) = v;
		} else if (!quoted && !strcmp(w, "sequence")) {
			c->sequence = true;
			t->sequence = c->index;
		} else {
			strcat(strcat(type, w), " ");
		}
	}
	return read_type(s, type, &c->type);
}

static bool table_order(struct source *s, struct gram_table *t, const char *at)
{
	char **list = word_list(s, at);

	if (*list && !strcmp(*list, "created")) {
		t->created_order = true;
		return true;
	}
	for (; *list; list++) {
		int c = gram_column(t, *list);

		if (c < 0 || t->n_order == GRAM_KEYS_MAX)
			return source_fail(s, "order by `%s`?", *list);
		t->order[t->n_order++] = (uint16_t)c;
	}
	return true;
}

static bool table_follows(struct source *s, struct gram_table *t, char *table, const char *at)
{
	bool quoted;
	char *column = next_word(s, &at, &quoted);

	t->follows = table;
	t->follows_column = column ? gram_column(t, column) : -1;
	return t->follows_column >= 0 || source_fail(s, "follows %s by which column?", table);
}

static bool table_line(struct source *s, struct gram_table *t, const char *at)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted), *text;

	if (!strcmp(w, "key") || !strcmp(w, "col"))
		return table_column(s, t, at, w[0] == 'k');
	if (!strcmp(w, "order"))
		return table_order(s, t, at);
	if (!strcmp(w, "notify")) {
		t->notify = word_list(s, at);
		return true;
	}
	if (!strcmp(w, "vanish")) {
		t->vanish = true;
		return true;
	}
	text = next_word(s, &at, &quoted);
	if (text && quoted && !strcmp(w, "missing"))
		t->missing = text;
	else if (text && quoted && !strcmp(w, "inuse"))
		t->inuse = text;
	else if (text && quoted && !strcmp(w, "builtin"))
		t->builtin = text;
	else if (text && !strcmp(w, "follows"))
		return table_follows(s, t, text, at);
	else
		return source_fail(s, "`%s`: not understood in a table", w);
	return true;
}

static struct gram_table *table_start(struct source *s, const char *at)
{
	struct gram *g = s->gram;
	bool quoted;
	char *name = next_word(s, &at, &quoted), *flag;
	struct gram_table *t;
	size_t n = g->n_tables;

	if (!name || gram_table(g, name)) {
		source_fail(s, "a table without a name, or a second `%s`", name ? name : "");
		return NULL;
	}
	t = pool_alloc(s->pool, sizeof(*t));
	t->name = name;
	t->index = g->n_tables;
	t->sequence = -1;
	t->notify = pool_alloc(s->pool, sizeof(char *));
	flag = next_word(s, &at, &quoted);
	if (flag && strcmp(flag, "single")) {
		source_fail(s, "table %s %s?", name, flag);
		return NULL;
	}
	t->single = flag != NULL;
	*POOL_PUSH(s->pool, g->tables, n) = t;
	g->n_tables = (uint16_t)n;
	return t;
}

/* preset TABLE KEY... COL=VALUE... ; tables stand before their presets. */
static bool preset_start(struct source *s, const char *at)
{
	struct gram *g = s->gram;
	bool quoted;
	char *w = next_word(s, &at, &quoted);
	const struct gram_table *t = w ? gram_table(g, w) : NULL;
	struct gram_preset *p;
	size_t n = g->n_presets;

	if (!t)
		return source_fail(s, "preset of an unknown table");
	p = POOL_PUSH(s->pool, g->presets, n);
	g->n_presets = (uint16_t)n;
	p->table = t;
	p->values = pool_alloc(s->pool, t->n_columns * sizeof(char *));
	for (unsigned i = 0; i < t->n_keys; i++)
		if (!(p->values[i] = next_word(s, &at, &quoted)))
			return source_fail(s, "preset without its keys");
	while ((w = next_word(s, &at, &quoted))) {
		char *equals = strchr(w, '=');
		int c;

		if (!equals)
			return source_fail(s, "preset: COL=VALUE, not `%s`", w);
		*equals = '\0';
		c = gram_column(t, w);
		if (c < 0)
			return source_fail(s, "no column %s in %s", w, t->name);
		p->values[c] = equals[1] ? equals + 1 : next_word(s, &at, &quoted);
		if (!p->values[c])
			return source_fail(s, "preset: %s= what?", w);
	}
	return true;
}

/* ---- modes --------------------------------------------------------------------- */

/* Names of modes and tables are kept here until all are known. */
static void *promise(struct source *s, const char *name)
{
	return pool_text(s->pool, name, strlen(name));
}

static bool mode_line(struct source *s, struct gram_mode *m, const char *at)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted), *text;

	if (!strcmp(w, "example")) {
		size_t n = 0;

		while (m->example && m->example[n])
			n++;
		*POOL_PUSH(s->pool, m->example, n) = rest_of_line(s, at);
		*POOL_PUSH(s->pool, m->example, n) = NULL;
		return true;
	}
	text = next_word(s, &at, &quoted);
	if (!text)
		return source_fail(s, "`%s` wants a word", w);
	if (!strcmp(w, "parent"))
		m->parent = promise(s, text);
	else if (!strcmp(w, "row"))
		m->row = promise(s, text);
	else if (!strcmp(w, "prompt"))
		m->prompt = text;
	else if (!strcmp(w, "title"))
		m->title = text;
	else if (!strcmp(w, "heading"))
		m->heading = text;
	else
		return source_fail(s, "`%s`: not understood in a mode", w);
	return true;
}

static struct gram_mode *mode_start(struct source *s, const char *at)
{
	struct gram *g = s->gram;
	bool quoted;
	char *name = next_word(s, &at, &quoted);
	struct gram_mode *m;
	size_t n = g->n_modes;

	if (!name || gram_mode(g, name)) {
		source_fail(s, "a mode without a name, or a second `%s`", name ? name : "");
		return NULL;
	}
	m = pool_alloc(s->pool, sizeof(*m));
	m->name = name;
	m->heading = name;
	m->prompt = pool_text(s->pool, "", 0);
	m->index = g->n_modes;
	*POOL_PUSH(s->pool, g->modes, n) = m;
	g->n_modes = (uint16_t)n;
	return m;
}

/* ---- commands ---------------------------------------------------------------------- */

struct choice_word {
	const char *word;
	int value;
};

static const struct choice_word no_words[] = {{"delete", NO_DELETE}, {"reset", NO_RESET},
	{"clear", NO_CLEAR}, {"block", NO_BLOCK}, {"none", NO_NONE}, {"act", NO_ACT}, {NULL, 0}};
static const struct choice_word show_words[] = {{"changed", SHOW_CHANGED},
	{"always", SHOW_ALWAYS}, {"unset", SHOW_UNSET}, {"block", SHOW_BLOCK},
	{"never", SHOW_NEVER}, {NULL, 0}};
static const struct choice_word leave_words[] = {{"one", LEAVE_ONE}, {"all", LEAVE_ALL}, {NULL, 0}};
static const struct choice_word family_words[] = {{"show", FAMILY_SHOW}, {"clear", FAMILY_CLEAR},
	{NULL, 0}};

/* The only word on the rest of the line, when it is one of `words`; else -1. */
static int only_word(struct source *s, const char *at, const struct choice_word *words)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted), *more = w ? next_word(s, &at, &quoted) : NULL;

	for (; w && !more && words->word; words++)
		if (!strcmp(w, words->word))
			return words->value;
	return -1;
}

static bool command_set(struct source *s, struct gram_command *c, const char *at)
{
	for (char **w = word_list(s, at); *w; w++) {
		char *equals = strchr(*w, '=');
		size_t n = c->n_set;
		struct gram_bind *b;

		if (!equals)
			return source_fail(s, "set COL=VALUE, not `%s`", *w);
		*equals = '\0';
		b = POOL_PUSH(s->pool, c->set, n);
		c->n_set = (uint16_t)n;
		b->value = *w; /* name, a NUL, value: build.c takes it apart */
	}
	return true;
}

static bool command_warn(struct source *s, struct gram_command *c, const char *at)
{
	char **list = word_list(s, at), *equals, *v;
	size_t n = c->n_warn, values = 0;
	struct gram_warn *warn;

	if (!list[0] || !list[1] || !(equals = strchr(list[0], '=')))
		return source_fail(s, "warn COL=V,V \"text\"");
	*equals = '\0';
	warn = POOL_PUSH(s->pool, c->warn, n);
	c->n_warn = (uint16_t)n;
	warn->text = list[1];
	*POOL_PUSH(s->pool, warn->values, values) = list[0]; /* the column's name comes first */
	for (v = strtok(equals + 1, ","); v; v = strtok(NULL, ","))
		*POOL_PUSH(s->pool, warn->values, values) = v;
	*POOL_PUSH(s->pool, warn->values, values) = NULL;
	return true;
}

struct block {
	struct gram_table *table;
	struct gram_mode *mode;
	struct gram_command *command;
	struct syntax *syntax;
	bool device; /* a device-block */
	char *section;
	char **aliases, **onelines; /* of the command, as lines */
	size_t n_aliases, n_onelines;
};

/* Attributes with one argument: where it goes, and whether it must be "quoted". */
static char **text_attribute(struct gram_command *c, const char *w)
{
	return !strcmp(w, "unknown") ? &c->unknown_text
	    : !strcmp(w, "differ")   ? &c->differ_text
	    : !strcmp(w, "append")   ? &c->append_text
	    : !strcmp(w, "say")      ? &c->say
	    : !strcmp(w, "store")    ? &c->store
	    : !strcmp(w, "check")    ? &c->check
	    : !strcmp(w, "run")      ? &c->run
	    : !strcmp(w, "disrupts") ? &c->disrupts
	    : !strcmp(w, "section")  ? &c->section
	    : !strcmp(w, "create")   ? &c->create_text
				     : NULL;
}

static bool flag_attribute(struct gram_command *c, const char *w)
{
	bool *flag = !strcmp(w, "everywhere") ? &c->everywhere
	    : !strcmp(w, "hidden")	      ? &c->hidden
	    : !strcmp(w, "trail")	      ? &c->trail
					      : NULL;

	if (flag)
		*flag = true;
	return flag != NULL;
}

/* `set COL=V` is an attribute, `set "help"` and `set ikev1` are keywords; so with `privilege N`. */
static bool is_setting(struct source *s, const char *at)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	return w && !quoted && strchr(w, '=');
}

static bool is_number(struct source *s, const char *at)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	return w && !quoted && isdigit((unsigned char)*w);
}

/* 1: the line was an attribute, 0: it is syntax, -1: an error. */
static int command_attribute(struct source *s, struct block *b, const char *w, const char *at)
{
	struct gram_command *c = b->command;
	bool quoted;
	char **to = text_attribute(c, w), *text;
	size_t n = 0;
	uint16_t level;
	int v;

	if (!strcmp(w, "no") || !strcmp(w, "show")) {
		v = only_word(s, at, *w == 'n' ? no_words : show_words);
		if (v < 0)
			return 0;
		if (*w == 'n')
			c->no = (enum gram_no)v;
		else
			c->show = (enum gram_show)v;
		return 1;
	}
	if (!strcmp(w, "leave") || !strcmp(w, "family")) {
		v = only_word(s, at, *w == 'l' ? leave_words : family_words);
		if (v < 0)
			return source_fail(s, "`%s`: not understood", w), -1;
		if (*w == 'l')
			c->leave = (enum gram_leave)v;
		else
			c->family = (enum gram_family)v;
		return 1;
	}
	if (!strcmp(w, "example")) {
		while (c->examples && c->examples[n])
			n++;
		*POOL_PUSH(s->pool, c->examples, n) = rest_of_line(s, at);
		*POOL_PUSH(s->pool, c->examples, n) = NULL;
		return 1;
	}
	if (!strcmp(w, "alias")) {
		*POOL_PUSH(s->pool, b->aliases, b->n_aliases) = rest_of_line(s, at);
		return 1;
	}
	if (!strcmp(w, "oneline")) {
		*POOL_PUSH(s->pool, b->onelines, b->n_onelines) = rest_of_line(s, at);
		return 1;
	}
	if (!strcmp(w, "set") && is_setting(s, at))
		return command_set(s, c, at) ? 1 : -1;
	if (!strcmp(w, "warn"))
		return command_warn(s, c, at) ? 1 : -1;
	if (flag_attribute(c, w))
		return 1;
	if (strcmp(w, "existing") && strcmp(w, "row") && strcmp(w, "enter") &&
	    (strcmp(w, "privilege") || !is_number(s, at)) && !to)
		return 0;
	text = next_word(s, &at, &quoted);
	if (!strcmp(w, "existing")) {
		c->existing = true;
		c->existing_text = text;
		return 1;
	}
	if (!text)
		return source_fail(s, "`%s` wants a word", w), -1;
	if (to)
		*to = text;
	else if (*w == 'r')
		c->table = promise(s, text);
	else if (*w == 'e')
		c->enter = promise(s, text);
	else if (!read_number(s, text, 0, 15, &level))
		return -1;
	else
		c->privilege = (uint8_t)level;
	if (!strcmp(w, "create"))
		c->creates = true;
	return 1;
}

static struct gram_command *new_command(struct source *s)
{
	struct gram *g = s->gram;
	struct gram_command *c = pool_alloc(s->pool, sizeof(*c));
	size_t n = g->n_commands;

	c->index = g->n_commands;
	c->file = s->file;
	c->line = s->line;
	*POOL_PUSH(s->pool, g->commands, n) = c;
	g->n_commands = (uint16_t)n;
	return c;
}

/* The line typed in the parent mode: its values are the keys of the row. */
static bool above(struct source *s, struct gram_command *c)
{
	const char *mode = (const char *)c->mode;
	const struct gram_mode *m = gram_mode(s->gram, mode);

	if (!m || !m->parent || (!c->table && !m->row))
		return source_fail(s, "oneline: a mode above %s, or its row, is not known here", mode);
	if (!c->table)
		c->table = m->row; /* names still, as those of any command */
	c->mode = m->parent;
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

/* Keywords of an alias that its command has, too, are explained as there. */
static void alias_helps(const struct gram_node *to, const struct gram_node *from)
{
	for (unsigned i = 0; i < to->n_kids; i++)
		for (unsigned k = 0; k < from->n_kids && to->kids[i]->kind == NODE_WORD; k++)
			if (from->kids[k]->kind == NODE_WORD && !to->kids[i]->help &&
			    !strcmp(to->kids[i]->text, from->kids[k]->text))
				to->kids[i]->help = from->kids[k]->help;
}

/* The same command again with other leading words: the keywords before its first value, or those
 * up to the keywords behind as many of its values as `words` has. */
static bool command_alias(struct source *s, const struct gram_command *of, const char *words,
    bool oneline)
{
	struct gram_command *c = new_command(s);
	struct gram_node *root = pool_alloc(s->pool, sizeof(*root));
	struct syntax *x = syntax_new(s, root);
	uint16_t index = c->index, i;
	unsigned values = 0;
	size_t n;

	*c = *of;
	c->index = index;
	c->is_alias = c->hidden = true;
	c->show = SHOW_NEVER;
	c->examples = NULL;
	c->syntax = root;
	if (!syntax_line(s, x, words) || !syntax_end(s, x) || (oneline && !above(s, c)))
		return false;
	alias_helps(root, of->syntax);
	for (i = 0; i < root->n_kids && !oneline; i++)
		values += root->kids[i]->kind == NODE_VALUE;
	n = root->n_kids;
	for (i = skip_leading(of->syntax, values); i < of->syntax->n_kids; i++)
		*POOL_PUSH(s->pool, root->kids, n) = of->syntax->kids[i];
	root->n_kids = (uint16_t)n;
	return true;
}

static bool command_start(struct source *s, struct block *b, const char *at)
{
	bool quoted;
	char *mode = next_word(s, &at, &quoted);
	struct gram_node *root = pool_alloc(s->pool, sizeof(*root));
	struct gram_command *c;

	if (!mode)
		return source_fail(s, "a command of which mode?");
	c = b->command = new_command(s);
	c->mode = promise(s, mode);
	c->section = b->section;
	c->privilege = 15;
	c->syntax = root;
	b->syntax = syntax_new(s, root);
	b->n_aliases = b->n_onelines = 0;
	b->aliases = b->onelines = NULL;
	return true;
}

/* ---- the text --------------------------------------------------------------------------- */

static bool block_end(struct source *s, struct block *b)
{
	const struct gram_command *c = b->command;

	b->table = NULL;
	b->mode = NULL;
	b->command = NULL;
	b->device = false;
	if (!c)
		return true;
	if (!syntax_end(s, b->syntax))
		return false;
	for (size_t i = 0; i < b->n_aliases; i++)
		if (!command_alias(s, c, b->aliases[i], false))
			return false;
	for (size_t i = 0; i < b->n_onelines; i++)
		if (!command_alias(s, c, b->onelines[i], true))
			return false;
	return true;
}

static bool block_start(struct source *s, struct block *b, const char *at)
{
	bool quoted;
	char *w = next_word(s, &at, &quoted);

	if (!w)
		return true;
	if (!block_end(s, b))
		return false;
	if (!strcmp(w, "table"))
		return (b->table = table_start(s, at)) != NULL;
	if (!strcmp(w, "mode"))
		return (b->mode = mode_start(s, at)) != NULL;
	if (!strcmp(w, "command"))
		return command_start(s, b, at);
	if (!strcmp(w, "preset"))
		return preset_start(s, at);
	if (!strcmp(w, "device-block"))
		return b->device = block_start_device(s, at);
	if (!strcmp(w, "section"))
		return (b->section = next_word(s, &at, &quoted)) || source_fail(s, "section what?");
	return source_fail(s, "`%s` opens no block", w);
}

static bool block_line(struct source *s, struct block *b, const char *text)
{
	const char *at = text;
	bool quoted;
	char *w = next_word(s, &at, &quoted);
	int attribute;

	if (!w)
		return !quoted || source_fail(s, "a broken text");
	if (b->table)
		return table_line(s, b->table, text);
	if (b->mode)
		return mode_line(s, b->mode, text);
	if (b->device)
		return block_line_device(s, text);
	if (!b->command)
		return source_fail(s, "an indented line outside a block");
	attribute = quoted ? 0 : command_attribute(s, b, w, at);
	return attribute < 0 ? false : attribute ? true : syntax_line(s, b->syntax, text);
}

static bool order_line(struct source *s, char *text)
{
	struct gram *g = s->gram;
	size_t n = g->n_order, len = strlen(text);
	struct gram_order *o;

	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	if (!len || *text == '#')
		return true;
	o = POOL_PUSH(s->pool, g->order, n);
	g->n_order = (uint16_t)n;
	if (len > 7 && !strcmp(text + len - 7, " each !")) {
		o->each = true;
		len -= 7;
		while (len && isspace((unsigned char)text[len - 1]))
			len--;
	}
	o->name = pool_text(s->pool, text, len);
	return true;
}

static bool new_file(struct source *s, struct block *b, const char *name, bool *order)
{
	size_t len;

	if (!block_end(s, b))
		return false;
	b->section = NULL;
	s->file = rest_of_line(s, name);
	len = strlen(s->file);
	*order = len >= 5 && !strcmp(s->file + len - 5, "order");
	s->line = 0;
	return true;
}

bool read_text(struct source *s, const char *text, size_t len)
{
	const char *end = text + len;
	struct block b = {0};
	bool order = false;

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((nl ? nl : end) - text);
		char *line = pool_text(s->pool, text, n);
		bool ok;

		text += n + 1;
		s->line++;
		if (!strncmp(line, "#file ", 6))
			ok = new_file(s, &b, line + 6, &order);
		else if (order)
			ok = order_line(s, line);
		else if (isspace((unsigned char)*line))
			ok = block_line(s, &b, line);
		else
			ok = block_start(s, &b, line);
		if (!ok)
			return false;
	}
	return block_end(s, &b);
}
