/* The nftables table `gatehouse`: its text from typed rules, and the call of nft. */
#ifndef GATEHOUSE_NFT_H
#define GATEHOUSE_NFT_H

#include <stddef.h>

#include "engine/firewall/nft_nat.h"

#define NFT_TABLE "gatehouse" /* of family inet */

/* One transaction that replaces the whole table by these rules, which are in their order. A new
 * string, NULL when out of memory. */
char *nft_table_text(const struct nat_rule *, size_t n, const struct nft_nat *);
/* The transaction that removes the table. */
const char *nft_remove_text(void);
/* Runs `nft -f -` with that text and waits for it. 0, or an errno with nft's first line of
 * complaint in `why`. */
int nft_run(const char *text, char *why, size_t size);

#endif
