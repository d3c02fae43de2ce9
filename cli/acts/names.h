/* The names that the configuration gives to interfaces, by device and by address. */
#ifndef GATEHOUSE_ACTS_NAMES_H
#define GATEHOUSE_ACTS_NAMES_H

#include "cli/acts/act.h"

#define NAMEIF_MAX 64

/* The nameif of a device; "" where it has none. */
void nameif_of_device(const struct manager *, const char *device, char name[NAMEIF_MAX]);
/* The hardware name of an interface by its nameif, its hardware name or the abbreviation of it;
 * false: there is none such. */
bool hardware_of_name(const struct manager *, const char *name, char hardware[32]);

/* Where addresses are, by the interfaces' networks and the static routes. */
struct places {
	struct place {
		struct addr dest, mask;
		char ifname[NAMEIF_MAX];
	} * v;
	size_t n;
};

/* Reads the configuration; false when it could not all be read. */
bool places_read(struct places *, const struct manager *);
/* The nameif behind which an address is, "any" when nothing says. Valid as long as the places. */
const char *places_find(const struct places *, const struct addr *);
void places_free(struct places *);

/* Tells the operator that the keeper did not answer; false when it did. */
bool act_keeper_failed(struct act *, const struct answer *);

#endif
