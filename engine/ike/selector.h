/*
 * The client identities of quick mode (RFC 2407 4.6.2, RFC 2409 5.5) and the crypto map entry that
 * may serve them. Behind NAT the client's is his private address: it is an identity, never a place
 * to send to.
 */
#ifndef GATEHOUSE_IKE_SELECTOR_H
#define GATEHOUSE_IKE_SELECTOR_H

#include "engine/ike/qm.h"

/* Reads and traces the client identities; the packet's own addresses when there are none. */
bool selectors_read(struct ike_sa *, struct qm *, const struct message *);
/* The same when we begin: its identities are written as the peer once told them, the ones of
 * `child`; IDci is ours then. */
void selectors_write(struct qm *);
/* The peer has returned them unchanged. */
bool selectors_returned(const struct qm *, const struct message *);
/* The first entry of the map where the client came in that takes them; NULL: none does. */
const struct map_entry *selectors_entry(struct ike_sa *, const struct qm *);

#endif
