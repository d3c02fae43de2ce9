/*
 * All NAT rules in the kernel: blocks of them, each a chain of prerouting and one of postrouting.
 * A change of one rule is a transaction that writes one block anew; what is before and behind it
 * is not touched, nor are connections and counters. A block is entered only by packets whose
 * addresses are within what its rules are about.
 *
 *     chain nat_pre    ip saddr 10.0.0.1-10.0.0.32 jump nat_pre7 ...     (of `prerouting`)
 *     chain nat_post   ip saddr 10.0.0.1-10.0.0.32 jump nat_post7 ...    (of `postrouting`)
 */
#ifndef GATEHOUSE_FIREWALL_NFT_NAT_TABLE_H
#define GATEHOUSE_FIREWALL_NFT_NAT_TABLE_H

#include "engine/firewall/nft_nat.h"

#define NFT_NAT_BLOCK 16 /* rules of one */

struct nft_nat_table; /* what the kernel has of them */

/* NULL: out of memory. The kernel is thought to have nothing. */
struct nft_nat_table *nft_nat_table_new(void);
void nft_nat_table_free(struct nft_nat_table *);
/* The chains and the hooks that lead to the rules, for a table that is just made: nothing else of
 * it is there any more. */
void nft_nat_table_fresh(struct nft_nat_table *, FILE *);
/* What leads from what is there to these rules, sorted by their order, as commands of a
 * transaction; nothing when there is nothing to do. False: out of memory. nft_nat_table_done() has
 * to follow. */
bool nft_nat_table_change(
    struct nft_nat_table *, const struct nat_rule *, size_t n, const struct nft_nat *, FILE *);
/* Did the kernel take it? If not it has what it had. */
void nft_nat_table_done(struct nft_nat_table *, bool taken);

#endif
