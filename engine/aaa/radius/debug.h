/* `debug radius`: events, decoded packets, bytes. Passwords are not in it. */
#ifndef GATEHOUSE_AAA_RADIUS_DEBUG_H
#define GATEHOUSE_AAA_RADIUS_DEBUG_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/radius/packet.h"

/* An event of that server. */
void radius_debug(const struct aaa_world *, const struct aaa_server *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A packet that was sent to it (or received), decoded; with the highest level its bytes, too. */
void radius_debug_packet(const struct aaa_world *, const struct aaa_server *, bool sent,
    uint16_t port, const uint8_t *, size_t len);

#endif
