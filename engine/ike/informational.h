/*
 * The informational exchange (RFC 2408 4.8, RFC 2409 5.7): Delete, and the notifications that mean
 * something to us. Unprotected ones are only counted and shown: anybody may send them.
 */
#ifndef GATEHOUSE_IKE_INFORMATIONAL_H
#define GATEHOUSE_IKE_INFORMATIONAL_H

#include "engine/ike/qm.h"

enum outcome informational_receive(struct ike_sa *, struct qm *, struct incoming *);
/* `sa` is NULL when it belongs to none. */
void informational_clear(struct ike *, struct ike_sa *, struct incoming *);
/* All notifications of a message that is authentic: they may ride in message 5. */
void notifies_receive(struct ike_sa *, const struct incoming *);

#endif
