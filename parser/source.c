/*
 * The text of a grammar while it is read: its words, and the list of all that is wrong with it.
 * A source lives as long as one gram_read().
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/read.h"

bool source_fail(struct source *s, const char *format, ...)
{
	char line[600];
	va_list ap;
	int n = snprintf(
	    line, sizeof(line), "%s:%d: ", s->at.file ? s->at.file : "grammar", s->at.line);
	size_t room = s->error_size - s->error_used;

	va_start(ap, format);
	vsnprintf(line + n, sizeof(line) - (size_t)n, format, ap);
	va_end(ap);
	s->errors++;
	if (s->error_used && strstr(s->error, line))
		return false; /* of a fragment, once for each use */
	n = snprintf(s->error + s->error_used, room, "%s%s", s->error_used ? "\n" : "", line);
	s->error_used += n < (int)room ? (size_t)n : room ? room - 1 : 0;
	return false;
}

/* ---- words ------------------------------------------------------------------------- */

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
		*at = p;
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

bool line_ends(struct source *s, const char *at)
{
	bool quoted;
	char *more = next_word(s, &at, &quoted);

	return !more || source_fail(s, "`%s` is too much here", more);
}

char *only_word(struct source *s, const char *at, const char *what, bool *quoted)
{
	char *w = next_word(s, &at, quoted);

	if (!w)
		source_fail(s, "%s what?", what);
	return w && line_ends(s, at) ? w : NULL;
}

char **word_list(struct source *s, const char *at)
{
	char **list = NULL, *w;
	size_t n = 0;
	bool quoted;

	while ((w = next_word(s, &at, &quoted)))
		*POOL_PUSH(s->pool, list, n) = w;
	*POOL_PUSH(s->pool, list, n) = NULL;
	return list;
}

char *rest_of_line(struct source *s, const char *at)
{
	size_t len;

	while (isspace((unsigned char)*at))
		at++;
	len = strlen(at);
	while (len && isspace((unsigned char)at[len - 1]))
		len--;
	return pool_text(s->pool, at, len);
}

bool read_number(struct source *s, const char *w, long low, long high, uint16_t *out)
{
	char *end;
	long v = strtol(w, &end, 10);

	if (end == w || *end || v < low || v > high)
		return source_fail(s, "`%s` is no number from %ld to %ld", w, low, high);
	*out = (uint16_t)v;
	return true;
}

/* ---- names ------------------------------------------------------------------------- */

const struct gram_table *find_table(struct source *s, const char *name)
{
	const struct gram_table *t = gram_table(s->gram, name);
	struct nearest near;

	if (t)
		return t;
	nearest_init(&near, name);
	for (unsigned i = 0; i < s->gram->n_tables; i++)
		nearest_offer(&near, s->gram->tables[i]->name);
	source_fail(s, "no table %s%s", name, nearest_text(&near));
	return NULL;
}

const struct gram_mode *find_mode(struct source *s, const char *name)
{
	const struct gram_mode *m = gram_mode(s->gram, name);
	struct nearest near;

	if (m)
		return m;
	nearest_init(&near, name);
	for (unsigned i = 0; i < s->gram->n_modes; i++)
		nearest_offer(&near, s->gram->modes[i]->name);
	source_fail(s, "no mode %s%s", name, nearest_text(&near));
	return NULL;
}

int find_column(struct source *s, const struct gram_table *t, const char *name)
{
	int column = t ? gram_column(t, name) : -1;
	struct nearest near;

	if (column >= 0)
		return column;
	nearest_init(&near, name);
	if (t)
		nearest_offer_columns(&near, t);
	source_fail(s, "no column %s in %s%s", name, t ? t->name : "a line without a row",
	    nearest_text(&near));
	return -1;
}

void note_foreign(struct source *s, const char *kind, const char *name)
{
	struct gram *g = s->gram;
	size_t n = g->n_foreign;

	*POOL_PUSH(s->pool, g->foreign, n) = (struct gram_foreign){kind, name, s->at};
	g->n_foreign = (uint16_t)n;
}
