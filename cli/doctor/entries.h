/*
 * The entries of crypto maps as the engine tries them when an L2TP client of any address comes
 * (engine/ike/selector.c): those of the map by number, each that is dynamic with all of its dynamic
 * map; the first that has transform-sets and fits decides, and only its sets are looked at. Of this
 * room only.
 */
#ifndef GATEHOUSE_DOCTOR_ENTRIES_H
#define GATEHOUSE_DOCTOR_ENTRIES_H

#include "cli/doctor/exam.h"

#define ENTRIES_MAPS 8

/* The maps that clients come by: those that are bound to an interface; while none is, those with a
 * dynamic entry. How many. */
size_t entries_maps(struct exam *, const char *map[ENTRIES_MAPS]);
/* That many of the map, from 0 on; NULL: there are no more. A row of dynamic_map, or of crypto_map.
 */
const struct db_row *entries_of(struct exam *, const char *map, size_t n);

/* What the entry has to say to such a client. */
enum entry_fit {
	ENTRY_FITS,
	ENTRY_EMPTY,   /* no transform-set */
	ENTRY_PEERS,   /* for the peers that it names */
	ENTRY_NO_LIST, /* its match address is not there */
	ENTRY_REFUSED, /* its match address does not permit L2TP */
};
enum entry_fit entry_fit(struct exam *, const struct db_row *entry);
/* The entry that decides, NULL: none fits. */
const struct db_row *entry_deciding(struct exam *, const char *map);

/* "crypto dynamic-map NAME SEQ", as a line of a cure begins. Valid until the next call. */
const char *entry_line(const struct db_row *entry);

#endif
