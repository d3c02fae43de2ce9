/* The renewal of SAs by us; see renew.h. */
#include "engine/session/renew.h"

#include "engine/l2tp/header.h"
#include "engine/session/peer.h"
#include "engine/session/sa_pair.h"

#define LIFE_LEAST (120 * SEC) /* as of what is configured: who asks for less renews by himself */
#define MARK_LEAST (30 * SEC) /* before the end: time for a quick mode with lost messages */
#define AGAIN (20 * SEC)      /* between two tries, at first; */
#define AGAIN_MOST 4          /* that many times as long later on ... */
#define AGAIN_LEAST (5 * SEC) /* ... and at its end */
#define SILENT (30 * SEC) /* nothing came in on what was replaced */
#define CROSSING (60 * SEC) /* between the two successors when both began at once */
#define UNDECIDED (5 * SEC)
#define ANSWER (3 * SEC) /* what a client is asked is answered by then */
#define DOUBT SEC  /* between two questions whose a pair is, doubled each time, ... */
#define DOUBTS 6   /* ... so often */
#define SEQUENCE_SOFT 0xf0000000u

/* What has replaced it; NULL = nothing. */
static struct sa_pair *successor(const struct sa_pair *p)
{
	struct sa_pair *use = p->peer->use;

	return use && use != p && sa_pair_same(use, p) ? use : NULL;
}

/* ---- phase 1 ------------------------------------------------------------------------------- */

static void phase1_begin(struct peer *p)
{
	struct ike_sa *newest = peer_phase1(p);
	struct ike_terms terms = p->terms;

	if (p->renewing || p->ending || LIST_EMPTY(&p->pairs))
		return;
	if (newest)
		ike_sa_terms(newest, &terms);
	p->renewing = ike_sa_renew(p->gw->ike, p, &p->path, p->tunnel_group, &terms);
}

void renew_phase1(void *owner, struct peer *p, struct ike_sa *sa)
{
	(void)owner;
	if (p->n_ike && p->ike[p->n_ike - 1].sa == sa)
		phase1_begin(p);
}

/* ---- SA pairs ------------------------------------------------------------------------------ */

static void due(struct timer *);
static void late(struct timer *);

/* The device's mark, 95 % of the seconds, is the client's last; ours is spread behind it. */
static void mark(struct sa_pair *p)
{
	struct env *env = p->gw->env;
	uint64_t life = p->child.seconds * SEC, left = life / 20, now = env->now(env);
	uint32_t jitter;

	p->renew.fire = due;
	if (life < LIFE_LEAST)
		return;
	if (left < MARK_LEAST)
		left = MARK_LEAST;
	if (left > life / 4)
		left = life / 4;
	env->random(env, &jitter, sizeof jitter);
	left -= jitter % (left / 3 + 1);
	timer_start(env, &p->renew, p->expires > now + left ? p->expires - now - left : 0);
}

/* The client may be out of reach for a while, and is as welcome just before the end. */
static void again(struct sa_pair *p)
{
	struct env *env = p->gw->env;
	uint64_t now = env->now(env), left = p->expires > now ? p->expires - now : 0;
	uint64_t wait = AGAIN * (p->tries < AGAIN_MOST ? p->tries : AGAIN_MOST);

	if (wait > left / 2 && p->expires)
		wait = left / 2;
	if (wait >= AGAIN_LEAST)
		timer_start(env, &p->renew, wait);
}

/* Under the newest phase 1 that serves, first of those that are surely the peer's. */
static uint32_t begin(const struct sa_pair *p)
{
	const struct peer *peer = p->peer;
	uint32_t spi = 0;

	for (unsigned joined = 0; joined < 2; joined++)
		for (size_t n = peer->n_ike; n-- > 0 && !spi;)
			if (peer->ike[n].joined == joined)
				spi = ike_child_renew(peer->gw->ike, peer->ike[n].sa, &p->child);
	return spi;
}

/* A try, unless one is on its way. The client may delete what we begin without a word to IKE: it is
 * looked at again until a successor is up. */
static void due(struct timer *t)
{
	struct sa_pair *p = container_of(t, struct sa_pair, renew), *heir;
	struct peer *peer = p->peer;
	struct table *pairs = &peer->gw->pairs;

	if (peer->ending || successor(p))
		return;
	if (!p->heir || !table_get(pairs, p->heir)) {
		p->tries++;
		p->renewed_now = true;
		p->heir = begin(p);
		p->renewed_now = false;
		if (!peer->n_ike)
			phase1_begin(peer);
		heir = p->heir ? table_get(pairs, p->heir) : NULL;
		if (heir)
			heir->ours = true;
	}
	again(p);
}

static uint64_t apart(const struct sa_pair *a, const struct sa_pair *b)
{
	return a->up_at > b->up_at ? a->up_at - b->up_at : b->up_at - a->up_at;
}

/*
 * Both began at once: is the client where we send to? He may have deleted that one, and the Delete
 * been lost. What he sends on tells, or that nothing comes back.
 */
static bool undecided(struct sa_pair *p, struct sa_pair *use)
{
	struct dp_sa_counters in, out, spare;

	if (p->ours == use->ours || apart(p, use) > CROSSING)
		return false;
	sa_pair_counters(p, &spare, &out);
	sa_pair_counters(use, &in, &out);
	if (spare.last_used > in.last_used || out.last_used > in.last_used + ANSWER) {
		sa_pair_use(p);
		renew_pair_up(p);
	} else if (in.packets) {
		return false;
	} else {
		timer_start(p->gw->env, &p->renew, UNDECIDED);
	}
	return true;
}

/* One that we have begun, and nothing has come on it: he may have slept through message 3, and has
 * the old one alone. */
static bool unproved(const struct sa_pair *use)
{
	struct dp_sa_counters in, out;

	sa_pair_counters(use, &in, &out);
	return use->ours && in.packets == 0;
}

/* Once its successor is there and nobody sends on it any more. */
static void late(struct timer *t)
{
	struct sa_pair *p = container_of(t, struct sa_pair, renew);
	struct peer *peer = p->peer;
	struct sa_pair *use = successor(p);
	struct env *env = p->gw->env;
	uint64_t now = env->now(env);
	struct dp_sa_counters in, out;

	if (!use) { /* it has gone: this one is needed again */
		p->heir = 0;
		p->tries = 0;
		mark(p);
		return;
	}
	if (undecided(p, use))
		return;
	sa_pair_counters(p, &in, &out);
	if (unproved(use)) {
		timer_start(env, t, SILENT);
		return;
	}
	if (in.last_used + SILENT > now) {
		timer_start(env, t, in.last_used + SILENT - now);
		return;
	}
	sa_pair_remove(p, true);
	peer_check(peer);
}

/* ---- whose is it? --------------------------------------------------------------------------- */

/* By a question that only the peer's client understands: it names his session. It leaves on this
 * pair, and all else on the other. */
static void doubt(struct timer *t)
{
	struct sa_pair *p = container_of(t, struct sa_pair, renew);
	struct peer *peer = p->peer;
	struct dataplane *dp = p->gw->dp;

	if (peer->use == p) { /* there is no other any more */
		p->doubtful = false;
		renew_pair_up(p);
		return;
	}
	if (peer->session && dp_peer_use(dp, peer->id, p->child.spi_in)) {
		(void)ppp_ask(peer->session->ppp);
		dp_peer_use(dp, peer->id, peer->use->child.spi_in);
	}
	timer_start(p->gw->env, t, p->tries < DOUBTS ? DOUBT << p->tries++ : DOUBT << DOUBTS);
}

/* Who dials has no tunnel to name, and waits for an answer on this very pair; whose client he is is
 * not told by that. */
bool renew_known(struct sa_pair *p, const uint8_t *msg, size_t len)
{
	const struct session *s = p->peer->session;
	struct rd r = rd_init(msg, len);
	struct l2tp_header h;
	bool named;

	if (!l2tp_read_header(&r, &h))
		return false;
	named = h.tunnel && (!s || h.tunnel == s->tunnel);
	if (p->doubtful && (named || l2tp_dials(msg, len))) {
		p->doubtful = false;
		p->tries = 0;
		timer_stop(p->gw->env, &p->renew);
		sa_pair_use(p);
		renew_pair_up(p);
	}
	return named;
}

void renew_pair_up(struct sa_pair *p)
{
	struct peer *peer = p->peer;
	struct sa_pair *old;

	if (p->doubtful) {
		p->renew.fire = doubt;
		timer_start(p->gw->env, &p->renew, 0);
		return;
	}
	if (p == peer->use)
		mark(p);
	LIST_FOREACH(old, &peer->pairs, link) {
		if (!old->up || old->doubtful || !successor(old) ||
		    (timer_armed(&old->renew) && old->renew.fire == late))
			continue;
		old->renew.fire = late;
		timer_start(p->gw->env, &old->renew, UNDECIDED);
	}
}

void renew_at_once(struct sa_pair *p)
{
	p->renew.fire = due;
	p->tries = 0;
	timer_start(p->gw->env, &p->renew, 0);
}

void renew_exhausted(struct sa_pair *p)
{
	struct peer *peer = p->peer;
	struct dp_sa_counters in, out;
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];

	if (!p->up || p->heir || successor(p))
		return;
	sa_pair_counters(p, &in, &out);
	addr_text(&peer->path.local.addr, local);
	addr_text(&peer->path.remote.addr, remote);
	if (out.sequence >= SEQUENCE_SOFT)
		log_say(&p->gw->trace->log, 702305,
		    "IPSEC: An outbound remote access SA (SPI= 0x%08X) between %s and %s "
		    "(user= %s) is rekeying due to sequence number rollover.",
		    p->child.spi_out, local, remote, peer->session ? peer->session->user : "");
	else
		log_say(&p->gw->trace->log, 702307,
		    "IPSEC: An outbound remote access SA (SPI= 0x%08X) between %s and %s "
		    "(user= %s) is rekeying due to data rollover.",
		    p->child.spi_out, local, remote, peer->session ? peer->session->user : "");
	renew_at_once(p);
}

bool renew_failed(struct peer *peer, uint32_t spi_in)
{
	struct sa_pair *p;

	LIST_FOREACH(p, &peer->pairs, link) {
		if (p->heir != spi_in)
			continue;
		p->heir = 0;
		again(p);
		return true;
	}
	return false;
}

void renew_phase1_there(struct peer *peer)
{
	struct sa_pair *p;

	LIST_FOREACH(p, &peer->pairs, link)
		if (p->up && p->tries && !p->heir && timer_armed(&p->renew) && !successor(p))
			timer_start(p->gw->env, &p->renew, 0);
}
