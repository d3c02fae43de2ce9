/* Selectors against what an operator has written; see sa.h. */
#include "engine/ipsec/sa.h"

#define PROTO_UDP 17
#define L2TP_PORT 1701

bool selector_within(const struct selector *s, const struct addr *address, const struct addr *mask)
{
	uint32_t m = addr_to_v4(mask);

	return (addr_to_v4(&s->mask) & m) == m &&
	    ((addr_to_v4(&s->addr) ^ addr_to_v4(address)) & m) == 0;
}

bool selector_ports_within(const struct selector *s, uint16_t low, uint16_t high)
{
	if (s->port == 0)
		return low == 0 && high == UINT16_MAX;
	return low <= high ? s->port >= low && s->port <= high : s->port >= low || s->port <= high;
}

bool selectors_are_l2tp(const struct selector *local, const struct selector *remote)
{
	return local->protocol == PROTO_UDP &&
	    (local->port == L2TP_PORT || (local->port == 0 && remote->port == L2TP_PORT));
}
