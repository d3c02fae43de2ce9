/*
 * An SA pair as two ends have agreed on it: what the key exchange hands to the packet path,
 * whichever exchange it was. Identity: the inbound SPI, which we chose.
 */
#ifndef GATEHOUSE_IPSEC_SA_H
#define GATEHOUSE_IPSEC_SA_H

#include <stdbool.h>

#include "engine/crypto/algorithm.h"
#include "engine/base/addr.h"

#define ESP_KEY_MAX 32
#define ESP_AUTH_KEY_MAX 64

/* Which packets one end may send (a client identity of quick mode, RFC 2407 4.6.2). */
struct selector {
	struct addr addr, mask; /* a host has mask 255.255.255.255 */
	uint8_t protocol;       /* 0 = any */
	uint16_t port;          /* 0 = any */
};

/* Is its network among these addresses (host order, both included)? */
bool selector_equal(const struct selector *, const struct selector *);
bool selector_within(const struct selector *, uint32_t first, uint32_t last);
/* Are all of its ports among these? A range whose ends are in disorder goes around. */
bool selector_ports_within(const struct selector *, uint16_t low, uint16_t high);
/* Some clients put port 0 on one side; ours is what makes it L2TP. */
bool selectors_are_l2tp(const struct selector *local, const struct selector *remote);

/* Both directions of one SA pair. Keys are secrets: whoever holds a copy wipes it. */
struct child {
	uint32_t spi_in, spi_out; /* ours, the client's */
	enum cipher cipher;
	enum hash auth;
	uint8_t enc_in[ESP_KEY_MAX], enc_out[ESP_KEY_MAX];
	uint8_t auth_in[ESP_AUTH_KEY_MAX], auth_out[ESP_AUTH_KEY_MAX];
	bool transport, udp_encap;
	bool short_icv; /* the client may cut HMAC-SHA2-256 to 96 bits, if it does */
	uint16_t pfs_group;          /* 0 = none */
	uint32_t seconds, kilobytes; /* kilobytes 0 = unlimited */
	struct selector local, remote;
	uint8_t local_id, remote_id; /* the types of identity that told them; 0: none did */
	const char *map; /* the crypto map entry that matched; valid during the call */
	uint32_t map_seq;
};

/* Forgets the keys. */
void child_wipe(struct child *);

#endif
