/* `?` and Tab: what the grammar knows of a line that is not finished. Nothing runs, nothing is
 * kept. */
#include <string.h>

#include "cli/login/rights.h"
#include "cli/operator/operator.h"

/* The text as a line; what is too long for one is cut. */
static void take(char line[GRAM_LINE_MAX], const char *text, size_t len)
{
	if (len >= GRAM_LINE_MAX)
		len = GRAM_LINE_MAX - 1;
	memcpy(line, text, len);
	line[len] = 0;
}

void operator_help(struct operator *op, const char *text, size_t len)
{
	struct act_session *s = &op->session;
	struct gram_out out = act_out(&op->act);
	struct gram_names names = db_names(op->act.manager->running.db);
	struct text *told = &op->act.out;
	char line[GRAM_LINE_MAX];
	const char *rest;

	take(line, text, len);
	pipe_filter_split(line, &rest);
	if (rest)
		pipe_filter_help(rest, told);
	else
		gram_help(op->act.manager->gram, &s->place,
		    rights_seen(op->act.manager, s->privilege), line, &names,
		    s->width ? s->width : UINT16_MAX, &out);
	op->send(op->ctx, CONSOLE_HELP_TEXT, text_str(told),
	    told->len > CONSOLE_TEXT_MAX ? CONSOLE_TEXT_MAX : told->len);
	text_clear(told);
	explicit_bzero(line, sizeof(line));
}

void operator_complete(struct operator *op, const char *text, size_t len)
{
	struct gram_names names = db_names(op->act.manager->running.db);
	char line[GRAM_LINE_MAX], add[GRAM_LINE_MAX] = "";

	take(line, text, len);
	gram_complete(op->act.manager->gram, &op->session.place,
	    rights_seen(op->act.manager, op->session.privilege), line,
	    &names, add, sizeof(add));
	op->send(op->ctx, CONSOLE_COMPLETION, add, strlen(add));
	explicit_bzero(line, sizeof(line));
}
