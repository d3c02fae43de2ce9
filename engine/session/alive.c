/*
 * Does the client of a peer still live? Identity and life: the peer's.
 *
 *   heard      nothing is asked; after a silence (DPD's threshold, L2TP's hello) ->
 *   asked      one kind after the other, each in its own rhythm; all in vain ->
 *   asleep     he is kept for as long as the policy or his family says, and asked
 *              now and then; then -> the end, LOST_SERVICE
 *
 * Anything authentic that is heard leads back to the first. A kind that was asked
 * in vain while another was answered is asked after the others from then on.
 */
#include "engine/session/alive.h"

#include <stdio.h>

#include "engine/base/profile.h"
#include "engine/session/login.h"
#include "engine/session/peer.h"

#define LOOK (300 * SEC)	/* when nobody wants to know */
#define DAY (86400 * SEC)
#define RETRY (2 * SEC)		/* between questions of DPD, without a group that says */
#define CHANNEL_TIME (32 * SEC) /* L2TP repeats a Hello by itself for that long */

/* ---- the kinds of questions ------------------------------------------------------ */

static uint64_t dpd_period(const struct peer *p)
{
	const struct cfg_tunnel_group *g = peer_group(p);
	struct ike_sa *sa = peer_phase1(p);
	struct ike_sa_info i;

	if (!g || !g->threshold || !sa)
		return 0;
	ike_sa_get(p->gw->ike, sa, &i);
	return i.dpd ? g->threshold * SEC : 0;
}

static bool dpd_ask(struct peer *p)
{
	return dpd_period(p) && ike_sa_ask(peer_phase1(p));
}

static uint64_t dpd_wait(const struct peer *p)
{
	const struct cfg_tunnel_group *g = peer_group(p);

	return g && g->retry ? g->retry * SEC : RETRY;
}

static uint64_t hello_period(const struct peer *p)
{
	return p->session && p->session->up ? p->gw->config->system.hello * SEC : 0;
}

static bool hello_ask(struct peer *p)
{
	return hello_period(p) && l2tp_hello(p->gw->l2tp, p->session->id);
}

static uint64_t hello_wait(const struct peer *p)
{
	(void)p;
	return CHANNEL_TIME;
}

/* By itself it is not asked: every client acknowledges Hello. */
static uint64_t echo_period(const struct peer *p)
{
	(void)p;
	return 0;
}

static bool echo_ask(struct peer *p)
{
	return p->session && p->session->up && ppp_ask(p->session->ppp);
}

static uint64_t echo_wait(const struct peer *p)
{
	(void)p;
	return 3 * SEC;
}

static const struct {
	const char *name;
	uint64_t (*period)(const struct peer *); /* silence before it is asked, 0 = not by itself */
	bool (*ask)(struct peer *);              /* false: he cannot be asked so */
	uint64_t (*wait)(const struct peer *);   /* for an answer */
	unsigned times, hurried;                 /* that it is asked; when somebody waits */
} kinds[ALIVE_KINDS] = {
    [ALIVE_DPD] = {"DPD", dpd_period, dpd_ask, dpd_wait, 3, 2},
    [ALIVE_HELLO] = {"L2TP Hello", hello_period, hello_ask, hello_wait, 1, 1},
    [ALIVE_ECHO] = {"LCP echo", echo_period, echo_ask, echo_wait, 8, 2},
};

/* The shortest silence after which the operator wants a question; 0: none is wanted. */
static uint64_t period_of(const struct peer *p)
{
	uint64_t least = 0;

	for (unsigned k = 0; k < ALIVE_KINDS; k++) {
		uint64_t period = kinds[k].period(p);

		if (period && (!least || period < least))
			least = period;
	}
	return least;
}

/* Which kind is next: those that he answers first, then the one that is due first. */
static enum alive_kind next_kind(const struct peer *p)
{
	const struct alive *a = &p->alive;
	enum alive_kind best = ALIVE_KINDS;
	uint64_t best_rank = UINT64_MAX;

	for (unsigned k = 0; k < ALIVE_KINDS; k++) {
		uint64_t period = kinds[k].period(p);
		uint64_t rank = (period ? period : DAY) + (a->deaf >> k & 1) * 2 * DAY;

		if (!(a->tried >> k & 1) && rank < best_rank) {
			best = k;
			best_rank = rank;
		}
	}
	return best;
}

/* ---- the end ------------------------------------------------------------------------ */

static const char *asked_text(const struct alive *a, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned k = 0; k < ALIVE_KINDS && len < size; k++)
		if (a->vain >> k & 1)
			len += (size_t)snprintf(
			    buf + len, size - len, "%s%s", len ? ", " : "", kinds[k].name);
	return buf;
}

static void lost(struct peer *p)
{
	struct trace_ctx ctx = peer_ctx(p);
	char asked[64];

	trace_ike(p->gw->trace, 713123, &ctx,
	    "IKE lost contact with remote peer, deleting connection (keepalive type: %s)",
	    asked_text(&p->alive, asked, sizeof asked));
	peer_end(p, REASON_LOST_SERVICE);
}

/* Microseconds that he is kept after he was last heard. */
static uint64_t patience(const struct peer *p)
{
	uint32_t seconds = p->session && p->session->up ? p->session->policy->sleep_timeout : 0;

	if (seconds == POLICY_BY_FAMILY)
		seconds = profile_text(p->session->client)->patience;
	return seconds == PROFILE_KEPT ? UINT64_MAX : seconds * SEC;
}

/* The packet path has a clock of its own: what it has heard may be later than `now`. */
static uint64_t passed(uint64_t now, uint64_t since)
{
	return since < now ? now - since : 0;
}

bool alive_waited_for(const struct peer *p)
{
	return passed(p->gw->env->now(p->gw->env), peer_last_heard(p)) < patience(p);
}

/* ---- asking --------------------------------------------------------------------------- */

static void wait_for(struct peer *p, uint64_t time)
{
	timer_start(p->gw->env, &p->alive.timer, time);
}

/* The kind that was asked is done with: its questions were in vain, or he cannot be asked so. */
static void done_with(struct alive *a)
{
	a->tried |= (uint8_t)(1u << a->now);
	if (a->times)
		a->vain |= (uint8_t)(1u << a->now);
	a->times = 0;
}

/* The next question of this kind or of another. False: there is none left. */
static bool ask(struct peer *p)
{
	struct alive *a = &p->alive;

	for (;; a->now = next_kind(p)) {
		unsigned most;

		if (a->now == ALIVE_KINDS) {
			if (next_kind(p) == ALIVE_KINDS)
				return false;
			continue;
		}
		most = a->hurried ? kinds[a->now].hurried : kinds[a->now].times;
		if (a->times < most && kinds[a->now].ask(p))
			break;
		done_with(a);
	}
	a->times++;
	wait_for(p, a->hurried ? SEC : kinds[a->now].wait(p));
	return true;
}

static void begin(struct peer *p)
{
	struct alive *a = &p->alive;

	if (!a->asked)
		a->asked = p->gw->env->now(p->gw->env);
	a->vain = a->tried = 0;
	a->now = ALIVE_KINDS;
	a->times = 0;
}

static void forget(struct alive *a)
{
	a->asked = 0;
	a->now = ALIVE_KINDS;
	a->asleep = a->hurried = false;
}

/* He is asked once in a while, for he may be awake again, and his NAT forgets him else. */
static void wait_on(struct peer *p, uint64_t silent)
{
	uint64_t kept = patience(p), period = period_of(p);

	if (silent >= kept) {
		lost(p);
		return;
	}
	if (!dpd_ask(p)) /* by one packet: Hello would be repeated */
		(void)echo_ask(p);
	if (!period)
		period = LOOK;
	wait_for(p, kept - silent < period ? kept - silent : period);
}

/* There is nothing left that he could be asked. */
static void verdict(struct peer *p, uint64_t silent)
{
	struct alive *a = &p->alive;
	struct trace_ctx ctx = peer_ctx(p);
	char asked[64];

	if (!a->vain) { /* there was nothing from the start: nobody knows */
		forget(a);
		wait_for(p, LOOK);
	} else if (a->hurried) { /* that was too quick for a judgement */
		a->hurried = false;
		begin(p);
		(void)ask(p);
	} else if (silent >= patience(p)) {
		lost(p);
	} else {
		a->asleep = true;
		trace_ike_debug(p->gw->trace, 713906, &ctx,
		    "The client does not answer (%s); it is waited for",
		    asked_text(a, asked, sizeof asked));
		login_limits(p->session, false); /* what is sent to him is no sign of life now */
		wait_on(p, silent);
	}
}

/* ---- hearing ----------------------------------------------------------------------------- */

static void heard(struct peer *p)
{
	struct alive *a = &p->alive;
	struct trace_ctx ctx = peer_ctx(p);

	if (a->asleep)
		trace_ike_debug(p->gw->trace, 713906, &ctx, "The client answers again");
	if (a->now != ALIVE_KINDS && a->vain && !(a->vain >> a->now & 1)) {
		a->deaf |= a->vain;
		a->deaf &= (uint8_t)~(1u << a->now);
	}
	forget(a);
	for (size_t n = 0; n < p->n_ike; n++)
		ike_sa_alive(p->ike[n].sa);
}

/* IPsec alone: seconds that it may serve nobody, 0 = none are too many. */
static uint32_t idle_limit(const struct peer *p)
{
	const struct cfg_tunnel_group *g = peer_group(p);
	struct session_policy policy;

	if (!g || p->session)
		return 0;
	policy_resolve(p->gw->config, g, NULL, NULL, &policy);
	return policy.idle_timeout;
}

/* When IPsec without a session was last of use: what answers our questions is none. */
static uint64_t last_used(const struct peer *p)
{
	struct dp_sa_counters in, out;
	uint64_t last = p->born;
	struct sa_pair *s;

	LIST_FOREACH(s, &p->pairs, link) {
		if (s->up_at > last)
			last = s->up_at;
		if (dp_sa_counters(p->gw->dp, s->child.spi_in, &in, &out) && in.last_used > last)
			last = in.last_used;
	}
	return last;
}

/* Microseconds until IPsec alone has served nobody for too long. */
static uint64_t idle_left(const struct peer *p, uint64_t now)
{
	uint64_t limit = idle_limit(p) * SEC, unused = passed(now, last_used(p));

	if (!limit)
		return UINT64_MAX;
	return unused < limit ? limit - unused : 0;
}

static void look(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, alive.timer);
	struct alive *a = &p->alive;
	uint64_t now = p->gw->env->now(p->gw->env), last = peer_last_heard(p), period;
	uint64_t silent = passed(now, last), left;

	if (p->ending)
		return;
	left = idle_left(p, now);
	if (!left) {
		peer_end(p, REASON_IDLE_TIMEOUT);
		return;
	}
	if (a->asked && last > a->asked)
		heard(p);
	period = period_of(p);
	if (a->asked && a->asleep && !a->hurried) {
		wait_on(p, silent);
	} else if (a->asked || (period && silent >= period)) {
		if (!a->asked)
			begin(p);
		if (!ask(p))
			verdict(p, silent);
	} else {
		period = period ? period - silent : LOOK;
		wait_for(p, left < period ? left : period);
	}
}

/* ---- what others ask for ------------------------------------------------------------------ */

void alive_start(struct peer *p)
{
	p->alive.timer.fire = look;
	forget(&p->alive);
	wait_for(p, SEC);
}

void alive_stop(struct peer *p)
{
	timer_stop(p->gw->env, &p->alive.timer);
}

void alive_look(struct peer *p)
{
	if (!p->ending && !p->alive.asked) /* who is asked has his time to answer */
		wait_for(p, 0);
}

void alive_hurry(struct peer *p)
{
	begin(p);
	p->alive.asked = p->gw->env->now(p->gw->env); /* what came before does not count */
	p->alive.hurried = true;
	if (!p->ending)
		wait_for(p, 0);
}
