/* What is told of a login that has ended; see report.h. */
#include "engine/aaa/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/base/clock.h"

const char *const aaa_method_word[AAA_METHODS] = {
    [AAA_PAP] = "pap",
    [AAA_CHAP] = "chap",
    [AAA_MSCHAPV1] = "ms-chap-v1",
    [AAA_MSCHAPV2] = "ms-chap-v2",
    [AAA_EAP] = "eap",
    [AAA_ASCII] = "ascii",
};

void aaa_report_log(void *arg, unsigned severity, unsigned number, const char *text)
{
	const struct aaa_listener *l = arg;
	struct ipc_msg m = {.type = MSG_LOG_LINE,
	    .fd = -1,
	    .log_line = {.severity = (uint8_t)severity,
		.number = number,
		.text = text,
		.time = clock_wall()}};

	l->send(l->arg, ROLE_MANAGER, &m);
}

void aaa_debug_text(const struct aaa_listener *l, enum trace_class cls, unsigned level,
    const struct aaa_request *r, const char *fmt, ...)
{
	char text[16384]; /* a decoded packet */
	struct ipc_msg m = {.type = MSG_TRACE_LINE, .fd = -1,
	    .trace_line = {.class = (uint8_t)cls, .level = (uint8_t)level, .text = text, .user = "",
	        .group = ""}};
	va_list ap;

	if (r) {
		m.trace_line.peer = r->client;
		m.trace_line.user = r->user;
		m.trace_line.group = r->tunnel_group;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	l->send(l->arg, ROLE_MANAGER, &m);
}

/* The device's words in 113005 and 113015. */
static const char *rejection(enum reason reason)
{
	switch (reason) {
	case REASON_AUTH_UNKNOWN_USER:
		return "User was not found";
	case REASON_AUTH_NO_MSCHAP_HASH:
		return "Password malformed";
	case REASON_AUTH_LOCKED:
		return "Account has been locked out";
	case REASON_AUTH_REJECTED:
		return "Invalid password";
	default:
		return reason_text(reason)->device;
	}
}

/* ---- words ------------------------------------------------------------------------------- */

static const char *const KIND[AAA_KINDS] = {[AAA_AUTHENTICATE] = "authentication",
    [AAA_AUTHORIZE] = "authorization",
    [AAA_COMMAND] = "authorization of a command",
    [AAA_ACCOUNT] = "accounting"};

/* How the user is asked for. */
static const char *method(const struct aaa_request *r)
{
	return r->kind == AAA_AUTHENTICATE ? aaa_method_word[r->method] : KIND[r->kind];
}

/* In log lines: "local database", "server =  10.1.1.21" (one blank less in 113005). */
static const char *server_text(const struct aaa_server *s, bool rejected, char text[96])
{
	char ip[ADDR_TEXT_MAX];

	if (s->protocol->server)
		return s->protocol->server;
	snprintf(text, 96, "server = %s%s", rejected ? "" : " ",
	    s->address.family ? addr_text(&s->address, ip) : s->config->host);
	return text;
}

/* In debug lines: "RADIUS server 10.1.1.21". */
static const char *who(const struct aaa_server *s, char text[96])
{
	if (!s)
		return "no server";
	snprintf(text, 96, "%s%s%s", s->protocol->name, s->protocol->word ? " server " : "",
	    s->protocol->word ? s->config->host : "");
	return text;
}

/* ---- lines ------------------------------------------------------------------------------- */

void aaa_report_asked(const struct aaa_listener *l, const struct aaa_request *r, const char *group)
{
	char ip[ADDR_TEXT_MAX];

	aaa_debug(l, TRACE_AAA_COMMON, TRACE_EVENT, r,
	    "AAA: %s asks for user %s from %s: %s, server group %s", r->service, r->user,
	    addr_text(&r->client, ip), method(r), *group ? group : "LOCAL");
}

void aaa_report_failed(const struct aaa_listener *l, const struct aaa_request *r,
    const struct aaa_server *s, const struct aaa_answer *a)
{
	char name[96];

	aaa_debug(l, TRACE_AAA_COMMON, TRACE_EVENT, r, "AAA: %s: %s of user %s failed: %s%s%s",
	    who(s, name), method(r), r->user, reason_text(a->reason)->plain, a->why ? ": " : "",
	    a->why ? a->why : "");
}

static void log_end(struct aaa_listener *l, const struct aaa_request *r,
    const struct aaa_server *by, const struct aaa_answer *a, const char *user, const char *shown)
{
	char ip[ADDR_TEXT_MAX], text[96];

	if (a->result == AUTH_ERROR && (!by || by->protocol->word))
		log_say(&l->log, 113014, "AAA %s server not accessible : %s%suser = %s",
		    KIND[r->kind], by ? server_text(by, true, text) : "", by ? " : " : "", user);
	else if (a->result == AUTH_ACCEPT)
		log_sayf(&l->log, by->protocol->log_accept,
		    "AAA user %s Successful : %s : user = %s", KIND[r->kind],
		    server_text(by, false, text), user);
	else if (by)
		log_sayf(&l->log, by->protocol->log_reject,
		    "AAA user %s Rejected : reason = %s : %s : user = %s : user IP = %s",
		    KIND[r->kind], rejection(a->reason), server_text(by, true, text), shown,
		    addr_text(&r->client, ip));
	if (by && (a->result != AUTH_ERROR || !by->protocol->word) && r->kind == AAA_AUTHENTICATE)
		log_say(&l->log, 113008, "AAA transaction status %s : user = %s",
		    a->result == AUTH_ACCEPT ? "ACCEPT" : "REJECT", shown);
}

void aaa_report(struct aaa_listener *l, const struct aaa_request *r, const struct aaa_server *by,
    const struct aaa_answer *a)
{
	const char *user = a->user ? a->user : r->user;
	const char *shown = log_name(&l->log, a->reason != REASON_AUTH_UNKNOWN_USER, user);
	bool ok = a->result == AUTH_ACCEPT;
	char name[96];

	if (r->kind != AAA_COMMAND)
		log_end(l, r, by, a, user, shown);
	aaa_debug(l, TRACE_AAA, TRACE_EVENT, r, "AAA: %s: %s of user %s for %s: %s", who(by, name),
	    method(r), user, r->service, ok ? "accepted" : reason_text(a->reason)->plain);
}
