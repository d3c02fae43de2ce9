/*
 * The one place where hardware names meet Linux devices.
 *
 *   GigabitEthernet0/N   the N-th ethernet link: hardware, veth, macvlan or
 *                        ipvlan that is in no bridge or bond, by ifindex at start,
 *                        then in order of appearance
 *   any other name       the Linux device of that name
 */
#include "engine/keeper/devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char HARDWARE[] = "GigabitEthernet0/";

static size_t slot_of(const struct devices *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->n && strcmp(d->slot[i], name) != 0; i++)
		;
	return i;
}

void devices_assign(struct devices *d, struct link *links, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct link *k = &links[i];
		size_t slot = slot_of(d, k->name);

		k->hardware[0] = 0;
		if (slot == d->n) {
			if (!k->ethernet || d->n == DEVICES_MAX)
				continue;
			memcpy(d->slot[d->n++], k->name, IF_NAMESIZE);
		}
		snprintf(k->hardware, sizeof k->hardware, "%s%zu", HARDWARE, slot);
	}
}

const char *devices_linux(const struct devices *d, const char *name)
{
	char *end;
	unsigned long slot;

	if (strncmp(name, HARDWARE, sizeof HARDWARE - 1) != 0)
		return device_name_legal(name) ? name : NULL;
	name += sizeof HARDWARE - 1;
	if (*name < '0' || *name > '9')
		return NULL;
	slot = strtoul(name, &end, 10);
	return !*end && slot < d->n ? d->slot[slot] : NULL;
}

bool device_name_legal(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@");

	return len > 0 && len < IF_NAMESIZE && !name[len] && strcmp(name, ".") != 0 &&
	    strcmp(name, "..") != 0;
}
