/*
 * The question to the login servers whether a client is who he says: the
 * engine's side of a conversation (engine/aaa). Identity: its id, under which
 * the session is found. Life: from the client's proof, through the challenges
 * that his method can show him, to the one answer that ends it; a session that
 * goes takes its question back and hears no answer. PPP asks one question at a
 * time: one of a negotiation that is over is cancelled, and the next one waits
 * for the answer that says so. With an authorization-server-group a second
 * question, what he may have, follows the acceptance before PPP hears of it.
 */
#include "engine/session/question.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/client_code.h"
#include "engine/session/acceptance.h"
#include "engine/session/admission.h"
#include "engine/session/alive.h"
#include "engine/session/peer.h"
#include "engine/session/place.h"
#include "engine/session/ppp_terms.h"
#include "engine/session/report.h"
#include "engine/session/session.h"
#include "engine/session/welcome.h"

#define PLACE_LOOK (100 * MSEC)

/* Who the client says that he is; proved or not. */
static const char *claimed_user(const struct session *s)
{
	struct ppp_info info;

	ppp_get(s->ppp, &info);
	return info.user;
}

/* ---- asking --------------------------------------------------------------------- */

uint32_t question_number(struct session *s)
{
	struct gateway *gw = s->gw;
	uint32_t id;

	do
		id = ++gw->last_auth;
	while (id == 0 || table_get(&gw->auths, id));
	return table_add(&gw->auths, id, s) ? id : 0;
}

static bool note(struct session *s)
{
	s->auth_id = question_number(s);
	return s->auth_id != 0;
}

static void forget(struct session *s)
{
	table_remove(&s->gw->auths, s->auth_id);
	s->auth_id = 0;
}

/* Only MS-CHAP says more than no. */
static int code_of(const struct session *s, const struct ppp_auth_reply *no)
{
	struct ppp_info info;

	ppp_get(s->ppp, &info);
	if (info.method != PPP_AUTH_MSCHAPV1 && info.method != PPP_AUTH_MSCHAPV2)
		return client_code_mschap(0);
	return client_code_mschap(
	    no->windows_error ? no->windows_error : reason_text(no->reason)->windows);
}

/* "by 10.1.1.1 of RAD: why", as far as it is told; NULL: nothing is. */
static const char *told_by(
    const struct msg_auth_reply *said, const char *plain, char *buf, size_t size)
{
	const char *by = said && said->by ? said->by : "";
	const char *why = said && said->why ? said->why : "";
	const char *group = said && said->group ? said->group : "";

	if (strcmp(why, plain) == 0)
		why = "";
	snprintf(buf, size, "%s%s%s%s%s%s", *by ? "by " : "", by, *by && *group ? " of " : "",
	    *by ? group : "", *by && *why ? ": " : "", why);
	return *buf ? buf : NULL;
}

/* `said`: what the server says of it, or NULL. */
static void refuse(struct session *s, enum reason why, const struct msg_auth_reply *said)
{
	char detail[2 * ATTEMPT_TEXT_MAX];
	struct ppp_auth_reply no = {.accepted = false, .reason = why};

	if (said && *said->message)
		no.message = said->message;
	if (said)
		no.windows_error = said->mschap_error;
	s->refused = true;
	attempt_code(&s->attempt, code_of(s, &no));
	session_failure(s, why, claimed_user(s), 
	    told_by(said, reason_text(why)->plain, detail, sizeof detail));
	log_say(&s->gw->trace->log, 603103,
	    "PPP virtual interface %u - user: %s aaa authentication failed", s->id,
	    log_name(&s->gw->trace->log, why != REASON_AUTH_UNKNOWN_USER, claimed_user(s)));
	ppp_auth_done(s->ppp, &no);
}

/* What each of its questions says of the session. */
static struct msg_auth_request about(const struct session *s, const struct cfg_tunnel_group *g)
{
	return (struct msg_auth_request){
	    .id = s->auth_id,
	    .session = s->peer->index,
	    .host = "",
	    .user = "",
	    .password = "",
	    .client = s->peer->path.remote.addr,
	    .local = s->peer->path.local.addr,
	    .tunnel_group = s->peer->tunnel_group,
	    .service = "ppp",
	    .port = "",
	    .strip_realm = g ? g->strip_realm : 0,
	    .strip_group = g ? g->strip_group : 0,
	};
}

struct msg_auth_request question_whether(
    const struct session *s, uint32_t id, const struct ppp_auth_request *r)
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct msg_auth_request q = about(s, g);

	q.id = id;
	q.kind = ASK_AUTHENTICATE;
	q.server_group = g && g->auth_group && *g->auth_group ? g->auth_group : "LOCAL";
	q.fallback_local = g ? g->auth_fallback : 0;
	q.method = ppp_terms_word(r->method);
	q.user = r->user;
	q.password = r->password;
	q.chap_id = r->chap_id;
	q.challenge = (struct bytes){.len = (uint16_t)r->challenge_len, .p = r->challenge};
	q.response = (struct bytes){.len = (uint16_t)r->response_len, .p = r->response};
	if (r->method == PPP_AUTH_EAP)
		q.eap = (struct bytes){.len = (uint16_t)r->eap_len, .p = r->eap};
	return q;
}

void question_ask(void *owner, const struct ppp_auth_request *r)
{
	struct session *s = owner;
	struct gateway *gw = s->gw;
	struct msg_auth_request q;

	if (!note(s)) {
		refuse(s, REASON_NO_MEMORY, NULL);
		return;
	}
	q = question_whether(s, s->auth_id, r);
	attempt_user(&s->attempt, r->user);
	log_say(&gw->trace->log, 603102,
	    "PPP virtual interface %u - user: %s aaa authentication started", s->id,
	    log_name(&gw->trace->log, false, r->user));
	gw->ops->authenticate(gw->owner, &q);
}

void question_next(void *owner, const struct ppp_auth_next *n)
{
	struct session *s = owner;
	struct msg_auth_next m = {.id = s->auth_id,
	    .text = "",
	    .response = {.len = (uint16_t)n->response_len, .p = n->response},
	    .challenge = {.len = (uint16_t)n->challenge_len, .p = n->challenge}};

	s->gw->ops->next(s->gw->owner, &m);
}

void question_cancel(void *owner)
{
	struct session *s = owner;

	if (s->auth_id)
		s->gw->ops->cancel(s->gw->owner, s->auth_id);
	if (s->place.said)
		timer_start(s->gw->env, &s->place.timer, 0);
	welcome_hurry(s);
}

static void wait_no_more(struct session *s)
{
	timer_stop(s->gw->env, &s->place.timer);
	acceptance_drop(&s->place.said);
	acceptance_drop(&s->place.over);
}

void question_drop(struct session *s)
{
	uint32_t id = s->auth_id;

	acceptance_drop(&s->accepted);
	welcome_drop(s);
	wait_no_more(s);
	if (!id)
		return;
	forget(s);
	s->gw->ops->cancel(s->gw->owner, id);
}

/* ---- a login that waits for others --------------------------------------------- */

static void admit(struct session *, const struct cfg_tunnel_group *, const struct msg_auth_reply *,
    const struct msg_auth_reply *over);

static void others_waited(struct timer *t)
{
	struct session *s = container_of(t, struct session, place.timer);
	struct env *e = s->gw->env;
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct acceptance *said = s->place.said, *over = s->place.over;

	if (g && ppp_auth_expected(s->ppp) && !place_known(s) && e->now(e) < s->place.until) {
		timer_start(e, t, PLACE_LOOK);
		return;
	}
	s->place.said = s->place.over = NULL;
	s->place.done = true;
	if (!ppp_auth_expected(s->ppp)) /* LCP was negotiated anew: he has to prove himself again */
		ppp_auth_done(s->ppp, &(struct ppp_auth_reply){.accepted = false});
	else if (!g)
		refuse(s, REASON_AUTH_REJECTED, NULL);
	else
		admit(s, g, acceptance_answer(said), over ? acceptance_answer(over) : NULL);
	s->place.done = false;
	acceptance_drop(&said);
	acceptance_drop(&over);
}

/* PPP keeps the client quiet meanwhile. False when out of memory. */
static bool wait_for_others(struct session *s, const char *user, const struct msg_auth_reply *said,
    const struct msg_auth_reply *over)
{
	struct env *e = s->gw->env;

	s->place.said = acceptance_keep(said);
	s->place.over = over ? acceptance_keep(over) : NULL;
	if (!s->place.said || (over && !s->place.over)) {
		acceptance_drop(&s->place.said);
		acceptance_drop(&s->place.over);
		return false;
	}
	snprintf(s->place.user, sizeof s->place.user, "%s", user);
	s->place.until = e->now(e) + ALIVE_HURRY;
	s->place.timer.fire = others_waited;
	timer_start(e, &s->place.timer, PLACE_LOOK);
	return true;
}

/* ---- answers -------------------------------------------------------------------- */

/* `over`: what the authorization servers said of him, NULL = nothing. */
static void admit(struct session *s, const struct cfg_tunnel_group *g,
    const struct msg_auth_reply *r, const struct msg_auth_reply *over)
{
	struct ppp_info info;
	struct admitted a = {.user = *r->user ? r->user : claimed_user(s),
	    .local = !*r->by,
	    .accepted = r->attributes,
	    .cookie = r->cookie,
	    .server_group = r->group};
	struct ppp_auth_reply yes = {.accepted = true};
	char message[ADMISSION_MESSAGE_MAX];
	enum reason why;

	if (over) {
		a.authorized = over->attributes;
		a.local |= !*over->by;
	}
	ppp_get(s->ppp, &info);
	a.method = ppp_terms_word(info.method);
	if (!s->place.done && admission_waits(s, g, &a) && wait_for_others(s, a.user, r, over))
		return;
	s->place.done = false;
	why = admission_decide(s, g, &a);
	s->place.n = 0;
	if (why != REASON_NONE) {
		refuse(s, why, NULL);
		return;
	}
	log_say(&s->gw->trace->log, 603103,
	    "PPP virtual interface %u - user: %s aaa authentication succeed", s->id, a.user);
	yes.message = admission_message(s, g, &a, r->message, message);
	if (r->mschap_success.len && r->mschap_success.len < sizeof yes.mschap_success)
		memcpy(yes.mschap_success, r->mschap_success.p, r->mschap_success.len);
	attempt_reached(&s->attempt, ATTEMPT_ACCEPTED);
	welcome(s, &yes);
}

/* What the authorization servers say of somebody who is who he says. */
static void authorized(
    struct session *s, const struct cfg_tunnel_group *g, const struct msg_auth_reply *r)
{
	struct acceptance *a = s->accepted;
	bool yes = r->result == AUTH_ACCEPT;

	s->accepted = NULL;
	if (!yes && g->authorization_required)
		refuse(s, REASON_AUTH_NOT_AUTHORIZED, r);
	else
		admit(s, g, acceptance_answer(a), yes ? r : NULL);
	acceptance_drop(&a);
}

static void authenticated(
    struct session *s, const struct cfg_tunnel_group *g, const struct msg_auth_reply *r)
{
	struct gateway *gw = s->gw;
	struct msg_auth_request q;
	struct ppp_info info;

	if (!g->authorization_group || !*g->authorization_group) {
		admit(s, g, r, NULL);
		return;
	}
	if (!(s->accepted = acceptance_keep(r)) || !note(s)) {
		acceptance_drop(&s->accepted);
		refuse(s, REASON_NO_MEMORY, NULL);
		return;
	}
	ppp_get(s->ppp, &info);
	q = about(s, g);
	q.kind = ASK_AUTHORIZE;
	q.server_group = g->authorization_group;
	q.method = ppp_terms_word(info.method);
	q.user = *r->user ? r->user : info.user;
	gw->ops->authenticate(gw->owner, &q);
}

/* The server wants more of the client, which not every method can ask for. */
static void challenged(
    struct session *s, const struct cfg_tunnel_group *g, const struct msg_auth_reply *r)
{
	enum reason why = REASON_AUTH_NEEDS_PROMPT;
	bool put = false;

	if (r->wanted == CHALLENGE_EAP) {
		why = REASON_AUTH_SERVER_ERROR;
		put = ppp_auth_eap(s->ppp, r->challenge.p, r->challenge.len);
	} else if (r->wanted == CHALLENGE_NEW_PASSWORD) {
		why = REASON_AUTH_EXPIRED;
		put = g && g->password_management &&
		      ppp_auth_new_password(s->ppp, *r->message ? r->message : NULL);
	}
	if (put)
		return;
	question_drop(s);
	refuse(s, why, r);
}

void question_answered(struct session *s, const struct msg_auth_reply *r)
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	bool expected = ppp_auth_expected(s->ppp);

	if (r->result == AUTH_CHALLENGE && expected && !s->accepted) {
		challenged(s, g, r);
		return;
	}
	if (r->result == AUTH_CHALLENGE && !expected) /* it is taken back: its end is on its way */
		return;
	if (r->result == AUTH_CHALLENGE)
		s->gw->ops->cancel(s->gw->owner, s->auth_id);
	forget(s);
	if (!expected) { /* LCP was negotiated anew: he has to prove himself again */
		acceptance_drop(&s->accepted);
		ppp_auth_done(s->ppp, &(struct ppp_auth_reply){.accepted = false});
	} else if (s->accepted && g) {
		authorized(s, g, r);
	} else if (r->result == AUTH_ACCEPT && g) {
		authenticated(s, g, r);
	} else {
		acceptance_drop(&s->accepted);
		refuse(
		    s, r->reason < REASON_COUNT && r->reason ? r->reason : REASON_AUTH_REJECTED, r);
	}
}
