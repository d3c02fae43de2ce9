/* How often the elements of a list were hit: what the kernel's maps have counted, added up over all
 * changes of the maps. */
#ifndef GATEHOUSE_FIREWALL_NFT_HITS_H
#define GATEHOUSE_FIREWALL_NFT_HITS_H

#include "engine/firewall/nft_list.h"

struct nft_hit_key;

/* A reading of one list's maps under way. */
struct nft_hits {
	struct nft_list *list;
	struct nft_hit_key *v;
	size_t n;
};

/* Begins a reading. False: out of memory. */
bool nft_hits_begin(struct nft_hits *, struct nft_list *);
/* An element of that layer's map, by the beginning of its key as the kernel has it. */
void nft_hits_count(
    struct nft_hits *, uint32_t layer, const uint8_t *key, size_t len, uint64_t packets);
/* Ends it; `whole`: it was of all elements, and counts. now: Unix time, noted where there are new
 * hits. */
void nft_hits_end(struct nft_hits *, bool whole, uint64_t now);
/* All count from 0 again. */
void nft_hits_clear(struct nft_list *);

#endif
