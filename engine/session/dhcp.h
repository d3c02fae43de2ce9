/* DHCPINFORM of a session's client. */
#ifndef GATEHOUSE_SESSION_DHCP_H
#define GATEHOUSE_SESSION_DHCP_H

#include "engine/session/objects.h"

/* It is answered; false: the frame is something else. */
bool session_dhcp(struct session *, const uint8_t *frame, size_t len);

#endif
