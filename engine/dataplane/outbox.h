/*
 * What a worker gives back to the control side: events through a ring, and
 * objects that are dead, on a list from which the control side frees them.
 */
#ifndef GATEHOUSE_OUTBOX_H
#define GATEHOUSE_OUTBOX_H

#include "engine/base/addr.h"
#include "engine/base/counter.h"
#include "engine/dataplane/records.h"
#include "engine/dataplane/ring.h"

enum event_type {
	EVENT_REFUSED,   /* spi, sequence, refusal, path */
	EVENT_DENIED,    /* denied */
	EVENT_IKE_FIRST, /* path, bytes */
	EVENT_IKE,       /* path, bytes */
	EVENT_L2TP,      /* spi, ports, bytes */
	EVENT_CONFIRMED, /* spi */
	EVENT_MOVED,     /* spi, path */
	EVENT_EXHAUSTED, /* spi, hard */
};

struct event {
	enum event_type type;
	uint32_t spi, sequence;
	uint16_t local_port, remote_port;
	bool hard;
	uint8_t refusal; /* DP_REFUSED_... */
	struct path path;
	struct dp_denied denied;
	uint8_t bytes[];
};

/* Head of every object that the control side allocates and the worker gives back. */
struct object {
	struct object *next;
	enum { OBJECT_SA, OBJECT_PEER, OBJECT_SESSION, OBJECT_FILTER } kind;
};

/* The same names as in struct dp_stats. */
#define OUTBOX_STATS(X) X(ring_full) X(ike_full)

struct outbox {
	struct ring *events;
	_Atomic(struct object *) dead;
	bool news; /* since the control side was last told; the worker's own */
#define STAT(name) counter name;
	OUTBOX_STATS(STAT)
#undef STAT
};

bool outbox_init(struct outbox *);
void outbox_fini(struct outbox *);
/* Room for an event with `len` bytes, zeroed but for these. State events may use the whole ring,
 * L2TP of peers all but the last part; IKE, which comes from anybody, half of it, and its first
 * messages a quarter. NULL counts ring_full or ike_full. */
struct event *outbox_event(struct outbox *, enum event_type, size_t len);
void outbox_commit(struct outbox *);
/* The worker lets go of it for good. */
void outbox_bury(struct outbox *, struct object *);
/* Control side: takes the list of the dead. */
struct object *outbox_dead(struct outbox *);

#endif
