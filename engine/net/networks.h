/* Sets of IPv4 addresses, and the networks that they are made of. */
#ifndef GATEHOUSE_NETWORKS_H
#define GATEHOUSE_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span { /* host order, both included */
	uint32_t first, last;
};

/* Ascending, apart from one another. Zeroed memory is the empty set. */
struct networks {
	struct span *v;
	size_t n, size;
};

void networks_free(struct networks *);
/* Adds addresses, takes them out; first > last: none. False: no memory, the set is as it was. */
bool networks_add(struct networks *, uint32_t first, uint32_t last);
bool networks_remove(struct networks *, uint32_t first, uint32_t last);

/* The next network, of the fewest that make up the set, in ascending order. *at: where to begin,
 * 0 at first, then as the last call left it. False: that was all. */
bool networks_next(const struct networks *, uint64_t *at, uint32_t *net, int *width);

#endif
