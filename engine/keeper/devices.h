/* Which Linux device a hardware name of the configuration means (devices.c). */
#ifndef GATEHOUSE_DEVICES_H
#define GATEHOUSE_DEVICES_H

#include "engine/keeper/netlink.h"

#define DEVICES_MAX 64 /* slots; more links than that are reached by their Linux names only */

/* Slots in the order in which links were first seen; a slot is a name's for good, so that the
 * numbers do not shift when a link goes. */
struct devices {
	char slot[DEVICES_MAX][IF_NAMESIZE];
	size_t n;
};

/* Gives new ethernet links their slots and fills in `hardware` of each. `links` is sorted. */
void devices_assign(struct devices *, struct link *links, size_t n);
/* The Linux name for a hardware name ("GigabitEthernet0/1") or a Linux name, or NULL when the
 * hardware name has no device. The answer lives as long as both arguments. */
const char *devices_linux(const struct devices *, const char *name);
/* A name that the kernel could have given: 1 to 15 of letters, digits, `.`, `_`, `-`, `@`. */
bool device_name_legal(const char *name);

#endif
