/* Sessions that are held to an access list. */
#ifndef GATEHOUSE_DATAPLANE_HELD_H
#define GATEHOUSE_DATAPLANE_HELD_H

#include "engine/dataplane/worker.h"

/* May this packet of a filtered session pass? `inward`: it comes from the client. One that may not
 * is counted, and of some each second the control side is told. */
bool held_passes(
    struct worker *, struct dp_link *, const uint8_t *ip, const struct ipv4 *header, bool inward);

/* A packet that did not come from its session's address was dropped: tells of it. */
void held_spoofed(
    struct worker *, const struct dp_link *, const uint8_t *ip, const struct ipv4 *);

#endif
