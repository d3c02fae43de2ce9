/*
 * The user's end of one session under load: keys, ids and socket of a tunnel that is up, and what
 * he sends and is sent through it (stream.h). Packets are sealed and opened in batches; on 4500
 * they go and come many in one system call, as UDP_SEGMENT and UDP_GRO do it.
 */
#ifndef GATEHOUSE_TESTS_LOAD_END_H
#define GATEHOUSE_TESTS_LOAD_END_H

#include "tests/load/stream.h"
#include "tests/support/tunnel.h"

#define END_TRAIN 44 /* packets of 1,400 bytes that fit one UDP_SEGMENT */

/* What comes in beside the user's packets; all may be NULL. */
struct end_ops {
	/* An IKE message, behind its marker. */
	void (*ike)(void *owner, const uint8_t *msg, size_t len);
	/* A message of L2TP: control, or PPP that is not IP. */
	void (*l2tp)(void *owner, const uint8_t *msg, size_t len);
};

struct end {
	struct tunnel *tunnel; /* not owned */
	struct env *env;
	int fd; /* connected; not owned */
	bool udp; /* 4500, else raw ESP */
	uint16_t tunnel_id, session_id; /* the server's */
	struct stream up, down;
	uint32_t heard;      /* highest sequence number of ESP that came in */
	uint64_t disordered; /* ESP packets whose number was not higher than the one before */
	uint64_t bad;        /* not authentic, malformed */
	uint64_t opened;     /* authentic ones, whatever was in them */
	uint64_t calls, trains, datagrams; /* of receiving, those that held more than one, all */
	const struct end_ops *ops;
	void *owner;
};

/* What all ends share: buffers. NULL when out of memory. */
struct end_bench *end_bench_create(struct crypt *);
void end_bench_destroy(struct end_bench *);

/* The socket is made ready for load. False when it cannot be. */
bool end_prepare(struct end *);
/* Whoever reads from it next takes datagram by datagram. */
void end_release(struct end *);
/* Seals the next `n` packets of `up` (at most CRYPT_BATCH) and sends them: in trains, or each by
 * itself. Returns how many left. */
unsigned end_send(struct end_bench *, struct end *, unsigned n, bool trains);
/* Takes what waits on the socket, and checks it. Returns how many packets of `down` were whole
 * and in order. */
unsigned end_receive(struct end_bench *, struct end *);

#endif
