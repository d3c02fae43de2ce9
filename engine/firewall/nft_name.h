/* The name of our nftables table, of family inet. */
#ifndef GATEHOUSE_FIREWALL_NFT_NAME_H
#define GATEHOUSE_FIREWALL_NFT_NAME_H

#define NFT_TABLE "gatehouse"

#endif
