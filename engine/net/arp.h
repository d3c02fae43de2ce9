/* ARP of IPv4 over Ethernet (RFC 826), without the link's header: bytes <-> struct. */
#ifndef GATEHOUSE_ARP_H
#define GATEHOUSE_ARP_H

#include "engine/wire/wire.h"

#define ARP_LEN 28
#define ARP_MAC 6

struct arp {
	bool reply;
	uint8_t sender[ARP_MAC];
	uint32_t sender_ip, target_ip; /* host order */
};

/* False: neither a request nor an answer of that kind. What follows it is left alone. */
bool arp_parse(const uint8_t *, size_t len, struct arp *);
/* Appends a probe (RFC 5227 2.1.1): who has that address? Nobody asks. */
void arp_probe(struct wr *, const uint8_t mac[ARP_MAC], uint32_t address);
/* Does that station say that it has the address, or probe for it as we do? `mac`: our own. */
bool arp_conflicts(const struct arp *, const uint8_t mac[ARP_MAC], uint32_t address);

#endif
