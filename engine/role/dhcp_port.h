/* The packet socket of a link that asks for an address, on libuv. */
#ifndef GATEHOUSE_ROLE_DHCP_PORT_H
#define GATEHOUSE_ROLE_DHCP_PORT_H

#include <uv.h>

#include "engine/dhcp/message.h"

#define DHCP_MAC 6

struct dhcp_port;

/* A message from a server, and the station that it came from. */
typedef void dhcp_port_cb(
    void *arg, const struct addr *from, const uint8_t mac[DHCP_MAC], const struct dhcp_message *);

/* Takes the descriptor (KEEP_DHCP), which is closed also when this fails (NULL). */
struct dhcp_port *dhcp_port_open(uv_loop_t *, int fd, dhcp_port_cb *, void *arg);
/* NULL: nothing. Its memory goes when the loop runs next. */
void dhcp_port_close(struct dhcp_port *);
/* One message, from `own` (unset: nobody yet) to a server by that station; unset: to everybody. */
void dhcp_port_send(struct dhcp_port *, uint32_t ifindex, const struct addr *own,
    const struct addr *to, const uint8_t mac[DHCP_MAC], const uint8_t *msg, size_t len);

#endif
