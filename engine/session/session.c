/*
 * L2TP sessions with their user: what an operator calls a session. Identity:
 * the L2TP session id that we assigned, which belongs to a peer. Life: from
 * ICCN to CDN, StopCCN, the end of PPP, or of the peer. PPP, authentication,
 * address and route hang off it and go with it.
 */
#include "engine/session/private.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Large enough for every client; fits a 1500-byte path with NAT-T and AES (wire.md 7: MTU). */
#define SESSION_MTU 1400

/* A client whose login failed may dial again on its SAs; guessing must not pile them up. */
#define FAILED_WAIT (15 * SEC)

static enum tally_row row(const struct session *s)
{
	return s->peer->nat_t ? TALLY_L2TP_NAT : TALLY_L2TP;
}

static void duration_text(uint64_t seconds, char *buf, size_t size)
{
	snprintf(buf, size, "%uh:%02um:%02us", (unsigned)(seconds / 3600), (unsigned)(seconds / 60 % 60),
	    (unsigned)(seconds % 60));
}

/* ---- death ------------------------------------------------------------------ */

static void log_end(struct session *s)
{
	struct gateway *gw = s->gw;
	struct dp_session_counters c;
	char ip[ADDR_TEXT_MAX], took[32];

	if (!dp_session_counters(gw->dp, s->id, &c))
		memset(&c, 0, sizeof c);
	duration_text((gw->env->now(gw->env) - s->up_at) / SEC, took, sizeof took);
	addr_text(&s->peer->path.remote.addr, ip);
	gateway_log(gw, 4, 113019,
	    "Group = %s, Username = %s, IP = %s, Session disconnected. Session Type: %s, Duration: %s, "
	    "Bytes xmt: %llu, Bytes rcv: %llu, Reason: %s",
	    s->peer->tunnel_group, s->user, ip, s->peer->nat_t ? "L2TPOverIPsecOverNatT" : "L2TPOverIPsec",
	    took, (unsigned long long)c.bytes_out, (unsigned long long)c.bytes_in, reason_text(s->why)->device);
}

/* Takes back what being up gave. */
static void traffic_stop(struct session *s)
{
	struct gateway *gw = s->gw;
	struct addr client = addr_v4(s->address);
	struct trace_ctx ctx = peer_ctx(s->peer);
	char text[ADDR_TEXT_MAX];

	if (!s->up)
		return;
	log_end(s);
	dp_session_remove(gw->dp, s->id);
	gw->ops->route(gw->owner, false, &client);
	addr_text(&client, text);
	trace_ike(gw->trace, &ctx, "Deleting static route for client address: %s", text);
	gateway_log(gw, 6, 713273, "Deleting static route for client address: %s", text);
	tally_remove(gw, row(s));
	tally_remove(gw, TALLY_SESSION);
	LIST_REMOVE(s, same_user);
	s->up = false;
}

static void address_give(struct session *s)
{
	struct addr client = addr_v4(s->address);
	char text[ADDR_TEXT_MAX];

	if (!s->address)
		return;
	pool_give(&s->gw->pools, s->address);
	if (*s->pool)
		gateway_log(s->gw, 6, 737016, "IPAA: Session=0x%08X, Freeing local pool %s address %s",
		    s->peer->index * 4096, s->pool, addr_text(&client, text));
	s->address = 0;
}

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
	gateway_log(p->gw, 4, 713903, "Group = %s, IP = %s, %u logins failed in a row, last: %s",
	    p->tunnel_group, addr_text(&p->path.remote.addr, ip), p->failed_logins,
	    reason_text(why)->device);
	peer_end(p, why);
}

/* L2TP says that the session is over: the only place that frees one. */
static void session_down(void *owner, void *session, enum reason why)
{
	struct gateway *gw = owner;
	struct session *s = session;

	if (s->why == REASON_NONE) /* a session whose client fell silent has lost its service */
		s->why = why == REASON_L2TP_TIMEOUT && s->up ? REASON_LOST_SERVICE : why;
	traffic_stop(s);
	if (s->auth_id)
		table_remove(&gw->auths, s->auth_id);
	ppp_lower_down(s->ppp);
	ppp_destroy(s->ppp);
	address_give(s);
	timer_stop(gw->env, &s->idle);
	timer_stop(gw->env, &s->limit);
	timer_stop(gw->env, &s->pulse);
	timer_stop(gw->env, &s->reap);
	LIST_REMOVE(s, link);
	if (s->peer->session == s)
		s->peer->session = NULL;
	if (!s->peer->session && by_policy(s->why))
		peer_end(s->peer, s->why);
	else if (!s->peer->session && s->login == 0)
		login_failed(s->peer, s->why);
	if (!s->peer->session)
		peer_idle(s->peer);
	peer_check(s->peer);
	OPENSSL_cleanse(s->user, sizeof s->user);
	free(s);
}

static void reap(struct timer *t)
{
	struct session *s = container_of(t, struct session, reap);

	l2tp_session_close(s->gw->l2tp, s->id, s->why);
}

void session_end(struct session *s, enum reason why)
{
	if (s->why != REASON_NONE)
		return;
	s->why = why;
	ppp_close(s->ppp, why);
}

/* ---- timeouts ------------------------------------------------------------------ */

static uint64_t last_user_traffic(const struct session *s)
{
	struct dp_session_counters c;
	uint64_t last = s->up_at;

	if (!dp_session_counters(s->gw->dp, s->id, &c))
		return last;
	if (c.last_in > last)
		last = c.last_in;
	return c.last_out > last ? c.last_out : last;
}

uint32_t session_inactivity(const struct session *s)
{
	uint64_t now = s->gw->env->now(s->gw->env), last = last_user_traffic(s);

	return now > last ? (uint32_t)((now - last) / SEC) : 0;
}

static void idle(struct timer *t)
{
	struct session *s = container_of(t, struct session, idle);
	uint32_t silent = session_inactivity(s);

	if (silent >= s->policy.idle_timeout)
		session_end(s, REASON_IDLE_TIMEOUT);
	else
		timer_start(s->gw->env, t, (s->policy.idle_timeout - silent) * SEC);
}

static void limit(struct timer *t)
{
	session_end(container_of(t, struct session, limit), REASON_MAX_TIME);
}

/* User traffic is a sign of life: it postpones L2TP's Hello and PPP's echo. */
static void pulse(struct timer *t)
{
	struct session *s = container_of(t, struct session, pulse);
	struct gateway *gw = s->gw;
	struct dp_session_counters c;

	if (dp_session_counters(gw->dp, s->id, &c) && c.last_in > s->last_user) {
		s->last_user = c.last_in;
		l2tp_alive(gw->l2tp, s->id);
		ppp_alive(s->ppp);
	}
	timer_start(gw->env, t, gw->config->l2tp_hello * SEC / 2 + SEC);
}

/* ---- authentication ------------------------------------------------------------- */

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

	gateway_failure(s->gw, why);
	gateway_log(s->gw, 6, 603103, "PPP virtual interface %u - user: %s aaa authentication failed", s->id,
	    s->user);
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

static void authenticate(void *owner, const struct ppp_auth_request *r)
{
	struct session *s = owner;
	struct gateway *gw = s->gw;
	const struct tunnel_group *g = peer_group(s->peer);
	struct msg_auth_request q = {
	    .server_group = g && g->server_group ? g->server_group : "LOCAL",
	    .fallback_local = g && g->fallback_local,
	    .method = method_word(r->method),
	    .user = r->user,
	    .password = r->password,
	    .chap_id = r->chap_id,
	    .challenge = {.len = (uint16_t)r->challenge_len, .p = r->challenge},
	    .response = {.len = (uint16_t)r->response_len, .p = r->response},
	    .client = s->peer->path.remote.addr,
	    .service = "ppp",
	};

	snprintf(s->user, sizeof s->user, "%s", r->user);
	if (s->auth_id)
		table_remove(&gw->auths, s->auth_id);
	if (!question_note(s)) {
		auth_refuse(s, REASON_NO_MEMORY);
		return;
	}
	q.id = s->auth_id;
	gateway_log(gw, 6, 603102, "PPP virtual interface %u - user: %s aaa authentication started", s->id,
	    s->user);
	gw->ops->authenticate(gw->owner, &q);
}

/* vpn-simultaneous-logins: a login too many ends the user's oldest session, as on the device. */
static bool make_room(struct session *s)
{
	struct session *other, *oldest = NULL;
	uint32_t n = 0;

	if (s->policy.simultaneous_logins == 0)
		return false;
	LIST_FOREACH(other, &s->gw->users[bucket_of(0, s->user, strlen(s->user))], same_user) {
		if (other == s || other->why != REASON_NONE || strcmp(other->user, s->user) != 0)
			continue;
		n++;
		if (!oldest || other->up_at < oldest->up_at)
			oldest = other;
	}
	if (n >= s->policy.simultaneous_logins)
		session_end(oldest, REASON_PORT_PREEMPTED);
	return true;
}

void session_auth_done(struct session *s, const struct msg_auth_reply *r)
{
	struct gateway *gw = s->gw;
	const struct tunnel_group *g = peer_group(s->peer);
	struct ppp_auth_reply yes = {.accepted = true, .message = *r->message ? r->message : NULL};

	table_remove(&gw->auths, s->auth_id);
	s->auth_id = 0;
	if (r->result != AUTH_ACCEPT || !g) {
		auth_refuse(s, r->reason < REASON_COUNT && r->reason ? r->reason : REASON_AUTH_REJECTED);
		return;
	}
	if (*r->user)
		snprintf(s->user, sizeof s->user, "%s", r->user);
	policy_resolve(gw->config, g, s->user, r->group_policy, &s->policy);
	if (r->framed_ip.family)
		s->policy.framed_ip = r->framed_ip;
	gateway_log(gw, 6, 113009, "AAA retrieved default group policy (%s) for user = %s",
	    s->policy.group_policy, s->user);
	if (!(s->policy.protocols & PROTO_L2TP_IPSEC) || s->policy.group_locked) {
		auth_refuse(s, REASON_IPSEC_PROTOCOL_OFF);
		return;
	}
	if (!make_room(s)) {
		auth_refuse(s, REASON_TOO_MANY_LOGINS);
		return;
	}
	gateway_log(gw, 6, 603103, "PPP virtual interface %u - user: %s aaa authentication succeed", s->id,
	    s->user);
	if (r->mschap_success.len < sizeof yes.mschap_success)
		memcpy(yes.mschap_success, r->mschap_success.p, r->mschap_success.len);
	ppp_auth_done(s->ppp, &yes);
}

/* ---- address ------------------------------------------------------------------------ */

static bool address_take(struct session *s)
{
	struct gateway *gw = s->gw;
	uint32_t fixed = addr_to_v4(&s->policy.framed_ip);
	char text[ADDR_TEXT_MAX];

	if (s->address)
		return true; /* IPCP came down and up again */
	if (fixed) {
		if (pool_take_fixed(&gw->pools, s, fixed))
			s->address = fixed;
		return s->address != 0;
	}
	for (size_t n = 0; n < s->policy.n_pools && !s->address; n++) {
		const struct pool *p = config_pool(gw->config, s->policy.pools[n]);

		if (p && pool_take(&gw->pools, p, s, &s->address)) {
			struct addr a = addr_v4(s->address);

			snprintf(s->pool, sizeof s->pool, "%s", p->name);
			gateway_log(gw, 6, 737006,
			    "IPAA: Session=0x%08X, Local pool request succeeded for tunnel-group '%s'",
			    s->peer->index * 4096, s->peer->tunnel_group);
			gateway_log(gw, 6, 737026, "IPAA: Session=0x%08X, Client assigned %s from local pool %s",
			    s->peer->index * 4096, addr_text(&a, text), p->name);
		}
	}
	return s->address != 0;
}

static bool give_address(void *owner, struct ppp_ip *ip)
{
	struct session *s = owner;
	struct trace_ctx ctx = peer_ctx(s->peer);

	if (!address_take(s)) {
		gateway_failure(s->gw, REASON_NO_ADDRESS);
		ctx.user = s->user;
		trace_ike(s->gw->trace, &ctx, "%s", reason_text(REASON_NO_ADDRESS)->device);
		gateway_log(s->gw, 3, 713132, "Group = %s, Username = %s, %s", s->peer->tunnel_group, s->user,
		    reason_text(REASON_NO_ADDRESS)->device);
		return false;
	}
	memset(ip, 0, sizeof *ip);
	ip->client = addr_v4(s->address);
	memcpy(ip->dns, s->policy.dns, sizeof ip->dns);
	memcpy(ip->wins, s->policy.wins, sizeof ip->wins);
	return true;
}

/* ---- up ---------------------------------------------------------------------------- */

static void traffic_start(struct session *s)
{
	struct gateway *gw = s->gw;
	struct ppp_info info;
	struct dp_session d = {
	    .peer = s->peer->id,
	    .tunnel = s->tunnel,
	    .session = s->id,
	    .remote_tunnel = s->remote_tunnel,
	    .remote_session = s->remote_id,
	    .local_port = s->local_port,
	    .remote_port = s->remote_port,
	    .client = addr_v4(s->address),
	};
	uint32_t clamp = gw->config->tcpmss;

	ppp_get(s->ppp, &info);
	d.intercept_dhcp = s->policy.intercept_dhcp;
	d.pfc = info.pfc;
	d.acfc = info.acfc;
	d.mtu = info.mru && info.mru < SESSION_MTU ? info.mru : SESSION_MTU;
	d.mss = (uint16_t)(d.mtu - 40);
	if (clamp && clamp < d.mss)
		d.mss = (uint16_t)clamp;
	dp_session_add(gw->dp, &d);
	gw->ops->route(gw->owner, true, &d.client);
}

static void link_up(void *owner)
{
	struct session *s = owner;
	struct gateway *gw = s->gw;
	struct addr client = addr_v4(s->address);
	char text[ADDR_TEXT_MAX], ip[ADDR_TEXT_MAX];
	struct trace_ctx ctx;

	if (s->up)
		return;
	traffic_start(s);
	s->up = true;
	s->peer->failed_logins = 0;
	peer_busy(s->peer);
	LIST_INSERT_HEAD(&gw->users[bucket_of(0, s->user, strlen(s->user))], s, same_user);
	s->login = gw->env->wall(gw->env);
	s->up_at = gw->env->now(gw->env);
	s->number = ++s->peer->numbers;
	tally_add(gw, TALLY_SESSION);
	tally_add(gw, row(s));
	if (s->policy.idle_timeout)
		timer_start(gw->env, &s->idle, s->policy.idle_timeout * SEC);
	if (s->policy.session_timeout)
		timer_start(gw->env, &s->limit, s->policy.session_timeout * SEC);
	timer_start(gw->env, &s->pulse, gw->config->l2tp_hello * SEC / 2 + SEC);
	ctx = peer_ctx(s->peer);
	addr_text(&client, text);
	trace_ike(gw->trace, &ctx, "Adding static route for client address: %s", text);
	gateway_log(gw, 6, 603106,
	    "L2TP Tunnel created, tunnel_id is %u, remote_peer_ip is %s, ppp_virtual_interface_id is %u, "
	    "client_dynamic_ip is %s, username is %s",
	    s->tunnel, addr_text(&s->peer->path.remote.addr, ip), s->id, text, s->user);
	gateway_log(gw, 7, 713204, "Adding static route for client address: %s", text);
}

static void link_down(void *owner, enum reason why)
{
	struct session *s = owner;

	if (s->why == REASON_NONE) {
		s->why = why;
		if (!s->up)
			gateway_failure(s->gw, why);
	}
	timer_start(s->gw->env, &s->reap, 0);
}

/* ---- birth ---------------------------------------------------------------------------- */

static void send_ppp(void *owner, const uint8_t *frame, size_t len)
{
	struct session *s = owner;

	l2tp_send_ppp(s->gw->l2tp, s->id, frame, len);
}

static const struct ppp_ops link_ops = {
	.send = send_ppp,
	.authenticate = authenticate,
	.address = give_address,
	.up = link_up,
	.down = link_down,
};

/*
 * Our own IPCP address: any that is not the outside one, since a client that routes its PPP peer into
 * the tunnel would otherwise route the tunnel into itself. The most trusted inside interface's.
 */
struct addr session_own_address(const struct peer *p)
{
	const struct config *c = p->gw->config;

	for (size_t n = 0; n < c->n_interfaces; n++) {
		const struct interface *i = &c->interfaces[n];
		const struct addr *a = i->live_address.family ? &i->live_address : &i->address;

		if (i->nameif && a->family && !addr_equal(a, &p->path.local.addr))
			return *a;
	}
	return addr_v4(0x0a404040); /* nobody's: pppd's own choice when it has none */
}

static void *session_up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	struct gateway *gw = owner;
	const struct tunnel_group *g = peer_group(p);
	struct ppp_config c = {.mru = SESSION_MTU, .local = session_own_address(p), .name = gw->config->hostname};
	struct session *s;
	char label[32];

	if (!g || p->ending || !(s = calloc(1, sizeof *s)))
		return NULL;
	c.pap = g->pap;
	c.mschapv1 = g->mschapv1;
	c.mschapv2 = g->mschapv2;
	/* CHAP needs a server that knows the clear password; the local database does not. */
	c.chap = g->chap && g->server_group && strcmp(g->server_group, "LOCAL") != 0;
	s->gw = gw;
	s->peer = p;
	s->born = gw->env->now(gw->env);
	s->tunnel = i->tunnel;
	s->id = i->session;
	s->remote_tunnel = i->remote_tunnel;
	s->remote_id = i->remote_session;
	s->local_port = i->local_port;
	s->remote_port = i->remote_port;
	snprintf(s->host, sizeof s->host, "%s", i->host);
	snprintf(s->vendor, sizeof s->vendor, "%s", i->vendor);
	s->firmware = i->firmware;
	s->has_firmware = i->has_firmware;
	s->idle.fire = idle;
	s->limit.fire = limit;
	s->pulse.fire = pulse;
	s->reap.fire = reap;
	snprintf(label, sizeof label, "%u", s->id);
	s->ppp = ppp_create(gw->env, gw->trace, &c, &link_ops, s, label);
	if (!s->ppp) {
		free(s);
		return NULL;
	}
	/* The same client dialled anew: what it had before is over. */
	if (p->session)
		session_end(p->session, REASON_PEER_RECONNECTED);
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
	struct gateway *gw = owner;
	char ip[ADDR_TEXT_MAX];

	gateway_log(gw, 6, 603107, "L2TP Tunnel deleted, remote_peer_ip = %s",
	    addr_text(&p->path.remote.addr, ip));
	/* Nobody answers Hello any more: the whole peer is gone, not only its tunnel. */
	if (why == REASON_L2TP_TIMEOUT)
		peer_end(p, REASON_LOST_SERVICE);
}

const struct l2tp_ops session_l2tp_ops = {
	.send = send_l2tp,
	.session_up = session_up,
	.ppp = receive_ppp,
	.session_down = session_down,
	.tunnel_down = tunnel_down,
};
