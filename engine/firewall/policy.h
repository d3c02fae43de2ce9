/* What holds between two zones before any list is looked at, and which list is. */
#ifndef GATEHOUSE_FIREWALL_POLICY_H
#define GATEHOUSE_FIREWALL_POLICY_H

#include "engine/firewall/firewall.h"

/* The zone that VPN clients are in: the one with a crypto map, of several that of the lowest level,
 * the first of those. NULL: there are none. */
const struct zone *policy_clients(const struct firewall *);
/* The zone of a device; NULL: it has no name. */
const struct zone *policy_zone(const struct firewall *, const char *device);

/* Between these two nothing passes, whatever lists say: same-security-traffic would permit it.
 * Where both are the same: from an interface back to itself, from client to client. */
bool policy_apart(const struct firewall *, const struct zone *from, const struct zone *to);
/* May a connection be opened where no list holds at `from`, and they are not apart? */
bool policy_open(const struct zone *from, const struct zone *to);
/* The lists that hold for what comes in by a zone, by name: that of the interface, and the global
 * one, which is asked where the first fits nothing; NULL = none. What fits none is refused. False:
 * there is neither, levels decide. */
bool policy_lists(const struct firewall *, const struct zone *, const char *name[2]);

#endif
