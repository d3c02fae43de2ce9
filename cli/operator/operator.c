/*
 * struct operator: a session from HELLO to CLOSE. One command at a time runs in
 * it (`busy`); it may end in the same call or much later, always in
 * operator_done(). Configuration lines take turns among the operators while
 * one of them waits for the keeper (manager_config.c).
 */
#include "cli/operator/operator.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/manager.h"
#include "cli/config/hooks.h"
#include "engine/wire/wire.h"

struct gram_out operator_out(struct operator *op)
{
	return text_out(&op->out);
}

static void vsay(struct operator *op, const char *fmt, va_list ap)
{
	char *s = NULL;
	int n = vasprintf(&s, fmt, ap);

	if (n < 0)
		return;
	text_addn(&op->out, s, (size_t)n);
	explicit_bzero(s, (size_t)n);
	free(s);
}

void operator_say(struct operator *op, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(op, fmt, ap);
	va_end(ap);
}

void operator_refuse(struct operator *op, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(op, fmt, ap);
	va_end(ap);
	text_addc(&op->out, '\n');
	op->refused = true;
}

void operator_refuse_unread(struct operator *op)
{
	operator_refuse(op, "ERROR: Unable to read the configuration: %s", db_fault(op->manager->db));
}

const char *operator_name(const struct operator *op, char buf[65])
{
	if (op->user[0])
		return op->user;
	snprintf(buf, 65, "enable_%d", op->privilege);
	return buf;
}

size_t operator_prompt(const struct operator *op, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s%s%c ", op->manager->hostname, parse_state_prompt(&op->place),
	    op->privilege > PRIVILEGE_USER ? '#' : '>');

	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static void send_prompt(struct operator *op)
{
	char prompt[256];
	size_t len = operator_prompt(op, prompt, sizeof(prompt));

	op->send(op->ctx, CONSOLE_PROMPT, prompt, len);
}

/* What was said so far, in pieces that fit a frame. */
static void send_text(struct operator *op, const struct text *t)
{
	for (size_t at = 0; at < t->len; at += CONSOLE_TEXT_MAX) {
		size_t n = t->len - at;

		op->send(op->ctx, CONSOLE_TEXT, t->p + at, n < CONSOLE_TEXT_MAX ? n : CONSOLE_TEXT_MAX);
	}
}

void operator_flush(struct operator *op)
{
	if (op->filter.kind == FILTER_NONE) {
		send_text(op, &op->out);
	} else {
		struct text passed = {.secret = true};

		pipe_filter_apply(&op->filter, text_str(&op->out), &passed);
		send_text(op, &passed);
		text_free(&passed);
	}
	text_clear(&op->out);
}

/* A configuration line that was refused, by whomever: the session goes on behind it. */
static void follow_refused(struct operator *op)
{
	const struct gram_match *m = &op->match;

	if (op->refused && (m->status != GRAM_OK || !m->command || !m->command->run))
		parse_state_refused(op->manager->gram, &op->place, op->line);
}

void operator_done(struct operator *op)
{
	uint8_t status;

	operator_flush(op);
	follow_refused(op);
	pipe_filter_free(&op->filter);
	gram_match_done(&op->match);
	explicit_bzero(&op->match, sizeof(op->match));
	explicit_bzero(op->line, sizeof(op->line));
	op->answered = NULL;
	status = op->refused;
	op->busy = op->refused = false;
	op->tries = 0;
	if (op->logoff) {
		op->send(op->ctx, CONSOLE_CLOSE, NULL, 0);
		return;
	}
	send_prompt(op);
	op->send(op->ctx, CONSOLE_DONE, &status, 1);
}

void operator_log_off(struct operator *op)
{
	if (op->kind == CONSOLE_KIND_CONSOLE)
		operator_say(op, "\nLogoff\n\n");
	op->logoff = true;
	operator_done(op);
}

void operator_set_pager(struct operator *op, uint16_t lines)
{
	uint8_t b[2] = {(uint8_t)(lines >> 8), (uint8_t)lines};

	op->pager = lines;
	op->send(op->ctx, CONSOLE_PAGER, b, sizeof(b));
}

void operator_set_privilege(struct operator *op, int privilege)
{
	op->privilege = privilege;
	if (privilege > PRIVILEGE_USER)
		return;
	parse_state_init(&op->place, op->manager->gram, false);
	op->monitor = false; /* what it took a privilege to see */
	debug_off(op);
}

/* ---- birth and death ---------------------------------------------------- */

static void greet(struct operator *op)
{
	struct manager *m = op->manager;
	int64_t now = manager_wall(NULL);
	unsigned max = sizeof(m->logins.at) / sizeof(m->logins.at[0]), today = 1;
	char name[65], last[64] = "";
	struct tm tm;

	for (unsigned i = 0; i < m->logins.n; i++)
		today += now - m->logins.at[i] < 86400;
	if (m->logins.n) {
		time_t t = (time_t)m->logins.at[m->logins.n - 1];

		gmtime_r(&t, &tm);
		strftime(last, sizeof(last), "Last login: %H:%M:%S UTC %b %e %Y from console", &tm);
	}
	if (m->logins.n == max)
		memmove(m->logins.at, m->logins.at + 1, (--m->logins.n) * sizeof(m->logins.at[0]));
	m->logins.at[m->logins.n++] = now;
	operator_say(op,
	    "User %s logged in to %s\n"
	    "Logins over the last 1 days: %u.  %s\n"
	    "Failed logins since the last login: 0.  \n"
	    "Type help or '?' for a list of available commands.\n%s",
	    operator_name(op, name), m->hostname, today, last, text_str(&m->notes));
}

/* `pager lines N` of the configuration, 0 with `no pager`. */
static uint16_t configured_pager(struct manager *m)
{
	char paged[4] = "1", lines[16] = "24";
	long n;

	db_get(m->db, "system", "paged", NULL, 0, paged, sizeof(paged));
	db_get(m->db, "system", "lines", NULL, 0, lines, sizeof(lines));
	n = paged[0] == '0' ? 0 : strtol(lines, NULL, 10);
	return n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
}

struct operator *operator_new(struct manager *m, const struct console_hello *hello,
    operator_send *send, void *ctx)
{
	struct operator *op = calloc(1, sizeof(*op));

	if (!op)
		return NULL;
	op->manager = m;
	op->send = send;
	op->ctx = ctx;
	op->kind = hello->kind;
	op->interactive = hello->interactive;
	op->width = hello->interactive && hello->width ? hello->width : 80;
	op->out.secret = true;
	op->privilege = op->kind == CONSOLE_KIND_SCRIPT ? PRIVILEGE_MAX : PRIVILEGE_USER;
	snprintf(op->from, sizeof(op->from), "0.0.0.0");
	parse_state_init(&op->place, m->gram, false);
	op->next = m->operators;
	m->operators = op;
	op->busy = true;
	if (op->interactive)
		operator_set_pager(op, configured_pager(m));
	if (op->kind == CONSOLE_KIND_CONSOLE)
		greet(op);
	operator_done(op);
	return op;
}

void operator_free(struct operator *op)
{
	struct manager *m;

	if (!op)
		return;
	m = op->manager;
	request_forget(m, op);
	manager_config_forget(m, op);
	debug_off(op);
	for (struct operator **p = &m->operators; *p; p = &(*p)->next) {
		if (*p != op)
			continue;
		*p = op->next;
		break;
	}
	for (unsigned i = 0; i < op->n_history; i++)
		free(op->history[i]);
	pipe_filter_free(&op->filter);
	gram_match_done(&op->match);
	text_free(&op->out);
	free(op->file);
	explicit_bzero(op, sizeof(*op));
	free(op);
}

/* ---- lines -------------------------------------------------------------- */

static unsigned prompt_width(const struct operator *op)
{
	char prompt[256];

	return op->kind == CONSOLE_KIND_SCRIPT ? 0 :
	    (unsigned)operator_prompt(op, prompt, sizeof(prompt));
}

/* Keeps the line for `show history`, secrets masked. */
static void remember(struct operator *op, const char *typed, size_t len)
{
	size_t cut = strlen(op->line);
	struct text t = {0};
	struct gram_out out = text_out(&t);

	if (op->kind != CONSOLE_KIND_CONSOLE || strspn(op->line, " \t") == strlen(op->line))
		return;
	if (op->match.status == GRAM_OK)
		gram_mask(op->line, &op->match, MASK_HASHES, &out);
	else
		gram_mask_unknown(op->line, &out);
	if (op->n_history == OPERATOR_HISTORY) {
		free(op->history[0]);
		memmove(op->history, op->history + 1, (--op->n_history) * sizeof(op->history[0]));
	}
	text_addn(&t, typed + cut, len - cut); /* the filter */
	op->history[op->n_history++] = t.p;
}

static void refuse_at(struct operator *op, size_t column)
{
	operator_refuse(op, "%*s^\nERROR: %% Invalid input detected at '^' marker.",
	    (int)(prompt_width(op) + column), "");
}

/* Cuts `| include ...` off a show line. False when it is wrong: the line is refused then. */
static bool take_filter(struct operator *op)
{
	const char *rest, *why;
	size_t len = pipe_filter_split(op->line, &rest), at;

	if (!rest)
		return true;
	if (!pipe_filter_parse(&op->filter, rest, &at, &why)) {
		if (why)
			operator_refuse(op, "ERROR: %s", why);
		else if (rest[at] == 0)
			operator_refuse(op, "ERROR: %% Incomplete command");
		else
			refuse_at(op, (size_t)(rest - op->line) + at);
		return false;
	}
	op->line[len] = 0;
	return true;
}

static void run_act(struct operator *op)
{
	const struct gram_command *c = op->match.command;
	exec_act *act = exec_find(c->run);
	char name[65];
	struct text masked = {0};
	struct gram_out out = text_out(&masked);

	if (!act) { /* manager_open() has checked that all acts exist */
		operator_refuse(op, "ERROR: no such act: %s", c->run);
		operator_done(op);
		return;
	}
	if (strcmp(op->match.keywords[0], "show") == 0) {
		audit_add(&op->manager->audit, 7, 111009, "User '%s' executed cmd: %s",
		    operator_name(op, name), op->line);
	} else {
		gram_mask(op->line, &op->match, MASK_HASHES, &out);
		audit_command(&op->manager->audit, operator_name(op, name), op->from, text_str(&masked));
		text_free(&masked);
	}
	act(op);
}

static bool is_act(const struct operator *op)
{
	return op->match.status == GRAM_OK && op->match.command->run;
}

/*
 * The one gate to the configuration: a line, a file, an answer. While another operator's change is
 * being settled, it may yet be taken back: whatever stores, shows or saves configuration waits until
 * it is known whether it stays, be it the command itself or what it does after an answer.
 */
static bool must_wait(const struct operator *op)
{
	if (!op->manager->settle.active)
		return false;
	return op->has_answer ||
	    (op->match.status == GRAM_OK && !(is_act(op) && exec_is_live(op->match.command->run)));
}

static void take_turn(struct operator *op)
{
	if (must_wait(op))
		op->queued = true;
	else
		operator_go(op);
}

static void go_answer(struct operator *op)
{
	operator_answered *answered = op->answered;
	char answer[GRAM_LINE_MAX];

	memcpy(answer, op->answer, sizeof(answer));
	explicit_bzero(op->answer, sizeof(op->answer));
	op->has_answer = false;
	op->answered = NULL;
	answered(op, answer);
	explicit_bzero(answer, sizeof(answer));
}

void operator_go(struct operator *op)
{
	if (op->has_answer) {
		go_answer(op);
		return;
	}
	if (manager_config_queued(op))
		return;
	if (is_act(op))
		run_act(op);
	else
		manager_config_line(op, prompt_width(op));
}

/* The line as text; false when it cannot be one: it is refused then. */
static bool take_line(struct operator *op, const char *line, size_t len)
{
	bool whole = len < sizeof(op->line);

	if (!whole)
		len = sizeof(op->line) - 1;
	memcpy(op->line, line, len);
	op->line[len] = 0;
	if (!whole)
		operator_refuse(op, "ERROR: %% Line too long");
	else if (strlen(op->line) < len)
		operator_refuse(op, "%s", GRAM_NUL_ERROR);
	else
		return take_filter(op);
	return false;
}

void operator_line(struct operator *op, const char *line, size_t len)
{
	op->busy = true;
	line = gram_skip_mark(line, &len);
	while (len && strchr("\r\n", line[len - 1]))
		len--;
	if (!take_line(op, line, len)) {
		operator_done(op);
		return;
	}
	gram_match(op->manager->gram, &op->place, op->privilege, op->line, &op->match);
	if (!gram_respell(&op->match, "interface", "hardware", interface_spell))
		op->match.status = GRAM_TOO_LONG;
	remember(op, line, len);
	take_turn(op);
}

void operator_file(struct operator *op, const char *text, size_t len)
{
	op->busy = true;
	if (op->privilege < PRIVILEGE_MAX) {
		operator_refuse(op, "Command authorization failed");
		operator_done(op);
		return;
	}
	manager_config_file(op, text, len);
}

void operator_help(struct operator *op, const char *text, size_t len)
{
	struct gram_out out = operator_out(op);
	struct gram_names names = db_names(op->manager->db);
	char line[GRAM_LINE_MAX];
	const char *rest;
	size_t n;

	n = len < sizeof(line) ? len : sizeof(line) - 1;
	memcpy(line, text, n);
	line[n] = 0;
	pipe_filter_split(line, &rest);
	if (rest)
		pipe_filter_help(rest, &op->out);
	else
		gram_help(op->manager->gram, &op->place, op->privilege, line, &names,
		    op->width ? op->width : UINT16_MAX, &out);
	n = op->out.len > CONSOLE_TEXT_MAX ? CONSOLE_TEXT_MAX : op->out.len;
	op->send(op->ctx, CONSOLE_HELP_TEXT, text_str(&op->out), n);
	text_clear(&op->out);
	explicit_bzero(line, sizeof(line));
}

void operator_complete(struct operator *op, const char *text, size_t len)
{
	struct gram_names names = db_names(op->manager->db);
	char line[GRAM_LINE_MAX], add[GRAM_LINE_MAX] = "";

	if (len >= sizeof(line))
		len = sizeof(line) - 1;
	memcpy(line, text, len);
	line[len] = 0;
	gram_complete(op->manager->gram, &op->place, op->privilege, line, &names, add, sizeof(add));
	op->send(op->ctx, CONSOLE_COMPLETION, add, strlen(add));
	explicit_bzero(line, sizeof(line));
}

/* ---- questions ---------------------------------------------------------- */

void operator_ask(struct operator *op, unsigned flags, const char *question,
    operator_answered *answered)
{
	uint8_t frame[512];
	struct wr w = wr_init(frame, sizeof(frame));

	wr_u8(&w, flags);
	wr_bytes(&w, question, strnlen(question, sizeof(frame) - 1));
	operator_flush(op);
	op->answered = answered;
	op->send(op->ctx, CONSOLE_QUESTION, frame, wr_len(&w));
}

bool operator_confirmed(const char *answer)
{
	return answer && (!answer[0] || answer[0] == 'y' || answer[0] == 'Y');
}

void operator_answer(struct operator *op, const char *text, size_t len)
{
	if (!op->answered || op->has_answer)
		return;
	if (len >= sizeof(op->answer))
		len = sizeof(op->answer) - 1;
	memcpy(op->answer, text, len);
	op->answer[len] = 0;
	op->has_answer = true;
	take_turn(op);
}

void operator_interrupt(struct operator *op)
{
	operator_answered *answered = op->answered;

	if (answered) {
		explicit_bzero(op->answer, sizeof(op->answer));
		op->has_answer = op->queued = false;
		op->answered = NULL;
		if (op->kind == CONSOLE_KIND_SCRIPT)
			operator_refuse(op, "ERROR: the question was not answered: nothing is done");
		answered(op, NULL);
	} else if (op->busy && op->manager->settle.op != op) {
		request_forget(op->manager, op);
		manager_config_forget(op->manager, op);
		operator_done(op);
	}
}

void operator_winsize(struct operator *op, uint16_t width)
{
	if (op->interactive && width)
		op->width = width;
}

void operator_bye(struct operator *op)
{
	op->busy = true;
	operator_log_off(op);
}
