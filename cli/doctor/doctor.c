/* The table of checks, and their run. */
#include "cli/doctor/doctor.h"

#include <stdlib.h>

#include "cli/doctor/exam.h"

static const struct doctor_check check[] = {
#define CHECK(name, severity, reason, stage, sees)                                                 \
	{#name, DOCTOR_##severity, REASON_##reason, ATTEMPT_##stage, sees, doctor_##name},
#include "cli/doctor/checks.def"
#undef CHECK
};

#define N_CHECKS (sizeof check / sizeof *check)

const char *doctor_severity_text(enum doctor_severity s)
{
	static const char *const text[DOCTOR_SEVERITIES] = {"prevents", "may prevent", "advice"};

	return text[s];
}

bool doctor_examine(struct db *db, const struct gram *gram, const struct doctor_facts *facts,
    struct doctor_findings *to)
{
	struct exam e = {.db = db, .gram = gram, .facts = facts, .to = to};

	*to = (struct doctor_findings){.checks = N_CHECKS};
	for (size_t i = 0; i < N_CHECKS; i++) {
		e.now = &check[i];
		check[i].run(&e);
	}
	exam_close(&e);
	return !e.failed;
}

void doctor_findings_free(struct doctor_findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		text_free(&f->v[i].what);
		text_free(&f->v[i].cure);
		text_free(&f->v[i].advice);
	}
	free(f->v);
	*f = (struct doctor_findings){0};
}
