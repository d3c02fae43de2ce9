/* What a client of DHCP says in each state, and what it takes from what is said to it. */
#ifndef GATEHOUSE_DHCP_SAY_H
#define GATEHOUSE_DHCP_SAY_H

#include "engine/dhcp/client.h"

/* A message of that type, as its state wants it, to `to`; the op `send` carries it. */
void dhcp_say(struct dhcp_client *, enum dhcp_type, const struct addr *to);
/* What an offer or acknowledgement leases; false: nothing that can be used. */
bool dhcp_lease_read(const struct dhcp_message *, const struct addr *from, struct dhcp_lease *);

#endif
