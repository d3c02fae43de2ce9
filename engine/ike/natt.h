/*
 * NAT traversal in main and quick mode (RFC 3947): who of us is behind a NAT.
 *
 *     NAT-D = HASH(CKY-I | CKY-R | IP | port)    first the receiver's end, then the sender's
 */
#ifndef GATEHOUSE_IKE_NATT_H
#define GATEHOUSE_IKE_NATT_H

#include "engine/ike/natt_flavour.h"
#include "engine/ike/sa.h"

/* Compares the NAT-D payloads of message 3 with what we see. */
void natt_detect(struct ike_sa *, const struct message *);
void natt_write_natd(struct ike_sa *, struct out *);
void natt_write_natoa(const struct ike_sa *, struct out *);
struct natt_terms natt_terms(const struct ike_sa *);

#endif
