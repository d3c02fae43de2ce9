/* How often the rules of each line were hit, over all loads of the table. */
#ifndef GATEHOUSE_KEEPER_NAT_HITS_H
#define GATEHOUSE_KEEPER_NAT_HITS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/keeper/nft_watch.h"

struct nat_hit {
	uint64_t line;
	uint64_t translated, untranslated;	     /* connections, since the last clear */
	uint64_t last_translated, last_untranslated; /* its counters when they were read */
};

struct nat_hits {
	struct nat_hit *v;
	size_t n;
};

/* Reads the counters; before the table is loaded anew, or its hits since the last time are lost.
 * 0 or an errno. */
int nat_hits_read(struct nat_hits *, struct nft_watch *);
/* All count from 0 again. */
void nat_hits_clear(struct nat_hits *);
void nat_hits_free(struct nat_hits *);

#endif
