/*
 * What the engine of a world says that it has counted, and what a listener on the wire has seen
 * meanwhile.
 */
#ifndef GATEHOUSE_TESTS_COUNTED_H
#define GATEHOUSE_TESTS_COUNTED_H

#include "tests/support/world.h"

struct counted_wire {
	uint64_t in, in_bytes, out, out_bytes; /* datagrams of IKE */
	/* The last datagram of ESP that reached the server. */
	uint8_t last[2048];
	size_t last_len;
	struct path last_path;
};

/* Starts at zero, and hears all that passes from now on. */
void counted_listen(struct counted_wire *, struct world *);
/* The counter of that name in that section of what `show` asks for as `what`; there must be one. */
uint64_t counted(struct world *, const char *what, const char *section, const char *name);
/* One of "Global IKEv1 Statistics". */
uint64_t counted_ikev1(struct world *, const char *name);
/* IKE is counted as it was on the wire. */
void counted_as_on_the_wire(const struct counted_wire *, struct world *);

#endif
