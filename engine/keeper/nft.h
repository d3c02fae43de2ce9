/* The nftables table `gatehouse`: its text from typed rules, and the call of nft. */
#ifndef GATEHOUSE_NFT_H
#define GATEHOUSE_NFT_H

#include <stddef.h>

#include "engine/firewall/nft_nat_table.h"

#define NFT_TABLE "gatehouse" /* of family inet */

/* What a transaction begins with that makes the whole table anew. */
const char *nft_base_text(void);
/* The transaction that removes the table. */
const char *nft_remove_text(void);
/* Runs `nft -f -` with that text and waits for it. 0, or an errno with nft's first line of
 * complaint in `why`. */
int nft_run(const char *text, char *why, size_t size);

#endif
