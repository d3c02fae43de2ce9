/* Which of the client's proposals of quick mode we take. Pure but for the trace. */
#ifndef GATEHOUSE_IKE_PROPOSAL_ESP_H
#define GATEHOUSE_IKE_PROPOSAL_ESP_H

#include "engine/base/trace.h"
#include "engine/config/config.h"
#include "engine/ike/natt_flavour.h"
#include "engine/ike/payload.h"
#include "engine/ipsec/sa.h"

struct esp_offer { /* a transform of quick mode as we understand it */
	enum cipher cipher;
	enum hash auth;
	uint64_t encapsulation, group;
	uint32_t seconds, kilobytes;
};

/* What an offer has to fit. */
struct phase2_terms {
	const struct config *config;
	const struct map_entry *entry;
	struct natt_terms natt;
	bool l2tp;
	struct trace *trace;
	const struct trace_ctx *ctx;
};

struct phase2_choice {
	const struct transform_set *set;
	const struct proposal *proposal;
	struct transform transform;
	bool transport, udp_encap;
	uint16_t group;
	uint32_t seconds, kilobytes; /* offered, 0 = not */
};

/* False: it is of a kind that is not known. */
bool esp_offer_read(const struct transform *, struct esp_offer *);
/* By the entry's transform sets, then by the client's order; false when nothing fits. */
bool phase2_choose(const struct phase2_terms *, const struct proposal *, size_t n,
    struct phase2_choice *);

/* The one transform that we offer: what `c` has, with its lives. */
void phase2_transform(const struct child *c, uint16_t encapsulation, struct transform *);
/* This SA payload body accepts it; `spi`: the other side's. */
bool phase2_taken(struct chunk body, const struct child *c, uint16_t encapsulation, uint32_t *spi);

#endif
