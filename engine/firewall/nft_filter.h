/*
 * What may pass between zones, as text of nft.
 *
 *     chain forward   what the kernel forwards, by device: of both sides ours, or the host's affair
 *     chain segments  sysopt connection tcpmss, between ours
 *     chain between   what opens a connection between two zones (clients are in one of them)
 *     chain fromN     of one zone: equal levels, its list, the global one; without: levels
 *     chain leave     behind forward: lists that hold for what leaves (chain outN)
 *     chain input     for ourselves: L2TP in clear, lists of control-plane (chain controlN)
 *     chain level, state   tell of what is refused without a list, and drop it
 */
#ifndef GATEHOUSE_FIREWALL_NFT_FILTER_H
#define GATEHOUSE_FIREWALL_NFT_FILTER_H

#include <stdio.h>

#include "engine/firewall/nft_list.h"

/* What the kernel has of it; zeroed: nothing. */
struct nft_filter {
	struct nft_list **list;
	size_t n, size;
	uint32_t lists; /* ids that are taken */
	char *policy;	/* the commands that made the chains between the lists; NULL: none were */
	size_t zones;	/* whose chains those have made */
};

/* Appends the commands that lead from what was written last to what is there now. False: out of
 * memory; all of it is to be forgotten. */
bool nft_filter_change(struct nft_filter *, const struct firewall *, const char *tun, FILE *);
/* The kernel took it; has nothing of it any more. */
void nft_filter_taken(struct nft_filter *);
void nft_filter_forget(struct nft_filter *);
void nft_filter_fini(struct nft_filter *);

#endif
