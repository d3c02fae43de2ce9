/*
 * The types of a grammar as written: `int 1-65535, none`, `list 1-6 ref pool.name`. Names of tables
 * are still names here; link.c looks them up. A new type is a row of kinds[] here, a case in
 * gram_value() (type.c) and one in placeholder() (entries.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/read.h"

static const struct {
	const char *name;
	enum gram_kind kind;
	uint16_t max; /* default */
} kinds[] = {
	{"int", KIND_INT, 0},     {"word", KIND_WORD, 0},    {"set", KIND_SET, 0},
	{"name", KIND_NAME, 64},  {"text", KIND_TEXT, 500},  {"secret", KIND_SECRET, 128},
	{"hash", KIND_HASH, 160}, {"addr", KIND_ADDR, 0},    {"net", KIND_NET, 0},
	{"mask", KIND_MASK, 0},   {"range", KIND_RANGE, 0},  {"host", KIND_HOST, 128},
	{"time", KIND_TIME, 3},   {"paren", KIND_PAREN, 1},  {"bool", KIND_BOOL, 0},
	{"line", KIND_TEXT, 500}, {"kept", KIND_TEXT, 500},  {"quoted", KIND_NAME, 64},
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

static void type_word_add(struct source *s, char ***list, uint16_t *count, char *w)
{
	size_t n = *count;

	*POOL_PUSH(s->pool, *list, n) = w;
	*count = (uint16_t)n;
}

/* COLUMN=WORD|WORD behind the name's place: rows whose names are offered. */
static bool type_ref_only(struct source *s, struct gram_type *t, char *w)
{
	char *word = strchr(w, '='), *next;

	if (t->only_column || !word || word == w)
		return source_fail(s, "ref wants TABLE.COLUMN, and may have COLUMN=WORD|WORD");
	t->only_column = pool_text(s->pool, w, (size_t)(word - w));
	for (word++; word; word = next) {
		next = strchr(word, '|');
		if (next)
			*next++ = '\0';
		type_word_add(s, &t->only_words, &t->n_only_words, word);
	}
	return true;
}

static bool type_ref(struct source *s, struct gram_type *t, char *w)
{
	const char *dot = strchr(w, '.');

	if (t->ref_table)
		return type_ref_only(s, t, w);
	if (!dot)
		return source_fail(s, "ref wants TABLE.COLUMN");
	t->ref_table = pool_text(s->pool, w, (size_t)(dot - w));
	t->ref_column = pool_text(s->pool, dot + 1, strlen(dot + 1));
	return true;
}

/* WORD or WORD|OTHER|OTHER of a word, set or the literal words behind the comma. */
static bool type_word_spelled(struct source *s, struct gram_type *t, bool extra, char *w)
{
	char *other = strchr(w, '|'), *next;
	size_t n = t->n_others;

	if (other)
		*other++ = '\0';
	if (!*w)
		return source_fail(s, "a word without letters");
	if (extra)
		type_word_add(s, &t->extra, &t->n_extra, w);
	else
		type_word_add(s, &t->words, &t->n_words, w);
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
	case KIND_TIME:
		return read_number(s, w, 2, 3, &t->max);
	default:
		return source_fail(s, "`%s` has no place in this type", w);
	}
}

/* The type that a `type` block has given a name, read anew: words may follow it here. */
static bool type_named(struct source *s, struct gram_type *t, struct named_type *named)
{
	struct gram_place at = s->at;
	bool ok;

	if (named->open)
		return source_fail(s, "type %s within itself", named->name);
	s->at = named->at;
	named->used = named->open = true;
	ok = read_type(s, named->text, t);
	named->open = false;
	s->at = at;
	return ok;
}

static bool type_kind(struct source *s, struct gram_type *t, const char *w)
{
	struct nearest near;

	for (size_t i = 0; i < s->n_types; i++)
		if (!strcmp(w, s->types[i]->name))
			return type_named(s, t, s->types[i]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(w, kinds[i].name)) {
			t->kind = kinds[i].kind;
			t->max = kinds[i].max;
			t->blanks = !strcmp(w, "line");
			t->kept = !strcmp(w, "kept");
			t->quoted = !strcmp(w, "quoted");
			if (t->kind == KIND_REF)
				t->ref = w[3] == '?'   ? REF_FORWARD
					 : w[3] == '!' ? REF_CASCADE
						       : REF_STRICT;
			t->later = t->kind == KIND_REF && strpbrk(w, "?~");
			return true;
		}
	nearest_init(&near, w);
	nearest_offer(&near, "list");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		nearest_offer(&near, kinds[i].name);
	for (size_t i = 0; i < s->n_types; i++)
		nearest_offer(&near, s->types[i]->name);
	return source_fail(s, "`%s` is no type%s", w, nearest_text(&near));
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

/* ---- `type` blocks: a type with a name, its words over several lines --------------- */

bool type_start(struct source *s, const char *at)
{
	bool quoted;
	char *name = next_word(s, &at, &quoted);
	struct named_type *t;

	if (!name)
		return source_fail(s, "a type without a name");
	for (size_t i = 0; i < s->n_types; i++)
		if (!strcmp(s->types[i]->name, name))
			return source_fail(s, "a second type `%s`", name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return source_fail(s, "`%s` is a type already", name);
	t = pool_alloc(s->pool, sizeof(*t));
	t->name = name;
	t->at = s->at;
	t->text = rest_of_line(s, at);
	*POOL_PUSH(s->pool, s->types, s->n_types) = t;
	return true;
}

void type_line(struct source *s, const char *line)
{
	struct named_type *t = s->types[s->n_types - 1];
	size_t size = strlen(t->text) + strlen(line) + 2;
	char *text = pool_alloc(s->pool, size);

	snprintf(text, size, "%s %s", t->text, line);
	t->text = text;
}

void types_end(struct source *s)
{
	for (size_t i = 0; i < s->n_types; i++)
		if (!s->types[i]->used) {
			s->at = s->types[i]->at;
			source_fail(s, "nothing is of type %s", s->types[i]->name);
		}
}
