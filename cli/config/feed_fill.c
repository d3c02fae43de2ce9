/*
 * How the value of a column becomes the field of a message, by the types of
 * both. Roles get effective values: where a row has none, the grammar's default
 * holds. Of numbers: a word counts 0 (`enable` 1), unset 0; in a signed one,
 * which a policy may leave to another, `none` is ATTR_NONE and unset ATTR_UNSET.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"

static const char *value(const struct feed_column *c, const struct db_row *row)
{
	const char *text = row->values[c->column->index];

	return text ? text : c->column->preset;
}

/* ---- texts and lists ------------------------------------------------------- */

static bool has_none(const struct gram_type *t)
{
	for (unsigned i = 0; i < t->n_extra; i++)
		if (strcmp(t->extra[i], "none") == 0)
			return true;
	return false;
}

/* Is this what the column holds for `none`: its type's literal word, or (where a name or a text
 * might be that word) the empty text? */
static bool is_none(const struct feed_column *c, const char *text)
{
	return !*text || (strcmp(text, "none") == 0 && has_none(&c->column->type));
}

static void fill_text(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *text = value(c, row);

	*(const char **)at = text ? feed_copy(f, text, strlen(text)) : "";
}

static void fill_list(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *text = value(c, row);
	struct strlist *l = at;

	l->n = 0;
	if (!text || is_none(c, text))
		return;
	for (size_t len; *text && l->n < STRLIST_MAX; text += len + (text[len] == ' ')) {
		len = strcspn(text, " ");
		l->v[l->n++] = feed_copy(f, text, len);
	}
}

static void fill_state(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *text = value(c, row);

	(void)f;
	*(uint8_t *)at = !text ? STATE_INHERIT : is_none(c, text) ? STATE_NONE : STATE_VALUE;
}

/* ---- addresses --------------------------------------------------------------- */

static void fill_addr(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *text = value(c, row);

	(void)f;
	*(struct addr *)at = (struct addr){0};
	if (text)
		addr_parse(text, at);
}

/* `A.B.C.D` or `A.B.C.D-E.F.G.H` */
static void fill_range(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	const char *text = value(c, row), *last;
	struct range *r = at;
	char first[ADDR_TEXT_MAX];
	struct addr a;

	(void)f;
	*r = (struct range){0, 0};
	if (!text)
		return;
	snprintf(first, sizeof first, "%.*s", (int)strcspn(text, "-"), text);
	addr_parse(first, &a);
	r->first = r->last = addr_to_v4(&a);
	last = strchr(text, '-');
	if (last && addr_parse(last + 1, &a))
		r->last = addr_to_v4(&a);
}

/* ---- numbers ----------------------------------------------------------------- */

/* Words that a number may be, and what they count; in a signed field `none` is ATTR_NONE. */
static const struct {
	const char *word;
	int64_t counts;
} words[] = {{"none", 0}, {"unlimited", 0}, {"infinite", 0}, {"disable", 0}, {"enable", 1}};

static bool word_counts(const char *text, int64_t *n)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].word) == 0) {
			*n = words[i].counts;
			return true;
		}
	return false;
}

static bool number(const char *text, int64_t *n)
{
	char *end;

	*n = strtoll(text, &end, 10);
	return end != text && !*end;
}

static int64_t number_of(const struct feed_column *c, const struct db_row *row)
{
	const char *text = value(c, row);
	bool is_signed = c->field->kind == IPC_I64;
	int64_t n = 0;

	if (!text)
		return is_signed ? ATTR_UNSET : 0;
	if (number(text, &n))
		return n;
	if (is_signed && strcmp(text, "none") == 0)
		return ATTR_NONE;
	word_counts(text, &n);
	return n;
}

static void fill_u8(struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	(void)f;
	*(uint8_t *)at = (uint8_t)number_of(c, row);
}

static void fill_u16(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	(void)f;
	*(uint16_t *)at = (uint16_t)number_of(c, row);
}

static void fill_u32(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	(void)f;
	*(uint32_t *)at = (uint32_t)number_of(c, row);
}

static void fill_i64(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	(void)f;
	*(int64_t *)at = number_of(c, row);
}

/* ---- what fits ------------------------------------------------------------------ */

static bool word_fits(const char *word, int64_t max)
{
	int64_t n;

	return number(word, &n) ? n >= 0 && n <= max : word_counts(word, &n);
}

/* Every value of the type is a number up to `max`, or a word that counts. */
static bool is_number(const struct gram_type *t, int64_t max)
{
	if (t->kind == KIND_BOOL)
		return true;
	if ((t->kind != KIND_INT && t->kind != KIND_WORD) || t->list_max)
		return false;
	for (unsigned i = 0; i < t->n_ranges; i++)
		if (t->ranges[i].low < 0 || t->ranges[i].high > max)
			return false;
	for (unsigned i = 0; i < t->n_words; i++)
		if (!word_fits(t->words[i], max))
			return false;
	for (unsigned i = 0; i < t->n_extra; i++)
		if (!word_fits(t->extra[i], max))
			return false;
	return true;
}

static bool is_text(const struct gram_type *t)
{
	switch (t->kind) {
	case KIND_WORD:
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_HOST:
	case KIND_TIME:
	case KIND_PAREN:
	case KIND_REF:
		return !t->list_max;
	default:
		return false;
	}
}

feed_fill *feed_fill_for(const struct ipc_field *f, const struct gram_type *t)
{
	switch (f->kind) {
	case IPC_U8:
		return is_number(t, UINT8_MAX) ? fill_u8 : NULL;
	case IPC_U16:
		return is_number(t, UINT16_MAX) ? fill_u16 : NULL;
	case IPC_U32:
		return is_number(t, UINT32_MAX) ? fill_u32 : NULL;
	case IPC_I64:
		return is_number(t, INT64_MAX) ? fill_i64 : NULL;
	case IPC_STR:
		return is_text(t) ? fill_text : NULL;
	case IPC_SECRET:
		return t->kind == KIND_SECRET || t->kind == KIND_HASH ? fill_text : NULL;
	case IPC_LIST:
		return t->list_max ? fill_list : NULL;
	case IPC_STATE:
		return fill_state;
	case IPC_ADDR:
		return (t->kind == KIND_ADDR || t->kind == KIND_NET || t->kind == KIND_MASK) &&
			       !t->list_max && !t->n_extra
			   ? fill_addr
			   : NULL;
	case IPC_RANGE:
		return t->kind == KIND_RANGE ? fill_range : NULL;
	default:
		return NULL;
	}
}
