/*
 * The question whether a user may log in. Identity: a number of our own, under
 * which the answer finds the session. Life: from PPP's request to the answer,
 * or the session's end; the answer of a question that is over decides nothing.
 */
#include "engine/session/question.h"

#include <string.h>

#include "engine/session/login.h"
#include "engine/session/peer.h"
#include "engine/session/report.h"

/* Who the client says that he is; proved or not. */
static const char *claimed_user(const struct session *s)
{
	struct ppp_info info;

	ppp_get(s->ppp, &info);
	return info.user;
}

/* A number for the question, under which the answer will find the session. False: no memory. */
static bool question_note(struct session *s)
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

static void auth_refuse(struct session *s, enum reason why)
{
	struct ppp_auth_reply no = {.accepted = false, .reason = why};

	s->refused = true;
	gateway_failure(s->gw, why);
	gateway_log(s->gw, 6, 603103, "PPP virtual interface %u - user: %s aaa authentication failed",
	    s->id, claimed_user(s));
	ppp_auth_done(s->ppp, &no);
}

static const char *method_word(enum ppp_auth m)
{
	static const char *const word[] = {
	    [PPP_AUTH_PAP] = "pap",
	    [PPP_AUTH_CHAP] = "chap",
	    [PPP_AUTH_MSCHAPV1] = "ms-chap-v1",
	    [PPP_AUTH_MSCHAPV2] = "ms-chap-v2",
	};

	return (size_t)m < sizeof word / sizeof *word && word[m] ? word[m] : "";
}

void session_authenticate(void *owner, const struct ppp_auth_request *r)
{
	struct session *s = owner;
	struct gateway *gw = s->gw;
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct msg_auth_request q = {
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

	if (s->auth_id)
		table_remove(&gw->auths, s->auth_id);
	if (!question_note(s)) {
		auth_refuse(s, REASON_NO_MEMORY);
		return;
	}
	q.id = s->auth_id;
	attempt_user(&s->attempt, r->user);
	gateway_log(gw, 6, 603102, "PPP virtual interface %u - user: %s aaa authentication started", s->id,
	    r->user);
	gw->ops->authenticate(gw->owner, &q);
}

void session_auth_done(struct session *s, const struct msg_auth_reply *r)
{
	struct gateway *gw = s->gw;
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct ppp_auth_reply yes = {.accepted = true, .message = *r->message ? r->message : NULL};
	const char *user = *r->user ? r->user : claimed_user(s);
	struct session_policy policy;

	table_remove(&gw->auths, s->auth_id);
	s->auth_id = 0;
	if (!ppp_auth_expected(s->ppp)) { /* LCP was negotiated anew: he has to prove himself again */
		ppp_auth_done(s->ppp, &(struct ppp_auth_reply){.accepted = false});
		return;
	}
	if (r->result != AUTH_ACCEPT || !g) {
		auth_refuse(s, r->reason < REASON_COUNT && r->reason ? r->reason : REASON_AUTH_REJECTED);
		return;
	}
	policy_resolve(gw->config, g, user, r->group_policy, &policy);
	if (r->framed_ip.family)
		policy.framed_ip = r->framed_ip;
	gateway_log(gw, 6, 113009, "AAA retrieved default group policy (%s) for user = %s",
	    policy.group_policy, user);
	if (!(policy.protocols & PROTO_L2TP_IPSEC) || policy.group_locked) {
		auth_refuse(s, REASON_IPSEC_PROTOCOL_OFF);
		return;
	}
	if (!login_begin(s, user, &policy)) {
		auth_refuse(s, REASON_TOO_MANY_LOGINS);
		return;
	}
	gateway_log(gw, 6, 603103, "PPP virtual interface %u - user: %s aaa authentication succeed", s->id,
	    user);
	if (r->mschap_success.len < sizeof yes.mschap_success)
		memcpy(yes.mschap_success, r->mschap_success.p, r->mschap_success.len);
	attempt_reached(&s->attempt, ATTEMPT_ACCEPTED);
	ppp_auth_done(s->ppp, &yes);
}
