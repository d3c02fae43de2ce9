/* How IKE SAs come and go; see life.h. */
#include "engine/ike/life.h"

#include "engine/ike/fragment.h"
#include "engine/ike/qm.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/send.h"

#include <string.h>

#define RENEW_LEAST (60 * SEC) /* less is no time for another try */

/* ---- going --------------------------------------------------------------------- */

/* Out of every table; its quick modes and secrets of the moment go with it. */
static void sa_unlink(struct ike_sa *sa)
{
	struct env *env = sa->ike->env;
	struct ike_stats *stats = &sa->ike->stats;

	sa->dead = true;
	++*(sa->list == &sa->ike->active ? &stats->phase1_ends :
	        sa->role == ROLE_INITIATOR ? &stats->initiator_fails : &stats->responder_fails);
	timer_stop(env, &sa->timer);
	sa_list_remove(sa);
	sa_table_remove(sa);
	sa_leave(sa);
	if (!sa->rest)
		return;
	for (struct qm *q; (q = sa->rest->qms) != NULL;) { /* others may go with one */
		if (q->state == QM_CONFIRM)
			qm_hand_over(q);
		qm_end(q, REASON_QM_TIMEOUT);
	}
	sa_drop_handshake(sa);
	fragments_free(sa);
}

void sa_kill(struct ike_sa *sa, enum reason reason)
{
	if (sa->dead)
		return;
	sa_unlink(sa);
	attempt_abandon(&sa->attempt, reason);
	if (sa->refs == 0)
		sa_free(sa);
}

void sa_end(struct ike_sa *sa, enum reason reason)
{
	struct ike *ike = sa->ike;
	struct path path = sa->path;

	if (sa->dead)
		return;
	sa_hold(sa);
	sa_forget_rekey(sa);
	sa_unlink(sa);
	if (sa->peer)
		ike->ops->phase1_down(ike->owner, sa->peer, sa, reason);
	else
		attempt_fail(&sa->attempt, &path, reason, "");
	attempt_abandon(&sa->attempt, reason); /* one that has joined a peer which has its own */
	sa_release(sa);
}

void sa_delete(struct ike_sa *sa, enum reason reason)
{
	struct sa_cookies cookies = sa_cookies(sa);

	if (sa->dead)
		return;
	if (sa->state == MM_ACTIVE) {
		trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa),
		    "IKE SA MM:%02x%02x%02x%02x terminating", sa->cky_r[0], sa->cky_r[1],
		    sa->cky_r[2], sa->cky_r[3]);
		send_delete(sa, PROTO_ISAKMP, (struct chunk){cookies.b, sizeof cookies.b});
	}
	sa_end(sa, reason);
}

/* ---- a place among the others --------------------------------------------------- */

static void push_out(struct ike_sa *sa)
{
	struct ike *ike = sa->ike;

	++*(sa->list == &ike->negotiating ? &ike->stats.negotiating_evicted :
	                                    &ike->stats.half_open_evicted);
	ike->stats.capacity_fails++;
	attempt_fail(&sa->attempt, &sa->path, REASON_SHARE_USED_UP, "");
	sa_kill(sa, REASON_SHARE_USED_UP);
}

/* A share of this list: whoever holds too much makes room. False without memory to count it. */
static bool list_take(struct ike_list *l, struct ike_sa *sa)
{
	struct share *gone;

	while ((gone = shares_victim(l->shares, sa->origin)))
		push_out(container_of(gone, struct ike_sa, share));
	return shares_take(l->shares, &sa->share, sa->origin);
}

/* ---- coming -------------------------------------------------------------------- */

static void note_most(struct ike *ike)
{
	size_t now = ike_under_way(ike);

	if (now > ike->stats.negotiating_most)
		ike->stats.negotiating_most = now;
}

static struct ike_sa *sa_enter(struct ike_sa *sa, struct ike_list *l)
{
	struct ike *ike = sa->ike;

	if (!list_take(l, sa)) {
		if (sa->rest)
			sa_drop_handshake(sa);
		sa_free(sa);
		return NULL;
	}
	sa_table_add(sa);
	sa_list_add(l, sa);
	note_most(ike);
	if (attempt_begin(&sa->attempt, &ike->attempts, ike->env->now(ike->env), &sa->path))
		return sa;
	sa_kill(sa, REASON_NO_MEMORY);
	return NULL;
}

struct ike_sa *sa_new(struct ike *ike, const struct path *path, const uint8_t *cky_i,
    struct chunk sai)
{
	struct ike_sa *sa = sa_alloc(ike, path, cky_i, sai);

	return sa ? sa_enter(sa, &ike->half_open) : NULL;
}

struct ike_sa *sa_new_aggressive(struct ike *ike, const struct path *path, const uint8_t *cky_i,
    struct chunk sai)
{
	struct ike_sa *sa = sa_alloc(ike, path, cky_i, sai);

	if (!sa)
		return NULL;
	sa->aggressive = true;
	if (sa_alloc_rest(sa))
		return sa_enter(sa, &ike->aggressive);
	sa_free(sa);
	return NULL;
}

struct ike_sa *sa_begin(struct ike *ike, struct peer *peer, const struct path *path,
    struct chunk sai)
{
	uint8_t cky_i[COOKIE_LEN];
	struct ike_sa *sa;

	do
		ike_random(ike, cky_i, sizeof cky_i);
	while (cookie_is_zero(cky_i));
	sa = sa_alloc(ike, path, cky_i, sai);
	if (!sa)
		return NULL;
	if (!sa_alloc_rest(sa)) {
		sa_free(sa);
		return NULL;
	}
	memset(sa->cky_r, 0, sizeof sa->cky_r);
	sa->role = ROLE_INITIATOR;
	sa_table_add(sa);
	sa_list_add(&ike->begun, sa);
	sa_join(sa, peer);
	sa_mark_rekey(sa);
	return sa;
}

static void move(struct ike_sa *sa, struct ike_list *l)
{
	sa_list_remove(sa);
	sa_list_add(l, sa);
}

bool sa_grow(struct ike_sa *sa)
{
	struct ike *ike = sa->ike;

	if (!sa_alloc_rest(sa)) {
		ike->stats.capacity_fails++;
		return false;
	}
	move(sa, &ike->negotiating);
	if (list_take(&ike->negotiating, sa))
		return true;
	sa_kill(sa, REASON_NO_MEMORY);
	return false;
}

void sa_activate(struct ike_sa *sa)
{
	move(sa, &sa->ike->active);
	sa->ike->stats.phase1_ups++;
	if (sa->role == ROLE_INITIATOR)
		sa->ike->stats.initiator_tunnels++;
}

/* ---- its timer ----------------------------------------------------------------- */

/* What an SA has left when we begin its successor: the client had until then. */
static uint64_t renewal_mark(const struct ike_sa *sa)
{
	uint64_t life = sa->lifetime * SEC, least = life / 4;

	if (least > RENEW_LEAST)
		least = RENEW_LEAST;
	return life / 10 > least ? life / 10 : least;
}

/* The device's mark is for the client; behind ours, which are spread so that not all peers are
 * renewed at once, the owner is asked until there is no time left for a main mode. */
static void ageing(struct ike_sa *sa, uint64_t now)
{
	struct ike *ike = sa->ike;
	uint64_t left = sa->expires - now, mark = renewal_mark(sa);
	uint32_t jitter;

	ike->env->random(ike->env, &jitter, sizeof jitter);
	if (left > mark) {
		trace_ike_debug(ike->trace, 713906, GROUP_OF(sa), "P1 rekey timer expired");
		timer_start(ike->env, &sa->timer, left - mark + jitter % (mark / 3 + 1));
		return;
	}
	timer_start(ike->env, &sa->timer, left > RENEW_LEAST ? left / 2 : left);
	if (ike->ops->phase1_ageing)
		ike->ops->phase1_ageing(ike->owner, sa->peer, sa);
}

/* The next message's, or one of those of an active SA. */
static void sa_timer(struct timer *t)
{
	struct ike_sa *sa = container_of(t, struct ike_sa, timer);
	struct ike *ike = sa->ike;
	uint64_t now = ike->env->now(ike->env);

	if (sa->state != MM_ACTIVE) {
		trace_ike(ike->trace, 713136, IP_OF(sa),
		    "IKE session establishment timed out [%s], aborting!",
		    sa_state_name(sa->state));
		sa_end(sa, REASON_IKE_TIMEOUT);
	} else if (now >= sa->expires) {
		sa_delete(sa, REASON_PHASE1_LIFETIME);
	} else {
		sa_hold(sa);
		ageing(sa, now);
		sa_release(sa);
	}
}

void sa_wait_for_client(struct ike_sa *sa)
{
	sa->timer.fire = sa_timer;
	timer_start(sa->ike->env, &sa->timer, MM_TIMEOUT);
}

void sa_start_lifetime(struct ike_sa *sa)
{
	struct env *env = sa->ike->env;

	sa->timer.fire = sa_timer;
	sa->expires = env->now(env) + sa->lifetime * SEC;
	timer_start(env, &sa->timer, sa->lifetime * SEC / 4 * 3);
}
