/*
 * L2TP sessions with their user: what an operator calls a session. Identity:
 * the L2TP session id that we assigned, which belongs to a peer. Life: from
 * ICCN to CDN, StopCCN, the end of PPP, or of the peer. PPP, authentication
 * and the user's login hang off it and go with it. Here is what L2TP and PPP
 * tell of it (struct l2tp_ops, struct ppp_ops).
 */
#include "engine/session/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/family.h"
#include "engine/session/alive.h"
#include "engine/session/dhcp.h"
#include "engine/session/fit.h"
#include "engine/session/login.h"
#include "engine/session/peer.h"
#include "engine/session/ppp_terms.h"
#include "engine/session/probe.h"
#include "engine/session/proof.h"
#include "engine/session/question.h"
#include "engine/session/report.h"
#include "engine/session/session.h"

/* A client whose login failed may dial again on its SAs; guessing must not pile them up. */
#define FAILED_WAIT (15 * SEC)

/* ---- the end ---------------------------------------------------------------- */

/* We ended it: its SAs go too, as on the device. */
static bool by_policy(enum reason why)
{
	return why == REASON_IDLE_TIMEOUT || why == REASON_MAX_TIME || why == REASON_PORT_PREEMPTED;
}

/* The client may try again on the SAs that it has, but not without end. */
static void login_failed(struct peer *p, enum reason why)
{
	char ip[ADDR_TEXT_MAX];

	if (++p->failed_logins < PEER_LOGINS_MAX) {
		peer_orphan(p, FAILED_WAIT, why);
		return;
	}
	log_say(&p->gw->trace->log, 713903,
	    "Group = %s, IP = %s, %u logins failed in a row, last: %s", p->tunnel_group,
	    addr_text(&p->path.remote.addr, ip), p->failed_logins, reason_text(why)->device);
	peer_end(p, why);
}

static void session_free(struct session *s)
{
	ppp_destroy(s->ppp);
	login_policy_drop(s);
	intern_drop(&s->gw->texts, s->hostname);
	free(s);
}

/* L2TP says that the session is over: the only place that frees one. */
static void session_down(void *owner, void *session, enum reason why)
{
	struct gateway *gw = owner;
	struct session *s = session;

	if (s->why == REASON_NONE) /* a session whose client fell silent has lost its service */
		s->why = why == REASON_L2TP_TIMEOUT && s->up ? REASON_LOST_SERVICE : why;
	attempt_abandon(&s->attempt, s->why);
	if (s->address && s->origin == ADDRESS_LOCAL)
		s->peer->had = s->address;
	login_end(s, s->why);
	dp_session_remove(gw->dp, s->id);
	question_drop(s);
	proof_drop(s);
	ppp_lower_down(s->ppp);
	timer_stop(gw->env, &s->reap);
	probe_stop(s);
	LIST_REMOVE(s, link);
	if (s->peer->session == s)
		s->peer->session = NULL;
	if (!s->peer->session && by_policy(s->why))
		peer_end(s->peer, s->why);
	else if (!s->peer->session && (s->login == 0 || s->refused))
		login_failed(s->peer, s->why);
	peer_check(s->peer);
	session_free(s);
}

static void reap(struct timer *t)
{
	struct session *s = container_of(t, struct session, reap);

	l2tp_session_close(s->gw->l2tp, s->id, s->why);
}

/* What was asked and what is allowed, of a link that could not agree on it. */
static void terms_of_link(struct session *s)
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	struct attempt_terms terms;
	struct ppp_info info;

	if (!g)
		return;
	ppp_get(s->ppp, &info);
	ppp_terms(g, info.asked, &terms);
	attempt_terms(&s->attempt, &terms);
}

static void link_down(void *owner, enum reason why)
{
	struct session *s = owner;

	if (why == REASON_PPP_NO_AUTH_PROTOCOL)
		terms_of_link(s);

	if (s->why == REASON_NONE) {
		s->why = why;
		if (!s->up)
			attempt_fail(&s->attempt, &s->peer->path, why, NULL);
	}
	session_lost(s, why);
}

/* ---- birth ---------------------------------------------------------------------------- */

static void send_ppp(void *owner, const uint8_t *frame, size_t len)
{
	struct session *s = owner;

	dp_send_ppp(s->gw->dp, s->id, frame, len, false);
}

static void link_up(void *owner)
{
	struct session *s = owner;

	bool first = !s->up;

	login_open(s);
	attempt_succeed(&s->attempt);
	if (first) {
		probe_start(s);
		alive_look(s->peer); /* there is more to ask him by */
	}
}

static void link_about(void *owner, struct trace_ctx *to)
{
	*to = peer_ctx(((const struct session *)owner)->peer);
}

static void peer_about(void *owner, const struct peer *p, struct trace_ctx *to)
{
	(void)owner;
	*to = peer_ctx(p);
}

static const struct ppp_ops link_ops = {
	.send = send_ppp,
	.authenticate = question_ask,
	.next = question_next,
	.cancel = question_cancel,
	.address = login_address,
	.up = link_up,
	.closed = login_closed,
	.about = link_about,
	.down = link_down,
	.echoed = probe_answered,
};

/* The one that began with the phase 1; of a client that dials again on its SAs, a new one. */
static bool attempt_of_call(struct session *s)
{
	struct gateway *gw = s->gw;
	bool there;

	attempt_hand(&s->attempt, &s->peer->attempt);
	there = s->attempt ||
	    attempt_begin(&s->attempt, &gw->attempts, gw->env->now(gw->env), &s->peer->path);
	attempt_reached(&s->attempt, ATTEMPT_L2TP);
	attempt_client(&s->attempt, s->client);
	return there;
}

static bool link_create(struct session *s, const struct cfg_tunnel_group *g)
{
	struct gateway *gw = s->gw;
	const char *hostname = gw->config->system.hostname;
	struct ppp_config c = {
	    .mru = peer_mru(s->peer, s->sequencing), .local = session_own_address(s->peer)};
	char label[8];

	ppp_methods(g, &c);
	snprintf(label, sizeof label, "%u", s->id);
	c.name = s->hostname = intern_text(&gw->texts, hostname ? hostname : "");
	if (s->hostname)
		s->ppp = ppp_create(gw->env, gw->trace, &c, &link_ops, s, label);
	return s->ppp != NULL;
}

static void *session_up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	struct gateway *gw = owner;
	const struct cfg_tunnel_group *g = peer_group(p);
	struct session *s;

	if (!g || p->ending || !(s = calloc(1, sizeof *s)))
		return NULL;
	s->gw = gw;
	s->peer = p;
	s->tunnel = i->tunnel;
	s->id = i->session;
	s->remote_tunnel = i->remote_tunnel;
	s->remote_id = i->remote_session;
	s->local_port = i->local_port;
	s->remote_port = i->remote_port;
	s->host = i->host;
	s->vendor = i->vendor;
	s->firmware = i->firmware;
	s->has_firmware = i->has_firmware;
	s->client = l2tp_family(p->client, i);
	s->sequencing = i->sequencing;
	s->reap.fire = reap;
	login_init(s);
	if (!link_create(s, g) || !login_prepare(s) || !attempt_of_call(s)) {
		session_free(s);
		return NULL;
	}
	/* The same client dialled anew: what it had before is over. */
	if (p->session)
		session_lost(p->session, REASON_PEER_RECONNECTED);
	p->session = s;
	timer_stop(gw->env, &p->orphan);
	LIST_INSERT_HEAD(&gw->sessions, s, link);
	ppp_start(s->ppp);
	return s;
}

static void receive_ppp(void *owner, void *session, const uint8_t *frame, size_t len)
{
	(void)owner;
	if (session_dhcp(session, frame, len))
		return;
	ppp_receive(((struct session *)session)->ppp, frame, len);
}

static void send_l2tp(void *owner, struct peer *p, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len)
{
	struct gateway *gw = owner;

	dp_send_l2tp(gw->dp, p->id, local_port, remote_port, msg, len);
}

static void tunnel_down(void *owner, struct peer *p, enum reason why)
{
	(void)owner;
	if (why == REASON_L2TP_TIMEOUT || why == REASON_L2TP_PROTOCOL)
		attempt_fail(&p->attempt, &p->path, why, NULL);
	else if (why == REASON_USER_REQUESTED)
		attempt_fail(&p->attempt, &p->path, REASON_CLIENT_GAVE_UP,
		    "he closed the L2TP tunnel without a call");
	/* Nobody acknowledges a tunnel that was not up yet: the whole peer is gone. */
	if (why == REASON_L2TP_TIMEOUT)
		peer_end(p, REASON_LOST_SERVICE);
}

/* A session that is up is lost when nothing of its client proves the contrary (alive.c). */
static bool unanswered(void *owner, void *session)
{
	(void)owner;
	return ((const struct session *)session)->up;
}

const struct l2tp_ops session_l2tp_ops = {
	.send = send_l2tp,
	.session_up = session_up,
	.ppp = receive_ppp,
	.unanswered = unanswered,
	.session_down = session_down,
	.about = peer_about,
	.tunnel_down = tunnel_down,
};
