/*
 * The authenticator's side of PAP (RFC 1334) and CHAP (RFC 1994) with MD5,
 * MS-CHAPv1 (RFC 2433) and MS-CHAPv2 (RFC 2759) of one link. It proves nothing
 * itself: the owner is asked and answers later.
 *
 *   CHAP Challenge, Response   | code | id | length | size | value ... | name ... |
 *   PAP Authenticate-Request   | code | id | length | size | user ... | size | password ... |
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
#define MSCHAP_REFUSED 691

enum { CHAP_CHALLENGE = 1, CHAP_RESPONSE, CHAP_SUCCESS, CHAP_FAILURE };
enum { PAP_REQUEST = 1, PAP_ACK, PAP_NAK };

static void send_challenge(struct ppp *p)
{
	struct auth *a = &p->auth;
	uint8_t buf[1 + sizeof a->challenge + sizeof p->name];
	struct wr w = wr_init(buf, sizeof buf);

	wr_u8(&w, (unsigned)a->challenge_len);
	wr_bytes(&w, a->challenge, a->challenge_len);
	wr_bytes(&w, p->name, strlen(p->name));
	a->tries++;
	ppp_send(p, PROTO_CHAP, CHAP_CHALLENGE, a->id, buf, wr_len(&w));
	timer_start(p->env, &a->timer, CHALLENGE_PERIOD);
}

/* No answer from the client; while the owner is being asked the link's deadline watches. */
static void waited(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, auth.timer);
	struct auth *a = &p->auth;

	if (p->method != PPP_AUTH_PAP && a->tries < CHALLENGE_TRIES)
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
	if (m->protocol == PROTO_PAP) {
		timer_start(p->env, &a->timer, PAP_PATIENCE);
		return;
	}
	a->challenge_len = m->challenge;
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

/* Copies `len` bytes of text; false when it does not fit or hides a NUL. */
static bool take_text(struct rd *r, size_t len, char *to, size_t size)
{
	const uint8_t *text = rd_bytes(r, len);

	if (!text || len >= size || memchr(text, '\0', len))
		return false;
	memcpy(to, text, len);
	to[len] = '\0';
	return true;
}

/* A name goes into logs and tables: no control characters in it. */
static bool printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static void ask(struct ppp *p)
{
	struct auth *a = &p->auth;

	timer_stop(p->env, &a->timer);
	a->state = AUTH_ASKED;
	a->request.method = p->method;
	memcpy(a->user, a->request.user, sizeof a->user);
	ppp_log(p, TRACE_EVENT, "PPP %s: user %s authenticates with %s", p->label, a->user,
	    auth_method(p->method)->name);
	p->ops->authenticate(p->owner, &a->request);
}

static void send_pap(struct ppp *p, uint8_t code)
{
	struct auth *a = &p->auth;
	uint8_t buf[sizeof a->answer];
	struct wr w = wr_init(buf, sizeof buf);

	wr_u8(&w, (unsigned)strlen(a->answer));
	wr_bytes(&w, a->answer, strlen(a->answer));
	ppp_send(p, PROTO_PAP, code, a->id, buf, wr_len(&w));
}

static void send_answer(struct ppp *p)
{
	struct auth *a = &p->auth;
	bool good = a->state == AUTH_ACCEPTED;

	if (p->method == PPP_AUTH_PAP)
		send_pap(p, good ? PAP_ACK : PAP_NAK);
	else
		ppp_send(p, PROTO_CHAP, good ? CHAP_SUCCESS : CHAP_FAILURE, a->id, a->answer,
		    strlen(a->answer));
}

void auth_repeat(struct ppp *p)
{
	if (p->auth.state == AUTH_ACCEPTED)
		send_answer(p);
}

static bool header(struct rd *packet, uint8_t *code, uint8_t *id)
{
	size_t len;

	*code = rd_u8(packet);
	*id = rd_u8(packet);
	len = rd_u16(packet);
	if (packet->bad || len < 4)
		return false;
	*packet = rd_sub(packet, len - 4);
	return !packet->bad;
}

bool auth_receive_pap(struct ppp *p, struct rd packet)
{
	struct auth *a = &p->auth;
	struct ppp_auth_request *q = &a->request;
	uint8_t code, id;
	bool good;

	if (!header(&packet, &code, &id))
		return false;
	if (code != PAP_REQUEST || p->method != PPP_AUTH_PAP)
		return true;
	if (a->state != AUTH_IDLE)
		a->id = id;
	auth_repeat(p);
	if (a->state != AUTH_WAITING || a->stale)
		return true;
	good = take_text(&packet, rd_u8(&packet), q->user, sizeof q->user) &&
	    printable(q->user) && take_text(&packet, rd_u8(&packet), q->password, sizeof q->password);
	if (good)
		ask(p);
	else
		forget_request(a);
	return good;
}

bool auth_receive_chap(struct ppp *p, struct rd packet)
{
	const struct auth_method *m = auth_method(p->method);
	struct auth *a = &p->auth;
	struct ppp_auth_request *q = &a->request;
	uint8_t code, id, size;

	if (!header(&packet, &code, &id))
		return false;
	if (code != CHAP_RESPONSE || !m || m->protocol != PROTO_CHAP || id != a->id)
		return true;
	auth_repeat(p); /* RFC 1994 4.1: a repeated Response is answered again */
	if (a->state != AUTH_WAITING || a->stale)
		return true;
	size = rd_u8(&packet);
	if (size != m->response)
		return false;
	rd_copy(&packet, q->response, size);
	q->response_len = size;
	if (!take_text(&packet, rd_left(&packet), q->user, sizeof q->user) || !printable(q->user)) {
		forget_request(a);
		return false;
	}
	q->chap_id = id;
	q->challenge_len = a->challenge_len;
	memcpy(q->challenge, a->challenge, a->challenge_len);
	ask(p);
	return true;
}

/* ---- what the owner answers ------------------------------------------- */

/* RFC 2433 6, RFC 2759 6. R=0: no retry, so the new challenge is only for the form. */
static void mschap_failure(struct ppp *p, const struct ppp_auth_reply *r)
{
	struct auth *a = &p->auth;
	char hex[2 * sizeof a->challenge + 1];
	uint8_t fresh[sizeof a->challenge];
	int error = r->windows_error ? r->windows_error : MSCHAP_REFUSED;

	p->env->random(p->env, fresh, sizeof fresh);
	for (size_t i = 0; i < a->challenge_len; i++)
		snprintf(hex + 2 * i, 3, "%02X", fresh[i]);
	if (p->method == PPP_AUTH_MSCHAPV1)
		snprintf(a->answer, sizeof a->answer, "E=%d R=0 C=%s V=2", error, hex);
	else
		snprintf(a->answer, sizeof a->answer, "E=%d R=0 C=%s V=3 M=%s", error, hex,
		    r->message ? r->message : "Authentication failed");
}

static void compose_answer(struct ppp *p, const struct ppp_auth_reply *r)
{
	struct auth *a = &p->auth;
	const char *text = r->message    ? r->message
	                 : r->accepted ? "Access granted"
	                               : "Authentication failed";

	if (r->accepted && p->method == PPP_AUTH_MSCHAPV2)
		snprintf(a->answer, sizeof a->answer, "%s M=%s", r->mschap_success, text);
	else if (!r->accepted && (p->method == PPP_AUTH_MSCHAPV1 || p->method == PPP_AUTH_MSCHAPV2))
		mschap_failure(p, r);
	else
		snprintf(a->answer, sizeof a->answer, "%s", text);
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
	ppp_log(p, TRACE_EVENT, "PPP %s: user %s %s", p->label, a->user,
	    r->accepted ? "accepted" : reason_text(r->reason)->plain);
	send_answer(p);
	if (r->accepted)
		p->link->authenticated(p);
	else
		p->link->close(p, r->reason ? r->reason : REASON_AUTH_REJECTED);
}
