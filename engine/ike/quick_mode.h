/*
 * Quick mode, responder (RFC 2409 5.5), any number of them under one phase 1:
 *
 *     1  HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr] [, NAT-OA]   -->     quick_mode_offer.c
 *     2                               <--  HDR*, HASH(2), SA, Nr [, KE] [, IDci, IDcr] ...
 *     3  HDR*, HASH(3)                                            -->     quick_mode_up.c
 *
 * The inbound SA works before message 2 leaves, the outbound one when message 3 has proved that the
 * client has it too.
 */
#ifndef GATEHOUSE_IKE_QUICK_MODE_H
#define GATEHOUSE_IKE_QUICK_MODE_H

#include "engine/ike/qm.h"

/* Columns of the exchange table. */
enum outcome qm1_receive(struct ike_sa *, struct qm *, struct incoming *);
enum outcome qm3_receive(struct ike_sa *, struct qm *, struct incoming *);

#endif
