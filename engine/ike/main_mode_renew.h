/*
 * Main mode with pre-shared keys, initiator (RFC 2409 5.4), for a peer whose phase 1 nears its end:
 *
 *     1  HDR, SA, VID...              -->
 *     2                               <--  HDR, SA, VID...
 *     3  HDR, KE, Ni, NAT-D, NAT-D    -->
 *     4                               <--  HDR, KE, Nr, VID..., NAT-D, NAT-D
 *     5  HDR*, IDii, HASH_I           -->
 *     6                               <--  HDR*, IDir, HASH_R
 *
 * It goes to where the peer is, on port 4500 from message 1 if he is there (RFC 3947 4), and offers
 * what was agreed on before. INITIAL-CONTACT is never said: he has SAs with us.
 */
#ifndef GATEHOUSE_IKE_MAIN_MODE_RENEW_H
#define GATEHOUSE_IKE_MAIN_MODE_RENEW_H

#include "engine/ike/ike.h"
#include "engine/ike/sa.h"

struct qm;

/* See ike_sa_renew(). */
struct ike_sa *main_mode_renew(struct ike *, struct peer *, const struct path *,
    const char *tunnel_group, const struct ike_terms *);

/* Columns of the exchange table; there is no quick mode. */
enum outcome mm2_receive(struct ike_sa *, struct qm *, struct incoming *);
enum outcome mm4_receive(struct ike_sa *, struct qm *, struct incoming *);
enum outcome mm6_receive(struct ike_sa *, struct qm *, struct incoming *);

#endif
