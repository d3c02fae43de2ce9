/*
 * Owns the users (from CFG_USER, sorted by name) and the requests on their way.
 * A request's life: AUTH_REQUEST -> protocol -> aaa_finish() -> AUTH_REPLY to
 * the role that asked, log lines to the manager.
 */
#include "engine/aaa/aaa.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/trace.h"

struct aaa {
	aaa_send *send;
	void *arg;
	const struct crypto *crypto;
	struct aaa_user *users; /* sorted by name */
	size_t n_users, size_users;
	uint8_t debug; /* level of the class AAA */
};

static const char *const METHOD[AAA_METHODS] = {
    [AAA_PAP] = "pap",
    [AAA_CHAP] = "chap",
    [AAA_MSCHAPV1] = "ms-chap-v1",
    [AAA_MSCHAPV2] = "ms-chap-v2",
};

/* ---- users -------------------------------------------------------------------- */

/* Index of the first user whose name is not before `name`. */
static size_t user_place(const struct aaa *a, const char *name)
{
	size_t low = 0, high = a->n_users;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (strcmp(a->users[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct aaa_user *user_named(const struct aaa *a, const char *name)
{
	size_t i = user_place(a, name);

	return i < a->n_users && !strcmp(a->users[i].name, name) ? &a->users[i] : NULL;
}

const struct aaa_user *aaa_user_find(const struct aaa *a, const char *name)
{
	const struct aaa_user *u = user_named(a, name);
	const char *slash = strrchr(name, '\\');

	return !u && slash ? user_named(a, slash + 1) : u;
}

static void user_free(struct aaa_user *u)
{
	crypto_wipe(&u->password, sizeof u->password);
	free(u->name);
	free(u->service_type);
}

static void user_delete(struct aaa *a, struct aaa_user *u)
{
	size_t i = (size_t)(u - a->users);

	user_free(u);
	memmove(u, u + 1, (--a->n_users - i) * sizeof *u);
}

static struct aaa_user *user_insert(struct aaa *a, const char *name)
{
	size_t i = user_place(a, name), size = a->size_users ? 2 * a->size_users : 16;
	struct aaa_user *u;
	char *copy;

	if (a->n_users == a->size_users) {
		u = malloc(size * sizeof *u);
		if (!u)
			return NULL;
		if (a->n_users)
			memcpy(u, a->users, a->n_users * sizeof *u);
		if (a->users)
			crypto_wipe(a->users, a->n_users * sizeof *u);
		free(a->users);
		a->users = u;
		a->size_users = size;
	}
	if (!(copy = strdup(name)))
		return NULL;
	u = &a->users[i];
	memmove(u + 1, u, (a->n_users++ - i) * sizeof *u);
	*u = (struct aaa_user){.name = copy};
	return u;
}

static void user_apply(struct aaa *a, const struct cfg_user *m)
{
	struct aaa_user *u = user_named(a, m->name);

	if (m->op == CFG_DELETE) {
		if (u)
			user_delete(a, u);
		return;
	}
	if (m->op != CFG_SET || !m->name[0] || (!u && !(u = user_insert(a, m->name))))
		return;
	password_parse(&u->password, m->form, m->password);
	u->privilege = m->privilege;
	u->stale = false;
	free(u->service_type);
	u->service_type = strdup(m->service_type);
}

static void snapshot_begin(struct aaa *a)
{
	for (size_t i = 0; i < a->n_users; i++)
		a->users[i].stale = true;
}

static void snapshot_end(struct aaa *a)
{
	for (size_t i = a->n_users; i-- > 0;)
		if (a->users[i].stale)
			user_delete(a, &a->users[i]);
}

const struct crypto *aaa_crypto(const struct aaa *a)
{
	return a->crypto;
}

/* ---- what is told --------------------------------------------------------------- */

static void __attribute__((format(printf, 4, 5))) say_log(struct aaa *a, uint8_t severity,
    uint32_t number, const char *fmt, ...)
{
	char text[768];
	struct ipc_msg m = {.type = MSG_LOG_LINE, .fd = -1,
	    .log_line = {.severity = severity, .number = number, .text = text}};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	a->send(a->arg, ROLE_MANAGER, &m);
}

static void __attribute__((format(printf, 2, 3))) say_debug(struct aaa *a, const char *fmt, ...)
{
	char text[768];
	struct ipc_msg m = {.type = MSG_TRACE_LINE, .fd = -1,
	    .trace_line = {.class = TRACE_AAA, .level = TRACE_EVENT, .text = text}};
	va_list ap;

	if (a->debug < TRACE_EVENT)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	a->send(a->arg, ROLE_MANAGER, &m);
}

/* The device's words in 113005 and 113015. */
static const char *rejection(enum reason reason)
{
	switch (reason) {
	case REASON_AUTH_UNKNOWN_USER:
		return "User was not found";
	case REASON_AUTH_NO_MSCHAP_HASH:
		return "Password malformed";
	case REASON_AUTH_REJECTED:
		return "Invalid password";
	default:
		return "Unspecified";
	}
}

static void log_result(const struct aaa_request *r, const struct aaa_result *out)
{
	const struct aaa_protocol *p = r->protocol;
	const char *user = out->user ? out->user : r->user;
	/* The name of an unknown user may be a password that was typed into the wrong field. */
	const char *shown = out->reason == REASON_AUTH_UNKNOWN_USER ? "*****" : user;
	bool ok = out->result == AUTH_ACCEPT;
	char ip[ADDR_TEXT_MAX];

	if (!p)
		say_log(r->aaa, 6, 113014, "AAA authentication server not accessible : user = %s", user);
	else if (ok)
		say_log(r->aaa, 6, p->log_accept, "AAA user authentication Successful : %s : user = %s",
		    p->server, user);
	else
		say_log(r->aaa, 6, p->log_reject,
		    "AAA user authentication Rejected : reason = %s : %s : user = %s : user IP = %s",
		    rejection(out->reason), p->server, shown, addr_text(&r->client, ip));
	if (p)
		say_log(r->aaa, 6, 113008, "AAA transaction status %s : user = %s",
		    ok ? "ACCEPT" : "REJECT", shown);
	say_debug(r->aaa, "AAA: %s: %s of user %s for %s: %s", p ? p->name : "no server",
	    METHOD[r->method], user, r->service, ok ? "accepted" : reason_text(out->reason)->plain);
}

/* ---- requests ---------------------------------------------------------------------- */

void aaa_finish(struct aaa_request *r, const struct aaa_result *out)
{
	struct ipc_msg m = {.type = MSG_AUTH_REPLY, .fd = -1,
	    .auth_reply = {.id = r->id, .result = out->result, .reason = (uint16_t)out->reason,
	        .user = out->user ? out->user : r->user, .privilege = out->privilege,
	        .service_type = out->service_type}};

	if (out->result == AUTH_ACCEPT && r->method == AAA_MSCHAPV2)
		m.auth_reply.mschap_success = (struct bytes){
		    .len = (uint16_t)strlen(out->mschap_success), .p = (const uint8_t *)out->mschap_success};
	r->aaa->send(r->aaa->arg, r->from, &m);
	log_result(r, out);
	crypto_wipe(r, sizeof *r);
	free(r);
}

/* False when it is too long for its place. */
static bool take_text(char *to, size_t size, const char *from)
{
	int n = snprintf(to, size, "%s", from);

	return n >= 0 && (size_t)n < size;
}

static bool take(struct aaa_request *r, const struct msg_auth_request *m)
{
	int method;

	for (method = 0; method < AAA_METHODS && strcmp(m->method, METHOD[method]) != 0; method++)
		;
	r->id = m->id;
	r->method = (enum aaa_method)method;
	r->chap_id = m->chap_id;
	r->client = m->client;
	r->challenge_len = m->challenge.len;
	r->response_len = m->response.len;
	if (m->challenge.len)
		memcpy(r->challenge, m->challenge.p, m->challenge.len);
	if (m->response.len)
		memcpy(r->response, m->response.p, m->response.len);
	return method < AAA_METHODS && take_text(r->user, sizeof r->user, m->user) &&
	    take_text(r->password, sizeof r->password, m->password) &&
	    take_text(r->service, sizeof r->service, m->service);
}

/* The servers of a group. A group that is not known here has none; LOCAL stands in if it may. */
static const struct aaa_protocol *protocol_of(const char *group, bool fallback_local)
{
	bool local = !group[0] || !strcmp(group, "LOCAL") || fallback_local;

	return local ? &aaa_local : NULL;
}

static void request_start(struct aaa *a, enum role from, const struct msg_auth_request *m)
{
	static const struct aaa_result failed = {.result = AUTH_ERROR, .reason = REASON_AUTH_REJECTED};
	static const struct aaa_result no_server = {.result = AUTH_ERROR,
	    .reason = REASON_AUTH_TIMEOUT};
	struct aaa_request *r = calloc(1, sizeof *r);

	if (!r)
		return;
	r->aaa = a;
	r->from = from;
	r->protocol = protocol_of(m->server_group, m->fallback_local);
	if (!take(r, m)) {
		r->method = r->method < AAA_METHODS ? r->method : AAA_PAP;
		aaa_finish(r, &failed);
	} else if (!r->protocol) {
		aaa_finish(r, &no_server);
	} else {
		r->protocol->start(r);
	}
}

static void from_manager(struct aaa *a, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_CFG_BEGIN:
		if (m->cfg_begin.snapshot)
			snapshot_begin(a);
		break;
	case MSG_CFG_END:
		snapshot_end(a);
		break;
	case MSG_CFG_USER:
		user_apply(a, &m->cfg_user);
		break;
	case MSG_TRACE_SET:
		if (m->trace_set.class == TRACE_AAA)
			a->debug = m->trace_set.level;
		break;
	default:
		break;
	}
}

void aaa_message(struct aaa *a, enum role from, const struct ipc_msg *m)
{
	if (from != ROLE_MANAGER && from != ROLE_ENGINE)
		return;
	if (m->type == MSG_AUTH_REQUEST)
		request_start(a, from, &m->auth_request);
	else if (from == ROLE_MANAGER)
		from_manager(a, m);
}

/* ---- life ---------------------------------------------------------------------------- */

struct aaa *aaa_create(const struct crypto *crypto, aaa_send *send, void *arg)
{
	uint8_t hash[MSCHAP_HASH];
	struct aaa *a;

	if (!mschap_nt_hash(crypto, "", hash) || !(a = calloc(1, sizeof *a)))
		return NULL;
	a->crypto = crypto;
	a->send = send;
	a->arg = arg;
	return a;
}

void aaa_destroy(struct aaa *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n_users; i++)
		user_free(&a->users[i]);
	free(a->users);
	free(a);
}
