/* What a peer is kept alive by, and whether he is. */
#ifndef GATEHOUSE_SESSION_LIVENESS_H
#define GATEHOUSE_SESSION_LIVENESS_H

#include "engine/session/objects.h"

void liveness_start(struct peer *);
void liveness_stop(struct peer *);
/* Its newest SA pair goes through UDP 4500, or not. */
void peer_nat_t(struct peer *, bool nat_t);

#endif
