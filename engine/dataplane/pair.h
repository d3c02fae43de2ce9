/*
 * A peer and its SA pairs, as the worker owns them. Identity of a pair: the
 * inbound SPI (owner.h). Identity of a peer: the id that the control side gave.
 *
 * The control side allocates; the worker has them from the command that brings
 * them to the one that removes them; then they go back through the outbox.
 */
#ifndef GATEHOUSE_PAIR_H
#define GATEHOUSE_PAIR_H

#include "engine/base/chains.h"
#include "engine/base/counter.h"
#include "engine/dataplane/outbox.h"
#include "engine/dataplane/records.h"
#include "engine/ipsec/crypt.h"
#include "engine/ipsec/replay.h"
#include "engine/ipsec/sa.h"

/* One direction of an SA pair. */
struct half {
	struct crypt_key *key; /* NULL: not installed */
	uint32_t spi, sequence;
	/* Of each packet: they stand in two lines of the cache, with what is above. */
	counter packets, bytes, authentic, bitmap, newest, last_used;
	bool said_soft, said_hard; /* `exhausted` was reported */
	/* Of some. */
	counter errors, replay_failed, auth_failed, malformed, policy_failed;
	counter cut, pieces, too_big, bad_pad, bad_next, bad_inner, rollover;
};

struct dp_sa {
	struct object object;
	uint32_t peer_id; /* for its worker alone */
	struct dp_peer *peer;
	struct dp_sa *next; /* of the same peer, newest first */
	bool transport, udp_encap, confirmed;
	bool may_short_icv, short_icv; /* see short_icv.h */
	uint8_t looks;
	/* Where the link of the user's packet that came last stood: to be fetched ahead, not to be
	 * looked at, for it may be gone. */
	uintptr_t link;
	uint64_t astray; /* when a user's packet of another's session was told of; 0 = never */
	struct selector local, remote;
	uint64_t soft_bytes, hard_bytes; /* a direction; UINT64_MAX = unlimited */
	uint16_t message;                /* the longest L2TP message that fits the peer's MTU */
	struct replay replay;
	struct half in, out;
	/* The control side's, from the removal on: what it has added to those of the gone. */
	struct dp_totals *told;
};

/* Whom SAs and sessions belong to, and where he is now. Lives while it has either. */
struct dp_peer {
	struct object object;
	struct chain_link link; /* by id */
	unsigned refs;
	bool short_icv; /* his last pair that has told cuts its ICVs */
	struct dp_fit fit;
	struct path path;
	struct dp_sa *sas, *current; /* all of them, the one that carries what leaves */
	uint64_t tick;               /* when its present span of time began, ... */
	unsigned asked;              /* ... and how much it sent to the control side in it */
};

/* Control side, before the worker knows of it. NULL: out of memory. `crypt` is the owner's. */
struct dp_sa *pair_create(const struct crypt *, uint32_t peer, const struct child *,
    uint32_t replay_window);
/* And after it has forgotten. NULL is allowed. Wipes the keys. */
void pair_free(struct dp_sa *);
/* Computes anew what the pair can carry over its peer's interface. */
void pair_fit(struct dp_sa *);
/* Reports a lifetime of this direction that is nearly or quite used up, once each. */
void pair_lifetime(struct dp_sa *, struct half *, struct outbox *);
/* What the counters of one direction are now; any thread. */
void half_counters(const struct half *, struct dp_sa_counters *);
/* What a pair has carried until now; any thread. */
struct dp_totals pair_totals(const struct dp_sa *);
/* to += more; to -= less. */
void totals_add(struct dp_totals *to, const struct dp_totals *more);
void totals_subtract(struct dp_totals *to, const struct dp_totals *less);

#endif
