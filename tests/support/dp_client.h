/*
 * A client made of the ESP codec alone, and the packet path in the caller's thread: what came out
 * of it is kept in the order in which it came.
 */
#ifndef GATEHOUSE_TESTS_DP_CLIENT_H
#define GATEHOUSE_TESTS_DP_CLIENT_H

#include "engine/dataplane/dataplane.h"
#include "engine/ipsec/esp.h"
#include "tests/support/env_sim.h"

#define DP_CLIENT 0xc0a80101u /* inner addresses */
#define DP_SERVER 0x0a000001u
#define DP_PEER 7
#define DP_TUNNEL 100
#define DP_SESSION 200

/* What came out of the dataplane, newest last. */
struct dp_seen {
	enum {
		SEEN_WIRE,
		SEEN_TUN,
		SEEN_IKE,
		SEEN_L2TP,
		SEEN_CONFIRMED,
		SEEN_MOVED,
		SEEN_EXHAUSTED
	} what;
	struct path path;
	uint32_t spi;
	uint16_t local_port, remote_port;
	bool udp, hard;
	uint8_t bytes[PACKET_ROOM];
	size_t len;
};

struct dp_client {
	struct sim sim;
	struct dataplane *dp;
	struct child child;
	struct path path;
	struct crypt *crypt; /* the client's side */
	struct crypt_key *send, *receive;
	uint32_t sequence;
	struct dp_seen seen[256];
	size_t n;
	unsigned refused[DP_REFUSALS]; /* told of, by enum dp_refusal */
};

/* Without limits: 3DES and SHA-1 in transport mode, ESP in UDP, port 1701 on both sides. */
extern const struct child dp_client_transport_nat;

/* The path, a pair of SAs of DP_PEER like that one, the client's keys and an open session. */
void dp_client_start(struct dp_client *, const struct child *like);
void dp_client_finish(struct dp_client *);
/* Another pair of SAs, of the peer's, which it sends with from now on. */
void dp_client_install(struct dp_client *, uint32_t peer, uint32_t window);
/* The client's keys are the gateway's of `child` the other way round. */
void dp_client_keys(struct dp_client *);
/* The session that dp_client_start() opens. */
struct dp_session dp_client_session(void);

/* Seals a packet and hands it in with this number, from `path`. */
void dp_client_submit(
    struct dp_client *, struct packet *, uint32_t sequence, uint8_t next, const struct path *path);
/* A UDP payload from the client. */
void dp_client_udp(struct dp_client *, uint16_t from, uint16_t to, const void *msg, size_t len);
/* An IPv4 packet of `len` bytes; its length. */
size_t dp_client_make_ip(uint8_t *to, uint32_t src, uint32_t dst, size_t len);
/* A data message of L2TP with that in it; its length. */
size_t dp_client_make_data(uint8_t *to, size_t room, uint16_t tunnel, uint16_t id, const char *ppp,
    size_t ppp_len, const uint8_t *ip, size_t len);
/* An IPv4 packet in a data message from the client. */
void dp_client_ip(struct dp_client *, uint16_t tunnel, uint16_t id, uint32_t src);
/* Decrypts what went to the wire; leaves the payload. */
void dp_client_open(struct dp_client *, const struct dp_seen *, struct packet *, uint32_t sequence);

/* Of what came in on the pair, and of all. */
struct dp_sa_counters dp_client_counters(struct dp_client *);
struct dp_stats dp_client_stats(struct dp_client *);

#endif
