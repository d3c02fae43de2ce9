/*
 * The gateway: composition of the machines, the way of a packet from the
 * packet path to them. See gateway.h.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/session/account.h"
#include "engine/session/call.h"
#include "engine/session/fit.h"
#include "engine/session/ike_events.h"
#include "engine/session/join.h"
#include "engine/session/elsewhere.h"
#include "engine/session/peer.h"
#include "engine/session/proof.h"
#include "engine/session/question.h"
#include "engine/session/reap.h"
#include "engine/session/renew.h"
#include "engine/session/report.h"
#include "engine/session/sa_pair.h"

/* ---- packets ---------------------------------------------------------------------- */

void gateway_ike(struct gateway *gw, const struct path *path, const uint8_t *msg, size_t len)
{
	ike_receive(gw->ike, path, msg, len);
}

void gateway_ike_shed(struct gateway *gw, size_t n)
{
	ike_shed(gw->ike, n);
}

static void dp_ike(void *owner, const struct path *path, const uint8_t *msg, size_t len)
{
	gateway_ike(owner, path, msg, len);
}

static struct peer *peer_of(struct gateway *gw, uint32_t spi_in)
{
	struct sa_pair *p = table_get(&gw->pairs, spi_in);

	return p ? p->peer : NULL;
}

static void dp_l2tp(void *owner, uint32_t spi_in, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len)
{
	struct gateway *gw = owner;
	struct sa_pair *s = table_get(&gw->pairs, spi_in);
	struct trace_ctx ctx;

	if (!s || s->peer->ending)
		return;
	ctx = peer_ctx(s->peer);
	if (!l2tp_receive(gw->l2tp,
	        &(struct l2tp_origin){.peer = s->peer, .sa = s->ids.serial,
	            .local_port = local_port, .remote_port = remote_port, .ctx = &ctx},
	        msg, len))
		join_foreign(s->peer, s->born);
	else if (renew_known(s, msg, len))
		join_known(s->peer, s->born);
	s = table_get(&gw->pairs, spi_in);
	if (s)
		elsewhere_heard(s, local_port, remote_port, msg, len);
}

/* Good ESP proves that the client has the keys, as message 3 of quick mode does when it is lost. */
static void dp_confirmed(void *owner, uint32_t spi_in)
{
	struct gateway *gw = owner;

	ike_child_confirmed(gw->ike, spi_in);
}

static void dp_moved(void *owner, uint32_t spi_in, const struct path *path)
{
	struct gateway *gw = owner;
	struct sa_pair *s = table_get(&gw->pairs, spi_in);
	struct peer *p = peer_of(owner, spi_in);

	if (!p)
		return;
	if (s && !path_equal(&p->path, path))
		join_moved_by(p, s->born);
	account_moved(p, path);
}

/* Kilobytes or sequence numbers: a pair that has nearly used them up is renewed, then it goes. */
static void dp_exhausted(void *owner, uint32_t spi_in, bool hard)
{
	struct gateway *gw = owner;
	struct sa_pair *s = table_get(&gw->pairs, spi_in);
	struct peer *p = s ? s->peer : NULL;

	if (!s)
		return;
	if (hard) {
		sa_pair_over(s, true);
		peer_check(p);
	} else {
		renew_exhausted(s);
	}
}

static void dp_carried(void *owner, uint32_t peer, const struct dp_totals *t)
{
	struct peer *p = peer_by_id(owner, peer);

	if (p)
		peer_carry(p, t);
}

static void dp_refused(void *owner, enum dp_refusal why, uint32_t spi, uint32_t sequence,
    const struct path *path)
{
	static const struct {
		enum log_id id;
		const char *what;
	} said[] = {
	    [DP_REFUSED_SPI] = {LOG_402114, "with an invalid SPI"},
	    [DP_REFUSED_REPLAY] = {LOG_402119, "that failed anti-replay checking"},
	    [DP_REFUSED_AUTH] = {LOG_402120, "that failed authentication"},
	    [DP_REFUSED_SHORT_ICV] = {LOG_402120,
	        "that failed authentication: its HMAC-SHA2-256 is cut to 96 bits, which only "
	        "Android and unknown clients may"},
	};
	struct gateway *gw = owner;
	const struct peer *p = why == DP_REFUSED_SPI ? NULL : peer_of(gw, spi);
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];

	log_sayf(&gw->trace->log, said[why].id,
	    "IPSEC: Received an ESP packet (SPI= 0x%08X, sequence number= 0x%X) "
	    "from %s%s%s%s to %s %s.",
	    spi, sequence, addr_text(&path->remote.addr, from), p ? " (user= " : "",
	    p && p->session ? p->session->user : "", p ? ")" : "", addr_text(&path->local.addr, to),
	    said[why].what);
}

static const char *protocol_word(uint8_t protocol, char number[4])
{
	static const char *const word[] = {
	    [IPPROTO_ICMP] = "icmp", [IPPROTO_TCP] = "tcp", [IPPROTO_UDP] = "udp"};

	if (protocol < sizeof word / sizeof *word && word[protocol])
		return word[protocol];
	snprintf(number, 4, "%u", protocol);
	return number;
}

static void told_of_rule(struct gateway *gw, const struct session *s, const struct dp_denied *d)
{
	const struct addr src = addr_v4(d->src), dst = addr_v4(d->dst);
	const struct acl_seen packet = {.source = d->src, .dest = d->dst, .protocol = d->protocol,
	    .source_port = d->src_port, .dest_port = d->dst_port};
	char head[700], from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX], number[4];
	const struct flow_hit hit = {LOG_106102, d->severity, &packet, d->hash, d->permitted,
	    d->interval, head};

	snprintf(head, sizeof head, "access-list %s %s %s for user %s %s(%u) -> %s(%u)",
	    s->policy->filter, d->permitted ? "permitted" : "denied",
	    protocol_word(d->protocol, number), s->user, addr_text(&src, from), d->src_port,
	    addr_text(&dst, to), d->dst_port);
	flow_log_hit(&gw->flows, &hit);
}

static void dp_denied(void *owner, const struct dp_denied *d)
{
	struct gateway *gw = owner;
	const struct addr src = addr_v4(d->src), dst = addr_v4(d->dst);
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX], number[4];
	const struct session *s;

	LIST_FOREACH(s, &gw->sessions, link)
		if (s->id == d->session && (s->filter || d->spoofed))
			break;
	if (s && d->spoofed)
		log_say(&gw->trace->log, 106021,
		    "Deny %s reverse path check from %s to %s on interface %s, user = %s",
		    protocol_word(d->protocol, number), addr_text(&src, from), addr_text(&dst, to),
		    peer_nameif(s->peer), s->user);
	else if (s && d->logged)
		told_of_rule(gw, s, d);
	else if (s)
		log_say(&gw->trace->log, 106103,
		    "access-list %s denied %s for user %s %s(%u) -> %s(%u)", s->policy->filter,
		    protocol_word(d->protocol, number), s->user, addr_text(&src, from),
		    d->src_port, addr_text(&dst, to), d->dst_port);
}

const struct dp_ops gateway_dp_ops = {
	.ike = dp_ike,
	.l2tp = dp_l2tp,
	.confirmed = dp_confirmed,
	.moved = dp_moved,
	.exhausted = dp_exhausted,
	.carried = dp_carried,
	.refused = dp_refused,
	.denied = dp_denied,
};

/* ---- answers of login servers --------------------------------------------------------------- */

/* A session has its own question, and one about somebody who speaks of it elsewhere. */
static void answered(struct session *s, const struct msg_auth_reply *r)
{
	if (!proof_answered(s, r))
		question_answered(s, r);
}

void gateway_auth_done(struct gateway *gw, const struct msg_auth_reply *r)
{
	struct session *s = table_get(&gw->auths, r->id);

	if (s) /* else the client hung up meanwhile */
		answered(s, r);
}

void gateway_auth_lost(struct gateway *gw)
{
	struct msg_auth_reply lost = {.result = AUTH_ERROR,
	    .reason = REASON_AUTH_TIMEOUT,
	    .message = "",
	    .user = "",
	    .by = "",
	    .group = "",
	    .why = ""};
	struct table_slot *t;
	size_t at;

	while (at = 0, (t = table_next(&gw->auths, &at))) {
		lost.id = (uint32_t)t->key;
		answered(t->value, &lost);
	}
}

/* ---- life ---------------------------------------------------------------------------------- */

void gateway_shutdown(struct gateway *gw, enum reason why)
{
	while (gw->n_peers) {
		struct peer *p = gw->peers[gw->n_peers - 1];

		p->why = why;
		peer_free(p);
	}
}

const char *gateway_life(const struct gateway *gw)
{
	return gw->life;
}

struct gateway *gateway_create(struct env *env, const struct config *config, struct trace *trace,
    const struct crypto *crypto, const struct gateway_ops *ops, void *owner)
{
	static const struct share_limits idle = {
	    IDLE_PEERS_MAX, IDLE_PEERS_NETWORK, IDLE_PEERS_ADDRESS};
	struct gateway *gw = calloc(1, sizeof *gw);
	uint64_t seed;

	if (!gw)
		return NULL;
	gw->env = env;
	gw->config = gw->lists.config = config;
	pools_init(&gw->pools, config, env);
	flow_log_init(&gw->flows, env, config, &trace->log);
	gw->trace = trace;
	gw->ops = ops;
	gw->owner = owner;
	gw->attempts = (struct attempt_sink){
	    .closed = report_attempt, .wanted = report_wanted, .owner = gw};
	failures_init(&gw->failed);
	account_born(gw);
	LIST_INIT(&gw->sessions);
	LIST_INIT(&gw->leases);
	LIST_INIT(&gw->leaving);
	gw->idle = shares_create(env, &idle);
	gw->ike = ike_create(env, config, trace, crypto, &peer_ike_ops, gw);
	gw->l2tp = l2tp_create(env, config, trace, &session_l2tp_ops, gw);
	env->random(env, &seed, sizeof seed);
	if (!interned_init(&gw->texts, seed) || !interned_init(&gw->policies, seed) || !gw->ike ||
	    !gw->l2tp || !gw->idle) {
		gateway_destroy(gw);
		return NULL;
	}
	return gw;
}

struct flow_log *gateway_flows(struct gateway *gw)
{
	return &gw->flows;
}

void gateway_set_dataplane(struct gateway *gw, struct dataplane *dp)
{
	gw->dp = dp;
}

void gateway_destroy(struct gateway *gw)
{
	struct sa_pair *p;

	if (!gw)
		return;
	gateway_shutdown(gw, REASON_ADMIN_SHUTDOWN);
	while ((p = LIST_FIRST(&gw->leaving)))
		sa_pair_forget(p);
	if (gw->ike)
		ike_destroy(gw->ike);
	if (gw->l2tp)
		l2tp_destroy(gw->l2tp);
	failures_clear(&gw->failed);
	shares_destroy(gw->idle);
	pools_fini(&gw->pools);
	lists_free(&gw->lists);
	flow_log_fini(&gw->flows);
	table_fini(&gw->lease_numbers);
	table_fini(&gw->pairs);
	table_fini(&gw->auths);
	interned_fini(&gw->texts);
	interned_fini(&gw->policies);
	free(gw->peers);
	free(gw);
}
