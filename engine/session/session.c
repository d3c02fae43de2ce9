/*
 * A session as others see it: how it is ended, and what is ours of it. Its
 * birth and death are call.c's, its user's login is login.c's.
 */
#include "engine/session/session.h"

#include <stdio.h>
#include <string.h>

#include "engine/session/report.h"

void session_end(struct session *s, enum reason why)
{
	if (s->why != REASON_NONE)
		return;
	s->why = why;
	ppp_close(s->ppp, why);
}

void session_lost(struct session *s, enum reason why)
{
	if (s->why == REASON_NONE)
		s->why = why;
	timer_start(s->gw->env, &s->reap, 0);
}

void session_counters(const struct session *s, struct dp_session_counters *c)
{
	const struct dp_session_counters *zero = &s->zero;

	if (!dp_session_counters(s->gw->dp, s->id, c)) {
		memset(c, 0, sizeof *c);
		return;
	}
	c->packets_in -= zero->packets_in;
	c->bytes_in -= zero->bytes_in;
	c->packets_out -= zero->packets_out;
	c->bytes_out -= zero->bytes_out;
	c->drop_in -= zero->drop_in;
	c->drop_out -= zero->drop_out;
}

void session_failure(struct session *s, enum reason why, const char *user, const char *detail)
{
	struct attempt later = {.sink = &s->gw->attempts, .began = s->gw->env->now(s->gw->env),
	    .path = s->peer->path,
	    .client = s->peer->client,
	    .stage = ATTEMPT_LOGIN};

	if (s->attempt) {
		attempt_fail(&s->attempt, &s->peer->path, why, detail);
	} else if (s->login) {
		snprintf(later.group, sizeof later.group, "%s", s->peer->tunnel_group);
		snprintf(later.user, sizeof later.user, "%.63s", user);
		attempt_refused_as(&later, why, detail);
	}
}

/*
 * Our own IPCP address: any that is not the outside one, since a client that routes its PPP peer
 * into the tunnel would otherwise route the tunnel into itself. The most trusted inside one's.
 */
struct addr session_own_address(const struct peer *p)
{
	const struct config *c = p->gw->config;

	for (size_t n = 0; n < c->n_interfaces; n++) {
		const struct interface *i = &c->interfaces[n];
		const struct addr *a = i->live_address.family ? &i->live_address : &i->set.address;

		if (i->set.nameif && a->family && !addr_equal(a, &p->path.local.addr))
			return *a;
	}
	return addr_v4(0x0a404040); /* nobody's: pppd's own choice when it has none */
}
