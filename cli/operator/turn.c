/*
 * The commands of an operator: a line, a file, an answer. Each runs at once or
 * waits for its turn, because another operator's change is being settled; then
 * it goes to an act or to the configuration, and ends in operator_done().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/login/rights.h"
#include "cli/operator/account.h"
#include "cli/operator/authorize.h"
#include "cli/operator/line.h"
#include "cli/operator/operator.h"

static struct settle *settle_of(const struct operator *op)
{
	return &op->act.manager->running.settle;
}

/* ---- acts ------------------------------------------------------------------- */

static void log_act(struct operator *op)
{
	struct audit *log = &op->act.manager->audit;
	struct text masked = {0};
	struct gram_out out = text_out(&masked);
	char name[65];

	if (strcmp(op->act.match.keywords[0], "show") == 0) {
		audit_add(log, 7, 111009, "User '%s' executed cmd: %s", act_name(&op->act, name),
		    op->line);
		return;
	}
	gram_mask(op->line, &op->act.match, MASK_HASHES, &out);
	audit_command(log, act_name(&op->act, name), op->session.from, text_str(&masked));
	text_free(&masked);
}

static void run_act(struct operator *op)
{
	const char *name = op->act.match.command->run;
	const struct act_row *row = acts_find(name);

	if (!row) { /* acts_check() has made sure that all exist */
		act_refuse(&op->act, "ERROR: no such act: %s", name);
		operator_done(&op->act);
		return;
	}
	log_act(op);
	row->run(&op->act);
}

/* ---- the configuration -------------------------------------------------------- */

static void settled(void *arg, enum settled how)
{
	struct operator *op = arg;

	op->settling = false;
	op->act.refused = how == SETTLED_REFUSED;
	if (how == SETTLED_LOGOFF)
		op->act.ops->log_off(&op->act);
	else
		operator_done(&op->act);
}

/* What he changes now. */
static struct config_change change_of(struct operator *op)
{
	struct config_change c = {
	    .place = &op->session.place,
	    .match = &op->act.match,
	    .line = op->line,
	    .prompt_width = operator_prompt_width(op),
	    .privilege = rights_seen(op->act.manager, op->session.privilege),
	    .out = &op->act.out,
	    .done = settled,
	    .arg = op,
	};

	act_author(&op->act, &c.author);
	return c;
}

static void run_line(struct operator *op)
{
	const struct gram_match *m = &op->act.match;
	char error[GRAM_LINE_MAX + 256];
	struct config_change c;

	if (m->status == GRAM_OK) {
		c = change_of(op);
		op->settling = true;
		settle_line(settle_of(op), &c);
		return;
	}
	op->act.refused = m->status != GRAM_EMPTY;
	if (op->act.refused)
		text_addn(&op->act.out, error,
		    gram_error(m, op->line, operator_prompt_width(op), error, sizeof(error)));
	act_tell_unread(&op->act); /* it may have been a name that it did not find */
	operator_done(&op->act);
}

static void run_file(struct operator *op, const char *text, size_t len)
{
	struct config_change c = change_of(op);

	op->settling = true;
	settle_file(settle_of(op), &c, text, len);
}

static void run_kept_file(struct operator *op)
{
	char *text = op->file;
	size_t len = op->file_len;

	op->file = NULL;
	run_file(op, text, len);
	explicit_bzero(text, len);
	free(text);
}

/* ---- turns -------------------------------------------------------------------- */

static void run_answer(struct operator *op)
{
	act_answered *answered = op->act.answered;
	char answer[GRAM_LINE_MAX];

	memcpy(answer, op->answer, sizeof(answer));
	explicit_bzero(op->answer, sizeof(op->answer));
	op->has_answer = false;
	op->act.answered = NULL;
	act_resumes(&op->act);
	answered(&op->act, answer);
	explicit_bzero(answer, sizeof(answer));
}

static void run_allowed(struct operator *op)
{
	if (op->act.match.status == GRAM_OK)
		account_command(op);
	if (line_is_act(op))
		run_act(op);
	else
		run_line(op);
}

static void take_turn(struct operator *op);

/* The server's answer has come; what others changed meanwhile may have to be settled first. */
static void authorized_now(struct act *a, bool allowed)
{
	struct operator *op = operator_of(a);

	op->authorized = allowed;
	if (allowed)
		take_turn(op);
	else
		operator_done(a);
}

/* The one gate for what he may not type. */
static void run_typed(struct operator *op)
{
	bool decided = op->authorized;

	act_resumes(&op->act);
	op->authorized = false;
	if (!decided) {
		act_reads(&op->act);
		line_expand(op);
	}
	if (decided || op->act.match.status != GRAM_OK)
		run_allowed(op);
	else
		authorize(op, authorized_now);
}

void operator_go(void *arg)
{
	struct operator *op = arg;

	if (op->has_answer)
		run_answer(op);
	else if (op->file)
		run_kept_file(op);
	else
		run_typed(op);
}

/*
 * The one gate to the configuration: a line, a file, an answer. While another operator's change is
 * being settled, it may yet be taken back: whatever stores, shows or saves configuration waits
 * until it is known whether it stays, be it the command itself or what it does after an answer.
 */
static bool must_wait(const struct operator *op)
{
	const struct act_row *row;

	if (!settle_of(op)->turns.taken)
		return false;
	if (op->has_answer || op->file)
		return true;
	row = line_is_act(op) ? acts_find(op->act.match.command->run) : NULL;
	return op->act.match.status == GRAM_INVALID ||
	    (op->act.match.status == GRAM_OK && !(row && row->live));
}

static void take_turn(struct operator *op)
{
	if (!must_wait(op)) {
		operator_go(op);
		return;
	}
	if (!op->has_answer) /* with one it has waited since it asked */
		act_waits(&op->act);
	turns_wait(&settle_of(op)->turns, &op->turn);
}

/* ---- what the client sends ------------------------------------------------------ */

void operator_line(struct operator *op, const char *line, size_t len)
{
	op->busy = true;
	if (line_take(op, line, len))
		take_turn(op);
	else
		operator_done(&op->act);
}

void operator_file(struct operator *op, const char *text, size_t len)
{
	op->busy = true;
	if (rights_seen(op->act.manager, op->session.privilege) < PRIVILEGE_MAX ||
	    authorize_needed(op)) {
		act_refuse(&op->act, "Command authorization failed");
		operator_done(&op->act);
		return;
	}
	if (!settle_of(op)->turns.taken) {
		run_file(op, text, len);
		return;
	}
	op->file = malloc(len ? len : 1);
	if (!op->file) {
		act_refuse(&op->act, "ERROR: out of memory");
		operator_done(&op->act);
		return;
	}
	memcpy(op->file, text, len);
	op->file_len = len;
	take_turn(op);
}

void operator_answer(struct operator *op, const char *text, size_t len)
{
	if (!op->act.answered || op->has_answer)
		return;
	if (len >= sizeof(op->answer))
		len = sizeof(op->answer) - 1;
	memcpy(op->answer, text, len);
	op->answer[len] = 0;
	op->has_answer = true;
	take_turn(op);
}

static void break_question(struct operator *op)
{
	act_answered *answered = op->act.answered;

	explicit_bzero(op->answer, sizeof(op->answer));
	op->has_answer = false;
	turns_leave(&settle_of(op)->turns, &op->turn);
	op->act.answered = NULL;
	if (op->session.script)
		act_refuse(&op->act, "ERROR: the question was not answered: nothing is done");
	act_resumes(&op->act);
	answered(&op->act, NULL);
}

void operator_interrupt(struct operator *op)
{
	if (op->act.answered) {
		break_question(op);
	} else if (op->act.interrupt) {
		op->act.interrupt(&op->act);
	} else if (op->busy && !op->settling) {
		act_forget(&op->act);
		op->authorized = false;
		turns_leave(&settle_of(op)->turns, &op->turn);
		free(op->file);
		op->file = NULL;
		operator_done(&op->act);
	}
}
