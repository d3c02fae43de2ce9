/*
 * Dead peer detection (RFC 3706): R-U-THERE is answered at once; we ask only when told to, since
 * liveness is judged over everything that is heard of a peer (engine/session/alive.h). A client's
 * numbers rise, or stay while he repeats himself, and he answers what we have asked: what does
 * neither is no sign of life, whoever could keep it back and sends it now.
 */
#ifndef GATEHOUSE_IKE_DPD_H
#define GATEHOUSE_IKE_DPD_H

#include "engine/ike/incoming.h"
#include "engine/ike/payload.h"
#include "engine/ike/sa.h"

#define DPD_OPEN 8 /* our newest questions that may still be answered */

/* A question older than one that came before, or an answer to none of ours. */
bool dpd_stale(const struct ike_sa *, const struct message *);
/*
 * The set that an informational message's id is to be new in. A question alone has one of its own,
 * which forgets what its number tells to be old; NULL: an answer alone, which counts once by its
 * number. So the memory of a phase 1 does not grow with the questions.
 */
struct msgids *dpd_ids(struct ike_sa *, const struct message *);
void dpd_receive(struct ike_sa *, const struct notify *, const struct incoming *);
/* Asks once. False: the peer does not speak DPD, or the SA is not active. */
bool dpd_ask(struct ike_sa *);

#endif
