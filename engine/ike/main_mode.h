/*
 * Main mode with pre-shared keys, responder (RFC 2409 5.4):
 *
 *     1  HDR, SA, VID...              -->                                        main_mode_offer.c
 *     2                               <--  HDR, SA, VID...
 *     3  HDR, KE, Ni, NAT-D, NAT-D    -->                                        main_mode_key.c
 *     4                               <--  HDR, KE, Nr, VID..., NAT-D, NAT-D
 *     5  HDR*, IDii, HASH_I           -->                                        main_mode_auth.c
 *     6                               <--  HDR*, IDir, HASH_R, VID
 *
 * Until message 3 has come with our cookie an SA is a small record and message 2 is not kept: it is
 * built again from the record, byte for byte, when the client repeats message 1.
 */
#ifndef GATEHOUSE_IKE_MAIN_MODE_H
#define GATEHOUSE_IKE_MAIN_MODE_H

#include "engine/ike/sa.h"

struct qm;

/* Message 1, of nobody we know: an SA, or a refusal. */
void main_mode_start(struct ike *, struct incoming *);
/* Message 1 again. */
void main_mode_repeat(struct ike_sa *, const struct path *);

/* The columns of the exchange table; there is no quick mode. */
enum outcome mm3_receive(struct ike_sa *, struct qm *, struct incoming *);
/* Finds the pre-shared key that opens message 5 and fits its HASH_I. */
enum outcome mm5_open_psk(struct ike_sa *, struct qm *, struct incoming *);
enum outcome mm5_receive(struct ike_sa *, struct qm *, struct incoming *);

/* What both sides do. Our identity, a body of an ID payload. */
void mm_identity_write(struct ike_sa *, struct wr *);
/* The other side's HASH fits; everything that phase 1 still owes him. */
enum outcome mm_authenticated(struct ike_sa *, struct incoming *);
/* Diffie-Hellman with the value that a stranger sent, who waits in the strangers' line: `ready` or
 * `put_off` (owner: the SA) is called later. False when out of memory. */
bool mm_dh_start(struct ike_sa *, void (*ready)(struct dh_job *), void (*put_off)(void *));
/* A proof of his that is none: the last of MM5_TRIES ends the exchange. */
enum outcome mm_another_try(struct ike_sa *);

#endif
