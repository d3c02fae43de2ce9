/*
 * A packet worker: its tables, its rings, its descriptors and the batches it
 * works on. It owns its SAs and sessions outright. Shared with the control side
 * are the two rings, the bells and the counters; the rest belongs to whoever has
 * the `turn`: its thread while it is awake, while that sleeps the control side if
 * it has a few messages to be sent. In the inline form it is the caller's.
 */
#ifndef GATEHOUSE_WORKER_H
#define GATEHOUSE_WORKER_H

#include <pthread.h>

#include "engine/dataplane/fair.h"
#include "engine/dataplane/io.h"
#include "engine/dataplane/pieces.h"
#include "engine/dataplane/tables.h"
#include "engine/dataplane/whose.h"
#include "engine/ipsec/esp.h"

#define OUT_AHEAD (2 * BATCH)  /* packets that are looked at while others leave in steps */
#define OUT_PLACES (3 * BATCH) /* for them: those of who has left are free when all are used */
#define DENIALS_TOLD 10 /* in a second, of all sessions */
#define STRANGER_RING (1u << 18)

/* The same names as in struct dp_stats. */
#define WORKER_STATS(X) \
	X(unknown_spi) X(short_esp) X(nat_keepalives) X(not_for_session) X(bad_source) \
	X(not_unicast) X(no_client) X(filtered) X(stranger_full) X(too_fast) X(rx_packets) \
	X(short_icv) X(short_icv_refused) X(handed_over)

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

struct worker {
	/* Shared with the control side. */
	struct ring *commands;
	struct outbox outbox;
	atomic_bool sleeping, stop, signalled;
	pthread_mutex_t turn;
	atomic_bool wanted; /* room for commands, which is told once there is some */
	struct worker_stats stats;

	/* Where it stands among all; what the others took off the wire for it, a ring from each. */
	unsigned number;
	struct worker *const *all;
	struct ring *strangers[WORKERS_MAX];
	unsigned next_giver; /* which of them is looked at first */
	uint32_t to_call;    /* a bit for each worker that was handed something */
	const struct whose *whose; /* the control side's; NULL where it is the only worker */

	/* The worker's. */
	struct tables tables;
	struct crypt *crypt;
	struct iv_pool iv;
	uint64_t refused_since; /* a second in which so many refusals were told: */
	unsigned refused;
	struct pieces pieces;  /* of packets that access lists were asked about */
	uint64_t denied_since; /* the same of packets that access lists denied */
	unsigned denied, repeated; /* so many were told, so many of a flow told before */
	struct dp_denied denied_told[DENIALS_TOLD];
	uint64_t now; /* monotonic microseconds, taken once a batch */
	uint16_t ip_id;
	struct packet_room *rooms; /* of these three: */
	struct packet rx[BATCH], out[OUT_PLACES], scratch;
	struct packet *in[BATCH];          /* those of rx that are ESP */
	size_t ins, in_at, outs, out_at;   /* in[0 .. in_at) is worked off, out[0 .. out_at) too */
	struct fair fair;
	size_t fly_at, flying;	     /* those of out that are being encrypted, and how many */
	void (*pause)(void *worker); /* looks at who sends little meanwhile; NULL: nobody does */
	struct esp_job in_job[BATCH], out_job[OUT_PLACES];
	struct io *io;
};

struct worker_start {
	const struct crypto *crypto; /* outlives the worker */
	enum crypt_way way;
	const uint8_t *seed; /* 16 random bytes */
	struct owners owners;
	unsigned number;
	struct worker *const *all; /* one place for each number; filled before packets flow */
	const struct whose *whose; /* outlives the worker; NULL where it is the only one */
	const struct crypt *measured; /* that another has measured already, or NULL */
};

/* NULL: out of memory. The caller sets `io`, which the worker then owns. */
struct worker *worker_create(const struct worker_start *);
/* Its tables must be clear. NULL is allowed. */
void worker_destroy(struct worker *);
/* From another thread, after something was put in a ring of its: it looks there at once. */
void worker_call(struct worker *);
/* Whoever has its turn: the control side is told of what was put in its ring. */
void worker_tell(struct worker *);
/* Between batches, when it was quiet for a while: keeps the memory that few packets need. */
void worker_rest(struct worker *);
/* CRYPT_IV_MAX bytes that nobody can guess; valid until the next call. */
const uint8_t *worker_iv(struct worker *);

#endif
