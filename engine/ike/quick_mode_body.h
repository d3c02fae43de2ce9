/* What messages 1 and 2 of quick mode have in common (RFC 2409 5.5), whoever begins. */
#ifndef GATEHOUSE_IKE_QUICK_MODE_BODY_H
#define GATEHOUSE_IKE_QUICK_MODE_BODY_H

#include "engine/ike/payload.h"
#include "engine/ike/qm.h"

/* Begins the message: HDR, room for the hash, SA with that proposal's number, nonce, KE with PFS,
 * the client identities. What else there is follows; the hash is patched in at last. */
void qm_body(struct qm *, struct out *, uint8_t proposal, struct chunk nonce);

#endif
