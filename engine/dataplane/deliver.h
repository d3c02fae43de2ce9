/* From a decrypted packet to the TUN or to the control side. */
#ifndef GATEHOUSE_DELIVER_H
#define GATEHOUSE_DELIVER_H

#include "engine/dataplane/worker.h"

/* The payload of an authentic packet of p->sa, whose next header said what it is. */
void deliver(struct worker *, struct packet *, uint8_t next);

#endif
