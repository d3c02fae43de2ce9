/*
 * The nftables table `inet gatehouse` as text for nft: each time one transaction that leads from
 * what the kernel has to what struct firewall says. Two parts write into it, each what has
 * changed of its own: nft_filter.c (what may pass) and nft_nat_table.c (what becomes of it).
 */
#ifndef GATEHOUSE_FIREWALL_NFT_TABLE_H
#define GATEHOUSE_FIREWALL_NFT_TABLE_H

#include "engine/firewall/nft_filter.h"
#include "engine/firewall/nft_nat_table.h"

/* Zeroed: the kernel has nothing. */
struct nft_table {
	struct nft_filter filter;
	struct nft_nat_table *nat;
	bool written; /* the table is there */
};

/* The transaction to what is there now. A new string, "" when there is nothing to do; NULL when
 * out of memory. nft_table_done() has to follow. */
char *nft_table_change(struct nft_table *, const struct firewall *, const struct nft_nat *);
/* Did the kernel take it? If not, and when somebody else has changed the table, the next
 * transaction makes all of it anew. */
void nft_table_done(struct nft_table *, bool taken);
/* Does it take elements out of maps that stay in the list? Their counts have to be read before. */
bool nft_table_moves(const struct nft_table *);
/* The transaction that removes the table. */
const char *nft_table_removal(void);
void nft_table_fini(struct nft_table *);

#endif
