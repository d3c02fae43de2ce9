/*
 * The login of a session: what an accepted user has of it. Identity: its
 * session. Life: from the acceptance until somebody else is accepted in the
 * session, or until the session ends; LCP negotiated again and proved by the
 * same user under the same policy goes on. His place among the sessions of his
 * name and his address are given at once, the host route and the time limits
 * when IPCP opens first. Packets pass while IPCP is open, and not longer.
 */
#include "engine/session/login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/acl.h"
#include "engine/session/account.h"
#include "engine/session/address.h"
#include "engine/session/lease.h"
#include "engine/session/past.h"
#include "engine/session/names.h"
#include "engine/session/peer.h"
#include "engine/session/report.h"
#include "engine/session/session.h"

static struct dp_session path_of(const struct session *s)
{
	struct dp_session d = {
	    .peer = s->peer->id,
	    .tunnel = s->tunnel,
	    .session = s->id,
	    .remote_tunnel = s->remote_tunnel,
	    .remote_session = s->remote_id,
	    .local_port = s->local_port,
	    .remote_port = s->remote_port,
	    .sequencing = s->sequencing,
	    .open = s->open,
	    .client = addr_v4(s->address),
	    .mss = (uint16_t)s->gw->config->system.tcpmss,
	    .mss_least = (uint16_t)s->gw->config->system.tcpmss_least,
	    .intercept_dhcp = s->policy->intercept_dhcp,
	    .filtered = s->filter != NULL,
	};
	struct ppp_info info;

	ppp_get(s->ppp, &info);
	d.pfc = info.pfc;
	d.acfc = info.acfc;
	d.mtu = info.mru;
	return d;
}

bool login_prepare(struct session *s)
{
	struct dp_session d = path_of(s);

	return dp_session_add(s->gw->dp, &d);
}

/* Lets packets pass as IPCP, LCP and policy have it now, or none. A session whose gate does not
 * move is over: it would pass packets of nobody, or none of its user's. */
static void gate(struct session *s, bool open)
{
	struct dp_session d;

	s->open = open;
	d = path_of(s);
	if (!dp_session_change(s->gw->dp, &d))
		session_lost(s, REASON_NO_MEMORY);
}

/* ---- counters and limits ------------------------------------------------------- */

/* What is sent to a client that does not answer counts until he was last heard. */
static uint64_t last_user_traffic(const struct session *s)
{
	struct dp_session_counters c;
	uint64_t last = s->up_at, out;

	session_counters(s, &c);
	out = c.last_out;
	if (s->peer->alive.asleep && out > peer_last_heard(s->peer))
		out = peer_last_heard(s->peer);
	if (c.last_in > last)
		last = c.last_in;
	return out > last ? out : last;
}

uint32_t session_inactivity(const struct session *s)
{
	uint64_t now = s->gw->env->now(s->gw->env), last = last_user_traffic(s);

	return now > last ? (uint32_t)((now - last) / SEC) : 0;
}

/* L2TP clients can show nothing of it: the log and the monitor say it. */
static void alert(const struct session *s, uint64_t left, enum reason why)
{
	struct trace_ctx ctx = peer_ctx(s->peer);

	trace_ike(s->gw->trace, 713904, &ctx, "Session is about to end in %u seconds. Reason: %s",
	    (unsigned)(left / SEC), reason_text(why)->device);
}

/* One that is no shorter than the time itself is none. */
static uint32_t idle_alert(const struct session *s)
{
	return s->policy->idle_alert < s->policy->idle_timeout ? s->policy->idle_alert : 0;
}

/* When to look again: at the alert, or at the end. */
static uint64_t until_alert(uint64_t left, uint32_t seconds)
{
	return left > seconds * SEC ? left - seconds * SEC : left;
}

static void idle(struct timer *t)
{
	struct session *s = container_of(t, struct session, idle);
	uint32_t silent = session_inactivity(s), most = s->policy->idle_timeout;
	uint64_t left = silent < most ? (most - silent) * SEC : 0;
	bool near = left <= idle_alert(s) * SEC;

	if (!left) {
		session_end(s, REASON_IDLE_TIMEOUT);
		return;
	}
	if (near && !s->idle_told)
		alert(s, left, REASON_IDLE_TIMEOUT);
	s->idle_told = near;
	timer_start(s->gw->env, t, until_alert(left, idle_alert(s)));
}

static void limit(struct timer *t)
{
	struct session *s = container_of(t, struct session, limit);
	uint64_t now = s->gw->env->now(s->gw->env), left = s->ends > now ? s->ends - now : 0;

	if (!left) {
		session_end(s, REASON_MAX_TIME);
		return;
	}
	alert(s, left, REASON_MAX_TIME);
	timer_start(s->gw->env, t, left);
}

void login_limits(struct session *s, bool anew)
{
	struct env *e = s->gw->env;

	timer_stop(e, &s->idle);
	if (s->policy->idle_timeout)
		timer_start(e, &s->idle, 0); /* it looks how long is left */
	if (!anew)
		return;
	timer_stop(e, &s->limit);
	if (!s->policy->session_timeout)
		return;
	s->ends = e->now(e) + s->policy->session_timeout * SEC;
	timer_start(
	    e, &s->limit, until_alert(s->policy->session_timeout * SEC, s->policy->session_alert));
}

void login_init(struct session *s)
{
	s->idle.fire = idle;
	s->limit.fire = limit;
	s->policy = &policy_none;
	s->user = "";
	account_init(s);
}

/* ---- the end --------------------------------------------------------------------- */

static void duration_text(uint64_t seconds, char *buf, size_t size)
{
	snprintf(buf, size, "%uh:%02um:%02us", (unsigned)(seconds / 3600),
	    (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

/* The last that is told of a login: how long, how much, why. */
static void log_end(struct session *s, const struct dp_session_counters *c, enum reason why)
{
	struct gateway *gw = s->gw;
	struct trace_ctx ctx = peer_ctx(s->peer);
	char ip[ADDR_TEXT_MAX], took[32];

	ctx.user = s->user;
	trace_ike(gw->trace, 713259, &ctx, "Session is being torn down. Reason: %s",
	    reason_text(why)->device);
	duration_text((gw->env->now(gw->env) - s->up_at) / SEC, took, sizeof took);
	addr_text(&s->peer->path.remote.addr, ip);
	log_say(&gw->trace->log, 113019,
	    "Group = %s, Username = %s, IP = %s, Session disconnected. Session Type: %s, "
	    "Duration: %s, Bytes xmt: %llu, Bytes rcv: %llu, Reason: %s",
	    s->peer->tunnel_group, s->user, ip,
	    s->peer->nat_t ? "L2TPOverIPsecOverNatT" : "L2TPOverIPsec", took,
	    (unsigned long long)c->bytes_out, (unsigned long long)c->bytes_in,
	    reason_text(why)->device);
}

/* Takes back what being up gave. */
static void down(struct session *s)
{
	struct gateway *gw = s->gw;
	struct addr client = addr_v4(s->address);
	struct trace_ctx ctx = peer_ctx(s->peer);
	char text[ADDR_TEXT_MAX];

	log_say(&gw->trace->log, 603107, "L2TP Tunnel deleted, tunnel_id = %u, remote_peer_ip = %s",
	    s->tunnel, addr_text(&s->peer->path.remote.addr, text));
	gw->ops->route(gw->owner, false, &client);
	addr_text(&client, text);
	trace_ike(gw->trace, 713273, &ctx, "Deleting static route for client address: %s", text);
	tally_remove(gw, s->row);
	tally_remove(gw, TALLY_SESSION);
	timer_stop(gw->env, &s->idle);
	timer_stop(gw->env, &s->limit);
	s->up = false;
	peer_idle(s->peer);
}

void login_end(struct session *s, enum reason why)
{
	struct dp_session_counters c;
	bool up = s->up;

	if (!s->known)
		return;
	if (s->open)
		gate(s, false);
	session_counters(s, &c);
	account_stop(s, &c, why);
	if (up) {
		past_ended(s, &c, why);
		down(s);
	}
	address_give(s);
	if (up)
		log_end(s, &c, why);
	account_forget(s);
	acl_let_go(s->filter);
	s->filter = NULL;
	names_leave(s);
	intern_drop(&s->gw->texts, s->user);
	s->user = "";
	s->known = false;
}

/* ---- acceptance --------------------------------------------------------------------- */

bool login_filter(struct session *s, struct acl *filter)
{
	if (filter && !dp_session_filter(s->gw->dp, s->id, filter)) {
		acl_let_go(filter);
		return false;
	}
	acl_let_go(s->filter);
	s->filter = filter;
	gate(s, s->open);
	return true;
}

bool login_goes_on(const struct session *s, const char *user, const struct session_policy *policy,
    const struct acl *filter)
{
	return s->known && strcmp(s->user, user) == 0 && policy_equal(s->policy, policy) &&
	    addr_equal(&s->framed_ip, &policy->framed_ip) && acl_equal(s->filter, filter);
}

bool login_policy(struct session *s, const struct session_policy *policy)
{
	const struct session_policy *held = policy_share(&s->gw->policies, policy);

	if (!held)
		return false;
	login_policy_drop(s);
	s->policy = held;
	s->framed_ip = policy->framed_ip;
	return true;
}

void login_policy_drop(struct session *s)
{
	if (s->policy != &policy_none)
		intern_drop(&s->gw->policies, s->policy);
	s->policy = &policy_none;
}

bool login_accepted(struct session *s, const char *user, const struct session_policy *policy)
{
	struct gateway *gw = s->gw;
	const char *name = intern_text(&gw->texts, user);

	login_end(s, REASON_PEER_RECONNECTED);
	if (!name || !login_policy(s, policy)) {
		intern_drop(&gw->texts, name);
		return false;
	}
	s->user = name;
	s->known = true;
	s->proof_refused = false;
	s->known_at = gw->env->now(gw->env);
	names_enter(s);
	return true;
}

/* ---- address ------------------------------------------------------------------------ */

bool login_address(void *owner, struct ppp_ip *ip)
{
	struct session *s = owner;
	struct trace_ctx ctx = peer_ctx(s->peer);
	struct name_servers servers;
	struct attempt_terms terms = {.cure = ""};
	enum reason why;

	if (!address_take(s)) {
		why = address_denied(s, terms.cure);
		attempt_terms(&s->attempt, &terms);
		session_failure(s, why, s->user, NULL);
		ctx.user = s->user;
		trace_ike(s->gw->trace, 713132, &ctx, "%s", reason_text(REASON_NO_ADDRESS)->device);
		return false;
	}
	servers = session_name_servers(s);
	memset(ip, 0, sizeof *ip);
	ip->client = addr_v4(s->address);
	memcpy(ip->dns, servers.dns, sizeof ip->dns);
	memcpy(ip->wins, servers.wins, sizeof ip->wins);
	return true;
}

/* ---- IPCP ------------------------------------------------------------------------------ */

/* The first time that this login's traffic may flow. */
static void up(struct session *s)
{
	struct gateway *gw = s->gw;
	struct addr client = addr_v4(s->address);
	char text[ADDR_TEXT_MAX], ip[ADDR_TEXT_MAX];
	struct trace_ctx ctx;

	dp_session_counters(gw->dp, s->id, &s->zero);
	gw->ops->route(gw->owner, true, &client);
	s->up = true;
	s->peer->failed_logins = 0;
	peer_busy(s->peer);
	s->login = gw->env->wall(gw->env);
	s->up_at = gw->env->now(gw->env);
	s->number = ++s->peer->numbers;
	gw->served[s->client]++;
	tally_add(gw, TALLY_SESSION);
	s->row = s->peer->nat_t ? TALLY_L2TP_NAT : TALLY_L2TP;
	tally_add(gw, s->row);
	login_limits(s, true);
	ctx = peer_ctx(s->peer);
	addr_text(&client, text);
	log_say(&gw->trace->log, 603106,
	    "L2TP Tunnel created, tunnel_id is %u, remote_peer_ip is %s, "
	    "ppp_virtual_interface_id is %u, client_dynamic_ip is %s, username is %s",
	    s->tunnel, addr_text(&s->peer->path.remote.addr, ip), s->id, text, s->user);
	trace_ike(gw->trace, 713204, &ctx, "Adding static route for client address: %s", text);
	account_start(s);
	past_began(s);
}

void login_open(void *owner)
{
	struct session *s = owner;

	if (!s->up)
		up(s);
	gate(s, true);
}

void login_closed(void *owner)
{
	gate(owner, false);
}
