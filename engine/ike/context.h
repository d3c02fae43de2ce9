/*
 * One IKE: what all of its objects share. Made and unmade in control.c.
 *
 * An SA is born by a good message 1 and lives in one of four lists, each in order of birth:
 * half-open (not one byte beyond HALF_OPEN_BYTES, no Diffie-Hellman), aggressive (of that mode,
 * few), negotiating (message 3 has come with our cookie: who sent message 1 is where he says),
 * active. All but the last are shared out by the address of message 1, each for itself: whoever has
 * proved where he is can be pushed out only by others who have.
 */
#ifndef GATEHOUSE_IKE_CONTEXT_H
#define GATEHOUSE_IKE_CONTEXT_H

#include "engine/base/shares.h"
#include "engine/base/table.h"
#include "engine/ike/limits.h"
#include "engine/ike/ops.h"
#include "engine/ike/tries.h"

struct dh_queue;

struct ike_list {
	struct ike_sa *head, *tail;
	size_t n;
	struct shares *shares; /* NULL: it is not shared out */
};

struct ike {
	struct env *env;
	const struct config *config;
	struct trace *trace;
	const struct crypto *crypto;
	const struct ike_ops *ops;
	void *owner;
	struct attempt_sink attempts; /* closed ones go to the owner */
	struct ike_stats stats;
	struct ike_list half_open, aggressive, negotiating, active;
	struct {
		uint64_t since; /* that second has answered so many messages 1 of that mode */
		size_t n;
		struct share taken[AGGRESSIVE_SECOND];
		struct shares *shares;
	} second;
	struct ike_list begun; /* by us; they have a peer already */
	struct shares *fragmented;
	struct dh_queue *dh;
	struct tries tries;
	struct ike_sa *by_i[COOKIE_BUCKETS], *by_r[COOKIE_BUCKETS], *by_peer[COOKIE_BUCKETS];
	struct table children; /* quick modes by our SPI */
	uint64_t secret; /* mixes the client's cookie, which he may choose */
};

/* Phase 1s that clients began, in either mode, and that are not up yet. */
static inline size_t ike_under_way(const struct ike *ike)
{
	return ike->half_open.n + ike->aggressive.n + ike->negotiating.n;
}

/* Random bytes that the other side will see. */
static inline void ike_random(struct ike *ike, void *to, size_t len)
{
	ike->stats.work.randoms++;
	ike->env->random(ike->env, to, len);
}

#endif
