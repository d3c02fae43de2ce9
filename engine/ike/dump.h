/* `debug crypto ikev1 255`: datagrams byte by byte. */
#ifndef GATEHOUSE_IKE_DUMP_H
#define GATEHOUSE_IKE_DUMP_H

#include "engine/ike/context.h"

enum dump_way { DUMP_RECEIVED, DUMP_SENT };

/* The datagram as it is on the wire, and its header in words. One branch when nobody listens. */
void dump_packet(
    const struct ike *, const struct path *, enum dump_way, const uint8_t *msg, size_t len);

#endif
