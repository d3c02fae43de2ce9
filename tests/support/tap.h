/*
 * A tap on the wire of a simulated world: the last datagrams for the gateway are kept, and can be
 * said again, from where they came or changed.
 */
#ifndef GATEHOUSE_TESTS_TAP_H
#define GATEHOUSE_TESTS_TAP_H

#include "tests/support/world.h"

#define TAP_KEPT 64

struct tapped {
	struct path path;
	bool esp;
	size_t len; /* not 0 */
	uint8_t b[2048];
};

struct tap {
	struct tapped kept[TAP_KEPT];
	size_t n; /* in all */
};

/* From now on, in the place of whoever listened (world.spy); the tap lives as long as the world. */
void tap_begin(struct tap *, struct world *);
/* One of those that are kept, by any number; NULL: nothing was said yet. */
const struct tapped *tap_get(const struct tap *, size_t which);
/* To the gateway, at once. */
void tap_say(struct world *, const struct tapped *);

#endif
