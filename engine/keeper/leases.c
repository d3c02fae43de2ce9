/*
 * Links whose address a DHCP server leases (own.h). The engine's client says
 * what is leased; here it is an interface setting like any other, with a
 * default route by the server's gateway where the configuration wants one. It
 * takes an address only for links that the manager has named.
 */
#include <errno.h>
#include <string.h>

#include "engine/keeper/own.h"

bool objects_has_dhcp(const struct objects *o, const char *device)
{
	const struct interface_setting *s = objects_setting(o, device);

	return s && s->dhcp;
}

/* The default route of the lease, with or without. */
static void route(struct objects *o, const struct interface_setting *s, bool add)
{
	struct netlink_route r = {
	    .dest = addr_v4(0), .mask = addr_v4(0), .gateway = s->gateway, .metric = s->metric};

	if (s->metric && s->gateway.family)
		(void)objects_route(o, s->device, &r, add); /* one that waits is waited for */
}

int objects_interface_dhcp(
    struct objects *o, const char *device, uint32_t metric, enum link_want want)
{
	struct interface_setting *s = objects_setting(o, device);
	struct addr address = {0}, mask = {0};
	int error;

	if (s && s->dhcp) {
		address = s->address;
		mask = s->mask;
	}
	error = objects_interface(o, device, &address, &mask, want);
	s = objects_setting(o, device);
	if (error || !s)
		return error;
	if (s->metric != metric)
		route(o, s, false);
	s->dhcp = true;
	s->metric = metric;
	route(o, s, true);
	return 0;
}

void objects_interface_no_dhcp(struct objects *o, const char *device)
{
	static const struct addr none;
	struct interface_setting *s = objects_setting(o, device);

	if (!s || !s->dhcp)
		return;
	(void)objects_lease(o, device, &none, &none, &none);
	s->dhcp = false;
	s->metric = 0;
}

int objects_lease(struct objects *o, const char *device, const struct addr *address,
    const struct addr *mask, const struct addr *gateway)
{
	struct interface_setting *s = objects_setting(o, device);
	struct interface_setting old;
	int error;

	if (!s || !s->dhcp)
		return ENODEV;
	old = *s;
	error = objects_interface(o, device, address, mask, s->want);
	s->stale = old.stale; /* only the manager says what stays */
	if (error)
		return error;
	s->gateway = *gateway;
	/* One by a network that went with the old address has gone from the kernel. */
	if (!addr_equal(&old.gateway, gateway) || !addr_equal(&old.address, address))
		route(o, &old, false);
	route(o, s, true);
	return 0;
}
