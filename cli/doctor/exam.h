/*
 * One examination: the rows of the configuration as the checks read them, and what they find.
 * Of this room only.
 */
#ifndef GATEHOUSE_DOCTOR_EXAM_H
#define GATEHOUSE_DOCTOR_EXAM_H

#include "cli/doctor/doctor.h"
#include "engine/base/attempt.h"
#include "engine/base/cure.h"

#define EXAM_SHEETS 32
#define EXAM_NAME 256 /* names of the configuration, with their NUL */
#define EXAM_SOMEBODY 0xcb007109 /* out there: of TEST-NET-3 (RFC 5737) */

/* The rows of a table, copied; secrets in them are wiped with it. */
struct sheet {
	const struct gram_table *table;
	struct db_row *row;
	size_t n;
};

struct exam {
	struct db *db;
	const struct gram *gram;
	const struct doctor_facts *facts;
	struct doctor_findings *to;
	struct sheet sheet[EXAM_SHEETS];
	size_t n_sheets;
	const struct doctor_check *now; /* whose findings these are */
	uint32_t last_pool;		/* the network that a cure gave to a new pool, 0: none */
	bool failed;
};

typedef void doctor_fn(struct exam *);

struct doctor_check {
	const char *name;
	enum doctor_severity severity;
	enum reason reason;
	enum attempt_stage stage;
	enum doctor_needs needs;
	const char *sees;
	doctor_fn *run;
};

#define CHECK(name, severity, reason, stage, needs, sees) doctor_fn doctor_##name;
#include "cli/doctor/checks.def"
#undef CHECK

/* The rows of that table; read once. Never NULL. */
const struct sheet *exam_sheet(struct exam *, const char *table);
/* The first row in which that column has this text; NULL: none. */
const struct db_row *exam_find(
    struct exam *, const char *table, const char *column, const char *text);
void exam_close(struct exam *);

#define EACH_ROW(e, name, r)                                                                       \
	for (const struct db_row *r = exam_sheet(e, name)->row,                                    \
				 *r##_end = r ? r + exam_sheet(e, name)->n : NULL;                 \
	     r < r##_end; r++)

/* The text there, "" without one. */
const char *cell_text(const struct db_row *, const char *column);
/* Has the row this text there? */
bool cell_is(const struct db_row *, const char *column, const char *text);
/* Is something there that is not empty? */
bool cell_set(const struct db_row *, const char *column);
/* Has the list there that word? */
bool cell_has(const struct db_row *, const char *column, const char *word);
/* Host order, 0: unset. */
uint32_t cell_v4(const struct db_row *, const char *column);

/* Begins a finding of the check that runs: what is wrong. */
void found(struct exam *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with another severity than the check's. */
void found_as(struct exam *, enum doctor_severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The finding that was begun last ends an attempt otherwise than the check's others. */
void found_ends(struct exam *, enum reason, enum attempt_stage);
/* Of the finding that was begun last: one line of its cure, and one of its advice. */
void cure(struct exam *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Of it: lines of a text of cures.h, with names; and those of the reason by which the attempt of a
 * client ends that meets it (checks.def), as `show vpn failures` prints them. */
void prescribe(struct exam *, const char *cure, const struct cure_names *);
void prescribe_reason(struct exam *, const struct cure_names *);
void advise(struct exam *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
