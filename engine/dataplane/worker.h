/*
 * The packet worker's own view: what it owns, and what it shares with the
 * control side (dataplane.c): two rings, a list of dead objects, counters.
 * Nobody outside engine/dataplane includes this.
 *
 * Objects are allocated by the control side, travel to the worker in a
 * command, live in its tables, and go back through `dead` to be freed.
 */
#ifndef GATEHOUSE_WORKER_H
#define GATEHOUSE_WORKER_H

#include <stdatomic.h>

#include "engine/dataplane/dataplane.h"
#include "engine/dataplane/ip.h"
#include "engine/dataplane/ring.h"
#include "engine/ipsec/esp.h"
#include "engine/ipsec/mtu.h"
#include "engine/ipsec/replay.h"

#define SA_TABLE 65536      /* low 16 bits of an SPI are the index */
#define SESSION_TABLE 65536 /* our session id is the index */
#define PEER_BUCKETS 4096
#define CLIENT_BUCKETS 16384
#define BATCH CRYPT_BATCH
#define TCP_IP_HEADERS 40 /* without options (RFC 6691 2) */

typedef _Atomic uint64_t counter;

/* Counters have one writer; relaxed load and store make a torn read impossible and cost nothing. */
static inline void count(counter *c, uint64_t n)
{
	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
	    memory_order_relaxed);
}
static inline void set(counter *c, uint64_t value)
{
	atomic_store_explicit(c, value, memory_order_relaxed);
}
static inline uint64_t get(const counter *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

/* Head of everything that the worker gives back. */
struct object {
	struct object *next;
	enum { OBJECT_SA, OBJECT_PEER, OBJECT_SESSION } kind;
};

/* One direction of an SA pair. */
struct half {
	struct crypt_key *key; /* NULL: not installed */
	uint32_t spi, sequence;
	bool said_soft, said_hard; /* `exhausted` was reported */
	counter packets, bytes, errors, replay_failed, auth_failed, malformed, policy_failed;
	counter bitmap, newest, last_used;
};

struct dp_sa {
	struct object object;
	uint32_t peer_id;
	struct dp_peer *peer;
	struct dp_sa *next; /* of the same peer, newest first */
	bool transport, udp_encap, confirmed;
	struct selector local, remote;
	uint64_t soft_bytes, hard_bytes; /* a direction; UINT64_MAX = unlimited */
	uint16_t message;                /* the longest L2TP message that fits the peer's MTU */
	struct replay replay;
	struct half in, out;
};

/* Whom SAs and sessions belong to, and where he is now. Lives while it has either. */
struct dp_peer {
	struct object object;
	struct dp_peer *next; /* in its bucket */
	uint32_t id;
	unsigned refs;
	uint32_t mtu; /* of the interface towards him */
	struct path path;
	struct dp_sa *sas, *current;
	uint64_t tick;  /* when its present span of time began, ... */
	unsigned asked; /* ... and how much it sent to the control side in it */
};

struct dp_link {
	struct object object;
	struct dp_link *next; /* in its bucket of clients */
	struct dp_peer *peer;
	struct dp_session is;
	uint32_t client; /* host order; in a bucket while the session is open */
	uint16_t header; /* of L2TP and PPP in front of a user's packet, in bytes */
	uint16_t ns;     /* of the next data message, where they are numbered */
	counter packets_in, bytes_in, packets_out, bytes_out, drop_in, drop_out, last_in, last_out;
};

enum command_type {
	COMMAND_SA_IN,          /* sa, spare */
	COMMAND_SA_OUT,         /* spi, key, spi_out */
	COMMAND_SA_REMOVE,      /* spi */
	COMMAND_PEER_USE,       /* peer, spi */
	COMMAND_PEER_MOVE,      /* peer, path */
	COMMAND_PEER_MTU,       /* peer, mtu */
	COMMAND_SESSION_ADD,    /* link */
	COMMAND_SESSION_CHANGE, /* change */
	COMMAND_SESSION_REMOVE, /* session */
	COMMAND_SEND,           /* peer, ports, bytes */
	COMMAND_SEND_PPP,       /* session, bytes */
	COMMAND_SEND_IP,        /* session, bytes */
};

struct command {
	enum command_type type;
	uint32_t peer, spi, spi_out, mtu;
	uint16_t session, local_port, remote_port;
	struct path path;
	struct dp_sa *sa;
	struct dp_peer *spare; /* becomes the SA's peer if that is new */
	struct crypt_key *key;
	struct dp_link *link;
	struct dp_session change;
	uint8_t bytes[];
};

enum event_type { EVENT_IKE_FIRST, EVENT_IKE, EVENT_L2TP, EVENT_CONFIRMED, EVENT_MOVED, EVENT_EXHAUSTED };

struct event {
	enum event_type type;
	uint32_t spi;
	uint16_t local_port, remote_port;
	bool hard;
	struct path path;
	uint8_t bytes[];
};

/* The same names as struct dp_stats. */
#define WORKER_STATS(X) \
	X(unknown_spi) X(short_esp) X(nat_keepalives) X(not_for_session) X(bad_source) X(no_client) \
	X(ring_full) X(ike_full) X(too_fast) X(rx_packets) X(tx_packets) X(tx_failed) X(tun_failed)

struct worker_stats {
#define STAT(name) counter name;
	WORKER_STATS(STAT)
#undef STAT
};

/* Random bytes for IVs: AES-128-CTR under a key of the worker's own, a block of them at a time. */
struct iv_pool {
	struct stream_key *stream;
	size_t used;
	uint8_t bytes[4096];
};

struct io; /* sockets and their vectors; NULL in the inline form */

struct worker {
	/* Shared with the control side. */
	struct ring *commands, *events;
	_Atomic(struct object *) dead;
	atomic_bool sleeping, stop, signalled;
	struct worker_stats stats;

	/* The worker's. */
	struct crypt *crypt;
	struct dp_sa **sas;
	struct dp_link **links;
	struct dp_peer *peers[PEER_BUCKETS];
	struct dp_link *clients[CLIENT_BUCKETS];
	struct iv_pool iv;
	uint64_t now; /* monotonic microseconds, taken once a batch */
	bool pushed;  /* events since control was last told */
	uint16_t ip_id;
	struct packet *rx, *out, *scratch; /* BATCH, BATCH, 1 */
	struct packet *in[BATCH];          /* those of rx that are ESP */
	size_t ins, outs;
	struct esp_job in_job[BATCH], out_job[BATCH];
	struct io *io;
	struct dp_output output;
};

/* worker.c: life, commands, tables, events. `seed` is 16 random bytes. */
struct worker *worker_create(const struct crypto *, enum crypt_way, const uint8_t seed[16]);
void worker_destroy(struct worker *);
/* Counts SAs, sessions and peers, and the SAs that hang at peers; false when a table is wrong. */
bool worker_consistent(const struct worker *, size_t *sas, size_t *sessions, size_t *peers,
    size_t *of_peers);
/* Carries out everything in the command ring. */
void worker_commands(struct worker *);
struct dp_sa *worker_sa(const struct worker *, uint32_t spi);
struct dp_link *worker_client(const struct worker *, uint32_t address);
/* Room for an event with `len` bytes. State events may use the whole ring, L2TP of peers all but the
 * last part; IKE, which comes from anybody, half of it, and its first messages a quarter. NULL
 * counts ring_full or ike_full. */
struct event *worker_event(struct worker *, enum event_type, size_t len);
void worker_commit(struct worker *);
const uint8_t *worker_iv(struct worker *);
/* The largest packet that the session's client takes and that fits on the pair in use. */
uint16_t worker_mtu(const struct dp_link *);
/* What TCP's SYNs of that session are clamped to, given its MTU. */
static inline uint16_t worker_mss(const struct dp_link *l, uint16_t mtu)
{
	return l->is.mss != 0 && l->is.mss < mtu - TCP_IP_HEADERS ? l->is.mss
	                                                         : (uint16_t)(mtu - TCP_IP_HEADERS);
}
/* Reports a lifetime of this direction that is nearly or quite used up. */
void worker_lifetime(struct worker *, struct dp_sa *, struct half *);

/* inbound.c. A datagram of UDP 4500: takes a place in the batch if it is ESP. */
void inbound_udp(struct worker *, struct packet *);
/* An ESP packet without UDP: takes a place in the batch. */
void inbound_esp(struct worker *, struct packet *);
/* Works the batch in[0 .. ins) off. */
void inbound_run(struct worker *);

/* outbound.c. An IP packet from the TUN in out[outs]. */
void outbound_tun(struct worker *);
/* An L2TP message for this peer. */
void outbound_l2tp(struct worker *, struct dp_peer *, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len);
/* A PPP frame in a data message of this session. */
void outbound_ppp(struct worker *, struct dp_link *, const uint8_t *frame, size_t len);
/* An IP packet to the client of this session, if it is open. */
void outbound_ip(struct worker *, struct dp_link *, const uint8_t *ip, size_t len);
/* Encrypts and sends what has been collected. */
void outbound_flush(struct worker *);

/* io.c */
struct io *io_create(const struct dp_sockets *);
/* Closes the sockets. */
void io_destroy(struct io *);
/* The same when creation failed further up: the sockets stay the caller's. */
void io_abandon(struct io *);
/* Another thread wants the worker's attention. */
void io_wake(struct io *);
/* Makes the control side's descriptor readable. */
void io_tell_control(struct io *);
int io_event_fd(const struct io *);
/* Thread body: arg is the worker. Returns when `stop` is set. */
void *io_loop(void *arg);
/* Sends packets out[0 .. n). */
void io_send(struct worker *, struct packet *, size_t n);
/* One packet to the kernel. */
void io_tun(struct worker *, const uint8_t *ip, size_t len);

#endif
