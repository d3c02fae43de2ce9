/* Telling a network that an address is here now. */
#ifndef GATEHOUSE_ARP_ANNOUNCE_H
#define GATEHOUSE_ARP_ANNOUNCE_H

#include "engine/keeper/netlink.h"

/* Sends one announcement of the address by that link (RFC 5227 2.3), so that neighbours forget whom
 * they knew it of. What cannot be sent is not. */
void arp_announce(const struct link *, const struct addr *);

#endif
