/*
 * The packet workers as the control loop sees them. A worker owns its SAs and
 * sessions outright, and a peer with all that is his belongs to one worker;
 * everything here is a message put in a ring that it empties between batches, so
 * nothing on the packet path locks or allocates. What is not user traffic (IKE on
 * 4500, L2TP control, PPP control) comes back through the other ring and `dp_ops`.
 *
 * In tests dp_create_inline() runs the same worker code in the caller's thread.
 */
#ifndef GATEHOUSE_DATAPLANE_H
#define GATEHOUSE_DATAPLANE_H

#include "engine/base/env.h"
#include "engine/dataplane/records.h"
#include "engine/ipsec/crypt.h"
#include "engine/ipsec/sa.h"

struct acl;
struct crypto;
struct dataplane;

struct dp_ops {
	/* An IKE datagram from port 4500, marker taken off. */
	void (*ike)(void *owner, const struct path *, const uint8_t *msg, size_t len);
	/* A decrypted UDP payload to our L2TP port which is not user traffic: starts at the L2TP
	 * header. `spi_in` tells the SA, which tells the peer. */
	void (*l2tp)(void *owner, uint32_t spi_in, uint16_t local_port, uint16_t remote_port,
	    const uint8_t *msg, size_t len);
	/* First good packet on a new inbound SA: the client has confirmed it. */
	void (*confirmed)(void *owner, uint32_t spi_in);
	/* Good packet from another outer address or port; the worker already answers there. */
	void (*moved)(void *owner, uint32_t spi_in, const struct path *);
	/* A lifetime in kilobytes, or the sequence number, is nearly used up (soft) or used up. */
	void (*exhausted)(void *owner, uint32_t spi_in, bool hard);
	/* What a pair of that peer has carried, once it is removed; and what its worker did with it
	 * until it let go. May be NULL. */
	void (*carried)(void *owner, uint32_t peer, const struct dp_totals *);
	/* A packet was dropped; not of all it is told, but of some each second. May be NULL. */
	void (*refused)(void *owner, enum dp_refusal, uint32_t spi, uint32_t sequence,
	    const struct path *);
	/* The same of a user's packet that his access list did not permit. May be NULL. */
	void (*denied)(void *owner, const struct dp_denied *);
};

/* Starts a worker thread for each of the `workers` sets of sockets, 1 .. WORKERS_MAX: of the same
 * port and TUN, each set's own, in the order in which they were bound; `table` is what steer_tun()
 * returned, -1: it was not called, and stays the caller's. NULL when out of memory or without
 * threads; the sockets stay the caller's then. `crypto` outlives it. */
struct dataplane *dp_create(struct env *, const struct crypto *crypto, const struct dp_sockets *,
    unsigned workers, int table, const struct dp_ops *, void *owner);
/* The same without a thread or sockets: dp_input/dp_tun feed it, `output` gets what it sends. */
struct dataplane *dp_create_inline(struct env *, const struct crypto *, const struct dp_output *,
    const struct dp_ops *, void *owner);
/* With several workers, all in the caller's thread. */
struct dataplane *dp_create_inline_workers(struct env *, const struct crypto *,
    const struct dp_output *, const struct dp_ops *, void *owner, unsigned workers);
void dp_input(struct dataplane *, const struct path *, bool udp, const uint8_t *msg, size_t len);
void dp_tun(struct dataplane *, const uint8_t *ip, size_t len);

void dp_destroy(struct dataplane *);
/* Readable when dp_poll() has work (an eventfd); -1 for the inline form. */
int dp_event_fd(const struct dataplane *);
/* Delivers what the worker put in its ring through `dp_ops`, which may call any function here
 * but dp_poll() and dp_destroy(). The inline form delivers nothing by itself either. */
void dp_poll(struct dataplane *);
/* Sees to it that the messages below are done, which otherwise may wait for more of them until
 * dp_poll(). Before the control loop sleeps. */
void dp_flush(struct dataplane *);

/* The inbound SPI of an SA to be of that peer: above 255, and reused as late as possible. 0 when
 * all are in use that his worker has. */
uint32_t dp_spi_reserve(struct dataplane *, uint32_t peer);
/* Gives back an SPI that was never installed; dp_sa_remove() gives back one that was. */
void dp_spi_release(struct dataplane *, uint32_t spi_in);

/*
 * Messages to the worker. False: out of memory, or an argument that names nothing (an SPI that
 * was not reserved for that peer, a suite without authentication); for dp_send_*() also a full
 * ring. State changes are never lost to a full ring: they wait for room, and dp_poll() moves them
 * on. `child`, `path` and `session` are copied.
 */
bool dp_sa_inbound(struct dataplane *, uint32_t peer, const struct path *, const struct child *,
    uint32_t replay_window);
bool dp_sa_outbound(struct dataplane *, uint32_t peer, const struct child *);
/* Both directions of the pair are that peer's from now on, who is at `path` if he had nothing
 * before; they carry what leaves for him once dp_peer_use() says so. False also: he is another
 * worker's. */
bool dp_sa_give(struct dataplane *, uint32_t spi_in, uint32_t peer, const struct path *);
/* The least id from `id` on of which a peer is the same worker's as that one, so that pairs can be
 * given from one to the other. */
uint32_t dp_peer_beside(const struct dataplane *, uint32_t id, uint32_t peer);
bool dp_sa_remove(struct dataplane *, uint32_t spi_in); /* both directions of the pair */
/* Which pair carries what leaves for that peer from now on. */
bool dp_peer_use(struct dataplane *, uint32_t peer, uint32_t spi_in);
bool dp_peer_move(struct dataplane *, uint32_t peer, const struct path *);
/* How it is made to fit what leaves for that peer, who has an SA: until told, an MTU of 1500 and DF
 * as users have it. Their packets are held to what then fits on the pair in use (ipsec/mtu.h). */
bool dp_peer_fit(struct dataplane *, uint32_t peer, const struct dp_fit *);
/* A session from the moment that L2TP has it; the peer has an SA. One with the same id goes. */
bool dp_session_add(struct dataplane *, const struct dp_session *);
/* The same session from now on so; counters and sequence numbers go on. Whatever is put in the ring
 * behind this leaves after it. */
bool dp_session_change(struct dataplane *, const struct dp_session *);
/* The list that the session's packets have to pass once it is `filtered`; it is held as long as
 * they have to. */
bool dp_session_filter(struct dataplane *, uint16_t session, struct acl *);
bool dp_session_remove(struct dataplane *, uint16_t session);
/* One L2TP control message to that peer, encrypted on the pair in use. */
bool dp_send_l2tp(struct dataplane *, uint32_t peer, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len);
/* One PPP frame of the control side in that session's data message; open or not. df: its outer
 * packet has DF. */
bool dp_send_ppp(
    struct dataplane *, uint16_t session, const uint8_t *frame, size_t len, bool df);
/* One IPv4 packet of the control side to that session's client, as if it came from the inside. */
bool dp_send_ip(struct dataplane *, uint16_t session, const uint8_t *ip, size_t len);

/* Counters are read without stopping the worker. False: no such object. */
bool dp_sa_counters(struct dataplane *, uint32_t spi_in, struct dp_sa_counters *in,
    struct dp_sa_counters *out);
bool dp_session_counters(struct dataplane *, uint16_t session, struct dp_session_counters *);
/* Of all pairs that are there and of all that were removed: each packet once. It looks at each SPI
 * that can be. */
struct dp_totals dp_get_totals(struct dataplane *);
void dp_get_stats(struct dataplane *, struct dp_stats *);
/* How many workers there are, and what one of them has counted. */
unsigned dp_workers(const struct dataplane *);
/* How many SPIs each of them has, free or in use. */
uint32_t dp_worker_spis(const struct dataplane *);
void dp_worker_stats(const struct dataplane *, unsigned worker, struct dp_stats *);
/* For tests of the inline form: what is in the tables, and whether every entry is what its key
 * says. */
bool dp_consistent(const struct dataplane *, struct dp_census *);
/* What all workers did for a suite, in a direction, and what went which way. */
struct crypt_use dp_suite_use(const struct dataplane *, enum cipher, enum hash, bool encrypt);
struct crypt_use dp_way_use(const struct dataplane *, enum crypt_way, bool encrypt);
/* As measured at start (ipsec/crypt.h); it lives as long. */
const struct crypt *dp_crypt(const struct dataplane *);
/* "3des-sha1: openssl, aes128-sha1: libipsec-mb from 4 packets" — what was measured at start. */
const char *dp_backends(struct dataplane *);

#endif
