/* Sessions of which somebody speaks elsewhere; see elsewhere.h. It owns nothing. */
#include "engine/session/elsewhere.h"

#include <string.h>

#include "engine/l2tp/header.h"
#include "engine/session/alive.h"
#include "engine/session/join.h"
#include "engine/session/peer.h"
#include "engine/session/proof.h"
#include "engine/session/sa_pair.h"

#define STRAYS_MAX 16 /* wrong numbers of one peer: then it is not listened to any more; ... */
#define STRAYS_PROOF 4 /* ... a proof that came to nothing counts as so many */

/* Nobody made it for somebody else: the client's selectors, as they were. */
static bool same_selectors(const struct sa_pair *at, const struct peer *p)
{
	const struct sa_pair *s;
	bool any = false;

	LIST_FOREACH(s, &p->pairs, link) {
		if (s->up && sa_pair_same(s, at))
			return true;
		any |= s->up;
	}
	return !any;
}

/* All that can be seen of him is as it was. */
static bool looks_like(const struct session *s, const struct sa_pair *at, uint16_t local_port,
    uint16_t remote_port)
{
	const struct peer *a = at->peer, *b = s->peer;

	return s->up && s->why == REASON_NONE && !b->ending && s->local_port == local_port &&
	    s->remote_port == remote_port && a->client == b->client &&
	    strcmp(a->tunnel_group, b->tunnel_group) == 0 && a->ident_len == b->ident_len &&
	    memcmp(a->ident, b->ident, a->ident_len) == 0 && same_selectors(at, b);
}

static void judged(struct session *s, struct peer *place, enum reason why, uint64_t since)
{
	struct gateway *gw = s->gw;
	struct peer *p = s->peer;
	struct trace_ctx ctx = peer_ctx(place);
	bool there = !path_equal(&p->path, &place->path) && peer_surely_heard(p) > since;

	if (why == REASON_NONE && !there && !p->ending && !place->session) {
		trace_ike(gw->trace, 713903, &ctx,
		    "The client of session %u is here now, and has proved it", p->index);
		gw->elsewhere.moved++;
		join_take(p, place);
		return;
	}
	gw->elsewhere.unproved++;
	place->strays += why == REASON_AUTH_REJECTED ? STRAYS_MAX : STRAYS_PROOF;
	trace_ike(gw->trace, 713903, &ctx,
	    "It is not the client of session %u who speaks of it: %s", p->index,
	    why == REASON_NONE ? "he is where he was" : reason_text(why)->plain);
	if (why == REASON_AUTH_REJECTED && ++place->failed_logins >= PEER_LOGINS_MAX)
		peer_end(place, why);
}

/* Who does not know the numbers of a session has not got it. */
static void guessed(struct peer *p)
{
	struct trace_ctx ctx = peer_ctx(p);

	p->gw->elsewhere.guesses++;
	if (++p->strays == STRAYS_MAX)
		trace_ike(p->gw->trace, 713903, &ctx,
		    "It names sessions that are not its own, and is not listened to any more");
}

void elsewhere_heard(const struct sa_pair *at, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len)
{
	struct peer *place = at->peer;
	struct rd r = rd_init(msg, len);
	struct l2tp_header h;
	struct session *s;

	if (place->ending || place->session || place->strays >= STRAYS_MAX ||
	    !l2tp_read_header(&r, &h) || h.control)
		return;
	s = l2tp_session_at(place->gw->l2tp, h.tunnel, h.session);
	if (!s || !looks_like(s, at, local_port, remote_port)) {
		guessed(place);
	} else if (s->proof) {
		proof_heard(s, place, r.p, rd_left(&r));
	} else {
		bool same = path_equal(&s->peer->path, &place->path);

		if (proof_begin(s, place, local_port, remote_port, same ? 0 : ALIVE_HURRY,
		        judged) &&
		    !same)
			alive_hurry(s->peer);
	}
}
