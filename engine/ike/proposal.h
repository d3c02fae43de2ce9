/*
 * Which of the client's proposals of phase 1 we take (RFC 2409 A), and how a choice is written
 * back in either phase. Pure but for the trace.
 */
#ifndef GATEHOUSE_IKE_PROPOSAL_H
#define GATEHOUSE_IKE_PROPOSAL_H

#include "engine/base/trace.h"
#include "engine/config/config.h"
#include "engine/crypto/dh.h"
#include "engine/ike/codec.h"
#include "engine/ike/payload.h"

struct oakley { /* a phase 1 transform as we understand it */
	bool known; /* every attribute is */
	enum cipher cipher;
	enum hash hash;
	uint16_t auth, group;
	uint32_t lifetime; /* 0 = not offered */
};

struct phase1_choice {
	const struct ike_policy *policy; /* NULL = nothing fits */
	unsigned entry;                  /* its place in the list, as the device counts */
	uint8_t proposal_at, transform_at;
	uint8_t proposal, transform;     /* their numbers */
	struct oakley oakley;
};

/* An attribute that is not understood makes the whole transform unacceptable. */
struct oakley oakley_read(const struct transform *);
void phase1_choose(const struct config *, const struct proposal *, size_t n,
    struct phase1_choice *);
/* Prints why transforms did not fit; all of them when nothing was chosen. */
void phase1_trace(struct trace *, const struct trace_ctx *, const struct config *,
    const struct proposal *, size_t n,
    const struct phase1_choice *);
/* Writes the SA payload body that accepts one transform of `sai`, which was chosen of it. */
void phase1_accept(struct out *, struct chunk sai, uint8_t proposal_at, uint8_t transform_at,
    bool shorten);
/* The same for quick mode, with our SPI. */
void phase2_accept(struct out *, uint8_t number, uint32_t spi, const struct transform *);

/* Our own offer of one transform, all of `wish`: the body of an SA payload ... */
void phase1_offer(struct out *, const struct oakley *wish);
/* ... which this one accepts. */
bool phase1_taken(struct chunk body, const struct oakley *wish);
/* A policy would take it. */
bool phase1_allows(const struct config *, const struct oakley *wish);

#endif
