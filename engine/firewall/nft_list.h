/*
 * One access list in nftables: a chain, and for each layer a map from what a packet is to a
 * verdict, whose elements count. What changes is told to nft element by element.
 *
 *     chain list3          looks its layers' maps up, in order; a packet that fits nothing returns
 *     chain list3_refused  tells of the packet and drops it
 *     chain list3_told     tells of the packet and accepts it
 *     map layer9           source . destination . protocol (. two more words: ports), or the
 *                          destination first: what fits few elements costs a lookup less
 */
#ifndef GATEHOUSE_FIREWALL_NFT_LIST_H
#define GATEHOUSE_FIREWALL_NFT_LIST_H

#include <stdio.h>

#include "engine/firewall/firewall.h"
#include "engine/firewall/layers.h"

struct nft_list {
	char *name;
	uint32_t id;	 /* of its chains */
	uint32_t layers; /* the next one's id */
	bool written;	 /* the kernel has its chains */
	bool moves;	 /* elements that stay leave their maps: their counts are to be read */
	struct layers v;
};

/* NULL: out of memory. */
struct nft_list *nft_list_new(const char *name, uint32_t id);
void nft_list_free(struct nft_list *);
/* Appends the commands that make of it what `to` is. False: out of memory; it is to be forgotten.
 */
bool nft_list_change(struct nft_list *, const struct access_list *to, FILE *);
/* Appends the commands that remove it; nothing leads to its chain any more. */
void nft_list_remove(struct nft_list *, FILE *);
/* The kernel took what was written; or has nothing. */
void nft_list_taken(struct nft_list *);
void nft_list_forget(struct nft_list *);

/* The pieces of an element, as its map has them: m of the second port for each of the first. Ports
 * with a gap are two. How many, at most four. */
struct nft_pieces {
	uint16_t first[2][2], second[2][2]; /* low, high */
	unsigned m;
};
unsigned nft_list_pieces(const struct acl_rule *, struct nft_pieces *);
/* The name of a layer's map. */
void nft_list_map(const struct nft_list *, const struct layer *, char *to, size_t size);

#endif
