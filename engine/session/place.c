/*
 * A place among the sessions of a user; see place.h. Identity: the session
 * that wants it. Life: from the question to the answer.
 */
#include "engine/session/place.h"

#include <string.h>

#include "engine/session/alive.h"
#include "engine/session/login.h"
#include "engine/session/names.h"
#include "engine/session/peer.h"
#include "engine/session/session.h"

/* It looks like the same machine that has come anew, from another port of its NAT: it calls itself
 * the same in IKE and in L2TP, and the other is silent since. */
static bool same_client(const struct session *s, const struct session *o)
{
	const struct peer *a = s->peer, *b = o->peer;

	return a != b && addr_equal(&a->path.remote.addr, &b->path.remote.addr) &&
	    strcmp(a->tunnel_group, b->tunnel_group) == 0 && a->ident_len == b->ident_len &&
	    memcmp(a->ident, b->ident, a->ident_len) == 0 && *s->host &&
	    strcmp(s->host, o->host) == 0 && peer_last_heard(b) < a->born;
}

static bool was_asked(const struct session *s, const struct session *o)
{
	for (unsigned n = 0; n < s->place.n; n++)
		if (s->place.asked[n] == o->peer->id)
			return true;
	return false;
}

/* It was asked for this login and has not been heard since. */
static bool silent(const struct session *s, const struct session *o)
{
	return was_asked(s, o) && peer_last_heard(o->peer) <= s->place.since;
}

/* The one of them that was not heard for the longest, of those that were not asked yet. */
static struct session *in_doubt(const struct session *s, const char *user, bool all)
{
	struct session *o = NULL, *longest = NULL;
	uint64_t since = 0;

	while ((o = (all ? names_next : names_next_alike)(s, user, o))) {
		uint64_t last;

		if (!o->up || was_asked(s, o) || (!all && !same_client(s, o)))
			continue;
		last = peer_last_heard(o->peer);
		if (!longest || last < since) {
			longest = o;
			since = last;
		}
	}
	return longest;
}

/* How many others there are; they are not walked through while there is room for all whose names
 * fall together. */
static uint32_t others(const struct session *s, const char *user, uint32_t most)
{
	struct session *o = NULL;
	uint32_t n = 0;

	if (names_bound(s->gw, user) < most)
		return 0;
	while ((o = names_next(s, user, o)))
		n++;
	return n;
}

bool place_ask(struct session *s, const char *user, uint32_t most)
{
	bool full = others(s, user, most) >= most;
	struct session *o;

	s->place.n = 0;
	if (most == 0)
		return false;
	s->place.since = s->gw->env->now(s->gw->env);
	while (s->place.n < PLACE_ASKED && (o = in_doubt(s, user, full))) {
		s->place.asked[s->place.n++] = o->peer->id;
		alive_hurry(o->peer);
	}
	return s->place.n > 0;
}

bool place_known(const struct session *s)
{
	struct session *o = NULL;

	while (s->place.n && (o = names_next(s, s->place.user, o)))
		if (silent(s, o))
			return false;
	return true;
}

/* Its login is over at once, so that its address is free for the one that comes. */
static void give_way(struct session *s, struct session *o)
{
	bool same = same_client(s, o);

	o->why = same ? REASON_PEER_RECONNECTED : REASON_LOST_SERVICE;
	if (same && o->origin == ADDRESS_LOCAL)
		s->peer->had = o->address;
	peer_end(o->peer, o->why);
	login_end(o, o->why);
}

static struct session *oldest(const struct session *s, const char *user, bool only_silent)
{
	struct session *o = NULL, *first = NULL;

	while ((o = names_next(s, user, o)))
		if ((!only_silent || silent(s, o)) && (!first || o->known_at < first->known_at))
			first = o;
	return first;
}

/* As many as the appliance may have, without this one and the one that would give way (or NULL). */
static bool is_full(const struct session *s, const struct session *leaves)
{
	uint32_t most = s->gw->config->vpn_sessiondb.max_other, n = 0;
	const struct session *o;

	if (!most || s->gw->n_known < most)
		return false;
	LIST_FOREACH(o, &s->gw->sessions, link)
		n += o != s && o != leaves && o->known && o->why == REASON_NONE && !o->peer->ending;
	return n >= most;
}

enum reason place_take(struct session *s, const char *user, uint32_t most)
{
	struct session *o = NULL;
	uint32_t n;

	if (most == 0)
		return REASON_TOO_MANY_LOGINS;
	while ((o = names_next_alike(s, user, o)))
		if (silent(s, o) && same_client(s, o)) {
			give_way(s, o);
			o = NULL; /* it is none of them any more */
		}
	for (n = others(s, user, most); n >= most && (o = oldest(s, user, true)); n--)
		give_way(s, o);
	o = n >= most ? oldest(s, user, false) : NULL;
	if (is_full(s, o))
		return REASON_SESSION_LIMIT; /* nobody leaves for one who does not come */
	if (o)
		session_end(o, REASON_PORT_PREEMPTED);
	return REASON_NONE;
}
