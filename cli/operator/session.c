/*
 * struct operator: a session from HELLO to CLOSE. It is born with what its
 * console connection says of itself, listens to the manager's debug hub, log and
 * stop, and dies with the connection. One command at a time runs in it (`busy`,
 * turn.c), which ends in operator_done(), in the same call or much later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/acts/who.h"
#include "cli/login/login.h"
#include "cli/operator/account.h"
#include "cli/operator/history.h"
#include "cli/operator/idle.h"
#include "cli/operator/operator.h"
#include "cli/operator/sessions.h"

/* ---- privilege, terminal -------------------------------------------------- */

void operator_set_privilege(struct operator *op, int privilege)
{
	struct act_session *s = &op->session;

	s->privilege = privilege;
	account_privilege(op);
	if (privilege > PRIVILEGE_USER)
		return;
	parse_state_init(&s->place, op->act.manager->gram, false);
	s->log.hears &= ~(unsigned)AUDIT_MONITOR; /* what it took a privilege to see */
	debug_off(&op->act.manager->debug, &s->debug);
}

static void set_privilege(struct act *a, int privilege)
{
	operator_set_privilege(operator_of(a), privilege);
}

/* The log-off: `Logoff`, DONE, CLOSE. */
static void log_off(struct act *a)
{
	struct operator *op = operator_of(a);

	if (op->kind == CONSOLE_KIND_CONSOLE)
		act_say(a, "\nLogoff\n\n");
	op->logoff = true;
	operator_done(a);
}

void operator_bye(struct operator *op)
{
	op->busy = true;
	log_off(&op->act);
}

void operator_expire(struct operator *op)
{
	static const char farewell[] = "\n\nLogoff\n\n";

	operator_tell(op, farewell, sizeof(farewell) - 1);
	op->session.ended = "\"Time-out activated\" (0x91)";
	op->session.end(&op->session);
}

static const struct act_ops ops = {
	.ask = operator_ask,
	.done = operator_done,
	.flush = operator_flush,
	.log_off = log_off,
	.set_privilege = set_privilege,
	.find = acts_find,
	.set_pager = operator_set_pager,
	.set_width = operator_set_width,
};

/* ---- what he hears ------------------------------------------------------------ */

static void heard(void *ctx, const char *line, size_t len)
{
	operator_tell(ctx, line, len);
}

static void stopping(void *ctx, bool returns)
{
	static const char farewell[] = "\n\n***\n*** --- SHUTDOWN NOW ---\n";
	struct operator *op = ctx;
	const uint8_t back = returns;

	if (op->kind == CONSOLE_KIND_CONSOLE && !returns)
		operator_tell(op, farewell, sizeof(farewell) - 1);
	op->send(op->ctx, CONSOLE_CLOSE, &back, 1);
}

static void listen_all(struct operator *op)
{
	struct manager *m = op->act.manager;

	op->session.debug.heard = heard;
	op->session.debug.ctx = op;
	debug_listen(&m->debug, &op->session.debug);
	op->session.log.hears = op->session.way == WAY_CONSOLE ? AUDIT_CONSOLE : 0;
	op->session.log.heard = heard;
	op->session.log.ctx = op;
	audit_listen(&m->audit, &op->session.log);
	op->stop.stopping = stopping;
	op->stop.ctx = op;
	manager_on_stop(m, &op->stop);
}

/* ---- birth and death ---------------------------------------------------------- */

static void session_init(struct operator *op)
{
	struct act_session *s = &op->session;

	s->script = op->kind == CONSOLE_KIND_SCRIPT;
	s->way = s->script ? WAY_SCRIPT : WAY_CONSOLE;
	s->privilege = s->script ? PRIVILEGE_MAX : PRIVILEGE_USER;
	s->history = op->history;
	snprintf(s->from, sizeof(s->from), "0.0.0.0");
	parse_state_init(&s->place, op->act.manager->gram, false);
}

/* Whom the door let in. */
static void session_login(struct act_session *s, const struct operator_login *login)
{
	s->way = login->way;
	s->privilege = login->enabled ? login->privilege : PRIVILEGE_USER;
	s->login_privilege = login->privilege;
	s->by_server = login->by_server;
	s->prompt_only = login->prompt_only;
	s->port = login->port;
	s->connection = login->connection;
	s->ssh = login->ssh;
	memcpy(s->user, login->user, sizeof(s->user));
	memcpy(s->from, login->from, sizeof(s->from));
	memcpy(s->to, login->to, sizeof(s->to));
	memcpy(s->ifname, login->ifname, sizeof(s->ifname));
}

/* Somebody else ends the session. */
static void end(struct act_session *s)
{
	char *session = (char *)s;
	struct operator *op = (void *)(session - offsetof(struct operator, session));

	op->send(op->ctx, CONSOLE_CLOSE, NULL, 0);
	if (op->drop)
		op->drop(op->ctx);
}

void operator_on_end(struct operator *op, void (*drop)(void *ctx))
{
	op->drop = drop;
}

struct operator *operator_new(struct manager *m, const struct console_hello *hello,
    operator_send *send, void *ctx)
{
	return operator_admit(m, hello, NULL, send, ctx);
}

struct operator *operator_admit(struct manager *m, const struct console_hello *hello,
    const struct operator_login *login, operator_send *send, void *ctx)
{
	struct operator *op = calloc(1, sizeof(*op));

	if (!op)
		return NULL;
	op->act.ops = &ops;
	op->act.manager = m;
	op->act.session = &op->session;
	op->act.out.secret = true;
	op->send = send;
	op->ctx = ctx;
	op->kind = hello->kind;
	if (op->kind == CONSOLE_KIND_TOKEN)
		op->kind = hello->quiet ? CONSOLE_KIND_SCRIPT : CONSOLE_KIND_CONSOLE;
	op->interactive = hello->interactive;
	op->turn.go = operator_go;
	op->turn.ctx = op;
	session_init(op);
	if (login)
		session_login(&op->session, login);
	op->session.end = end;
	sessions_join(m, &op->session);
	listen_all(op);
	op->busy = true;
	act_reads(&op->act);
	operator_terminal(op, hello->width);
	if (op->kind == CONSOLE_KIND_CONSOLE) {
		op->idle = idle_open(op, operator_expire);
		/* What cannot be read opens nothing. */
		if (!login &&
		    (login_setting(m, "serial_console", NULL, 0) || db_fault(m->running.db)))
			op->unproved = operator_ask_who;
		else if (op->interactive)
			history_send(op);
		operator_welcome(op);
		if (login)
			who_say_message(&op->act, login->message);
		if (!op->unproved)
			operator_greet(op);
	} else if (login) {
		operator_came(op);
	}
	operator_done(&op->act);
	return op;
}

void operator_free(struct operator *op)
{
	struct manager *m;

	if (!op)
		return;
	m = op->act.manager;
	account_left(op);
	if (op->session.user[0])
		audit_add(&m->audit, 5, 611103, "User logged out: Uname: %s", op->session.user);
	sessions_leave(m, &op->session);
	act_forget(&op->act);
	turns_leave(&m->running.settle.turns, &op->turn);
	settle_leave(&m->running.settle, op);
	manager_off_stop(m, &op->stop);
	audit_unlisten(&m->audit, &op->session.log);
	debug_unlisten(&m->debug, &op->session.debug);
	idle_close(op->idle);
	history_close(op);
	pipe_filter_free(&op->filter);
	gram_match_done(&op->act.match);
	text_free(&op->act.out);
	text_free(&op->act.records);
	free(op->file);
	explicit_bzero(op, sizeof(*op));
	free(op);
}
