/*
 * The question to the login servers whether a client is who he says: the
 * engine's side of a conversation (engine/aaa). Identity: its id, under which
 * the session is found. Life: from the client's proof to the one answer that
 * ends it; a session that goes takes its question back and hears no answer. PPP
 * asks one question at a time: one of a negotiation that is over is cancelled,
 * and the next one waits for the answer that says so.
 */
#include "engine/session/question.h"

#include <string.h>

#include "engine/session/admission.h"
#include "engine/session/peer.h"
#include "engine/session/report.h"
#include "engine/session/session.h"

/* Who the client says that he is; proved or not. */
static const char *claimed_user(const struct session *s)
{
	struct ppp_info info;

	ppp_get(s->ppp, &info);
	return info.user;
}

/* ---- asking --------------------------------------------------------------------- */

/* A number for the question, under which the answer will find the session. False: no memory. */
static bool note(struct session *s)
{
	struct gateway *gw = s->gw;

	do
		s->auth_id = ++gw->last_auth;
	while (s->auth_id == 0 || table_get(&gw->auths, s->auth_id));
	if (table_add(&gw->auths, s->auth_id, s))
		return true;
	s->auth_id = 0;
	return false;
}

static void forget(struct session *s)
{
	table_remove(&s->gw->auths, s->auth_id);
	s->auth_id = 0;
}

static void refuse(struct session *s, enum reason why)
{
	struct ppp_auth_reply no = {.accepted = false, .reason = why};

	s->refused = true;
	session_failure(s, why);
	log_say(&s->gw->trace->log, 603103,
	    "PPP virtual interface %u - user: %s aaa authentication failed", s->id,
	    claimed_user(s));
	ppp_auth_done(s->ppp, &no);
}

static const char *method_word(enum ppp_auth m)
{
	static const char *const word[] = {
	    [PPP_AUTH_NONE] = "",
	    [PPP_AUTH_PAP] = "pap",
	    [PPP_AUTH_CHAP] = "chap",
	    [PPP_AUTH_MSCHAPV1] = "ms-chap-v1",
	    [PPP_AUTH_MSCHAPV2] = "ms-chap-v2",
	    [PPP_AUTH_EAP] = "",
	};

	return word[m];
}

void question_ask(void *owner, const struct ppp_auth_request *r)
{
	struct session *s = owner;
	struct gateway *gw = s->gw;
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct msg_auth_request q = {
	    .session = s->peer->index,
	    .server_group = g && g->auth_group ? g->auth_group : "LOCAL",
	    .method = method_word(r->method),
	    .user = r->user,
	    .password = r->password,
	    .chap_id = r->chap_id,
	    .challenge = {.len = (uint16_t)r->challenge_len, .p = r->challenge},
	    .response = {.len = (uint16_t)r->response_len, .p = r->response},
	    .client = s->peer->path.remote.addr,
	    .service = "ppp",
	};

	if (!note(s)) {
		refuse(s, REASON_NO_MEMORY);
		return;
	}
	q.id = s->auth_id;
	attempt_user(&s->attempt, r->user);
	log_say(&gw->trace->log, 603102,
	    "PPP virtual interface %u - user: %s aaa authentication started", s->id, r->user);
	gw->ops->authenticate(gw->owner, &q);
}

void question_cancel(void *owner)
{
	struct session *s = owner;

	if (s->auth_id)
		s->gw->ops->cancel(s->gw->owner, s->auth_id);
}

void question_drop(struct session *s)
{
	uint32_t id = s->auth_id;

	if (!id)
		return;
	forget(s);
	s->gw->ops->cancel(s->gw->owner, id);
}

/* ---- answers -------------------------------------------------------------------- */

static void admit(
    struct session *s, const struct cfg_tunnel_group *g, const struct msg_auth_reply *r)
{
	struct ppp_info info;
	struct admitted a = {.user = *r->user ? r->user : claimed_user(s),
	    .local = !*r->by, .accepted = r->attributes, .cookie = r->cookie,
	    .server_group = r->group};
	struct ppp_auth_reply yes = {.accepted = true};
	char message[ADMISSION_MESSAGE_MAX];
	enum reason why;

	ppp_get(s->ppp, &info);
	a.method = method_word(info.method);
	why = admission_decide(s, g, &a);
	if (why != REASON_NONE) {
		refuse(s, why);
		return;
	}
	log_say(&s->gw->trace->log, 603103,
	    "PPP virtual interface %u - user: %s aaa authentication succeed", s->id, a.user);
	yes.message = admission_message(g, &a, r->message, message);
	if (r->mschap_success.len && r->mschap_success.len < sizeof yes.mschap_success)
		memcpy(yes.mschap_success, r->mschap_success.p, r->mschap_success.len);
	attempt_reached(&s->attempt, ATTEMPT_ACCEPTED);
	ppp_auth_done(s->ppp, &yes);
}

static void answered(struct session *s, const struct msg_auth_reply *r)
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);

	/* None of PPP's methods here can put a challenge to the client. */
	if (r->result == AUTH_CHALLENGE)
		question_drop(s);
	else
		forget(s);
	if (!ppp_auth_expected(s->ppp)) /* LCP was negotiated anew: he has to prove himself again */
		ppp_auth_done(s->ppp, &(struct ppp_auth_reply){.accepted = false});
	else if (r->result == AUTH_ACCEPT && g)
		admit(s, g, r);
	else
		refuse(s, r->reason < REASON_COUNT && r->reason ? r->reason : REASON_AUTH_REJECTED);
}

void gateway_auth_done(struct gateway *gw, const struct msg_auth_reply *r)
{
	struct session *s = table_get(&gw->auths, r->id);

	if (s) /* else the client hung up meanwhile */
		answered(s, r);
}

void gateway_auth_lost(struct gateway *gw)
{
	struct msg_auth_reply lost = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_TIMEOUT, .message = "", .user = ""};
	struct table_slot *t;
	size_t at;

	while (at = 0, (t = table_next(&gw->auths, &at)))
		answered(t->value, &lost);
}
