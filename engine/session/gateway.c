/*
 * The gateway: composition of the machines, the way of a packet from the
 * packet path to them, and what operators order. See gateway.h.
 */
#include "engine/session/private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- small services for the other files --------------------------------------- */

void tally_add(struct gateway *gw, enum tally_row r)
{
	struct tally *t = &gw->tally[r];

	t->active++;
	t->cumulative++;
	if (t->active > t->peak)
		t->peak = t->active;
}

void tally_remove(struct gateway *gw, enum tally_row r)
{
	gw->tally[r].active--;
}

void gateway_log(struct gateway *gw, unsigned severity, unsigned number, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	gw->ops->log(gw->owner, severity, number, text);
}

uint32_t bucket_of(uint32_t h, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ ((const uint8_t *)bytes)[i]) * 16777619u;
	return (h ^ h >> 16) % BUCKETS;
}

void gateway_failure(struct gateway *gw, enum reason why)
{
	gw->failures[why]++;
}

/* ---- packets ---------------------------------------------------------------------- */

void gateway_ike(struct gateway *gw, const struct path *path, const uint8_t *msg, size_t len)
{
	ike_receive(gw->ike, path, msg, len);
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
	const struct sa_pair *s = table_get(&gw->pairs, spi_in);
	struct trace_ctx ctx;

	if (!s || s->peer->ending)
		return;
	ctx = peer_ctx(s->peer);
	l2tp_receive(gw->l2tp,
	    &(struct l2tp_origin){.peer = s->peer, .sa = s->ids.serial, .local_port = local_port,
	        .remote_port = remote_port, .ctx = &ctx},
	    msg, len);
}

/* Good ESP proves that the client has the keys, as message 3 of quick mode does when it is lost. */
static void dp_confirmed(void *owner, uint32_t spi_in)
{
	struct gateway *gw = owner;

	ike_child_confirmed(gw->ike, spi_in);
}

static void dp_moved(void *owner, uint32_t spi_in, const struct path *path)
{
	struct peer *p = peer_of(owner, spi_in);

	if (p)
		peer_moved(p, path);
}

/* A lifetime in kilobytes is the initiator's to renew; when it is used up the pair goes. */
static void dp_exhausted(void *owner, uint32_t spi_in, bool hard)
{
	struct gateway *gw = owner;
	struct sa_pair *s = table_get(&gw->pairs, spi_in);
	struct peer *p = s ? s->peer : NULL;

	if (!s || !hard)
		return;
	sa_pair_remove(s, true);
	peer_check(p);
}

const struct dp_ops gateway_dp_ops = {
	.ike = dp_ike,
	.l2tp = dp_l2tp,
	.confirmed = dp_confirmed,
	.moved = dp_moved,
	.exhausted = dp_exhausted,
};

void gateway_auth_done(struct gateway *gw, const struct msg_auth_reply *r)
{
	struct session *s = table_get(&gw->auths, r->id);

	if (s) /* else the client hung up meanwhile */
		session_auth_done(s, r);
}

void gateway_auth_lost(struct gateway *gw)
{
	struct msg_auth_reply lost = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_TIMEOUT, .message = "", .user = "", .group_policy = ""};
	struct table_slot *t;
	size_t at;

	while (at = 0, (t = table_next(&gw->auths, &at)))
		session_auth_done(t->value, &lost);
}

/* ---- acts of operators ---------------------------------------------------------------- */

uint32_t gateway_clear_ike(struct gateway *gw, const struct addr *peer)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct peer *p = gw->peers[i];

		if (p->ending || (peer->family && !addr_equal(peer, &p->path.remote.addr)))
			continue;
		n += (uint32_t)p->n_ike;
		peer_end(p, REASON_ADMIN_RESET);
	}
	return n;
}

static uint32_t clear_counters(struct gateway *gw)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct sa_pair *s;

		LIST_FOREACH(s, &gw->peers[i]->pairs, link) {
			sa_pair_clear_counters(s);
			n++;
		}
	}
	return n;
}

uint32_t gateway_clear_ipsec(struct gateway *gw, const char *filter, const char *value)
{
	uint32_t n = 0;

	if (strcmp(filter, "counters") == 0)
		return clear_counters(gw);

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct sa_pair *s, *next;

		for (s = LIST_FIRST(&gw->peers[i]->pairs); s; s = next) {
			next = LIST_NEXT(s, link);
			if (!s->up || !pair_fits(s, filter, value))
				continue;
			n++;
			sa_pair_remove(s, true);
		}
		peer_check(gw->peers[i]);
	}
	return n;
}

uint32_t gateway_logoff(struct gateway *gw, const char *filter, const char *value)
{
	uint32_t n = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		struct peer *p = gw->peers[i];

		if (p->ending || !p->session || !p->session->up || !session_fits(p->session, filter, value))
			continue;
		n++;
		peer_end(p, REASON_ADMIN_RESET);
	}
	return n;
}

/* ---- life ---------------------------------------------------------------------------------- */

void gateway_shutdown(struct gateway *gw)
{
	while (gw->n_peers) {
		struct peer *p = gw->peers[gw->n_peers - 1];

		p->why = REASON_ADMIN_SHUTDOWN;
		peer_free(p);
	}
}

struct gateway *gateway_create(struct env *env, const struct config *config, struct trace *trace,
    const struct crypto *crypto, const struct gateway_ops *ops, void *owner)
{
	static const struct share_limits idle = {IDLE_PEERS_MAX, IDLE_PEERS_NETWORK, IDLE_PEERS_ADDRESS};
	struct gateway *gw = calloc(1, sizeof *gw);

	if (!gw)
		return NULL;
	gw->env = env;
	gw->config = gw->pools.config = config;
	gw->trace = trace;
	gw->ops = ops;
	gw->owner = owner;
	LIST_INIT(&gw->sessions);
	gw->idle = shares_create(env, &idle);
	gw->ike = ike_create(env, config, trace, crypto, &peer_ike_ops, gw);
	gw->l2tp = l2tp_create(env, config, trace, &session_l2tp_ops, gw);
	if (!gw->ike || !gw->l2tp || !gw->idle) {
		gateway_destroy(gw);
		return NULL;
	}
	return gw;
}

void gateway_set_dataplane(struct gateway *gw, struct dataplane *dp)
{
	gw->dp = dp;
}

void gateway_destroy(struct gateway *gw)
{
	if (!gw)
		return;
	gateway_shutdown(gw);
	if (gw->ike)
		ike_destroy(gw->ike);
	if (gw->l2tp)
		l2tp_destroy(gw->l2tp);
	shares_destroy(gw->idle);
	pools_fini(&gw->pools);
	table_fini(&gw->pairs);
	table_fini(&gw->auths);
	free(gw->peers);
	free(gw);
}
