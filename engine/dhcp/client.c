/*
 * The client's automaton (RFC 2131 figure 5). It owns nothing but its timer;
 * its memory is its owner's, who says when it begins and ends.
 *
 *   OFF -start-> REBOOTING (an address of before) or SELECTING
 *   REBOOTING  -ack-> BOUND, or PROBING where no lease is held, of a link
 *              -nak, nobody-> SELECTING, or BOUND while the old lease lasts
 *   SELECTING  -offer-> REQUESTING
 *   REQUESTING -ack-> PROBING, of a link; BOUND   -nak, nobody-> SELECTING
 *   PROBING    -nobody has it-> BOUND   -somebody-> SELECTING
 *   BOUND -T1-> RENEWING -T2-> REBINDING -the end-> SELECTING;  -ack-> BOUND  -nak-> SELECTING
 *
 * One with a list of servers asks the next of them where it would ask anew, and
 * is OFF after the last, or when a lease is lost.
 */
#include "engine/dhcp/client.h"

#include <string.h>

#include "engine/dhcp/say.h"

#define FIRST_WAIT (4 * SEC)
#define LAST_WAIT (64 * SEC)
#define SERVER_FIRST_WAIT (2 * SEC) /* somebody waits for the address */
#define SERVER_TRIES 2
#define TRIES 4			/* of a REQUEST */
#define RENEW_WAIT (60 * SEC)	/* at least, between two of them */
#define REFUSED_WAIT (10 * SEC) /* a server that offers and refuses is not asked in a circle */
#define CONFLICTS_MAX 10	       /* in a row; from then on: */
#define CONFLICTS_WAIT (60 * SEC) /* RATE_LIMIT_INTERVAL of RFC 5227 */
#define PROBES 3
#define UNSENT_MAX 10 /* probes that could not go out; from then on they count */
#define PROBE_WAIT (500 * MSEC) /* and up to a second, behind each of them */

static const struct addr ALL;

static void ask(struct dhcp_client *, enum dhcp_state);

const char *dhcp_state_word(enum dhcp_state s)
{
	static const char *const word[] = {
	    [DHCP_OFF] = "Off",
	    [DHCP_REBOOTING] = "Rebooting",
	    [DHCP_SELECTING] = "Selecting",
	    [DHCP_REQUESTING] = "Requesting",
	    [DHCP_PROBING] = "Probing",
	    [DHCP_BOUND] = "Bound",
	    [DHCP_RENEWING] = "Renewing",
	    [DHCP_REBINDING] = "Rebinding",
	};

	return word[s];
}

/* ---- times ---------------------------------------------------------------------- */

/* When, of the lease's seconds. */
static uint64_t due(const struct dhcp_client *c, uint32_t seconds)
{
	return c->lease.since + seconds * SEC;
}

static uint64_t until(const struct dhcp_client *c, uint64_t when)
{
	uint64_t now = c->env->now(c->env);

	return when > now ? when - now : 0;
}

static bool holds(const struct dhcp_client *c)
{
	return c->lease.address.family != 0;
}

static bool for_ever(const struct dhcp_client *c)
{
	return c->lease.seconds == UINT32_MAX;
}

/* How long an answer is waited for: twice as long each time, and a second more or less (4.1). */
static uint64_t patience(struct dhcp_client *c)
{
	uint64_t wait = c->self.n_servers ? SERVER_FIRST_WAIT : FIRST_WAIT;
	uint16_t by;

	for (unsigned n = 1; n < c->tries && wait < LAST_WAIT; n++)
		wait *= 2;
	if (c->self.n_servers)
		return wait;
	c->env->random(c->env, &by, sizeof by);
	return wait - SEC + by % 2001 * MSEC;
}

/* Half of what is left, a minute at least (4.4.5). */
static uint64_t renewal_wait(const struct dhcp_client *c)
{
	uint64_t end = until(
	    c, due(c, c->state == DHCP_RENEWING ? c->lease.rebind : c->lease.seconds));

	return end / 2 > RENEW_WAIT ? end / 2 : end < RENEW_WAIT ? end : RENEW_WAIT;
}

uint32_t dhcp_client_next(struct dhcp_client *c)
{
	return timer_armed(&c->timer) ? (uint32_t)(timer_left(c->env, &c->timer) / SEC) : 0;
}

/* ---- asking ----------------------------------------------------------------------- */

static void new_exchange(struct dhcp_client *c)
{
	c->began = c->env->now(c->env);
	c->env->random(c->env, &c->xid, sizeof c->xid);
}

static const struct addr *server(const struct dhcp_client *c)
{
	return c->self.n_servers ? &c->self.server[c->asked].addr : &ALL;
}

/* Who has leased what is held: one that a relay asks may call itself something else. */
static const struct addr *lessor(const struct dhcp_client *c)
{
	return c->self.n_servers ? server(c) : &c->lease.server;
}

/* A lease whose server is silent: all of the list are asked, each for itself. */
static void rebind(struct dhcp_client *c)
{
	size_t asked = c->asked;

	if (!c->self.n_servers)
		dhcp_say(c, DHCPREQUEST, &ALL);
	for (c->asked = 0; c->asked < c->self.n_servers; c->asked++)
		dhcp_say(c, DHCPREQUEST, server(c));
	c->asked = asked;
}

static void say(struct dhcp_client *c)
{
	c->tries++;
	if (c->state != DHCP_SELECTING)
		c->counts.requests++;
	if (c->state == DHCP_SELECTING)
		dhcp_say(c, DHCPDISCOVER, server(c));
	else if (c->state == DHCP_RENEWING)
		dhcp_say(c, DHCPREQUEST, lessor(c));
	else if (c->state == DHCP_REBINDING)
		rebind(c);
	else
		dhcp_say(c, DHCPREQUEST, server(c));
	if (c->state == DHCP_RENEWING || c->state == DHCP_REBINDING)
		timer_start(c->env, &c->timer, renewal_wait(c));
	else
		timer_start(c->env, &c->timer, patience(c));
}

/* Begins the question of that state. */
static void ask(struct dhcp_client *c, enum dhcp_state state)
{
	c->state = state;
	c->tries = 0;
	c->asked_at = c->env->now(c->env);
	if (state != DHCP_REQUESTING) /* which belongs to the offer */
		new_exchange(c);
	say(c);
}

static void nobody(struct dhcp_client *c)
{
	if (c->told)
		return;
	c->told = true;
	c->ops->lost(c, DHCP_NOBODY);
}

/* That server does not do: the next one, or from the beginning. */
static void anew(struct dhcp_client *c)
{
	c->offer = (struct dhcp_lease){0};
	if (!c->self.n_servers) {
		ask(c, DHCP_SELECTING);
	} else if (++c->asked < c->self.n_servers) {
		ask(c, DHCP_SELECTING);
	} else {
		timer_stop(c->env, &c->timer);
		c->state = DHCP_OFF;
		c->asked = 0;
		c->ops->lost(c, DHCP_NOBODY);
	}
}

/* What was held is not any more. */
static void lose(struct dhcp_client *c, enum dhcp_loss why)
{
	timer_stop(c->env, &c->timer);
	c->lease = (struct dhcp_lease){0};
	c->offer = (struct dhcp_lease){0};
	c->told = why == DHCP_NOBODY;
	if (c->self.n_servers)
		c->state = DHCP_OFF;
	else
		ask(c, DHCP_SELECTING);
	c->ops->lost(c, why);
}

/* ---- bound -------------------------------------------------------------------------- */

static void wait_for_renewal(struct dhcp_client *c)
{
	c->state = DHCP_BOUND;
	c->tries = 0;
	if (for_ever(c))
		timer_stop(c->env, &c->timer);
	else
		timer_start(c->env, &c->timer, until(c, due(c, c->lease.renew)));
}

static void bind_to(struct dhcp_client *c, const struct dhcp_lease *l)
{
	bool changed = !addr_equal(&c->lease.address, &l->address) ||
		       !addr_equal(&c->lease.mask, &l->mask) ||
		       !addr_equal(&c->lease.gateway, &l->gateway);

	c->lease = *l;
	c->lease.since = c->asked_at;
	c->told = false;
	c->conflicts = 0;
	wait_for_renewal(c);
	c->ops->bound(c, changed);
}

/* Nobody says whether the address of before is still ours: it is while its lease lasts. */
static void unconfirmed(struct dhcp_client *c)
{
	if (holds(c) && (for_ever(c) || until(c, due(c, c->lease.renew))))
		wait_for_renewal(c);
	else if (holds(c) && until(c, due(c, c->lease.seconds)))
		ask(c, DHCP_REBINDING);
	else
		lose(c, DHCP_NOBODY);
}

/* ---- does somebody have it? ------------------------------------------------------------ */

static void probe(struct dhcp_client *c)
{
	uint16_t by;

	if (c->ops->probe(c, &c->offer.address) || c->unsent == UNSENT_MAX)
		c->tries++;
	else
		c->unsent++;
	c->env->random(c->env, &by, sizeof by);
	timer_start(c->env, &c->timer, PROBE_WAIT + by % 501 * MSEC);
}

static void begin_probing(struct dhcp_client *c, const struct dhcp_lease *l)
{
	c->offer = *l;
	c->tries = c->unsent = 0;
	c->state = DHCP_PROBING;
	probe(c);
}

void dhcp_client_probes(struct dhcp_client *c)
{
	if (c->state == DHCP_PROBING && c->tries < PROBES)
		probe(c);
}

bool dhcp_client_conflict(struct dhcp_client *c)
{
	if (c->state != DHCP_PROBING)
		return false;
	dhcp_say(c, DHCPDECLINE, &ALL);
	c->counts.declines++;
	c->conflicts++;
	c->state = DHCP_SELECTING;
	c->tries = 0;
	c->offer = (struct dhcp_lease){0};
	new_exchange(c);
	timer_start(
	    c->env, &c->timer, c->conflicts < CONFLICTS_MAX ? REFUSED_WAIT : CONFLICTS_WAIT);
	return true;
}

/* ---- the timer ------------------------------------------------------------------------ */

static void fire(struct timer *t)
{
	struct dhcp_client *c = container_of(t, struct dhcp_client, timer);
	unsigned most = c->self.n_servers ? SERVER_TRIES : TRIES;

	if (c->state == DHCP_BOUND) {
		ask(c, DHCP_RENEWING);
	} else if (c->state == DHCP_PROBING && c->tries < PROBES) {
		probe(c);
	} else if (c->state == DHCP_PROBING) {
		bind_to(c, &c->offer);
	} else if (c->state == DHCP_RENEWING && !until(c, due(c, c->lease.rebind))) {
		ask(c, DHCP_REBINDING);
	} else if (c->state == DHCP_REBINDING && !until(c, due(c, c->lease.seconds))) {
		lose(c, DHCP_EXPIRED);
	} else if (c->state == DHCP_RENEWING || c->state == DHCP_REBINDING || c->tries < most) {
		say(c);
	} else if (c->state == DHCP_REBOOTING) {
		unconfirmed(c);
	} else if (c->state == DHCP_REQUESTING || c->self.n_servers) {
		anew(c);
	} else {
		say(c); /* SELECTING goes on for ever */
		nobody(c);
	}
}

/* ---- answers -------------------------------------------------------------------------- */

static void offered(struct dhcp_client *c, const struct addr *from, const struct dhcp_message *m)
{
	struct dhcp_lease l;

	c->counts.offers++;
	if (c->state != DHCP_SELECTING)
		return;
	/* It has to say who it is: the others hear by that that they were not chosen. */
	if (!dhcp_lease_read(m, from, &l) || !m->present[DHCP_SERVER]) {
		c->counts.bad++;
		return;
	}
	c->offer = l;
	ask(c, DHCP_REQUESTING);
}

static void acknowledged(
    struct dhcp_client *c, const struct addr *from, const struct dhcp_message *m)
{
	struct dhcp_lease l;

	c->counts.acks++;
	if (c->state < DHCP_REBOOTING || c->state == DHCP_SELECTING || c->state == DHCP_PROBING ||
	    c->state == DHCP_BOUND)
		return;
	if (!dhcp_lease_read(m, from, &l)) {
		c->counts.bad++;
		return;
	}
	if (c->state == DHCP_REQUESTING && !addr_equal(&l.server, &c->offer.server))
		return; /* of one that was not chosen */
	/* One that is held is in use; one that was found (2131 3.2, 4) may be somebody's. */
	if (c->ops->probe &&
	    (c->state == DHCP_REQUESTING || (c->state == DHCP_REBOOTING && !holds(c))))
		begin_probing(c, &l);
	else
		bind_to(c, &l);
}

static void refused(struct dhcp_client *c, const struct dhcp_message *m)
{
	struct addr server_id = dhcp_addr(m, DHCP_SERVER);

	c->counts.naks++;
	if (c->state == DHCP_REQUESTING) {
		if (!addr_equal(&server_id, &c->offer.server))
			return;
		if (c->self.n_servers) {
			anew(c);
			return;
		}
		c->state = DHCP_SELECTING;
		c->offer = (struct dhcp_lease){0};
		timer_start(c->env, &c->timer, REFUSED_WAIT);
	} else if (c->state == DHCP_REBOOTING || c->state == DHCP_RENEWING ||
		   c->state == DHCP_REBINDING) {
		lose(c, DHCP_REFUSED);
	}
}

void dhcp_client_receive(
    struct dhcp_client *c, const struct addr *from, const struct dhcp_message *m)
{
	if (c->state == DHCP_OFF || m->head.op != DHCP_REPLY_OP || m->head.xid != c->xid ||
	    m->head.hlen != c->self.hlen ||
	    memcmp(m->head.chaddr, c->self.chaddr, c->self.hlen) != 0)
		return;
	switch (dhcp_type(m)) {
	case DHCPOFFER:
		offered(c, from, m);
		break;
	case DHCPACK:
		acknowledged(c, from, m);
		break;
	case DHCPNAK:
		refused(c, m);
		break;
	default:
		c->counts.bad++;
	}
}

/* ---- life ------------------------------------------------------------------------------- */

void dhcp_client_init(struct dhcp_client *c, struct env *env, const struct dhcp_client_ops *ops)
{
	*c = (struct dhcp_client){.env = env, .ops = ops, .timer.fire = fire};
}

void dhcp_client_start(struct dhcp_client *c, const struct addr *before)
{
	c->offer = (struct dhcp_lease){0};
	c->asked = 0;
	c->told = false;
	if (before && before->family) {
		c->offer.address = *before;
		ask(c, DHCP_REBOOTING);
	} else {
		ask(c, DHCP_SELECTING);
	}
}

void dhcp_client_stop(struct dhcp_client *c, bool release)
{
	timer_stop(c->env, &c->timer);
	if (c->state == DHCP_PROBING) /* ours as well */
		c->lease = c->offer;
	if (release && holds(c)) {
		c->state = DHCP_BOUND;
		new_exchange(c);
		dhcp_say(c, DHCPRELEASE, lessor(c));
		c->counts.releases++;
	}
	c->state = DHCP_OFF;
	c->lease = (struct dhcp_lease){0};
	c->offer = (struct dhcp_lease){0};
}
