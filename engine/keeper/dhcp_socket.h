/* The socket by which the engine speaks DHCP at a link that has no address yet. */
#ifndef GATEHOUSE_DHCP_SOCKET_H
#define GATEHOUSE_DHCP_SOCKET_H

#include "engine/base/addr.h"

/* IPv4 packets to UDP port 68 that come in by that device, without the link's header (packet(7),
 * SOCK_DGRAM); what is sent takes the link's address along. Non-blocking. -1: errno. */
int dhcp_socket(const char *device);
/* ARP of that device that is about the address, without the link's header, alike. */
int arp_socket(const char *device, const struct addr *about);
/* A relay agent's, from port 67 to that of the server, which alone is heard. from unset: the
 * address that the route says. */
int dhcp_relay_socket(const struct addr *server, const struct addr *from);

#endif
