/*
 * Quick mode, initiator (RFC 2409 5.5): an SA pair that nears its end is renewed by us when the
 * peer has not come first.
 *
 *     1  HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr] [, NAT-OA]   -->
 *     2                               <--  HDR*, HASH(2), SA, Nr [, KE] [, IDci, IDcr] ...
 *     3  HDR*, HASH(3)                                            -->
 *
 * The inbound SA works before message 3 leaves. The outbound one is used when something has come on
 * the new SA, or when message 3 was repeated often enough: there are peers that install theirs only
 * when it has come.
 */
#ifndef GATEHOUSE_IKE_QUICK_MODE_RENEW_H
#define GATEHOUSE_IKE_QUICK_MODE_RENEW_H

#include "engine/ike/qm.h"

/* Begins one that is to replace `old`: its selectors, algorithms, mode and lives. Our new inbound
 * SPI; 0 when that cannot be done now: phase 1, NAT or the configuration are not as they were. */
uint32_t quick_mode_renew(struct ike_sa *, const struct child *old);
/* The peer has refused, without saying which: none of those that wait for message 2 goes on. */
void quick_mode_refused(struct ike_sa *);

/* Column of the exchange table. */
enum outcome qm2_receive(struct ike_sa *, struct qm *, struct incoming *);

#endif
