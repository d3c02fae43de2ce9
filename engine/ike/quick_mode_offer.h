/* What a client wants of quick mode, and what it gets: message 1 becomes a child with our SPI. */
#ifndef GATEHOUSE_IKE_QUICK_MODE_OFFER_H
#define GATEHOUSE_IKE_QUICK_MODE_OFFER_H

#include "engine/ike/qm.h"

/* From the client's wishes to a reserved SPI; REASON_NONE when all is well. Its SA may be dead. */
enum reason qm_offer_take(struct qm *, const struct message *);

#endif
