/*
 * A login at a Kerberos server. Identity: its conversation. Life: steps of the exchange, each in
 * another thread, and between them a request and its answer, until the exchange is over. One that
 * is cancelled while a step computes is freed when that is done.
 */
#include "engine/aaa/kerberos/kerberos.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/kerberos/exchange.h"
#include "engine/aaa/kerberos/link.h"
#include "engine/aaa/kerberos/reason.h"
#include "engine/aaa/report.h"
#include "engine/crypto/crypto.h"

struct kerberos_login {
	const struct aaa_world *world;
	struct aaa_server *server;
	struct conversation *conversation; /* NULL: cancelled */
	struct job job;
	bool computing, stream;
	struct kerberos_exchange *exchange;
	struct kerberos_step step;
	struct kerberos_link link;
	uint8_t *in; /* the answer that the step reads */
	char user[AAA_USER_MAX], password[AAA_PASSWORD_MAX], realm[129];
	uint8_t *keytab;
	size_t keytab_len;
};

#define say(l, ...)                                                                                \
	aaa_debug((l)->world->listener, TRACE_KERBEROS, TRACE_EVENT, &(l)->conversation->request,  \
	    __VA_ARGS__)

/* Nothing is on its way: whoever asks for that has closed the link. The role's world may be gone.
 */
static void login_free(struct kerberos_login *l)
{
	kerberos_exchange_destroy(l->exchange);
	if (l->keytab)
		crypto_wipe(l->keytab, l->keytab_len);
	free(l->keytab);
	free(l->in);
	crypto_wipe(l->password, sizeof l->password);
	free(l);
}

/* The login is gone when this returns. */
static void answer(struct kerberos_login *l, const struct aaa_answer *a)
{
	struct conversation *c = l->conversation;

	say(l, "Kerberos: %s%s%s",
	    a->result == AUTH_ACCEPT ? "successful" : reason_text(a->reason)->plain,
	    a->why ? ": " : "", a->why ? a->why : "");
	c->protocol_state = NULL;
	conversation_answer(c, a);
	login_free(l);
}

static void refuse(struct kerberos_login *l, uint8_t result, enum reason reason, const char *why)
{
	answer(l, &(struct aaa_answer){.result = result, .reason = reason, .why = why});
}

/* ---- steps ------------------------------------------------------------------------------ */

static void work(struct job *j)
{
	struct kerberos_login *l = container_of(j, struct kerberos_login, job);
	struct kerberos_question q = {.user = l->user,
	    .realm = l->realm,
	    .password = l->password,
	    .keytab = l->keytab,
	    .keytab_len = l->keytab_len};

	if (!l->exchange)
		l->exchange = kerberos_exchange_create(&q);
	if (l->exchange)
		kerberos_exchange_step(l->exchange, &l->step);
}

static void compute(struct kerberos_login *l)
{
	l->computing = true;
	l->world->env->offload(l->world->env, &l->job);
}

static void send_request(struct kerberos_login *l)
{
	l->stream = l->stream || l->step.next == KERBEROS_SEND_STREAM;
	say(l,
	    "Kerberos: Message type KRB_AS_REQ\nKerberos: Client Name %s\n"
	    "Kerberos: Client Realm %s\nKerberos: Server Name %s\nKerberos: %zu bytes by %s",
	    l->user, l->realm, kerberos_exchange_service(l->exchange), l->step.out_len,
	    l->stream ? "TCP" : "UDP");
	if (!kerberos_link_ask(&l->link, l->step.out, l->step.out_len, l->stream))
		refuse(l, AUTH_ERROR, REASON_AUTH_NO_SERVER, "no request can be sent");
}

static void stepped(struct job *j)
{
	struct kerberos_login *l = container_of(j, struct kerberos_login, job);
	struct kerberos_step *s = &l->step;

	l->computing = false;
	if (!l->conversation)
		login_free(l);
	else if (!l->exchange)
		refuse(l, AUTH_ERROR, REASON_NO_MEMORY, NULL);
	else if (s->next == KERBEROS_OVER)
		refuse(l, s->result, s->reason, *s->why ? s->why : NULL);
	else
		send_request(l);
}

static void on_answer(struct kerberos_link *link, const uint8_t *p, size_t len)
{
	struct kerberos_login *l = container_of(link, struct kerberos_login, link);

	say(l, "Kerberos: Message type %s\nKerberos: %zu bytes received", kerberos_answer_name(p),
	    len);
	free(l->in);
	l->in = malloc(len);
	if (!l->in) {
		refuse(l, AUTH_ERROR, REASON_NO_MEMORY, NULL);
		return;
	}
	memcpy(l->in, p, len);
	l->step.in = l->in;
	l->step.in_len = len;
	compute(l);
}

static void on_failed(struct kerberos_link *link, const char *why)
{
	refuse(container_of(link, struct kerberos_login, link), AUTH_ERROR, REASON_AUTH_NO_SERVER,
	    why);
}

/* ---- as a protocol ---------------------------------------------------------------------- */

/* "user", or "user@REALM" of the server's own realm; another's is nobody here. */
static bool take_user(struct kerberos_login *l, const char *user)
{
	const char *at = strrchr(user, '@');
	size_t len = at ? (size_t)(at - user) : strlen(user);

	if (at && strcasecmp(at + 1, l->realm) != 0)
		return false;
	snprintf(l->user, sizeof l->user, "%.*s", (int)len, user);
	return len > 0;
}

/* False: no memory. */
static bool take_keytab(struct kerberos_login *l)
{
	size_t len = 0;
	const uint8_t *keytab;

	if (!l->server->group->config->validate_kdc)
		return true;
	keytab = aaa_directory_keytab(l->world->directory, &len);
	l->keytab = malloc(len + 1); /* there, if empty: the server has to prove itself */
	if (!l->keytab)
		return false;
	if (len)
		memcpy(l->keytab, keytab, len);
	l->keytab_len = len;
	return true;
}

static struct kerberos_login *login_create(struct conversation *c, struct aaa_server *s)
{
	struct kerberos_login *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->world = s->server;
	l->server = s;
	l->conversation = c;
	l->job = (struct job){work, stepped};
	l->link = (struct kerberos_link){
	    .world = l->world, .server = s, .answered = on_answer, .failed = on_failed};
	snprintf(l->realm, sizeof l->realm, "%s", s->config->realm);
	snprintf(l->password, sizeof l->password, "%s", c->request.password);
	return l;
}

static void start(struct conversation *c, struct aaa_server *s)
{
	static const struct aaa_answer no_memory = {
	    .result = AUTH_ERROR, .reason = REASON_NO_MEMORY};
	struct kerberos_login *l = login_create(c, s);

	if (!l) {
		conversation_answer(c, &no_memory);
		return;
	}
	c->protocol_state = l;
	if (!*l->realm)
		refuse(l, AUTH_ERROR, REASON_AUTH_SERVER_ERROR, "no kerberos-realm is configured");
	else if (!*l->password)
		refuse(l, AUTH_REJECT, REASON_AUTH_REJECTED, NULL);
	else if (!take_user(l, c->request.user))
		refuse(l, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER, NULL);
	else if (!take_keytab(l))
		refuse(l, AUTH_ERROR, REASON_NO_MEMORY, NULL);
	else
		compute(l);
}

static void cancel(struct conversation *c, struct aaa_server *s)
{
	struct kerberos_login *l = c->protocol_state;

	(void)s;
	if (!l)
		return;
	l->conversation = NULL;
	c->protocol_state = NULL;
	if (l->computing) /* it goes when the step is done */
		return;
	kerberos_link_close(&l->link);
	login_free(l);
}

static bool open_server(const struct aaa_world *w, struct aaa_server *s)
{
	s->server = (void *)(uintptr_t)w; /* nothing is kept between logins */
	return true;
}

static void changed(struct aaa_server *s)
{
	(void)s; /* each login has what it needs */
}

const struct aaa_protocol kerberos_protocol = {
    .word = "kerberos",
    .name = "Kerberos",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP,
    .utf8 = true,
    .open = open_server,
    .changed = changed,
    .close = changed,
    .start = {[AAA_AUTHENTICATE] = start},
    .cancel = cancel,
};
