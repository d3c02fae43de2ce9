/*
 * An NT domain as a login server. Owns `struct nt_login`, a conversation's
 * question: WAITING while NT_AT_ONCE others of its server are asked, so that a
 * controller that hangs holds no more than its own logins; then ASKED, until
 * the child has said a status or why there is none. Its conversation's timeout
 * runs all the while. /
 */
#include "engine/aaa/nt/nt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "engine/aaa/net.h"
#include "engine/aaa/report.h"
#include "engine/child/limits.h"
#include "engine/child/nt.h"
#include "engine/crypto/crypto.h"

#define SMB_PORT 445
#define DEFAULT_TIMEOUT 10

struct nt_login {
	TAILQ_ENTRY(nt_login) link;
	struct nt *nt;
	struct conversation *c;
	struct aaa_child *child; /* NULL: it waits for its turn */
};

struct nt {
	const struct aaa_world *world;
	struct aaa_server *server;
	TAILQ_HEAD(nt_logins, nt_login) waiting, asked;
	unsigned n_asked;
};

#define debug(nt, level, c, ...) \
	aaa_debug((nt)->world->listener, TRACE_NT, level, &(c)->request, __VA_ARGS__)

/* ---- the answer -------------------------------------------------------------------------- */

/* [MS-ERREF] 2.3.1: what is a decision about the user. */
static const struct {
	enum nt_status status;
	enum reason reason;
	const char *name;
} DECISION[] = {
    {NT_ACCEPTED, REASON_NONE, "NT_STATUS_OK"},
    {NT_GUEST, REASON_AUTH_REJECTED, "a session as guest"},
    {NT_NO_SUCH_USER, REASON_AUTH_UNKNOWN_USER, "NT_STATUS_NO_SUCH_USER"},
    {NT_WRONG_PASSWORD, REASON_AUTH_REJECTED, "NT_STATUS_WRONG_PASSWORD"},
    {NT_LOGON_FAILURE, REASON_AUTH_REJECTED, "NT_STATUS_LOGON_FAILURE"},
    {NT_ACCOUNT_RESTRICTION, REASON_AUTH_NO_DIALIN, "NT_STATUS_ACCOUNT_RESTRICTION"},
    {NT_INVALID_LOGON_HOURS, REASON_AUTH_HOURS, "NT_STATUS_INVALID_LOGON_HOURS"},
    {NT_INVALID_WORKSTATION, REASON_AUTH_NO_DIALIN, "NT_STATUS_INVALID_WORKSTATION"},
    {NT_LOGON_TYPE_NOT_GRANTED, REASON_AUTH_NO_DIALIN, "NT_STATUS_LOGON_TYPE_NOT_GRANTED"},
    {NT_PASSWORD_EXPIRED, REASON_AUTH_EXPIRED, "NT_STATUS_PASSWORD_EXPIRED"},
    {NT_ACCOUNT_DISABLED, REASON_AUTH_DISABLED, "NT_STATUS_ACCOUNT_DISABLED"},
    {NT_ACCOUNT_EXPIRED, REASON_AUTH_ACCOUNT_EXPIRED, "NT_STATUS_ACCOUNT_EXPIRED"},
    {NT_PASSWORD_MUST_CHANGE, REASON_AUTH_EXPIRED, "NT_STATUS_PASSWORD_MUST_CHANGE"},
    {NT_ACCOUNT_LOCKED_OUT, REASON_AUTH_LOCKED, "NT_STATUS_ACCOUNT_LOCKED_OUT"},
};

static void next_turn(struct nt *);

/* It is asked no more, and waits no more; whoever waits is next. */
static void forget(struct nt_login *l)
{
	struct nt *nt = l->nt;

	if (l->child) {
		TAILQ_REMOVE(&nt->asked, l, link);
		nt->n_asked--;
	} else {
		TAILQ_REMOVE(&nt->waiting, l, link);
	}
	l->c->protocol_state = NULL;
	free(l);
}

static void finish(struct nt_login *l, const struct aaa_answer *a)
{
	struct nt *nt = l->nt;
	struct conversation *c = l->c;

	forget(l);
	next_turn(nt);
	conversation_answer(c, a);
}

static void no_answer(struct nt_login *l, const char *why)
{
	debug(l->nt, TRACE_EVENT, l->c, "NT: no answer from the domain controller: %s", why);
	finish(l, &(struct aaa_answer){.result = AUTH_ERROR, .reason = REASON_AUTH_NO_SERVER,
		      .why = why});
}

static void answered(void *arg, uint32_t status, const char *why)
{
	static const char guest[] = "the controller lets in whoever comes, as guest";
	struct nt_login *l = arg;
	char text[64];

	if (why) {
		no_answer(l, why);
		return;
	}
	for (size_t i = 0; i < sizeof DECISION / sizeof *DECISION; i++) {
		if ((uint32_t)DECISION[i].status != status)
			continue;
		debug(l->nt, TRACE_EVENT, l->c, "NT: %s", DECISION[i].name);
		finish(l, &(struct aaa_answer){.result = i ? AUTH_REJECT : AUTH_ACCEPT,
			      .reason = DECISION[i].reason,
			      .why = status == NT_GUEST ? guest : NULL});
		return;
	}
	snprintf(text, sizeof text, "NT status 0x%08x", status);
	no_answer(l, text);
}

/* ---- the question ------------------------------------------------------------------------ */

/* "DOMAIN\user" in two; without a domain it is the controller's own. */
static void split(const char *name, char domain[AAA_USER_MAX], const char **user)
{
	const char *slash = strchr(name, '\\');

	snprintf(domain, AAA_USER_MAX, "%.*s", slash ? (int)(slash - name) : 0, name);
	*user = slash ? slash + 1 : name;
}

/* False: the child cannot be had now. */
static bool ask(struct nt_login *l)
{
	struct nt *nt = l->nt;
	const struct cfg_aaa_host *h = nt->server->config;
	const struct aaa_request *r = &l->c->request;
	char domain[AAA_USER_MAX];
	struct ipc_msg m = {.type = MSG_KEEP_NT, .fd = -1,
	    .keep_nt = {.controller = nt->server->address,
		.port = h->port ? h->port : SMB_PORT,
		.name = h->domain_controller,
		.domain = domain,
		.password = r->password,
		.timeout = h->timeout ? h->timeout : DEFAULT_TIMEOUT}};

	split(r->user, domain, &m.keep_nt.user);
	debug(nt, TRACE_DEBUG, l->c, "NT: asking %s for user %s of domain '%s'", h->host,
	    m.keep_nt.user, domain);
	l->child = nt->world->net->nt_ask(nt->world->net, &m, answered, l);
	if (!l->child)
		return false;
	TAILQ_REMOVE(&nt->waiting, l, link);
	TAILQ_INSERT_TAIL(&nt->asked, l, link);
	nt->n_asked++;
	return true;
}

static void next_turn(struct nt *nt)
{
	struct nt_login *l;

	while (nt->n_asked < NT_AT_ONCE && (l = TAILQ_FIRST(&nt->waiting)) && ask(l))
		;
}

/* Without a name or a password it would be nobody's login, which a controller lets in. */
static bool is_somebody(const struct aaa_request *r)
{
	char domain[AAA_USER_MAX];
	const char *user;

	split(r->user, domain, &user);
	return *user && *r->password;
}

static void start(struct conversation *c, struct aaa_server *s)
{
	static const struct aaa_answer nobody = {
	    .result = AUTH_REJECT, .reason = REASON_AUTH_REJECTED};
	static const struct aaa_answer no_memory = {
	    .result = AUTH_ERROR, .reason = REASON_NO_MEMORY};
	struct nt *nt = s->server;
	struct nt_login *l;

	if (!is_somebody(&c->request)) {
		conversation_answer(c, &nobody);
		return;
	}
	l = calloc(1, sizeof *l);
	if (!l) {
		conversation_answer(c, &no_memory);
		return;
	}
	l->nt = nt;
	l->c = c;
	c->protocol_state = l;
	TAILQ_INSERT_TAIL(&nt->waiting, l, link);
	if (nt->n_asked < NT_AT_ONCE && !ask(l))
		no_answer(l, "no program can be started");
}

static void cancel(struct conversation *c, struct aaa_server *s)
{
	struct nt_login *l = c->protocol_state;
	struct nt *nt = s->server;

	if (l->child)
		nt->world->net->nt_end(l->child);
	forget(l);
	next_turn(nt);
}

/* ---- the server ---------------------------------------------------------------------------- */

static bool nt_open(const struct aaa_world *w, struct aaa_server *s)
{
	struct nt *nt = calloc(1, sizeof *nt);

	if (!nt)
		return false;
	nt->world = w;
	nt->server = s;
	TAILQ_INIT(&nt->waiting);
	TAILQ_INIT(&nt->asked);
	s->server = nt;
	return true;
}

/* Who is asked already is answered by the controller of before. */
static void changed(struct aaa_server *s)
{
	(void)s;
}

static void nt_close(struct aaa_server *s)
{
	static const struct aaa_answer gone = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_NO_SERVER, .why = "the server was removed"};
	struct nt *nt = s->server;
	struct nt_login *l;

	while ((l = TAILQ_FIRST(&nt->waiting)) || (l = TAILQ_FIRST(&nt->asked))) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		struct conversation *c = l->c;

		if (l->child)
			nt->world->net->nt_end(l->child);
		forget(l);
		conversation_answer(c, &gone);
	}
	free(nt);
}

const struct aaa_protocol nt_protocol = {
    .word = "nt",
    .name = "NT",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP,
    .utf8 = true,
    .open = nt_open,
    .changed = changed,
    .close = nt_close,
    .start = {[AAA_AUTHENTICATE] = start},
    .cancel = cancel,
};
