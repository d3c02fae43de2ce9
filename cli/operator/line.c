/* The steps from what was typed to a match; the line and the match are the operator's. */
#include "cli/operator/line.h"

#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"
#include "cli/login/rights.h"
#include "cli/config/names.h"
#include "cli/operator/history.h"
#include "cli/operator/operator.h"

static void refuse_at(struct operator *op, size_t column)
{
	act_refuse(&op->act, "%*s^\nERROR: %% Invalid input detected at '^' marker.",
	    (int)(operator_prompt_width(op) + column), "");
}

/* Cuts `| include ...` off a show line. False when it is wrong: the line is refused then. */
static bool take_filter(struct operator *op)
{
	const char *rest, *why;
	size_t len = pipe_filter_split(op->line, &rest), at;

	if (!rest)
		return true;
	at = gram_clean(rest, strlen(rest));
	if (rest[at]) { /* it would stand in the history, whose lines are lines */
		refuse_at(op, (size_t)(rest - op->line) + at);
		return false;
	}
	if (!pipe_filter_parse(&op->filter, rest, &at, &why)) {
		if (why)
			act_refuse(&op->act, "ERROR: %s", why);
		else if (rest[at] == 0)
			act_refuse(&op->act, "ERROR: %% Incomplete command");
		else
			refuse_at(op, (size_t)(rest - op->line) + at);
		return false;
	}
	op->line[len] = 0;
	op->act.as_records = op->filter.kind == FILTER_JSON;
	op->act.records_before = 0;
	return true;
}

/* The line as text; false when it cannot be one: it is refused then. */
static bool take_text(struct operator *op, const char *line, size_t len)
{
	bool whole = len < sizeof(op->line);

	if (!whole)
		len = sizeof(op->line) - 1;
	memcpy(op->line, line, len);
	op->line[len] = 0;
	if (!whole)
		act_refuse(&op->act, "ERROR: %% Line too long");
	else if (strlen(op->line) < len)
		act_refuse(&op->act, "%s", GRAM_NUL_ERROR);
	else
		return true;
	return false;
}

static void match(struct operator *op)
{
	struct gram_match *m = &op->act.match;

	gram_match(op->act.manager->gram, &op->session.place,
	    rights_match(op->act.manager, op->session.privilege), op->line, m);
	if (!gram_respell(m, "interface", "hardware", interface_spell))
		m->status = GRAM_TOO_LONG;
}

void line_expand(struct operator *op)
{
	char typed[GRAM_LINE_MAX], expanded[GRAM_LINE_MAX];

	if (op->act.match.status != GRAM_INVALID ||
	    !names_expand(op->act.manager->running.db, op->line, expanded, sizeof(expanded)))
		return;
	memcpy(typed, op->line, sizeof(typed));
	memcpy(op->line, expanded, sizeof(op->line));
	match(op);
	if (op->act.match.status != GRAM_OK) {
		memcpy(op->line, typed, sizeof(op->line));
		match(op);
	}
	explicit_bzero(typed, sizeof(typed));
	explicit_bzero(expanded, sizeof(expanded));
}

bool line_take(struct operator *op, const char *typed, size_t len)
{
	size_t cut;

	typed = gram_skip_mark(typed, &len);
	while (len && strchr("\r\n", typed[len - 1]))
		len--;
	if (!take_text(op, typed, len) || !take_filter(op))
		return false;
	match(op);
	cut = strlen(op->line);
	history_keep(op, typed + cut, len - cut);
	return true;
}

bool line_is_act(const struct operator *op)
{
	return op->act.match.status == GRAM_OK && op->act.match.command->run;
}
