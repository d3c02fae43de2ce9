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
/* "counter NAME { }", of both counters of a line. */
void nft_nat_counters(FILE *, uint64_t line);

#endif
