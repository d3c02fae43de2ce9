/* Hits of access lists: the kernel's counts of their elements, read into engine/firewall. */
#ifndef GATEHOUSE_KEEPER_ACCESS_HITS_H
#define GATEHOUSE_KEEPER_ACCESS_HITS_H

#include "engine/firewall/nft_table.h"
#include "engine/keeper/nft_watch.h"

/* An element that was hit; the name follows the last of them. */
struct access_hit {
	const char *list;
	uint32_t hash;
	uint64_t hits, last; /* Unix time */
};

/* Reads the counts of all lists; before maps change, or hits since the last time are lost. 0 or an
 * errno. */
int access_hits_read(struct nft_table *, struct nft_watch *);
/* Those that have hits, malloc'ed with their lists' names; NULL: out of memory. */
struct access_hit *access_hits_table(const struct nft_table *, size_t *n);
/* All elements of a list, "" = of all lists, count from 0 again. */
void access_hits_clear(struct nft_table *, const char *list);

#endif
