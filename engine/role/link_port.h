/* A packet socket of one link (AF_PACKET, SOCK_DGRAM), on libuv. */
#ifndef GATEHOUSE_ROLE_LINK_PORT_H
#define GATEHOUSE_ROLE_LINK_PORT_H

#include <uv.h>

#include <stdbool.h>
#include <stdint.h>

#define LINK_MAC 6

struct link_port;

/* A packet without its link's header, and the station that it came from. It may close the port. */
typedef void link_port_cb(
    void *arg, const uint8_t mac[LINK_MAC], const uint8_t *packet, size_t len);

/* Takes the descriptor, which is closed also when this fails (NULL). */
struct link_port *link_port_open(uv_loop_t *, int fd, link_port_cb *, void *arg);
/* NULL: nothing. Its memory goes when the loop runs next. */
void link_port_close(struct link_port *);
/* One packet to a station; what cannot be sent now is lost (false). `type`: of Ethernet. */
bool link_port_send(struct link_port *, uint32_t ifindex, uint16_t type,
    const uint8_t mac[LINK_MAC], const uint8_t *packet, size_t len);

#endif
