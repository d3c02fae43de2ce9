/*
 * One question to the servers for each line, which waits for the answer; the order of what he types
 * stays. Nothing is kept. Servers that do not answer leave it to the levels, if the configuration
 * says so, else to nobody.
 */
#include "cli/operator/authorize.h"

#include <stdlib.h>
#include <string.h>

#include "cli/login/login.h"
#include "cli/login/rights.h"
#include "cli/operator/operator.h"

#define COMMAND_MAX 511 /* what can be asked; a longer one could not be told whole */

static void refuse(struct act *a, const char *why, const char *more)
{
	act_refuse(a, "Command authorization failed%s%s", why, more);
}

bool authorize_needed(const struct operator *op)
{
	bool fallback;

	return op->session.way != WAY_SCRIPT &&
	       (!op->act.manager->running.delivery.own.known ||
		   rights_group(op->act.manager, &fallback));
}

/* ---- by level ---------------------------------------------------------------------- */

/* Whom the servers had let in is here what the local user of his name is. */
static int local_privilege(const struct operator *op)
{
	const char *user = op->session.user;
	char text[8];
	int level;

	if (!op->session.by_server)
		return op->session.privilege;
	if (!db_get(op->act.manager->running.db, "user", "privilege", &user, 1, text, sizeof(text)))
		return -1; /* nor while it cannot be read */
	level = atoi(text);
	return level < op->session.privilege ? level : op->session.privilege;
}

static void by_level(struct operator *op, authorized *go)
{
	struct act *a = &op->act;
	int level = local_privilege(op);
	bool allowed = level >= 0 && rights_allow_by_level(a->manager, level, a->match.command);

	if (level < 0)
		act_say(a, "Fallback authorization. Username '%s' not in LOCAL database\n",
		    op->session.user);
	if (!allowed)
		refuse(a, "", "");
	if (level < 0)
		act_tell_unread(a);
	go(a, allowed);
}

/* ---- by servers -------------------------------------------------------------------- */

static void answered(struct act *a, const struct answer *answer)
{
	struct operator *op = operator_of(a);
	const struct msg_auth_reply *r = answer->status == ASK_DONE && answer->records ?
	    &answer->records->msg.auth_reply : NULL;
	bool fallback, by_server = r && r->by[0];
	const char *group = rights_group(a->manager, &fallback);

	if (r && r->result == AUTH_ACCEPT && by_server) {
		op->authorize_done(a, true);
	} else if (r && r->result == AUTH_REJECT) {
		refuse(a, r->message[0] ? ": " : "", r->message);
		op->authorize_done(a, false);
	} else if (fallback) {
		by_level(op, op->authorize_done);
	} else {
		refuse(a, ": no server answers of group ", group ? group : "");
		op->authorize_done(a, false);
	}
}

static void by_servers(struct operator *op, const char *group, bool fallback, authorized *go)
{
	struct act *a = &op->act;
	struct ipc_msg q = {.type = MSG_AUTH_REQUEST, .fd = -1};
	struct text command = {0};
	struct gram_out out = text_out(&command);
	char name[65];

	gram_spell(op->line + strspn(op->line, " \t"), &a->match, &out);
	if (command.len > COMMAND_MAX) {
		text_free(&command);
		refuse(a, ": the line is too long to be asked for", "");
		go(a, false);
		return;
	}
	op->authorize_done = go;
	q.auth_request.kind = ASK_COMMAND;
	q.auth_request.server_group = group;
	q.auth_request.fallback_local = fallback;
	q.auth_request.method = "ascii";
	q.auth_request.user = act_name(a, name);
	q.auth_request.service = op->session.way == WAY_SSH ? "ssh" : "serial";
	q.auth_request.command = text_str(&command);
	q.auth_request.level = (uint8_t)op->session.privilege;
	if (op->session.way == WAY_SSH)
		addr_parse(op->session.from, &q.auth_request.client);
	act_send(a, ROLE_AAA, &q, answered);
	text_free(&command);
}

void authorize(struct operator *op, authorized *go)
{
	struct manager *m = op->act.manager;
	const struct gram_command *c = op->act.match.command;
	bool fallback;
	const char *group = rights_group(m, &fallback);

	if (!m->running.delivery.own.known && op->session.way != WAY_SCRIPT && !c->leave) {
		refuse(&op->act, ": the configuration cannot be read", "");
		go(&op->act, false);
	} else if (group && op->session.way != WAY_SCRIPT && !c->leave) {
		by_servers(op, group, fallback, go);
	} else if (rights_allow(m, op->session.privilege, c)) {
		go(&op->act, true);
	} else {
		refuse(&op->act, "", "");
		go(&op->act, false);
	}
}
