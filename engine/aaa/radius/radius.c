/*
 * Owns what is asked of RADIUS servers. Identity of a question: its conversation. Life: from start
 * to the answer that is no challenge, or to the conversation's end; between a challenge and the
 * client's answer it keeps the server's State (RFC 2865 5.24).
 *
 *   LOGIN -- Access-Challenge --> (the client) --> LOGIN
 *     |
 *     +-- Access-Accept that names an access list --> ACL -- Access-Challenge --> ACL
 *     |                                               |
 *     +-- else ------------------------------------> answered
 */
#include "engine/aaa/radius/radius.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "engine/aaa/radius/change.h"
#include "engine/aaa/radius/debug.h"
#include "engine/aaa/radius/link.h"
#include "engine/aaa/radius/reply.h"
#include "engine/aaa/radius/request.h"
#include "engine/aaa/report.h"

#define ACL_PARTS_MAX 64 /* answers that one access list may take */

struct radius {
	const struct aaa_world *world;
	struct aaa_server *server;
	struct radius_link auth, acct;
	struct radius_ears *ears; /* for CoA; NULL: none */
	LIST_HEAD(, ask) asks;
};

struct ask {
	LIST_ENTRY(ask) link;
	struct radius *radius;
	struct conversation *c;
	struct radius_exchange x;
	uint8_t state[RADIUS_VALUE_MAX];
	uint16_t state_len;
	uint8_t eap_id;		  /* of the client's last packet */
	struct radius_said *said; /* while its access list is asked for; owned */
	unsigned parts;
};

/* ---- asks -------------------------------------------------------------------------------- */

static void ask_free(struct ask *a)
{
	radius_exchange_end(&a->x);
	LIST_REMOVE(a, link);
	a->c->protocol_state = NULL;
	free(a->said);
	crypto_wipe(a, sizeof *a);
	free(a);
}

/* The answer that ends it. */
static void end(struct ask *a, const struct aaa_answer *answer)
{
	struct conversation *c = a->c;

	ask_free(a);
	conversation_answer(c, answer);
}

static void error(struct ask *a, enum reason reason, const char *why)
{
	end(a, &(struct aaa_answer){.result = AUTH_ERROR, .reason = reason, .why = why});
}

static void reject(struct ask *a, enum reason reason, const char *message)
{
	end(a, &(struct aaa_answer){.result = AUTH_REJECT, .reason = reason, .message = message});
}

static struct radius_nas nas_of(const struct radius *r)
{
	return radius_nas_of(r->world, r->server);
}

static const char *masks_of(const struct radius *r)
{
	const char *word = r->server->config->acl_netmask_convert;

	return word ? word : "standard";
}

static void answered(struct radius_exchange *, const struct radius_packet *);

static void failed(struct radius_exchange *x, enum reason reason, const char *why)
{
	error(container_of(x, struct ask, x), reason, why);
}

/* Begins a packet; false: the ask has had its answer. */
static bool begin(
    struct ask *a, struct radius_link *l, enum radius_code code, struct wr *w, uint8_t *buffer)
{
	const char *why;

	a->x.answered = answered;
	a->x.failed = failed;
	a->x.until = a->c->env->now(a->c->env) + timer_left(a->c->env, &a->c->deadline);
	why = radius_exchange_begin(&a->x, l, code, w, buffer);
	if (why)
		error(a, REASON_AUTH_NO_SERVER, why);
	return !why;
}

/* Sends it, if it is `whole`. */
static void send_packet(struct ask *a, struct wr *w, bool whole)
{
	if (whole && radius_exchange_send(&a->x, w))
		return;
	crypto_wipe(w->base, wr_len(w));
	reject(a, REASON_AUTH_REJECTED, NULL);
}

/* ---- what the server says ---------------------------------------------------------------- */

static void ask_acl(struct ask *a, struct bytes state)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	struct radius_key key = radius_link_key(&a->radius->auth);
	struct radius_nas nas = nas_of(a->radius);
	struct wr w;

	if (begin(a, &a->radius->auth, RADIUS_ACCESS_REQUEST, &w, buffer))
		send_packet(a, &w, radius_put_acl(&w, &key, &nas, a->said->acl, state));
}

/* What stands in an acceptance has to be what the method needs. */
static enum reason flaw(const struct ask *a, const struct radius_said *s)
{
	const struct aaa_request *r = &a->c->request;

	if (s->bad)
		return REASON_AUTH_SERVER_ERROR;
	if (r->kind != AAA_AUTHENTICATE)
		return REASON_NONE;
	if (r->method == AAA_MSCHAPV2 && s->answer.mschap_success[0] == '\0')
		return REASON_AUTH_SERVER_ERROR; /* the client would not believe us */
	if (r->method == AAA_EAP && s->eap_len && s->eap[0] != 3)
		return REASON_AUTH_SERVER_ERROR; /* RFC 3579 2.6.3: Success, or nothing */
	return REASON_NONE;
}

/* The server's, or one of our own when it sent none (RFC 3579 2.6.3). */
static void end_eap(const struct ask *a, struct radius_said *s, uint8_t code)
{
	if (a->c->request.method != AAA_EAP || s->eap_len)
		return;
	memcpy(s->eap, (uint8_t[]){code, a->eap_id, 0, 4}, 4);
	s->eap_len = 4;
}

static void accepted(struct ask *a, struct radius_said *s)
{
	enum reason why;

	end_eap(a, s, 3);
	radius_reply_finish(s);
	why = flaw(a, s);
	if (why) {
		radius_debug(a->radius->world, a->radius->server,
		    "RADIUS_ACCESS_ACCEPT: with an attribute that cannot be: refused");
		reject(a, why, NULL);
		return;
	}
	radius_debug(
	    a->radius->world, a->radius->server, "RADIUS_ACCESS_ACCEPT: normal termination");
	s->answer.result = AUTH_ACCEPT;
	end(a, &s->answer);
}

static enum reason of_mschap(uint16_t error)
{
	switch (error) {
	case 646:
		return REASON_AUTH_HOURS;
	case 647:
		return REASON_AUTH_DISABLED;
	case 648:
		return REASON_AUTH_EXPIRED;
	case 649:
		return REASON_AUTH_NO_DIALIN;
	case 709:
		return REASON_AUTH_NEW_PASSWORD;
	default:
		return REASON_AUTH_REJECTED;
	}
}

static void keep_state(struct ask *a, const struct radius_said *s)
{
	memcpy(a->state, s->state, s->state_len);
	a->state_len = (uint16_t)s->state_len;
}

/* The client has to say something; the ask stays. */
static void challenge(struct ask *a, struct radius_said *s, uint8_t wanted)
{
	keep_state(a, s);
	s->answer.result = AUTH_CHALLENGE;
	s->answer.wanted = wanted;
	conversation_answer(a->c, &s->answer);
}

/* An expired password: whoever can may choose a new one (RFC 2759 6, RFC 2433 8). */
static void rejected(struct ask *a, struct radius_said *s)
{
	const struct aaa_request *r = &a->c->request;
	bool mschap = r->method == AAA_MSCHAPV1 || r->method == AAA_MSCHAPV2;

	end_eap(a, s, 4);
	radius_reply_finish(s);
	s->answer.reason = of_mschap(s->answer.mschap_error);
	radius_debug(a->radius->world, a->radius->server, "RADIUS_ACCESS_REJECT: %s",
	    reason_text(s->answer.reason)->plain);
	if (mschap && r->kind == AAA_AUTHENTICATE && s->answer.mschap_error == 648) {
		challenge(a, s, CHALLENGE_NEW_PASSWORD);
		return;
	}
	s->answer.result = AUTH_REJECT;
	end(a, &s->answer);
}

static void challenged(struct ask *a, struct radius_said *s)
{
	const struct aaa_request *r = &a->c->request;

	radius_reply_finish(s);
	if (s->bad || r->kind != AAA_AUTHENTICATE || (r->method == AAA_EAP && !s->eap_len))
		reject(a, REASON_AUTH_SERVER_ERROR, s->answer.message);
	else if (r->method == AAA_EAP)
		challenge(a, s, CHALLENGE_EAP);
	else if (r->method == AAA_PAP)
		challenge(a, s, CHALLENGE_TEXT);
	else
		reject(a, REASON_AUTH_NEEDS_PROMPT, s->answer.message);
}

/* An acceptance whose access list has to be fetched first: it waits. */
static bool waits_for_acl(struct ask *a, const struct radius_said *s)
{
	if (!s->acl[0] || s->bad)
		return false;
	a->said = malloc(sizeof *a->said);
	if (!a->said) {
		error(a, REASON_NO_MEMORY, NULL);
		return true;
	}
	*a->said = *s;
	ask_acl(a, (struct bytes){0});
	return true;
}

static void acl_answered(struct ask *a, const struct radius_packet *p)
{
	struct radius_said *s = a->said;

	radius_reply_take_acl(s, p, masks_of(a->radius));
	if (p->code == RADIUS_ACCESS_CHALLENGE && s->state_len && ++a->parts < ACL_PARTS_MAX &&
	    !s->lines.over) {
		keep_state(a, s);
		ask_acl(a, (struct bytes){.len = a->state_len, .p = a->state});
	} else if (p->code != RADIUS_ACCESS_ACCEPT || !s->lines.n || s->lines.over) {
		radius_debug(a->radius->world, a->radius->server,
		    "access list %s is not to be had: refused", s->acl);
		reject(a, REASON_AUTH_NO_ACCESS_LIST, NULL);
	} else {
		a->said = NULL;
		accepted(a, s);
		free(s);
	}
}

static void login_answered(struct ask *a, const struct radius_packet *p)
{
	struct radius_said *s = calloc(1, sizeof *s);

	if (!s) {
		error(a, REASON_NO_MEMORY, NULL);
		return;
	}
	radius_reply_take(s, p, masks_of(a->radius));
	if (p->code == RADIUS_ACCESS_CHALLENGE)
		challenged(a, s);
	else if (p->code == RADIUS_ACCESS_REJECT)
		rejected(a, s);
	else if (!waits_for_acl(a, s))
		accepted(a, s);
	free(s);
}

static void answered(struct radius_exchange *x, const struct radius_packet *p)
{
	struct ask *a = container_of(x, struct ask, x);

	if (p->code == RADIUS_ACCOUNTING_RESPONSE)
		end(a, &(struct aaa_answer){.result = AUTH_ACCEPT});
	else if (a->said)
		acl_answered(a, p);
	else
		login_answered(a, p);
}

/* ---- what is asked ----------------------------------------------------------------------- */

/* NULL: no memory, and the conversation has had its answer. */
static struct ask *ask_new(struct conversation *c, struct aaa_server *server)
{
	struct radius *r = server->server;
	struct ask *a = calloc(1, sizeof *a);

	if (!a) {
		conversation_answer(
		    c, &(struct aaa_answer){.result = AUTH_ERROR, .reason = REASON_NO_MEMORY});
		return NULL;
	}
	a->radius = r;
	a->c = c;
	c->protocol_state = a;
	LIST_INSERT_HEAD(&r->asks, a, link);
	return a;
}

static void start_login(struct conversation *c, struct aaa_server *server)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	const struct aaa_request *q = &c->request;
	const struct cfg_aaa_host *h = server->config;
	bool only = server->group->config && server->group->config->authorize_only;
	struct ask *a = ask_new(c, server);
	struct radius_nas nas;
	struct radius_key key;
	const char *common = h->common_pw && h->common_pw[0] ? h->common_pw : q->user;
	struct wr w;

	if (!a)
		return;
	if (q->kind == AAA_AUTHENTICATE && q->method == AAA_MSCHAPV2 && !h->mschapv2_capable) {
		reject(a, REASON_AUTH_METHOD, NULL);
		return;
	}
	if (!begin(a, &a->radius->auth, RADIUS_ACCESS_REQUEST, &w, buffer))
		return;
	a->eap_id = q->eap_len > 1 ? q->eap[1] : 0;
	nas = nas_of(a->radius);
	key = radius_link_key(&a->radius->auth);
	radius_debug(a->radius->world, server, "mkreq: user '%s', id %u, session %u", q->user,
	    a->x.id, q->session);
	send_packet(
	    a, &w, radius_put_login(&w, &key, &nas, q, common, only && q->kind == AAA_AUTHORIZE));
}

static void start_account(struct conversation *c, struct aaa_server *server)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	struct ask *a = ask_new(c, server);
	struct radius_nas nas;
	struct wr w;

	if (!a || !begin(a, &a->radius->acct, RADIUS_ACCOUNTING_REQUEST, &w, buffer))
		return;
	nas = nas_of(a->radius);
	send_packet(a, &w, radius_put_account(&w, &nas, c->request.account, c->env->wall(c->env)));
}

static void next(struct conversation *c, struct aaa_server *server, const struct aaa_next *n)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	struct ask *a = c->protocol_state;
	struct radius_nas nas;
	struct radius_key key;
	struct wr w;

	if (!begin(a, &a->radius->auth, RADIUS_ACCESS_REQUEST, &w, buffer))
		return;
	if (n->response.len > 1 && c->request.method == AAA_EAP)
		a->eap_id = n->response.p[1];
	nas = nas_of(a->radius);
	key = radius_link_key(&a->radius->auth);
	radius_debug(a->radius->world, server, "mkreq: user '%s', id %u, answers a challenge",
	    c->request.user, a->x.id);
	send_packet(a, &w,
	    radius_put_answer(&w, &key, &nas, &c->request, n,
		(struct bytes){.len = a->state_len, .p = a->state}));
}

static void cancel(struct conversation *c, struct aaa_server *server)
{
	struct ask *a = c->protocol_state;

	if (!a)
		return;
	radius_debug(a->radius->world, server,
	    "RADIUS_DELETE: user '%s' is not waited for any more", c->request.user);
	ask_free(a);
}

/* ---- servers ----------------------------------------------------------------------------- */

static void init(struct radius *r)
{
	radius_link_init(&r->auth, r->world, r->server, false);
	radius_link_init(&r->acct, r->world, r->server, true);
}

static bool open_server(const struct aaa_world *w, struct aaa_server *server)
{
	struct radius *r = calloc(1, sizeof *r);

	if (!r)
		return false;
	r->world = w;
	r->server = server;
	server->server = r;
	init(r);
	r->ears = radius_ears_open(w, server);
	return true;
}

/* Whoever waits has to ask another one, or again. */
static void fini(struct radius *r)
{
	static const char why[] = "its configuration has changed";
	struct ask *a;

	radius_link_fini(&r->auth, REASON_AUTH_NO_SERVER, why);
	radius_link_fini(&r->acct, REASON_AUTH_NO_SERVER, why);
	while ((a = LIST_FIRST(&r->asks))) /* between challenge and answer */
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		error(a, REASON_AUTH_NO_SERVER, why);
}

static void changed(struct aaa_server *server)
{
	struct radius *r = server->server;
	struct radius_ears *before = r->ears;

	fini(r);
	init(r);
	r->ears = radius_ears_open(r->world, server);
	radius_ears_close(
	    before); /* the port, if it is the same, has not forgotten what it heard */
}

static void close_server(struct aaa_server *server)
{
	struct radius *r = server->server;

	radius_ears_close(r->ears);
	fini(r);
	free(r);
	server->server = NULL;
}

const struct aaa_protocol radius_protocol = {.word = "radius",
    .name = "RADIUS",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .methods = 1U << AAA_PAP | 1U << AAA_CHAP | 1U << AAA_MSCHAPV1 | 1U << AAA_MSCHAPV2 |
	       1U << AAA_EAP,
    .open = open_server,
    .changed = changed,
    .close = close_server,
    .start = {[AAA_AUTHENTICATE] = start_login,
	[AAA_AUTHORIZE] = start_login,
	[AAA_ACCOUNT] = start_account},
    .next = next,
    .cancel = cancel};
