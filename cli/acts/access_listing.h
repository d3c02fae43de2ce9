/* Access lists of the configuration as `show access-list` prints them. */
#ifndef GATEHOUSE_ACTS_ACCESS_LISTING_H
#define GATEHOUSE_ACTS_ACCESS_LISTING_H

#include "cli/acts/act.h"

/* What a role has counted of a rule, which may be there more than once. */
struct access_hit {
	uint32_t name, hash; /* of the list (access_name_hash()) and of the rule */
	uint64_t hits, last; /* last: Unix time, 0 = never */
};

struct access_hits {
	struct access_hit *v;
	size_t n;
};

uint32_t access_name_hash(const char *name);
/* For qsort(): by list, then by rule. */
int access_hit_order(const void *, const void *);
/* Says the list of that name (NULL: all) to the act; the hits are sorted. False: they cannot
 * all be read. */
bool access_listing(struct act *, const struct access_hits *, const char *name, bool brief);

#endif
