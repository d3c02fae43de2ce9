/*
 * TACACS+, RFC 8907. Owns `struct exchange`, a conversation's session with a server: begins with
 * its start, ends with the answer or its cancel. In an authentication that asks, the
 * server's questions become challenges, but for the first ones that what the client has
 * said already answers:
 *
 *   start -> START -> GETUSER, GETPASS (known: CONTINUE; else a challenge, its answer: CONTINUE)
 *                  -> PASS, FAIL, ERROR
 */
#include "engine/aaa/tacacs/tacacs.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/report.h"
#include "engine/aaa/tacacs/author.h"
#include "engine/aaa/tacacs/link.h"

struct tacacs {
	struct tacacs_pool pool;
	LIST_HEAD(, exchange) exchanges;
};

struct exchange {
	LIST_ENTRY(exchange) link;
	struct tacacs_session session;
	struct conversation *c;
	char user[AAA_USER_MAX]; /* that the client has typed, "" = it came with the request */
	bool user_said, password_said, challenged, user_asked;
	enum reason
	    lost; /* while the client thought: it is told when it answers; NONE: it is there */
};

static const char *const type_name[] = {
    [TACACS_AUTHEN] = "authentication",
    [TACACS_AUTHOR] = "authorization",
    [TACACS_ACCT] = "accounting",
};

static const uint8_t type_of[AAA_KINDS] = {
    [AAA_AUTHENTICATE] = TACACS_AUTHEN,
    [AAA_AUTHORIZE] = TACACS_AUTHOR,
    [AAA_COMMAND] = TACACS_AUTHOR,
    [AAA_ACCOUNT] = TACACS_ACCT,
};

#define debug(x, level, ...)                                                                       \
	aaa_debug((x)->session.pool->world->listener, TRACE_TACACS, level, &(x)->c->request,       \
	    __VA_ARGS__)

static struct exchange *of(struct tacacs_session *s)
{
	return container_of(s, struct exchange, session);
}

static void forget(struct conversation *c)
{
	struct exchange *x = c->protocol_state;

	tacacs_session_close(&x->session);
	LIST_REMOVE(x, link);
	c->protocol_state = NULL;
	free(x);
}

/* ---- how it ends --------------------------------------------------------------------------- */

static void finish(struct exchange *x, const struct aaa_answer *a)
{
	struct conversation *c = x->c;
	struct aaa_answer answer = *a;
	char user[AAA_USER_MAX];

	debug(x, TRACE_EVENT, "TACACS Session finished. Session id: %u, seq no: %u", x->session.id,
	    x->session.seq);
	memcpy(user, x->user, sizeof user);
	answer.user = user[0] ? user : NULL;
	forget(c);
	conversation_answer(c, &answer);
}

static void err(struct exchange *x, enum reason reason, const char *why)
{
	debug(x, TRACE_EVENT, "TACACS: no answer of the server: %s", why);
	finish(x, &(struct aaa_answer){.result = AUTH_ERROR, .reason = reason, .why = why});
}

/* TACACS+ has no codes for why it refuses, only words. */
static enum reason refusal(const char *words)
{
	/* clang-format off */
	static const struct {
		const char *word;
		enum reason reason;
	} known[] = {
	    {"account has expired",  REASON_AUTH_ACCOUNT_EXPIRED},
	    {"account expired",      REASON_AUTH_ACCOUNT_EXPIRED},
	    {"expired",              REASON_AUTH_EXPIRED},
	    {"disabled",             REASON_AUTH_DISABLED},
	    {"locked",               REASON_AUTH_LOCKED},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcasestr(words, known[i].word))
			return known[i].reason;
	return REASON_AUTH_REJECTED;
}

static const char *words(const struct tacacs_reply *r)
{
	return r->message[0] ? r->message : NULL;
}

static void refuse(struct exchange *x, enum reason reason, const struct tacacs_reply *r)
{
	finish(
	    x, &(struct aaa_answer){.result = AUTH_REJECT, .reason = reason, .message = words(r)});
}

static void could_not(struct exchange *x, const struct tacacs_reply *r)
{
	err(x, REASON_AUTH_SERVER_ERROR, words(r) ? words(r) : "the server says ERROR");
}

/* ---- authentication ------------------------------------------------------------------------- */

/* The exchange may be gone afterwards. */
static void say(struct exchange *x, const char *text)
{
	uint8_t bytes[5 + AAA_PASSWORD_MAX];
	struct wr w = wr_init(bytes, sizeof bytes);

	tacacs_continue_write(&w, text, false);
	debug(x, TRACE_EVENT, "Sending TACACS Continue message. Session id: %u, seq no:%u",
	    x->session.id, x->session.seq + 1U);
	tacacs_session_send(&x->session, &w);
	crypto_wipe(bytes, sizeof bytes);
}

static void ask(struct exchange *x, const struct tacacs_reply *r, const char *otherwise, bool echo)
{
	x->challenged = true;
	x->user_asked = r->status == TACACS_GETUSER;
	conversation_answer(x->c, &(struct aaa_answer){.result = AUTH_CHALLENGE,
				      .wanted = CHALLENGE_TEXT,
				      .echo = echo,
				      .message = words(r) ? words(r) : otherwise});
}

static void question(struct exchange *x, const struct tacacs_reply *r)
{
	const struct aaa_request *q = &x->c->request;

	if (!tacacs_asks(q)) {
		refuse(x, REASON_AUTH_NEEDS_PROMPT, r); /* of this user: others need no question */
	} else if (r->status == TACACS_GETUSER && !x->user_said && q->user[0]) {
		x->user_said = true;
		say(x, q->user);
	} else if (r->status == TACACS_GETPASS && !x->password_said && q->password[0]) {
		x->password_said = true;
		say(x, q->password);
	} else {
		ask(x, r, r->status == TACACS_GETUSER ? "Username: " : "Password: ",
		    r->status == TACACS_GETUSER || (r->status == TACACS_GETDATA && !r->noecho));
	}
}

static void authenticated(struct exchange *x, const struct tacacs_reply *r)
{
	static const char *const name[] = {
	    "", "PASS", "FAIL", "GETDATA", "GETUSER", "GETPASS", "RESTART", "ERROR"};

	debug(x, TRACE_EVENT, "tacp_procpkt_authen: %s",
	    r->status < sizeof name / sizeof name[0] ? name[r->status] : "FOLLOW");
	if (words(r))
		debug(x, TRACE_EVENT, "Authen Message: %s", r->message);
	switch (r->status) {
	case TACACS_PASS:
		finish(x, &(struct aaa_answer){.result = AUTH_ACCEPT, .message = words(r)});
		break;
	case TACACS_FAIL:
		refuse(x, refusal(r->message), r);
		break;
	case TACACS_GETDATA:
	case TACACS_GETUSER:
	case TACACS_GETPASS:
		question(x, r);
		break;
	case TACACS_RESTART: /* another method is wanted, and we have only this one: 5.4.3 */
		refuse(x, REASON_AUTH_METHOD, r);
		break;
	case TACACS_FOLLOW: /* to be taken for FAIL: 5.4.3 */
		refuse(x, REASON_AUTH_REJECTED, r);
		break;
	default:
		could_not(x, r);
		break;
	}
}

/* ---- authorization, accounting --------------------------------------------------------------- */

static void authorized(struct exchange *x, const struct tacacs_reply *r)
{
	struct aaa_answer a = {.result = AUTH_ACCEPT, .message = words(r)};
	char why[96] = "", arg[TACACS_ARGS_MAX + 1];

	for (size_t i = 0; i < r->n_args; i++) {
		tacacs_text(arg, sizeof arg, r->arg[i].p, r->arg[i].len);
		debug(x, TRACE_DEBUG, "TACACS: argument %s", arg);
	}
	switch (r->status) {
	case TACACS_PASS_ADD:
	case TACACS_PASS_REPL:
		if (tacacs_author_granted(&x->c->request, r, &a.attributes, why, sizeof why)) {
			debug(x, TRACE_EVENT, "tacp_procpkt_author: PASS");
			finish(x, &a);
			break;
		}
		debug(x, TRACE_EVENT, "tacp_procpkt_author: %s", why);
		refuse(x, REASON_AUTH_NOT_AUTHORIZED, r);
		break;
	case TACACS_AUTHOR_ERROR:
		could_not(x, r);
		break;
	default:
		debug(x, TRACE_EVENT, "tacp_procpkt_author: FAIL");
		refuse(x, REASON_AUTH_NOT_AUTHORIZED, r);
		break;
	}
}

static void accounted(struct exchange *x, const struct tacacs_reply *r)
{
	if (r->status == TACACS_ACCT_SUCCESS)
		finish(x, &(struct aaa_answer){.result = AUTH_ACCEPT});
	else
		could_not(x, r);
}

/* ---- a session's packets --------------------------------------------------------------------- */

static void body(struct exchange *x, struct wr *w)
{
	const struct aaa_request *r = &x->c->request;
	struct tacacs_args args = {0};

	switch (r->kind) {
	case AAA_AUTHENTICATE:
		tacacs_start_write(w, r);
		break;
	case AAA_ACCOUNT:
		tacacs_acct_args(&args, r->account);
		tacacs_acct_write(w, r->account, &args);
		break;
	default:
		tacacs_author_args(&args, r);
		tacacs_author_write(w, r, &args);
		break;
	}
}

static void begin(struct tacacs_session *s)
{
	struct exchange *x = of(s);
	uint8_t bytes[TACACS_SEND_MAX];
	struct wr w = wr_init(bytes, sizeof bytes);

	body(x, &w);
	debug(x, TRACE_EVENT, "mk_pkt - type: 0x%x, session_id: %u", s->type, s->id);
	debug(x, TRACE_EVENT, "user: %s", x->c->request.user);
	debug(x, TRACE_EVENT, "Sending TACACS %s message. Session id: %u, seq no:1",
	    s->type == TACACS_AUTHEN ? "Start" : type_name[s->type], s->id);
	tacacs_session_send(s, &w);
	crypto_wipe(bytes, sizeof bytes);
}

static bool heard(struct tacacs_session *s, struct rd r)
{
	static bool (*const read[])(struct rd, struct tacacs_reply *) = {
	    [TACACS_AUTHEN] = tacacs_authen_read,
	    [TACACS_AUTHOR] = tacacs_author_read,
	    [TACACS_ACCT] = tacacs_acct_read,
	};
	static void (*const act[])(struct exchange *, const struct tacacs_reply *) = {
	    [TACACS_AUTHEN] = authenticated,
	    [TACACS_AUTHOR] = authorized,
	    [TACACS_ACCT] = accounted,
	};
	struct tacacs_reply reply;
	struct exchange *x = of(s);

	debug(x, TRACE_EVENT, "Received TACACS packet. Session id:%u seq no:%u", s->id, s->seq);
	if (!read[s->type](r, &reply))
		return false;
	act[s->type](x, &reply);
	return true;
}

static void lost(struct tacacs_session *s, enum reason reason, const char *why)
{
	struct exchange *x = of(s);

	if (x->challenged)
		x->lost = reason;
	else
		err(x, reason, why);
}

/* ---- the protocol -----------------------------------------------------------------------------
 */

static const struct tacacs_events events = {begin, heard, lost};

static bool open_server(const struct aaa_world *world, struct aaa_server *s)
{
	struct tacacs *t = calloc(1, sizeof *t);

	if (!t)
		return false;
	tacacs_pool_init(&t->pool, world, s, &events);
	s->server = t;
	return true;
}

static void changed(struct aaa_server *s)
{
	struct tacacs *t = s->server;

	tacacs_pool_drop(&t->pool, REASON_AUTH_NO_SERVER, "the server's configuration has changed");
}

static void close_server(struct aaa_server *s)
{
	struct tacacs *t = s->server;

	changed(s);
	while (!LIST_EMPTY(&t->exchanges)) /* those whose client thinks */
		err(LIST_FIRST(&t->exchanges), REASON_AUTH_NO_SERVER,
		    "the server is no longer configured");
	free(t);
	s->server = NULL;
}

static void answer_error(struct conversation *c, enum reason reason, const char *why)
{
	conversation_answer(
	    c, &(struct aaa_answer){.result = AUTH_ERROR, .reason = reason, .why = why});
}

static struct exchange *exchange_new(struct conversation *c, struct tacacs *t)
{
	struct exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->c = c;
	x->session.pool = &t->pool;
	LIST_INSERT_HEAD(&t->exchanges, x, link);
	c->protocol_state = x;
	return x;
}

static void start(struct conversation *c, struct aaa_server *s)
{
	struct tacacs *t = s->server;
	struct exchange *x;

	if (!s->config->secret_key[0])
		answer_error(c, REASON_AUTH_BAD_SECRET, "no key is configured");
	else if (!s->address.family)
		answer_error(c, REASON_AUTH_NO_SERVER, "the server's name has no address");
	else if (!(x = exchange_new(c, t)))
		answer_error(c, REASON_NO_MEMORY, NULL);
	else
		tacacs_session_open(
		    &x->session, &t->pool, type_of[c->request.kind], tacacs_version(&c->request));
}

/* A command that does not fit into a request is not the one that would be allowed. */
static void start_command(struct conversation *c, struct aaa_server *s)
{
	struct tacacs_args args = {0};

	tacacs_author_args(&args, &c->request);
	if (args.full)
		conversation_answer(c, &(struct aaa_answer){.result = AUTH_REJECT,
					   .reason = REASON_AUTH_NOT_AUTHORIZED,
					   .message = "The command is too long to be authorized"});
	else
		start(c, s);
}

static void next(struct conversation *c, struct aaa_server *s, const struct aaa_next *n)
{
	struct exchange *x = c->protocol_state;

	(void)s;
	x->challenged = false;
	if (x->user_asked && strlen(n->text) < sizeof x->user)
		memcpy(x->user, n->text, strlen(n->text) + 1);
	if (x->lost != REASON_NONE)
		err(x, x->lost, "the server has closed the connection");
	else if (strlen(n->text) >= AAA_PASSWORD_MAX)
		refuse(x, REASON_AUTH_REJECTED, &(struct tacacs_reply){0});
	else
		say(x, n->text);
}

/* In our turn the server is told (5.3). */
static void cancel(struct conversation *c, struct aaa_server *s)
{
	struct exchange *x = c->protocol_state;
	uint8_t bytes[8];
	struct wr w = wr_init(bytes, sizeof bytes);

	(void)s;
	if (x->challenged && x->lost == REASON_NONE) {
		tacacs_continue_write(&w, "", true);
		tacacs_session_send(&x->session, &w);
	}
	forget(c);
}

const struct aaa_protocol tacacs_protocol = {.word = "tacacs+",
    .name = "TACACS+",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP | 1U << AAA_CHAP | 1U << AAA_MSCHAPV1 | 1U << AAA_ASCII,
    .open = open_server,
    .changed = changed,
    .close = close_server,
    .start = {[AAA_AUTHENTICATE] = start,
	[AAA_AUTHORIZE] = start,
	[AAA_COMMAND] = start_command,
	[AAA_ACCOUNT] = start},
    .next = next,
    .cancel = cancel};
