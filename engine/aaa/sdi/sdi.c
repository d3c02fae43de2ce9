/*
 * SDI, the RSA SecurID Authentication API. Owns `struct attempt`, a login with a server: each call
 * is a connection of its own, verified TLS, over which one request and one response travel.
 *
 *   start -> initialize (with the passcode, if there is one) -> SUCCESS, FAIL
 *                                                            -> CHALLENGE: the person is asked
 *   next  -> verify (what he typed)                          -> SUCCESS, FAIL, CHALLENGE
 *
 * A PPP client cannot be asked: a challenge ends its login.
 */
#include "engine/aaa/sdi/sdi.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/net.h"
#include "engine/aaa/report.h"
#include "engine/aaa/sdi/http.h"
#include "engine/aaa/sdi/message.h"
#include "engine/crypto/crypto.h"

#define PORT 5555
#define MESSAGE_ID 37 /* a UUID */

struct sdi {
	const struct aaa_world *world;
	struct aaa_server *server;
	LIST_HEAD(, attempt) attempts;
};

struct attempt {
	LIST_ENTRY(attempt) link;
	struct sdi *sdi;
	struct conversation *c;
	struct aaa_stream *stream; /* of the call; NULL: none is under way */
	struct sdi_http *http;	   /* its response */
	char message[MESSAGE_ID];  /* of our last call */
	bool said;		   /* the passcode that came with the request was looked at */
	bool begun;
	char id[SDI_ID_MAX],
	    last[SDI_ID_MAX];	     /* the server's: of the attempt, of its last message */
	char method[SDI_METHOD_MAX]; /* that it wants */
};

#define debug(a, level, ...)                                                                       \
	aaa_debug((a)->sdi->world->listener, TRACE_SDI, level, &(a)->c->request, __VA_ARGS__)

/* ---- how it ends ----------------------------------------------------------------------------- */

static void call_end(struct attempt *a)
{
	a->sdi->world->net->stream_close(a->stream);
	a->stream = NULL;
	if (a->http)
		crypto_wipe(a->http, sizeof *a->http);
	free(a->http);
	a->http = NULL;
}

static void forget(struct attempt *a)
{
	call_end(a);
	LIST_REMOVE(a, link);
	a->c->protocol_state = NULL;
	free(a);
}

static void finish(struct attempt *a, const struct aaa_answer *answer)
{
	struct conversation *c = a->c;

	forget(a);
	conversation_answer(c, answer);
}

static void err(struct attempt *a, enum reason reason, const char *why)
{
	debug(a, TRACE_EVENT, "SDI: no answer of the server: %s", why);
	finish(a, &(struct aaa_answer){.result = AUTH_ERROR, .reason = reason, .why = why});
}

static void refuse(struct attempt *a, enum reason reason)
{
	debug(a, TRACE_EVENT, "SDI: refused: %s", reason_text(reason)->plain);
	finish(a, &(struct aaa_answer){.result = AUTH_REJECT, .reason = reason});
}

/* ---- what the server says ---------------------------------------------------------------------
 */

static enum reason refusal(const char *code)
{
	/* clang-format off */
	static const struct {
		const char *word;
		enum reason reason;
	} known[] = {
	    {"LOCK",      REASON_AUTH_LOCKED},
	    {"DISABLE",   REASON_AUTH_DISABLED},
	    {"EXPIRED",   REASON_AUTH_EXPIRED},
	    {"NOT_FOUND", REASON_AUTH_UNKNOWN_USER},
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strstr(code, known[i].word))
			return known[i].reason;
	return REASON_AUTH_REJECTED;
}

static const char *prompt(const struct sdi_reply *r)
{
	if (r->prompt[0])
		return r->prompt;
	return strcmp(r->method, SDI_PASSCODE) == 0 ? "Enter PASSCODE: "
	       : strstr(r->method, "NEXT") ? "Wait for the tokencode to change, then enter it: "
					   : "Enter a new PIN: ";
}

static void call(struct attempt *, const char *value);

static void challenged(struct attempt *a, const struct sdi_reply *r)
{
	const struct aaa_request *q = &a->c->request;
	bool passcode = strcmp(r->method, SDI_PASSCODE) == 0;

	snprintf(a->id, sizeof a->id, "%s", r->attempt);
	snprintf(a->last, sizeof a->last, "%s", r->message);
	snprintf(a->method, sizeof a->method, "%s", r->method);
	if (!r->method[0]) {
		/* of this user: others may have a token */
		finish(a, &(struct aaa_answer){.result = AUTH_REJECT,
			      .reason = REASON_AUTH_METHOD,
			      .why = "the server wants a method that is not SECURID"});
	} else if (passcode && !r->wrong && !a->said && q->password[0]) {
		a->said = true;
		call(a, q->password);
	} else if (strcmp(q->service, "ppp") == 0) {
		refuse(a, passcode && r->wrong ? refusal(r->reason) : REASON_AUTH_NEEDS_PROMPT);
	} else {
		conversation_answer(a->c, &(struct aaa_answer){.result = AUTH_CHALLENGE,
					      .wanted = CHALLENGE_TEXT,
					      .message = prompt(r),
					      .echo = !r->sensitive});
	}
}

static void answered(struct attempt *a, const struct sdi_reply *r)
{
	static const char *const name[] = {
	    [SDI_SUCCESS] = "SUCCESS", [SDI_FAIL] = "FAIL", [SDI_CHALLENGE] = "CHALLENGE"};

	debug(
	    a, TRACE_EVENT, "SDI: the server says %s (%s) %s", name[r->code], r->reason, r->method);
	if (r->answers[0] && strcmp(r->answers, a->message) != 0) {
		a->sdi->server->counters.unrecognized++;
		err(a, REASON_AUTH_SERVER_ERROR, "the server answers something else");
	} else if (r->code == SDI_CHALLENGE) {
		challenged(a, r);
	} else if (r->code == SDI_FAIL) {
		refuse(a, refusal(r->reason));
	} else {
		finish(a, &(struct aaa_answer){.result = AUTH_ACCEPT});
	}
}

static void response(struct attempt *a)
{
	unsigned status = a->http->status;
	struct sdi_reply r;
	char why[64];
	bool ok = status == 200 && sdi_reply_read(a->http->body, a->http->len, &r);

	call_end(a);
	snprintf(why, sizeof why, "the server answers HTTP %u", status);
	if (ok) {
		answered(a, &r);
	} else if (status == 401 || status == 403) {
		a->sdi->server->counters.bad_authenticators++;
		err(a, REASON_AUTH_BAD_SECRET,
		    "the server does not take the access key or the agent");
	} else if (status == 200) {
		a->sdi->server->counters.malformed++;
		err(a, REASON_AUTH_SERVER_ERROR, "the server's answer is malformed");
	} else {
		err(a, REASON_AUTH_SERVER_ERROR, why);
	}
}

/* ---- a call ------------------------------------------------------------------------------------
 */

static void opened(void *arg)
{
	struct attempt *a = arg;

	debug(a, TRACE_DEBUG, "SDI: connected, the server's certificate is trusted");
}

static void received(void *arg, const uint8_t *bytes, size_t len)
{
	struct attempt *a = arg;

	switch (sdi_http_feed(a->http, bytes, len)) {
	case SDI_HTTP_DONE:
		response(a);
		break;
	case SDI_HTTP_BAD:
		a->sdi->server->counters.malformed++;
		err(a, REASON_AUTH_SERVER_ERROR, "the server's answer is no HTTP, or too long");
		break;
	default:
		break;
	}
}

static void closed(void *arg, const char *why, bool certificate)
{
	struct attempt *a = arg;

	a->stream = NULL;
	err(a, certificate ? REASON_AUTH_CERTIFICATE : REASON_AUTH_NO_SERVER, why);
}

/* A fresh name for a message of ours. */
static void name_message(struct attempt *a)
{
	struct env *env = a->sdi->world->env;
	uint32_t r[4];

	env->random(env, r, sizeof r);
	snprintf(a->message, sizeof a->message, "%08x-%04x-%04x-%04x-%04x%08x", r[0], r[1] >> 16,
	    r[1] & 0xffff, r[2] >> 16, r[2] & 0xffff, r[3]);
}

static bool connect_server(struct attempt *a)
{
	static const struct aaa_stream_events events = {opened, received, closed};
	const struct aaa_world *w = a->sdi->world;
	const struct aaa_server *s = a->sdi->server;
	struct aaa_place to = {
	    .address = s->address, .port = s->config->port ? s->config->port : PORT};
	struct aaa_tls tls = {.name = s->config->host};
	uint8_t *trust = aaa_directory_trust(w->directory, s->config->trustpoint, &tls.trust_len);

	memcpy(to.device, s->device, sizeof to.device);
	tls.trust = trust;
	a->stream = w->net->stream_open(w->net, &to, &tls, &events, a);
	free(trust);
	return a->stream != NULL;
}

/* False: it could not be sent. */
static bool request(struct attempt *a, const char *body)
{
	const struct cfg_aaa_host *h = a->sdi->server->config;
	size_t size = strlen(body) + 1024;
	char *text = malloc(size);
	bool ok;
	int n;

	if (!text)
		return false;
	n = snprintf(text, size,
	    "POST /mfa/v1_1/authn/%s HTTP/1.1\r\nHost: %s:%u\r\nclient-key: %s\r\n"
	    "Content-Type: application/json\r\nAccept: application/json\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    a->begun ? "verify" : "initialize", h->host, h->port ? h->port : PORT, h->secret_key,
	    strlen(body), body);
	ok = n > 0 && (size_t)n < size &&
	     a->sdi->world->net->stream_send(a->stream, text, (size_t)n);
	crypto_wipe(text, size);
	free(text);
	return ok;
}

/* The next call, with what is said to the method that is wanted; NULL: nothing. The attempt may be
 * gone afterwards. */
static void call(struct attempt *a, const char *value)
{
	const struct cfg_aaa_host *h = a->sdi->server->config;
	struct sdi_call c = {.user = a->c->request.user,
	    .attempt = a->id,
	    .in_response = a->last,
	    .message = a->message,
	    .method = value ? a->method : NULL,
	    .value = value,
	    .agent = h->agent[0] ? h->agent : aaa_directory_hostname(a->sdi->world->directory)};
	char *body;

	name_message(a);
	body = sdi_call_write(&c);
	a->http = calloc(1, sizeof *a->http);
	debug(a, TRACE_EVENT, "SDI: %s, user %s: %s", a->begun ? "verify" : "initialize", c.user,
	    value ? a->method : "nothing to say yet");
	if (!body)
		refuse(a, REASON_AUTH_REJECTED);
	else if (!a->http)
		err(a, REASON_NO_MEMORY, "no memory");
	else if (!connect_server(a) || !request(a, body))
		err(a, REASON_AUTH_NO_SERVER, "no connection could be made");
	else
		a->begun = true;
	if (body)
		crypto_wipe(body, strlen(body));
	free(body);
}

/* ---- the protocol
 * ------------------------------------------------------------------------------- */

static void wiping_free(void *p)
{
	if (p)
		crypto_wipe(p, malloc_usable_size(p));
	free(p);
}

/* Passcodes pass through its memory; and it would look for a file of random bytes itself. */
static void prepare_json(struct env *env)
{
	uint32_t seed;

	env->random(env, &seed, sizeof seed);
	json_object_seed(seed | 1);
	json_set_alloc_funcs(malloc, wiping_free);
}

static bool open_server(const struct aaa_world *world, struct aaa_server *server)
{
	struct sdi *s = calloc(1, sizeof *s);

	if (!s)
		return false;
	prepare_json(world->env);
	s->world = world;
	s->server = server;
	server->server = s;
	return true;
}

static void drop(struct sdi *s, const char *why)
{
	while (!LIST_EMPTY(&s->attempts))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		err(LIST_FIRST(&s->attempts), REASON_AUTH_NO_SERVER, why);
}

static void changed(struct aaa_server *server)
{
	drop(server->server, "the server's configuration has changed");
}

static void close_server(struct aaa_server *server)
{
	drop(server->server, "the server is no longer configured");
	free(server->server);
	server->server = NULL;
}

static void answer(struct conversation *c, uint8_t result, enum reason reason, const char *why)
{
	conversation_answer(
	    c, &(struct aaa_answer){.result = result, .reason = reason, .why = why});
}

static void start(struct conversation *c, struct aaa_server *server)
{
	struct sdi *s = server->server;
	bool passcode = c->request.password[0] != '\0';
	struct attempt *a;

	if (!server->config->secret_key[0]) {
		answer(c, AUTH_ERROR, REASON_AUTH_BAD_SECRET, "no key is configured");
	} else if (!server->address.family) {
		answer(c, AUTH_ERROR, REASON_AUTH_NO_SERVER, "the server's name has no address");
	} else if (!c->request.user[0] || (!passcode && strcmp(c->request.service, "ppp") == 0)) {
		answer(c, AUTH_REJECT, REASON_AUTH_REJECTED, NULL);
	} else if (!(a = calloc(1, sizeof *a))) {
		answer(c, AUTH_ERROR, REASON_NO_MEMORY, NULL);
	} else {
		a->sdi = s;
		a->c = c;
		LIST_INSERT_HEAD(&s->attempts, a, link);
		c->protocol_state = a;
		snprintf(a->method, sizeof a->method, "%s", SDI_PASSCODE);
		call(a, passcode ? c->request.password : NULL);
	}
}

static void next(struct conversation *c, struct aaa_server *server, const struct aaa_next *n)
{
	struct attempt *a = c->protocol_state;

	(void)server;
	a->said = true;
	call(a, n->text);
}

static void cancel(struct conversation *c, struct aaa_server *server)
{
	(void)server;
	forget(c->protocol_state);
}

const struct aaa_protocol sdi_protocol = {.word = "sdi",
    .name = "SDI",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP | 1U << AAA_ASCII,
    .utf8 = true,
    .open = open_server,
    .changed = changed,
    .close = close_server,
    .start = {[AAA_AUTHENTICATE] = start},
    .next = next,
    .cancel = cancel};
