/*
 * Message 1 of either phase 1: whether we serve there, what is offered, what we take of it, and the
 * SA that is made of it; or a refusal, which is said, traced and counted here.
 */
#ifndef GATEHOUSE_IKE_OFFER_H
#define GATEHOUSE_IKE_OFFER_H

#include "engine/ike/proposal.h"
#include "engine/ike/sa.h"

struct offer {
	const struct interface *ifc;
	struct chunk sai;
	struct proposal prop[PROPOSALS_MAX];
	size_t n;
	struct phase1_choice choice;
};

/* False: it was refused. */
bool offer_read(struct ike *, struct incoming *, struct offer *);
/* A new SA with what was chosen; `aggressive`: with its rest, among those. NULL: refused. */
struct ike_sa *offer_accept(struct ike *, struct incoming *, const struct offer *,
    bool aggressive);
/* Vendor ids of a later message: what the peer can do, which family of clients it is of. */
void offer_vendors_read(struct ike_sa *, const struct message *);
/* NO-PROPOSAL-CHOSEN; of the offer what was read counts. */
void offer_refuse(struct ike *, const struct incoming *, const struct offer *);
/* Counts and reports a message that begins nothing. */
void offer_drop(struct ike *, const struct incoming *, uint64_t *counter, enum reason,
    const char *detail);
/* The SA payload that answers, and the vendor ids that answer his. */
void offer_accept_write(struct ike_sa *, struct out *);
void offer_vendors_write(struct ike_sa *, struct out *);

#endif
