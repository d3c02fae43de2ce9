/*
 * NAT traversal in main and quick mode (RFC 3947): who of us is behind a NAT.
 *
 *     NAT-D = HASH(CKY-I | CKY-R | IP | port)    first the receiver's end, then the sender's
 *
 * Masquerade (docs/nat-traversal.md): a client's NAT-D for our end that is not ours says that a NAT
 * stands before us. Windows gives up then, so he is told what he expects:
 *
 *     client      we          NAT-D of his end       NAT-D of our end    he believes
 *     no NAT      no NAT      as it is               as it is            no NAT: ESP alone
 *     NAT         no NAT      as it is               as it is            he is behind a NAT
 *     NAT         NAT         as it is               his own             he is behind a NAT
 *     no NAT      NAT         of no address          his own             he is behind a NAT
 *
 * In the last row ESP alone would not pass our NAT: he has to move to port 4500, too.
 */
#ifndef GATEHOUSE_IKE_NATT_H
#define GATEHOUSE_IKE_NATT_H

#include "engine/ike/natt_flavour.h"
#include "engine/ike/sa.h"

/* Compares the NAT-D payloads of a message 3 with what we see: the path of the SA, and that on
 * which it came, which is another one when an aggressive mode has moved to port 4500. */
void natt_detect(struct ike_sa *, const struct message *, const struct path *came);
/* Is this an aggressive mode that has told the client of our NAT, where masquerade would not? */
bool natt_masquerade_late(const struct ike_sa *);
void natt_write_natd(struct ike_sa *, struct out *);
/* The initiator's first (RFC 3947 5.2), as our role in quick mode is. `own`: how the client knows
 * us. */
void natt_write_natoa(
    const struct ike_sa *, enum ike_role, const struct addr *own, struct out *);
struct natt_terms natt_terms(const struct ike_sa *);

#endif
