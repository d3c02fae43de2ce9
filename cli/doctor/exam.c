/* Owns struct exam: the rows that were read, and the findings while they are made. */
#include "cli/doctor/exam.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/addr.h"
#include "engine/base/client_code.h"

/* ---- rows ---------------------------------------------------------------------------------- */

static void row_kept(void *ctx, const struct db_row *row)
{
	struct sheet *s = ctx;
	unsigned columns = (unsigned)s->table->n_columns;
	char **values;

	if (s->n % 16 == 0)
		s->row = realloc(s->row, (s->n + 16) * sizeof *s->row);
	values = calloc(columns + 1, sizeof *values);
	if (!s->row || !values)
		abort();
	for (unsigned i = 0; i < columns; i++)
		if (row->values[i] && !(values[i] = strdup(row->values[i])))
			abort();
	s->row[s->n++] = (struct db_row){s->table, (const char *const *)values};
}

const struct sheet *exam_sheet(struct exam *e, const char *table)
{
	const struct gram_table *t = gram_table(e->gram, table);
	struct sheet *s;

	for (size_t i = 0; i < e->n_sheets; i++)
		if (e->sheet[i].table == t)
			return &e->sheet[i];
	if (!t || e->n_sheets == EXAM_SHEETS)
		abort(); /* a check asks for what is not there: its test would have met it */
	s = &e->sheet[e->n_sheets++];
	*s = (struct sheet){.table = t};
	if (!db_each(e->db, t, row_kept, s))
		e->failed = true;
	return s;
}

static void row_wiped(const struct db_row *row)
{
	char **values = (char **)(uintptr_t)row->values;

	for (int i = 0; i < (int)row->table->n_columns; i++)
		if (values[i]) {
			explicit_bzero(values[i], strlen(values[i]));
			free(values[i]);
		}
	free(values);
}

void exam_close(struct exam *e)
{
	for (size_t i = 0; i < e->n_sheets; i++) {
		for (size_t n = 0; n < e->sheet[i].n; n++)
			row_wiped(&e->sheet[i].row[n]);
		free(e->sheet[i].row);
	}
	e->n_sheets = 0;
}

const char *cell_text(const struct db_row *r, const char *column)
{
	const char *is = db_text(r, column);

	return is ? is : "";
}

bool cell_is(const struct db_row *r, const char *column, const char *text)
{
	const char *is = db_text(r, column);

	return is && strcmp(is, text) == 0;
}

bool cell_set(const struct db_row *r, const char *column)
{
	const char *is = db_text(r, column);

	return is && *is;
}

bool cell_has(const struct db_row *r, const char *column, const char *word)
{
	char is[EXAM_NAME];

	for (unsigned i = 0; db_word(r, column, i, is, sizeof is); i++)
		if (strcmp(is, word) == 0)
			return true;
	return false;
}

uint32_t cell_v4(const struct db_row *r, const char *column)
{
	const char *text = db_text(r, column);
	struct addr a;

	return text && addr_parse(text, &a) ? addr_to_v4(&a) : 0;
}

const struct db_row *exam_find(
    struct exam *e, const char *table, const char *column, const char *text)
{
	EACH_ROW (e, table, r)
		if (cell_is(r, column, text))
			return r;
	return NULL;
}

/* ---- findings ------------------------------------------------------------------------------ */

/* What that number of Windows says to the client's user. */
static const char *words_of(unsigned code)
{
	static const struct {
		unsigned code;
		const char *words;
	} known[] = {
	    {646, "access denied: not at this time of the day"},
	    {691, "access denied, though user name and password are right"},
	    {718, "the server did not respond in time"},
	    {720, "no PPP control protocols: he gets no address"},
	    {734, "the PPP link control protocol was terminated: no authentication in common"},
	    {788, "the security layer found no policy in common"},
	    {789, "the security layer encountered a processing error"},
	    {809, "no answer: the server does not respond"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == code)
			return known[i].words;
	return "";
}

void found_ends(struct exam *e, enum reason reason, enum attempt_stage stage)
{
	struct doctor_finding *f = &e->to->v[e->to->n - 1];

	f->code = (unsigned)client_code(reason, stage);
	f->sees = e->now->sees ? e->now->sees : words_of(f->code);
}

static void add(struct exam *e, enum doctor_severity severity, const char *format, va_list args)
{
	struct doctor_findings *to = e->to;
	char what[1024];

	if (to->n == to->size) {
		to->size = to->size ? 2 * to->size : 16;
		to->v = realloc(to->v, to->size * sizeof *to->v);
		if (!to->v)
			abort();
	}
	to->v[to->n++] = (struct doctor_finding){.check = e->now->name, .severity = severity};
	found_ends(e, e->now->reason, e->now->stage);
	vsnprintf(what, sizeof what, format, args);
	text_add(&to->v[to->n - 1].what, what);
}

void found(struct exam *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(e, e->now->severity, format, args);
	va_end(args);
}

void found_as(struct exam *e, enum doctor_severity severity, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(e, severity, format, args);
	va_end(args);
}

static void add_line(struct text *to, const char *format, va_list args)
{
	char line[1024];

	vsnprintf(line, sizeof line, format, args);
	text_addf(to, "%s\n", line);
}

void cure(struct exam *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(&e->to->v[e->to->n - 1].cure, format, args);
	va_end(args);
}

void prescribe(struct exam *e, const char *cure, const struct cure_names *names)
{
	char lines[CURE_MAX];

	text_addf(&e->to->v[e->to->n - 1].cure, "%s\n", cure_text(cure, names, CURE_LINES, lines));
}

void prescribe_reason(struct exam *e, const struct cure_names *names)
{
	prescribe(e, reason_text(e->now->reason)->cure, names);
}

void advise(struct exam *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(&e->to->v[e->to->n - 1].advice, format, args);
	va_end(args);
}
