/*
 * Who begins with what we do not speak: aggressive mode, or IKEv2. He is told as far as his own RFC
 * lets him understand (RFC 2408 3.14.1, RFC 7296 2.5), never with more bytes than he sent, and the
 * operator gets a reason.
 */
#ifndef GATEHOUSE_IKE_FOREIGN_H
#define GATEHOUSE_IKE_FOREIGN_H

#include "engine/ike/context.h"
#include "engine/ike/incoming.h"

void aggressive_refuse(struct ike *, const struct incoming *);
/* False: it is no first message of IKEv2. */
bool version2_receive(struct ike *, const struct path *, const uint8_t *msg, size_t len);

#endif
