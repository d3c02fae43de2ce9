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
	struct ipc_msg m = {.type = MSG_LOG_LINE, .fd = -1,
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
		return "Unspecified";
	}
}

void aaa_report_asked(const struct aaa_listener *l, const struct aaa_request *r, const char *group)
{
	char ip[ADDR_TEXT_MAX];

	aaa_debug(l, TRACE_AAA_COMMON, TRACE_EVENT, r, "AAA: %s asks for user %s from %s: %s, server group %s",
	    r->service, r->user, addr_text(&r->client, ip), aaa_method_word[r->method],
	    *group ? group : "LOCAL");
}

void aaa_report(struct aaa_listener *l, const struct aaa_request *r,
    const struct aaa_protocol *by, const struct aaa_answer *a)
{
	const char *user = a->user ? a->user : r->user;
	/* The name of an unknown user may be a password that was typed into the wrong field. */
	const char *shown = l->hide && a->reason == REASON_AUTH_UNKNOWN_USER ? "*****" : user;
	bool ok = a->result == AUTH_ACCEPT;
	char ip[ADDR_TEXT_MAX];

	if (!by)
		log_say(&l->log, 113014,
		    "AAA authentication server not accessible : user = %s", user);
	else if (ok)
		log_sayf(&l->log, by->log_accept,
		    "AAA user authentication Successful : %s : user = %s", by->server, user);
	else
		log_sayf(&l->log, by->log_reject,
		    "AAA user authentication Rejected : reason = %s : %s : user = %s : user IP = "
		    "%s",
		    rejection(a->reason), by->server, shown, addr_text(&r->client, ip));
	if (by)
		log_say(&l->log, 113008, "AAA transaction status %s : user = %s",
		    ok ? "ACCEPT" : "REJECT", shown);
	aaa_debug(l, TRACE_AAA, TRACE_EVENT, r, "AAA: %s: %s of user %s for %s: %s", by ? by->name : "no server",
	    aaa_method_word[r->method], user, r->service,
	    ok ? "accepted" : reason_text(a->reason)->plain);
}
