/*
 * What the gateway wants from the other roles, as messages to them; see
 * outward.h. Nobody waits for an answer here: it comes in as a message.
 */
#include "engine/role/outward.h"

#include <stdio.h>

#include "engine/base/clock.h"

/* A manager that does not read loses debug lines, never sessions. */
#define TRACE_QUEUE_MAX (1 << 20)

static void ask_aaa(void *owner, const struct msg_auth_request *q)
{
	struct engine *e = owner;
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST, .fd = -1, .auth_request = *q};

	if (!ipc_send(e->role[ROLE_AAA], &m))
		gateway_auth_lost(e->gw);
}

static void tell_aaa(void *owner, const struct msg_auth_next *n)
{
	struct engine *e = owner;
	struct ipc_msg m = {.type = MSG_AUTH_NEXT, .fd = -1, .auth_next = *n};

	if (!ipc_send(e->role[ROLE_AAA], &m))
		gateway_auth_lost(e->gw);
}

static void cancel_question(void *owner, uint32_t id)
{
	struct engine *e = owner;
	struct ipc_msg m = {.type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = id}};

	ipc_send(e->role[ROLE_AAA], &m);
}

static void account(void *owner, const struct msg_account *record)
{
	struct engine *e = owner;
	struct ipc_msg m = {.type = MSG_ACCOUNT, .fd = -1, .account = *record};

	untaken_say(&e->untaken, e->role[ROLE_AAA], &m);
}

static void session_record(void *owner, const struct msg_session_record *record)
{
	struct engine *e = owner;
	struct ipc_msg m = {.type = MSG_SESSION_RECORD, .fd = -1, .session_record = *record};

	untaken_say(&e->sessions, e->role[ROLE_MANAGER], &m);
}

static void client_route(void *owner, bool add, const struct addr *client)
{
	struct engine *e = owner;
	struct ipc_msg m = {.type = MSG_KEEP_CLIENT_ROUTE, .fd = -1};

	m.keep_client_route.op = add ? CFG_SET : CFG_DELETE;
	m.keep_client_route.client = *client;
	ipc_send(e->role[ROLE_KEEPER], &m);
}

static void relay_open(void *owner, const struct addr *server, const struct addr *scope)
{
	dhcp_relays_open(&((struct engine *)owner)->relays, server, scope);
}

static void relay_end(void *owner, const struct addr *server, const struct addr *scope)
{
	dhcp_relays_end(&((struct engine *)owner)->relays, server, scope);
}

static void relay_send(void *owner, const struct addr *server, const struct addr *scope,
    const uint8_t *msg, size_t len)
{
	dhcp_relays_send(&((struct engine *)owner)->relays, server, scope, msg, len);
}

const struct gateway_ops outward_ops = {
	.authenticate = ask_aaa,
	.next = tell_aaa,
	.cancel = cancel_question,
	.account = account,
	.session = session_record,
	.route = client_route,
	.relay_open = relay_open,
	.relay_end = relay_end,
	.relay_send = relay_send,
};

void outward_keeper(void *engine, struct ipc_msg *m)
{
	ipc_send(((struct engine *)engine)->role[ROLE_KEEPER], m);
}

void outward_trace(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	struct engine *e = arg;
	const struct trace_ctx *about = e->trace.about;
	struct ipc_msg m = {.type = MSG_TRACE_LINE, .fd = -1};
	char lost[64];

	if (ipc_queued(e->role[ROLE_MANAGER]) >= TRACE_QUEUE_MAX) {
		e->lost_lines++;
		return;
	}
	m.trace_line.peer = about && about->ip ? *about->ip : (struct addr){0};
	m.trace_line.user = about && about->user ? about->user : "";
	m.trace_line.group = about && about->group ? about->group : "";
	m.trace_line.class = (uint8_t)cls;
	m.trace_line.level = (uint8_t)level;
	if (e->lost_lines) {
		snprintf(lost, sizeof lost, "(%u debug lines were lost)", e->lost_lines);
		e->lost_lines = 0;
		m.trace_line.text = lost;
		m.trace_line.note = 1;
		ipc_send(e->role[ROLE_MANAGER], &m);
		m.trace_line.note = 0;
	}
	m.trace_line.text = text;
	ipc_send(e->role[ROLE_MANAGER], &m);
}

void outward_log(void *arg, unsigned severity, unsigned number, const char *text)
{
	struct engine *e = arg;
	struct ipc_msg m = {.type = MSG_LOG_LINE, .fd = -1};

	if (ipc_queued(e->role[ROLE_MANAGER]) >= TRACE_QUEUE_MAX) {
		e->lost_logs++;
		return;
	}
	m.log_line.time = clock_wall();
	if (e->lost_logs) {
		char lost[64];

		snprintf(lost, sizeof lost, "%u messages were lost: the manager did not read",
		    e->lost_logs);
		e->lost_logs = 0;
		m.log_line.severity = log_about(LOG_199023)->severity;
		m.log_line.number = LOG_SUPPRESSED;
		m.log_line.text = lost;
		ipc_send(e->role[ROLE_MANAGER], &m);
	}
	m.log_line.severity = (uint8_t)severity;
	m.log_line.number = number;
	m.log_line.text = text;
	ipc_send(e->role[ROLE_MANAGER], &m);
}
