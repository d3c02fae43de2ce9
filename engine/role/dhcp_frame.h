/* IPv4 and UDP around the messages of a DHCP client whose link has no address yet. */
#ifndef GATEHOUSE_ROLE_DHCP_FRAME_H
#define GATEHOUSE_ROLE_DHCP_FRAME_H

#include "engine/dhcp/message.h"

#define DHCP_FRAME_MAX (DHCP_MESSAGE_MAX + 128)

/* Appends one message, from `own` (unset: nobody yet) to a server; unset: to everybody. */
void dhcp_frame_write(
    struct wr *, const struct addr *own, const struct addr *to, const uint8_t *msg, size_t len);
/* A message from a server, and its address. False: none. */
bool dhcp_frame_read(const uint8_t *packet, size_t len, struct addr *server, struct dhcp_message *);

#endif
