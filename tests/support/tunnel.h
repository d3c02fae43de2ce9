/*
 * The client's end of one ESP SA pair in transport mode: UDP payloads between
 * its L2TP port and the server's, in and out.
 */
#ifndef GATEHOUSE_TESTS_TUNNEL_H
#define GATEHOUSE_TESTS_TUNNEL_H

#include "engine/base/env.h"
#include "engine/ipsec/esp.h"
#include "engine/ipsec/replay.h"
#include "engine/ipsec/sa.h"

/* What ESP carried: packets, and bytes of UDP with its header. */
struct tunnel_count {
	uint64_t sent, sent_bytes, got, got_bytes;
};

struct tunnel {
	struct tunnel_count carried; /* a new pair in the same place counts on */
	struct crypt *crypt; /* not owned, shared by all clients */
	struct crypt_key *in, *out;
	uint32_t spi_in, spi_out, sequence;
	enum cipher cipher;
	bool udp_encap;
	struct replay replay;
	uint64_t bad; /* packets that were not ours, not authentic or malformed */
};

/* `child` as the client sees it; the struct is zero, or had another pair. False when out of
 * memory. */
bool tunnel_init(struct tunnel *, struct crypt *, const struct child *);
void tunnel_fini(struct tunnel *);
/* Wraps a UDP payload from port 1701 to 1701; the packet's window is the ESP datagram. */
bool tunnel_seal(struct tunnel *, struct env *, struct packet *, const uint8_t *msg, size_t len);
/* Opens an ESP datagram; the packet's window becomes the UDP payload. */
bool tunnel_open(struct tunnel *, struct packet *, const uint8_t *esp, size_t len);

#endif
