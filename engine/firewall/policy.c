/*
 * Security levels: a connection is opened towards a lower level without more; towards a higher one
 * only where a list at the interface that it comes in by permits it. A list at that interface is
 * all that counts, whatever the levels. Between equal levels, and back out of the same interface,
 * same-security-traffic has to permit it first.
 */
#include "engine/firewall/policy.h"

#include <string.h>

const struct zone *policy_clients(const struct firewall *f)
{
	const struct zone *z = NULL;

	for (size_t i = 0; i < f->n_zones; i++)
		if (f->zones[i].vpn && (!z || f->zones[i].level < z->level))
			z = &f->zones[i];
	return z;
}

const struct zone *policy_zone(const struct firewall *f, const char *device)
{
	for (size_t i = 0; i < f->n_zones; i++)
		if (!strcmp(f->zones[i].device, device))
			return &f->zones[i];
	return NULL;
}

bool policy_apart(const struct firewall *f, const struct zone *from, const struct zone *to)
{
	if (from == to)
		return !f->intra;
	return from->level == to->level && !f->inter;
}

bool policy_open(const struct zone *from, const struct zone *to)
{
	return from->level >= to->level;
}

bool policy_lists(const struct firewall *f, const struct zone *z, const char *name[2])
{
	name[0] = firewall_group(f, z->device, ACCESS_IN);
	name[1] = firewall_group(f, "", ACCESS_IN);
	return name[0] || name[1];
}
