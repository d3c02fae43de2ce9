/* The nftables table `gatehouse`: its text from typed rules, and the call of nft. */
#ifndef GATEHOUSE_NFT_H
#define GATEHOUSE_NFT_H

#include <net/if.h>
#include <stddef.h>

#include "engine/base/addr.h"

#define NFT_TABLE "gatehouse" /* of family inet */

/* The comment of a NAT rule that counts is one of these words and the rule's order. */
#define NFT_COUNT_TRANSLATED   "translated"
#define NFT_COUNT_UNTRANSLATED "untranslated"

enum nat_kind { NAT_EXEMPT, NAT_DYNAMIC_INTERFACE, NAT_DYNAMIC, NAT_STATIC, NAT_KINDS };

struct nat_rule {
	uint32_t order; /* identity: rules are tried in this order */
	enum nat_kind kind;
	char real_if[IF_NAMESIZE], mapped_if[IF_NAMESIZE]; /* "" = any */
	struct addr source, source_mask, dest, dest_mask;  /* unset = any */
	struct addr mapped;                                /* NAT_DYNAMIC, NAT_STATIC */
};

/* False for an unknown word. */
bool nat_kind_parse(const char *word, enum nat_kind *);
bool nat_rule_equal(const struct nat_rule *, const struct nat_rule *);
/* One transaction that replaces the whole table by these rules, sorted by order; clients are
 * behind `tun`. A new string, NULL when out of memory. */
char *nft_table_text(const struct nat_rule *, size_t n, const char *tun);
/* The transaction that removes the table. */
const char *nft_remove_text(void);
/* Runs `nft -f -` with that text and waits for it. 0, or an errno with nft's first line of
 * complaint in `why`. */
int nft_run(const char *text, char *why, size_t size);

#endif
