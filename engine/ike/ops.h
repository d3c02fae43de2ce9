/*
 * What the IKE room tells its owner: calls about peers and SA pairs, and counters. The files of the
 * room know this; the owner's own calls are in ike.h.
 */
#ifndef GATEHOUSE_IKE_OPS_H
#define GATEHOUSE_IKE_OPS_H

#include "engine/base/attempt.h"
#include "engine/base/env.h"
#include "engine/base/reason.h"
#include "engine/base/trace.h"
#include "engine/config/config.h"
#include "engine/crypto/crypto.h"
#include "engine/ike/work.h"
#include "engine/ipsec/sa.h"

struct ike;
struct ike_sa;
struct peer;

struct ike_ops {
	/* Phase 1 is authenticated: the SA's peer, new or joined, or the one that it was begun for;
	 * NULL refuses. */
	struct peer *(*phase1_up)(void *owner, struct ike_sa *);
	/* The SA nears its end, and the client has not come: asked again at intervals until then.
	 * The owner may begin another one (ike_sa_renew). May be NULL. */
	void (*phase1_ageing)(void *owner, struct peer *, struct ike_sa *);
	/* The SA is gone (deleted, expired, lost). Quick modes of it live on. */
	void (*phase1_down)(void *owner, struct peer *, struct ike_sa *, enum reason);
	/* INITIAL-CONTACT was received under this SA (RFC 2407 4.6.3.3). */
	void (*initial_contact)(void *owner, struct peer *, struct ike_sa *);
	/* A fresh inbound SPI for an embryonic SA of 240 s; false when the table is full. */
	bool (*child_reserve)(void *owner, struct peer *, uint32_t *spi_in);
	/* Before message 2 leaves: `child` complete with keys; inbound must work from now on. */
	bool (*child_inbound)(void *owner, struct peer *, const struct child *);
	/* Message 3 proved the client has it, or enough time has passed since ours: outbound may be
	 * used. */
	void (*child_up)(void *owner, struct peer *, const struct child *);
	/* May be NULL. Called after child_up, where the device prints the inbound half of its
	 * `debug crypto ipsec` blocks (child_up is where it prints the outbound half). */
	void (*child_trace_inbound)(void *owner, struct peer *, const struct child *);
	/* May this peer's client be asleep in mid-exchange, and come back? Quick modes that nobody
	 * has finished in time are kept for him then. NULL: for nobody. */
	bool (*waited_for)(void *owner, const struct peer *);
	/* Quick mode failed or timed out: forget this SPI. */
	void (*child_abort)(void *owner, struct peer *, uint32_t spi_in, enum reason);
	/* Quick mode is refused or was not finished; once for each. What there is to tell of it, or
	 * NULL. Before child_abort. */
	void (*quick_mode_failed)(void *owner, struct peer *, struct ike_sa *, enum reason,
	    const struct attempt_terms *);
	/* The client deleted its inbound SPI, which is our outbound one. */
	void (*child_deleted)(void *owner, struct peer *, uint32_t spi_out);
	/* A fresh authenticated message of this SA came from elsewhere: send there now. */
	void (*moved)(void *owner, struct peer *, struct ike_sa *, const struct path *);
	/* The client identities of a quick mode are known (`local` and `remote` of child): the peer
	 * that its SA belongs to, now that they tell; NULL refuses. */
	struct peer *(*quick_mode)(void *owner, struct peer *, struct ike_sa *,
	    const struct child *);
	/* Is this tunnel group's client protocol allowed (group policy has l2tp-ipsec)? */
	bool (*l2tp_allowed)(void *owner, const struct cfg_tunnel_group *);
	/* Calls `each` with the tunnel group of every peer whose outer address is this one. */
	void (*groups_at)(void *owner, const struct addr *,
	    void (*each)(void *ctx, const char *group), void *ctx);
	/* An attempt is closed, here or where it was handed on to (ike_sa_attempt()). */
	void (*attempt_closed)(void *owner, const struct attempt *);
	/* Are client and terms of one more wanted that is refused with its first message? NULL:
	 * always. */
	bool (*attempt_wanted)(void *owner, enum reason);
};

/* Counters; docs/statistics.md says of each what it counts. Whoever adds an exchange counts in the
 * same fields: each thing once, where it is decided. */
struct ike_stats {
	/* Datagrams without the non-ESP marker; of them those that nothing came of, and those that
	 * could not be built. */
	uint64_t in_packets, in_octets, out_packets, out_octets, in_drops, out_drops;
	uint64_t malformed, unknown_cookie, not_enabled, half_open_evicted, duplicates;
	/* What somebody's share was too small for. */
	uint64_t negotiating_evicted, message5_ended, dh_put_off, fragments_evicted, keys_withheld;
	uint64_t aggressive, version2; /* exchanges that we do not speak */
	uint64_t aggressive_late;      /* more than AGGRESSIVE_SECOND */
	uint64_t auth_fails, decrypt_fails, hash_fails, no_map, no_proposal;
	/* Begun by the client, by us; of each: damaged or malformed, refused by the other terms. */
	uint64_t quick_modes, quick_mode_invalids, quick_mode_rejects;
	uint64_t quick_modes_out, quick_mode_invalids_out, quick_mode_rejects_out;
	uint64_t deletes_in, deletes_out; /* of phase 2 SAs, by each SPI */
	uint64_t phase1_deletes_in, phase1_deletes_out;
	uint64_t notifies_in, notifies_out;
	/* Phase 1s that we began and that came up; those that did not, by who began them. */
	uint64_t initiator_tunnels, initiator_fails, responder_fails;
	uint64_t capacity_fails; /* for want of memory, of an SPI, of a place among others */
	uint64_t phase1_ups, phase1_rekeys, phase1_ends; /* SAs that were active, in both roles */
	uint64_t negotiating_most; /* phase 1s that were under way at a time */
	struct ike_work work;
};

/* Phase 1s that are under way and that clients began, in either mode: those have to be admitted. */
struct ike_admission {
	size_t limit, now;
};

#endif
