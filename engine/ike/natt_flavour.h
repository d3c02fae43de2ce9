/*
 * The flavours of NAT traversal (RFC 3947 and the drafts 02 and 03 before it). Which one is agreed
 * on by vendor ids in messages 1 and 2; payload numbers and encapsulation modes follow from it.
 */
#ifndef GATEHOUSE_IKE_NATT_FLAVOUR_H
#define GATEHOUSE_IKE_NATT_FLAVOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/config/config.h"

struct natt_flavour {
	uint16_t vid;        /* VID_NATT_*, which is its name everywhere */
	uint8_t natd, natoa; /* payload types */
	uint16_t udp_tunnel, udp_transport;
};

/* What NAT traversal found between two ends. */
struct natt_terms {
	uint16_t flavour; /* in use: VID_NATT_*, 0 = none */
	bool nat;         /* one of them is behind a NAT */
	bool floated;     /* they have moved to port 4500 */
};

/* The best one that the vendor ids name; 0 when there is none, or the configuration has it off for
 * everybody who comes in there. */
uint16_t natt_choose(const struct config *, const struct interface *, uint16_t vids);
/* The row of one of them. */
const struct natt_flavour *natt_flavour(uint16_t vid);
/* What an encapsulation mode of quick mode says; false when it does not fit these terms. */
bool natt_encapsulation(const struct natt_terms *, uint64_t value, bool *transport, bool *udp);
/* The number of one that fits them; 0 when this one does not. */
uint16_t natt_encapsulation_number(const struct natt_terms *, bool transport, bool udp);

#endif
