/*
 * The authenticator of one link: the machine that is the same for every method
 * (PAP, CHAP with MD5, MS-CHAPv1 and v2, EAP); what is different is its row in
 * method.c, and EAP's way of asking, eap.c. It proves nothing itself: the owner
 * is asked and answers later, one question at a time. Meanwhile the client is
 * left alone, and what he repeats is not asked again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crypto/crypto.h"
#include "engine/ppp/auth.h"
#include "engine/ppp/auth_ask.h"
#include "engine/ppp/eap.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/method.h"
#include "engine/ppp/send.h"

#define CHALLENGE_PERIOD (3 * SEC)
#define CHALLENGE_TRIES 10
#define PAP_PATIENCE (30 * SEC)

static void send_challenge(struct ppp *p)
{
	struct auth *a = &p->auth;
	uint8_t buf[1 + sizeof a->challenge + CHAP_NAME_MAX];
	size_t len = chap_challenge_write(
	    a->challenge, a->challenge_len, p->config.name, buf, sizeof buf);

	a->tries++;
	ppp_send(p, PROTO_CHAP, CHAP_CHALLENGE, a->id, buf, len);
	timer_start(p->env, &a->timer, CHALLENGE_PERIOD);
}

/* No answer from the client. */
static void waited(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, auth.timer);
	struct auth *a = &p->auth;

	if (p->method == PPP_AUTH_EAP && eap_repeat(p))
		return;
	if (p->method != PPP_AUTH_EAP && auth_method(p->method)->packets->challenges &&
	    a->tries < CHALLENGE_TRIES)
		send_challenge(p);
	else
		p->link->close(p, REASON_PPP_TIMEOUT);
}

void auth_init(struct ppp *p)
{
	p->auth.timer.fire = waited;
}

static bool make_room(struct auth *a)
{
	char *answer = realloc(a->answer, AUTH_ANSWER_MAX);

	if (answer)
		a->answer = answer;
	if (!a->request)
		a->request = calloc(1, sizeof *a->request);
	return answer && a->request;
}

void auth_start(struct ppp *p)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;

	a->state = AUTH_WAITING;
	a->changing = false;
	a->tries = 0;
	free(a->user);
	a->user = NULL;
	a->challenge_len = m->challenge;
	if (!make_room(a)) {
		p->link->close(p, REASON_NO_MEMORY);
		return;
	}
	if (!m->packets->challenges) {
		timer_start(p->env, &a->timer, PAP_PATIENCE);
		return;
	}
	a->id++;
	if (p->method == PPP_AUTH_EAP) {
		eap_start(p);
		return;
	}
	p->env->random(p->env, a->challenge, a->challenge_len);
	send_challenge(p);
}

/* The request stays until the owner has answered: it is his until then. */
void auth_stop(struct ppp *p)
{
	struct auth *a = &p->auth;

	timer_stop(p->env, &a->timer);
	a->state = AUTH_IDLE;
	eap_forget(p);
	if (!a->open || a->stale)
		return;
	a->stale = true;
	p->ops->cancel(p->owner);
}

void auth_fini(struct ppp *p)
{
	timer_stop(p->env, &p->auth.timer);
	eap_forget(p);
	auth_forget_request(p);
	free(p->auth.request);
	free(p->auth.answer);
	free(p->auth.user);
}

void auth_known(struct ppp *p)
{
	struct auth *a = &p->auth;
	char *answer = realloc(a->answer, strlen(a->answer) + 1);

	if (answer)
		a->answer = answer;
	auth_forget_request(p);
	free(a->request);
	a->request = NULL;
}

/* ---- what we say at the end --------------------------------------------- */

static void send_answer(struct ppp *p)
{
	const struct auth_packets *k = auth_method(p->method)->packets;
	struct auth *a = &p->auth;
	uint8_t buf[AUTH_ANSWER_MAX];
	size_t len = k->write(a->answer, buf, sizeof buf);

	ppp_send(p, k->protocol, a->state == AUTH_ACCEPTED ? k->good : k->bad, a->id, buf, len);
}

/* `again`: the client may answer the new challenge that a refusal has in it. */
static void compose_answer(struct ppp *p, const struct ppp_auth_reply *r, bool again)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;
	char hex[2 * sizeof a->challenge + 1] = "";

	if (!r->accepted && m->fresh) {
		p->env->random(p->env, a->challenge, a->challenge_len);
		for (size_t i = 0; i < a->challenge_len; i++)
			snprintf(hex + 2 * i, 3, "%02X", a->challenge[i]);
	}
	(r->accepted ? m->good : m->bad)(a->answer, AUTH_ANSWER_MAX, r, hex, again);
}

void auth_repeat(struct ppp *p)
{
	if (p->auth.state == AUTH_ACCEPTED)
		send_answer(p);
}

/* ---- what the client sends -------------------------------------------- */

/* RFC 2759 7: its Identifier is the Failure's plus one. False: it is malformed. */
static bool new_password(struct ppp *p, uint8_t id, struct rd packet)
{
	struct auth *a = &p->auth;
	struct ppp_auth_next next = {.response = packet.p,
	    .response_len = rd_left(&packet),
	    .challenge = a->challenge,
	    .challenge_len = a->challenge_len};

	if (id == a->id) /* repeated */
		auth_repeat(p);
	if (a->state != AUTH_WAITING || !a->changing || id != (uint8_t)(a->id + 1))
		return true;
	if (next.response_len != auth_method(p->method)->change_len)
		return false;
	a->id = id;
	a->changing = false;
	auth_tell(p, &next);
	return true;
}

/* Of one that is answered already: our answer may be lost (RFC 1994 4.1). */
static void repeated(struct ppp *p)
{
	auth_repeat(p);
	if (p->auth.state == AUTH_WAITING && p->auth.changing)
		send_answer(p);
}

/* What begins the question; `whole` is with its header, which EAP hands on. */
static bool proof(struct ppp *p, uint8_t id, struct rd packet, struct rd whole)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;

	if (m->packets->challenges && id != a->id)
		return true;
	if (a->state != AUTH_IDLE)
		a->id = id;
	repeated(p);
	if (a->state != AUTH_WAITING || a->open)
		return true;
	if (!m->packets->read(&packet, m->response, a->request)) {
		auth_forget_request(p);
		return false;
	}
	a->request->eap = whole.p;
	a->request->eap_len = rd_left(&whole);
	auth_ask(p);
	return true;
}

bool auth_receive(struct ppp *p, uint16_t protocol, struct rd packet)
{
	const struct auth_method *m = auth_method(p->method);
	struct rd whole = packet;
	uint8_t code, id;

	if (!auth_packet_open(&packet, &code, &id))
		return false;
	if (!m || m->packets->protocol != protocol)
		return true;
	if (m->change && code == m->change)
		return new_password(p, id, packet);
	if (code != m->packets->proof)
		return true;
	whole = rd_sub(&whole, rd_left(&packet) + 4);
	if (protocol == PROTO_EAP && ppp_auth_expected(p))
		return eap_response(p, id, whole);
	return proof(p, id, packet, whole);
}

/* ---- what the owner answers ------------------------------------------- */

bool ppp_auth_expected(const struct ppp *p)
{
	return p->auth.open && !p->auth.stale;
}

bool ppp_auth_new_password(struct ppp *p, const char *message)
{
	struct ppp_auth_reply expired = {.windows_error = MSCHAP_EXPIRED, .message = message};
	struct auth *a = &p->auth;

	if (a->state != AUTH_ASKED || !auth_method(p->method)->change)
		return false;
	ppp_log_class(p, TRACE_PPP_AUTH, TRACE_EVENT, "PPP %s: user %s is to choose a new password",
	    p->label, a->user);
	a->state = AUTH_WAITING;
	a->changing = true;
	compose_answer(p, &expired, true);
	p->link->challenged(p);
	send_answer(p);
	return true;
}

void ppp_auth_done(struct ppp *p, const struct ppp_auth_reply *r)
{
	struct auth *a = &p->auth;
	bool stale = a->stale, open = a->open;

	auth_forget_request(p);
	a->open = a->stale = false;
	if (stale || !open) /* of a negotiation that is over; a new one may ask now */
		return;
	timer_stop(p->env, &a->timer);
	eap_forget(p);
	a->state = r->accepted ? AUTH_ACCEPTED : AUTH_REFUSED;
	compose_answer(p, r, false);
	ppp_log_class(p, TRACE_PPP_AUTH, TRACE_EVENT, "PPP %s: user %s %s", p->label, a->user,
	    r->accepted ? "accepted" : reason_text(r->reason)->plain);
	send_answer(p);
	if (r->accepted)
		p->link->authenticated(p);
	else
		p->link->close(p, r->reason ? r->reason : REASON_AUTH_REJECTED);
}
