/*
 * The authenticator of one link: the machine that is the same for every method
 * (PAP, CHAP with MD5, MS-CHAPv1 and v2); what is different is its row in
 * method.c. It proves nothing itself: the owner is asked and answers later, one
 * question at a time.
 */
#include <stdio.h>
#include <string.h>

#include "engine/crypto/crypto.h"
#include "engine/ppp/auth.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/method.h"
#include "engine/ppp/send.h"

#define CHALLENGE_PERIOD (3 * SEC)
#define CHALLENGE_TRIES 10
#define PAP_PATIENCE (30 * SEC)

static void send_challenge(struct ppp *p)
{
	struct auth *a = &p->auth;
	uint8_t buf[1 + sizeof a->challenge + sizeof p->name];
	size_t len = chap_challenge_write(a->challenge, a->challenge_len, p->name, buf, sizeof buf);

	a->tries++;
	ppp_send(p, PROTO_CHAP, CHAP_CHALLENGE, a->id, buf, len);
	timer_start(p->env, &a->timer, CHALLENGE_PERIOD);
}

/* No answer from the client; while the owner is being asked the link's deadline watches. */
static void waited(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, auth.timer);
	struct auth *a = &p->auth;

	if (auth_method(p->method)->packets->challenges && a->tries < CHALLENGE_TRIES)
		send_challenge(p);
	else
		p->link->close(p, REASON_PPP_TIMEOUT);
}

void auth_init(struct ppp *p)
{
	p->auth.timer.fire = waited;
}

void auth_start(struct ppp *p)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;

	a->state = AUTH_WAITING;
	a->tries = 0;
	a->user[0] = '\0';
	a->challenge_len = m->challenge;
	if (!m->packets->challenges) {
		timer_start(p->env, &a->timer, PAP_PATIENCE);
		return;
	}
	p->env->random(p->env, a->challenge, a->challenge_len);
	a->id++;
	send_challenge(p);
}

static void forget_request(struct auth *a)
{
	crypto_wipe(&a->request, sizeof a->request);
}

/* The request stays until the owner has answered: it is his until then. */
void auth_stop(struct ppp *p)
{
	struct auth *a = &p->auth;
	bool asked = a->state == AUTH_ASKED;

	timer_stop(p->env, &a->timer);
	a->state = AUTH_IDLE;
	if (!asked)
		return;
	a->stale = true;
	p->ops->cancel(p->owner);
}

void auth_fini(struct ppp *p)
{
	timer_stop(p->env, &p->auth.timer);
	forget_request(&p->auth);
}

/* ---- what the client sends -------------------------------------------- */

static void ask(struct ppp *p)
{
	struct auth *a = &p->auth;
	struct ppp_auth_request *q = &a->request;

	timer_stop(p->env, &a->timer);
	a->state = AUTH_ASKED;
	q->method = p->method;
	q->chap_id = a->id;
	q->challenge_len = a->challenge_len;
	memcpy(q->challenge, a->challenge, a->challenge_len);
	memcpy(a->user, q->user, sizeof a->user);
	ppp_log_class(p, TRACE_PPP_AUTH, TRACE_EVENT, "PPP %s: user %s authenticates with %s",
	    p->label, a->user, auth_method(p->method)->name);
	p->ops->authenticate(p->owner, q);
}

static void send_answer(struct ppp *p)
{
	const struct auth_packets *k = auth_method(p->method)->packets;
	struct auth *a = &p->auth;
	uint8_t buf[sizeof a->answer];
	size_t len = k->write(a->answer, buf, sizeof buf);

	ppp_send(p, k->protocol, a->state == AUTH_ACCEPTED ? k->good : k->bad, a->id, buf, len);
}

void auth_repeat(struct ppp *p)
{
	if (p->auth.state == AUTH_ACCEPTED)
		send_answer(p);
}

bool auth_receive(struct ppp *p, uint16_t protocol, struct rd packet)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;
	uint8_t code, id;

	if (!auth_packet_open(&packet, &code, &id))
		return false;
	if (!m || m->packets->protocol != protocol || code != m->packets->proof)
		return true;
	if (m->packets->challenges && id != a->id)
		return true;
	if (a->state != AUTH_IDLE)
		a->id = id;
	auth_repeat(p); /* RFC 1994 4.1: a repeated Response is answered again */
	if (a->state != AUTH_WAITING || a->stale)
		return true;
	if (!m->packets->read(&packet, m->response, &a->request)) {
		forget_request(a);
		return false;
	}
	ask(p);
	return true;
}

/* ---- what the owner answers ------------------------------------------- */

static void compose_answer(struct ppp *p, const struct ppp_auth_reply *r)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;
	char hex[2 * sizeof a->challenge + 1] = "";
	uint8_t fresh[sizeof a->challenge];

	if (!r->accepted && m->fresh) {
		p->env->random(p->env, fresh, sizeof fresh);
		for (size_t i = 0; i < a->challenge_len; i++)
			snprintf(hex + 2 * i, 3, "%02X", fresh[i]);
	}
	(r->accepted ? m->good : m->bad)(a->answer, sizeof a->answer, r, hex);
}

bool ppp_auth_expected(const struct ppp *p)
{
	return p->auth.state == AUTH_ASKED;
}

void ppp_auth_done(struct ppp *p, const struct ppp_auth_reply *r)
{
	struct auth *a = &p->auth;

	forget_request(a);
	if (a->state != AUTH_ASKED) { /* of a negotiation that is over; a new one may ask now */
		a->stale = false;
		return;
	}
	a->state = r->accepted ? AUTH_ACCEPTED : AUTH_REFUSED;
	compose_answer(p, r);
	ppp_log_class(p, TRACE_PPP_AUTH, TRACE_EVENT, "PPP %s: user %s %s", p->label, a->user,
	    r->accepted ? "accepted" : reason_text(r->reason)->plain);
	send_answer(p);
	if (r->accepted)
		p->link->authenticated(p);
	else
		p->link->close(p, r->reason ? r->reason : REASON_AUTH_REJECTED);
}
