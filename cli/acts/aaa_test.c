/*
 * struct test: a login that an operator tries out at the servers of a group, from the first
 * question for what he has not typed to the servers' verdict. It is in no configuration, and leaves
 * no session.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "engine/base/cure.h"

#define PATIENCE_SHOWN 2 /* seconds: the device's own, on top of the server's */

struct test {
	uint8_t kind; /* ASK_AUTHENTICATE, ASK_AUTHORIZE */
	char group[17], host[256], user[256], password[129];
	bool named;  /* the host is one of the group */
	uint32_t id; /* of the login at aaa; 0: there is none */
};

static const char *what(const struct test *t)
{
	return t->kind == ASK_AUTHORIZE ? "Authorization" : "Authentication";
}

static void drop(struct act *a)
{
	struct test *t = a->work;

	a->work = NULL;
	a->drop = NULL;
	explicit_bzero(t, sizeof(*t));
	free(t);
}

static void end(struct act *a)
{
	drop(a);
	act_done(a);
}

/* ---- the verdict -------------------------------------------------------------- */

/* What the device says of a server that has not decided. */
static const char *trouble(enum reason reason)
{
	switch (reason) {
	case REASON_AUTH_TIMEOUT:
		return "No response from server";
	case REASON_AUTH_NO_SERVER:
		return "No active server found";
	case REASON_AUTH_BAD_SECRET:
		return "AAA decode failure.. server secret mismatch";
	default:
		return reason_text(reason)->device;
	}
}

/* No password has been typed, and no PPP method chosen: what some refusals mean then; else NULL. */
static const char *not_authorized(enum reason reason)
{
	switch (reason) {
	case REASON_AUTH_REJECTED:
		return "the login server does not authorize the user; check the user there, and "
		       "radius-common-pw (without it the password is the user's name)";
	case REASON_AUTH_METHOD:
		return "servers of this protocol do not authorize; choose a group of radius, "
		       "tacacs+ or ldap, or LOCAL";
	default:
		return NULL;
	}
}

/* In our own words, below the device's. */
static void explain(struct act *a, const struct msg_auth_reply *r)
{
	const struct reason_text *t = reason_text((enum reason)r->reason);
	const struct test *of = a->work;
	const char *text = NULL;
	const struct cure_names names = {.user = of->user, .servers = of->group};
	char cure[CURE_MAX];

	if (of->kind == ASK_AUTHORIZE)
		text = not_authorized((enum reason)r->reason);
	if (text)
		act_say(a, "INFO: %s\n", text);
	else
		act_say(a, "INFO: %s%s%s\n", t->plain, t->cure[0] ? "; " : "",
		    cure_of((enum reason)r->reason, &names, CURE_SENTENCE, cure));
	if (r->why[0]) {
		act_say(a, "INFO: ");
		act_say_foreign(a, r->why, strlen(r->why));
		act_say(a, "\n");
	}
}

static void verdict(struct act *a, const struct msg_auth_reply *r)
{
	const struct test *t = a->work;

	switch (r->result) {
	case AUTH_ACCEPT:
		act_say(a, "INFO: %s Successful\n", what(t));
		break;
	case AUTH_REJECT:
		act_refuse(a, "ERROR: %s Rejected: %s", what(t),
		    reason_text((enum reason)r->reason)->device);
		explain(a, r);
		break;
	case AUTH_CHALLENGE:
		act_refuse(a, "ERROR: %s Challenged: No error", what(t));
		break;
	default:
		act_refuse(a, "ERROR: %s Server not responding: %s", what(t),
		    trouble((enum reason)r->reason));
		explain(a, r);
		break;
	}
	if (!t->named && r->by[0])
		act_say(a, "INFO: Decided by <%s>\n", r->by);
	if (r->message[0]) {
		act_say(a, "INFO: The server says: ");
		act_say_foreign(a, r->message, strlen(r->message));
		act_say(a, "\n");
	}
}

/* ---- questions of the server ---------------------------------------------------- */

static void give_up(struct act *a)
{
	ask_cancel(a->asked);
	a->asked = NULL;
	end(a);
}

static void told(struct act *a, const char *text)
{
	if (text)
		ask_say(a->asked, text);
	else
		give_up(a);
}

/* Its words are the question: a new PIN, the next code. */
static void challenged(struct act *a, const struct msg_auth_reply *r)
{
	struct text question = {0};

	if (r->wanted != CHALLENGE_TEXT || a->session->script) {
		verdict(a, r);
		give_up(a);
		return;
	}
	gram_add_clean(&question, r->message, strlen(r->message));
	if (question.len && question.p[question.len - 1] != ' ')
		text_addc(&question, ' ');
	act_ask(a, r->echo ? 0 : ACT_ASK_HIDDEN, text_str(&question), told);
	text_free(&question);
}

static void answered(void *arg, const struct answer *answer)
{
	struct act *a = arg;
	const struct msg_auth_reply *r = answer->records ? &answer->records->msg.auth_reply : NULL;

	if (answer->status == ASK_CHALLENGED && r) {
		challenged(a, r);
		return;
	}
	a->asked = NULL;
	if (answer->status == ASK_DONE && r)
		verdict(a, r);
	else
		act_refuse(a, "ERROR: The login service does not answer.");
	end(a);
}

/* ---- the request -------------------------------------------------------------- */

static bool has(struct act *a, const char *table, const char *column, const char *const *keys,
    unsigned n, char *value, size_t size)
{
	return db_get(a->manager->running.db, table, column, keys, n, value, size);
}

/* Who is asked, and how long that may take. */
static void announce(struct act *a)
{
	const struct test *t = a->work;
	const char *const keys[] = {t->group, t->host};
	char timeout[8] = "10";

	if (strcmp(t->group, "LOCAL") == 0) {
		act_say(a, "INFO: Attempting %s test to the local database\n", what(t));
	} else if (!t->named) {
		act_say(a, "INFO: Attempting %s test to server group <%s>\n", what(t), t->group);
	} else {
		has(a, "aaa_host", "timeout", keys, 2, timeout, sizeof(timeout));
		act_say(a, "INFO: Attempting %s test to IP address <%s> (timeout: %d seconds)\n",
		    what(t), t->host, atoi(timeout) + PATIENCE_SHOWN);
	}
	act_flush(a);
}

static void ask_servers(struct act *a)
{
	struct test *t = a->work;
	struct ipc_msg q = {.type = MSG_AUTH_REQUEST, .fd = -1};

	announce(a);
	q.auth_request.kind = t->kind;
	q.auth_request.server_group = t->group;
	q.auth_request.host = t->host;
	q.auth_request.method = "pap";
	q.auth_request.user = t->user;
	q.auth_request.password = t->password;
	q.auth_request.service = "test";
	a->asked = ask_login(&a->manager->asks, &q, answered, a);
	explicit_bzero(t->password, sizeof(t->password));
}

/* ---- what was not typed -------------------------------------------------------- */

static void next(struct act *);

/* True when the question was broken off, which ends the test. */
static bool broken_off(struct act *a, const char *answer)
{
	if (answer)
		return false;
	end(a);
	return true;
}

static bool check_host(struct act *a)
{
	struct test *t = a->work;
	const char *const keys[] = {t->group, t->host};
	char timeout[8];

	t->named = has(a, "aaa_host", "timeout", keys, 2, timeout, sizeof(timeout));
	if (t->named)
		return true;
	act_refuse(a, "ERROR: aaa-server %s is not a host of group %s", t->host, t->group);
	end(a);
	return false;
}

static void host_typed(struct act *a, const char *answer)
{
	struct test *t = a->work;

	if (broken_off(a, answer))
		return;
	snprintf(t->host, sizeof(t->host), "%.255s", answer);
	if (!t->host[0] || check_host(a))
		next(a);
}

static void user_typed(struct act *a, const char *answer)
{
	struct test *t = a->work;

	if (broken_off(a, answer))
		return;
	snprintf(t->user, sizeof(t->user), "%.255s", answer);
	next(a);
}

static void password_typed(struct act *a, const char *answer)
{
	struct test *t = a->work;

	if (broken_off(a, answer))
		return;
	snprintf(t->password, sizeof(t->password), "%.128s", answer);
	ask_servers(a);
}

/* Asks for the next of the three, or the servers. Scripts say what they want; others of them mean
 * the whole group. Enter means it, too. */
static void next(struct act *a)
{
	struct test *t = a->work;
	bool local = strcmp(t->group, "LOCAL") == 0;

	if (!a->tries++ && !t->host[0] && !local && !a->session->script)
		act_ask(a, 0, "Server IP Address or name: ", host_typed);
	else if (!t->user[0])
		act_ask(a, 0, "Username: ", user_typed);
	else if (t->kind == ASK_AUTHENTICATE && !gram_arg(&a->match, "password"))
		act_ask(a, ACT_ASK_HIDDEN, "Password: ", password_typed);
	else
		ask_servers(a);
}

static void begin(struct act *a, uint8_t kind)
{
	const char *typed[] = {gram_arg(&a->match, "group"), gram_arg(&a->match, "host"),
	    gram_arg(&a->match, "user"), gram_arg(&a->match, "password")};
	struct test *t = calloc(1, sizeof(*t));
	const char *const key[] = {typed[0]};
	char protocol[16];

	if (!t || (strcmp(typed[0], "LOCAL") != 0 &&
		      !has(a, "aaa_group", "protocol", key, 1, protocol, sizeof(protocol)))) {
		act_refuse(a, "ERROR: aaa-server group %s does not exist", typed[0]);
		free(t);
		act_done(a);
		return;
	}
	t->kind = kind;
	snprintf(t->group, sizeof(t->group), "%.16s", typed[0]);
	snprintf(t->host, sizeof(t->host), "%.255s", typed[1] ? typed[1] : "");
	snprintf(t->user, sizeof(t->user), "%.255s", typed[2] ? typed[2] : "");
	snprintf(t->password, sizeof(t->password), "%.128s", typed[3] ? typed[3] : "");
	a->work = t;
	a->drop = drop;
	if (!t->host[0] || check_host(a))
		next(a);
}

static void act_test_aaa_authentication(struct act *a)
{
	begin(a, ASK_AUTHENTICATE);
}

static void act_test_aaa_authorization(struct act *a)
{
	begin(a, ASK_AUTHORIZE);
}

const struct act_row acts_aaa_test[] = {
    ACT(test_aaa_authentication),
    ACT(test_aaa_authorization),
    ACTS_END,
};
