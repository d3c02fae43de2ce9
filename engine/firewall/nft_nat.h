/* NAT rules as text of nft: each is rules of two hooks, which agree because both look at the tuple
 * that a connection was opened with. */
#ifndef GATEHOUSE_FIREWALL_NFT_NAT_H
#define GATEHOUSE_FIREWALL_NFT_NAT_H

#include <stdio.h>

#include "engine/firewall/nat.h"

/* What a connection that was opened from the real or from the mapped side counts by: a named
 * counter, this letter and the rule's line in 16 hexadecimal digits. */
#define NFT_NAT_TRANSLATED 't'
#define NFT_NAT_UNTRANSLATED 'u'

struct nft_nat {
	const char *tun; /* the device of the VPN clients */
	struct nat_addresses addresses;
};

/* The rules of one NAT rule at prerouting and at postrouting, a line each. */
void nft_nat_prerouting(FILE *, const struct nat_rule *, const struct nft_nat *);
void nft_nat_postrouting(FILE *, const struct nat_rule *, const struct nft_nat *);
/* Is the text made with the address that its mapped interface has now? */
bool nft_nat_needs_address(const struct nat_rule *);
/* "ip daddr 10.0.0.0/24 ", of `what`; nothing for all addresses. */
void nft_nat_match(FILE *, const char *what, struct range);

#endif
