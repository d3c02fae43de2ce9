/*
 * A question on its way. Identity: its owner's. Life: from its start to the one
 * answer that is no challenge, or to its cancellation; then its secrets are
 * wiped. While a server owes an answer its own `timeout` runs; the client may
 * take the time that its own protocol gives it for the answer to a challenge.
 *
 *              start            answer: challenge
 *   OVER --------------> ASKED -------------------> CHALLENGED
 *     ^                   | ^                           |
 *     +-------------------+ +---------------------------+
 *           answer                  next
 *
 * An error and a timeout are a server's failure: the next one is asked anew. What is lost because
 * the server's configuration changes is nobody's failure: AGAIN, all is asked anew in a moment.
 */
#include "engine/aaa/conversation.h"

#include <stdio.h>

#include "engine/crypto/crypto.h"
#include "engine/crypto/utf8.h"

#define DEFAULT_TIMEOUT 10 /* seconds; of LOCAL, which never takes any */

static uint64_t now(const struct conversation *c)
{
	return c->env->now(c->env);
}

static void over(struct conversation *c)
{
	timer_stop(c->env, &c->deadline);
	c->state = CONVERSATION_OVER;
	crypto_wipe(&c->request.password, sizeof c->request.password);
	crypto_wipe(&c->request.response, sizeof c->request.response);
	crypto_wipe(&c->request.eap, sizeof c->request.eap);
}

/* Ends it; `a` may speak of the request's user. */
static void finish(struct conversation *c, const struct aaa_answer *a)
{
	over(c);
	c->done(c, a);
}

static void wait_for_answer(struct conversation *c)
{
	const struct cfg_aaa_host *h = c->server->config;
	uint32_t seconds = h && h->timeout ? h->timeout : DEFAULT_TIMEOUT;

	c->state = CONVERSATION_ASKED;
	c->asked = now(c);
	c->server->pending++;
	timer_start(c->env, &c->deadline, seconds * SEC);
}

/* The server owes no answer any more. */
static void settled(struct conversation *c)
{
	timer_stop(c->env, &c->deadline);
	if (c->state == CONVERSATION_ASKED && c->server->pending)
		c->server->pending--;
}

static void count_request(const struct conversation *c)
{
	struct aaa_counters *n = &c->server->counters;

	switch (c->request.kind) {
	case AAA_AUTHENTICATE:
		n->authentications++;
		break;
	case AAA_ACCOUNT:
		n->accountings++;
		break;
	default:
		n->authorizations++;
		break;
	}
}

static bool serves(const struct aaa_protocol *p, const struct aaa_request *r)
{
	return p->start[r->kind] &&
	    (r->kind != AAA_AUTHENTICATE || p->methods & 1U << r->method);
}

/* What a client calls himself may not make a server err, which would be given up for it. */
static bool sayable(const struct aaa_protocol *p, const struct aaa_request *r)
{
	return !p->utf8 || (utf8_text(r->user) && utf8_text(r->password));
}

/* Asks who is left, or says that nobody answers. The conversation may be gone afterwards. */
static void ask(struct conversation *c, struct aaa_server *s)
{
	static const struct aaa_answer nobody = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_NO_SERVER};
	static const struct aaa_answer cannot = {
	    .result = AUTH_REJECT, .reason = REASON_AUTH_METHOD};
	static const struct aaa_answer nameless = {
	    .result = AUTH_REJECT, .reason = REASON_AUTH_REJECTED};

	c->server = s;
	if (!s) {
		finish(c, &nobody);
	} else if (!serves(s->protocol, &c->request)) {
		finish(c, &cannot);
	} else if (!sayable(s->protocol, &c->request)) {
		finish(c, &nameless);
	} else {
		wait_for_answer(c);
		count_request(c);
		s->protocol->start[c->request.kind](c, s);
	}
}

/* It did not do its part: who is next? */
static void failed(struct conversation *c, const struct aaa_answer *a)
{
	struct aaa_server *s = c->server, *next = NULL;
	bool dead;

	if (s->changing) {
		c->state = CONVERSATION_AGAIN;
		timer_start(c->env, &c->deadline, 0);
		return;
	}
	dead = aaa_group_failed(c->group, s, now(c));
	if (dead)
		s->disabled = c->env->wall(c->env);
	snprintf(s->why, sizeof s->why, "%s", a->why ? a->why : reason_text(a->reason)->plain);
	if (c->failed)
		c->failed(c, s, a, dead);
	if (!c->only)
		next = aaa_group_next(c->group, c->fallback, s, now(c));
	if (next)
		ask(c, next);
	else
		finish(c, a);
}

/* The mean of the last eight or so. */
static void measure(struct aaa_server *s, uint64_t took)
{
	uint32_t ms = (uint32_t)(took / MSEC);

	s->round_trip = s->round_trip ? (s->round_trip * 7 + ms) / 8 : ms;
}

static void count_answer(struct conversation *c, const struct aaa_answer *a)
{
	struct aaa_counters *n = &c->server->counters;

	c->server->last = c->env->wall(c->env);
	measure(c->server, now(c) - c->asked);
	aaa_group_answered(c->server);
	if (a->result == AUTH_CHALLENGE)
		n->challenges++;
	else if (a->result == AUTH_ACCEPT)
		n->accepts++;
	else
		n->rejects++;
}

void conversation_answer(struct conversation *c, const struct aaa_answer *a)
{
	settled(c);
	switch (a->result) {
	case AUTH_ERROR:
		failed(c, a);
		break;
	case AUTH_CHALLENGE:
		count_answer(c, a);
		c->state = CONVERSATION_CHALLENGED;
		c->done(c, a);
		break;
	default:
		count_answer(c, a);
		finish(c, a);
		break;
	}
}

static void forsake(struct conversation *c)
{
	if (c->state == CONVERSATION_OVER)
		return;
	settled(c);
	if (c->state != CONVERSATION_AGAIN && c->server->protocol->cancel)
		c->server->protocol->cancel(c, c->server);
}

/* A record waits for its server: it tries the dead, and makes nobody else's login wait for them. */
static struct aaa_server *first(struct conversation *c)
{
	return c->request.kind == AAA_ACCOUNT ? aaa_group_first_of_all(c->group, now(c)) :
						aaa_group_first(c->group, c->fallback, now(c));
}

static void deadline(struct timer *t)
{
	static const struct aaa_answer late = {.result = AUTH_ERROR, .reason = REASON_AUTH_TIMEOUT};
	struct conversation *c = container_of(t, struct conversation, deadline);

	if (c->state == CONVERSATION_AGAIN) {
		ask(c, c->only ? c->only : first(c));
		return;
	}
	forsake(c);
	c->server->counters.timeouts++;
	failed(c, &late);
}

void conversation_server_goes(struct conversation *c, const struct aaa_server *s)
{
	static const struct aaa_answer gone = {.result = AUTH_ERROR,
	    .reason = REASON_AUTH_NO_SERVER, .why = "it was taken out of the configuration"};

	if (c->state == CONVERSATION_OVER || c->server != s)
		return;
	forsake(c);
	failed(c, &gone);
}

void conversation_start(struct conversation *c, struct env *env, struct aaa_group *group,
    struct aaa_server *only, struct aaa_server *fallback, const struct aaa_request *request,
    conversation_done *done)
{
	*c = (struct conversation){.env = env, .group = group, .fallback = fallback, .only = only,
	    .done = done, .failed = c->failed, .request = *request, .deadline.fire = deadline};
	ask(c, only ? only : first(c));
}

void conversation_next(struct conversation *c, const struct aaa_next *next)
{
	if (c->state != CONVERSATION_CHALLENGED)
		return;
	wait_for_answer(c);
	c->server->protocol->next(c, c->server, next);
}

void conversation_cancel(struct conversation *c)
{
	forsake(c);
	over(c);
}
