/* The way in of one worker: datagrams are sorted into the batch w->in, which is then worked off. */
#ifndef GATEHOUSE_INBOUND_H
#define GATEHOUSE_INBOUND_H

#include "engine/dataplane/worker.h"

/* A datagram of UDP 4500: takes a place in the batch if it is ESP. It stays there until then. */
void inbound_udp(struct worker *, struct packet *);
/* An ESP packet without UDP: takes a place in the batch. */
void inbound_esp(struct worker *, struct packet *);
/* Works a part of the batch in[0 .. ins) off: of several peers those first of whom few packets
 * wait. True: there is more, and who else waits may have his turn. */
bool inbound_step(struct worker *);
/* Works all of it off. */
void inbound_run(struct worker *);

#endif
