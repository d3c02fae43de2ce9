/*
 * The nftables table `inet gatehouse` as text for nft: each time one transaction that leads from
 * what the kernel has to what struct firewall says. Two parts write into it, each what has
 * changed of its own: nft_filter.c (what may pass) and nft_nat.c (what becomes of it).
 */
#ifndef GATEHOUSE_NFT_TABLE_H
#define GATEHOUSE_NFT_TABLE_H

#include "engine/firewall/firewall.h"

#define NFT_TABLE "gatehouse" /* of family inet */

struct nft_table;

/* NULL: out of memory. The kernel is thought to have nothing. */
struct nft_table *nft_table_new(void);
void nft_table_free(struct nft_table *);
/* The transaction to what is there now; clients are behind `tun`. A new string, "" when there is
 * nothing to do; NULL when out of memory. nft_table_done() has to follow. */
char *nft_table_change(struct nft_table *, const struct firewall *, const char *tun);
/* Did the kernel take it? If not, and when somebody else has changed the table, the next
 * transaction makes all of it anew. */
void nft_table_done(struct nft_table *, bool taken);
/* The transaction that removes the table. */
const char *nft_table_removal(void);

#endif
