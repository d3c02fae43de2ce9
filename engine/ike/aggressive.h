/*
 * Aggressive mode with pre-shared keys, responder (RFC 2409 5.4):
 *
 *     1  HDR, SA, KE, Ni, IDii, VID...                 -->
 *     2                                                <--  HDR, SA, KE, Nr, IDir, HASH_R,
 *                                                           VID..., NAT-D, NAT-D
 *     3  HDR*, HASH_I, NAT-D, NAT-D (or in clear)      -->
 *
 * Message 2 shows a hash of the key to whoever asks, and is owed a Diffie-Hellman before he has
 * proved where he is: so it is off unless the configuration has it on, message 1 has shares of its
 * own and AGGRESSIVE_SECOND of them a second are answered at most, shared out by address; message 2
 * is repeated AGGRESSIVE_REPEATS times at most. The identity names the tunnel
 * group: KEY_ID, FQDN or USER_FQDN by its name, else the group of the address, else DefaultRAGroup.
 */
#ifndef GATEHOUSE_IKE_AGGRESSIVE_H
#define GATEHOUSE_IKE_AGGRESSIVE_H

#include "engine/ike/sa.h"

struct qm;

/* Message 1, new or again. */
void aggressive_start(struct ike *, struct incoming *);

/* The columns of the exchange table; there is no quick mode. */
enum outcome am3_receive(struct ike_sa *, struct qm *, struct incoming *);

#endif
