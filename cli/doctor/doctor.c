/* The table of checks, and their run. */
#include "cli/doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/doctor/exam.h"

static const struct doctor_check check[] = {
#define CHECK(name, severity, reason, stage, needs, sees)                                          \
	{#name, DOCTOR_##severity, REASON_##reason, ATTEMPT_##stage, DOCTOR_NEEDS_##needs, sees,   \
	    doctor_##name},
#include "cli/doctor/checks.def"
#undef CHECK
};

#define N_CHECKS (sizeof check / sizeof *check)

const char *doctor_severity_text(enum doctor_severity s)
{
	static const char *const text[DOCTOR_SEVERITIES] = {
	    "prevents", "may prevent", "advice", "not known"};

	return text[s];
}

/* What was asked for in vain, and of which checks nothing is known therefore. */
static void lacking(struct exam *e)
{
	static const char *const what[DOCTOR_NEEDS] = {
	    [DOCTOR_NEEDS_ROUTES] = "the keeper did not tell its routes",
	    [DOCTOR_NEEDS_CHAINS] = "the keeper did not tell the chains of the host's firewall",
	    [DOCTOR_NEEDS_PORTS] = "the keeper did not tell who has UDP 500 and 4500",
	    [DOCTOR_NEEDS_POOLS] = "the VPN engine did not tell its pools",
	    [DOCTOR_NEEDS_SERVERS] = "the AAA role did not tell its servers"};
	static const struct doctor_check unmade = {.name = "unmade", .sees = "nothing is known"};
	char names[512];

	e->now = &unmade;
	for (unsigned need = 1; need < DOCTOR_NEEDS; need++) {
		size_t used = 0;

		if (!(e->facts->missing & 1U << need))
			continue;
		for (size_t i = 0; i < N_CHECKS; i++) {
			if (check[i].needs != need)
				continue;
			used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
			    used ? ", " : "", check[i].name);
			e->to->unmade++;
		}
		found_as(e, DOCTOR_UNKNOWN, "%s: not checked: %s", what[need], names);
		advise(e, "Ask again; show processes and the journal of the host say why.");
	}
}

bool doctor_examine(struct db *db, const struct gram *gram, const struct doctor_facts *facts,
    struct doctor_findings *to)
{
	struct exam e = {.db = db, .gram = gram, .facts = facts, .to = to};

	*to = (struct doctor_findings){0};
	for (size_t i = 0; i < N_CHECKS; i++) {
		e.now = &check[i];
		if (facts->missing & 1U << check[i].needs)
			continue;
		check[i].run(&e);
		to->checks++;
	}
	for (size_t i = 0; i < to->n; i++)
		to->problems += to->v[i].severity != DOCTOR_ADVICE;
	lacking(&e);
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
