/*
 * Many Windows-like clients (tests/win) of one gateway, brought up by real IKE, L2TP and PPP, so
 * many at a time; once they are up each is an end (end.h) that can be loaded. They go on
 * answering what the gateway asks.
 */
#ifndef GATEHOUSE_TESTS_LOAD_CROWD_H
#define GATEHOUSE_TESTS_LOAD_CROWD_H

#include "tests/load/end.h"
#include "tests/win/client.h"

#define CROWD_USER 32

struct crowd {
	struct client_world world;
	struct client_options *options; /* of each address that they come from */
	unsigned addresses;
	char (*user)[CROWD_USER];
	struct personality like;
	struct initiator_offer offer; /* of phase 2, the only one */
	unsigned n;
	struct client *client;
	struct end *end;
	uint64_t looked; /* microseconds: when timers were looked at */
	unsigned in_state[CLIENT_GONE + 1]; /* clients, as of then */
};

/* Options of the clients, whose `like`, `hold` and `limit` are the crowd's own matter. With many
 * addresses, of NATs, which count up from `source`, there is a user for each: `user` and its number
 * behind it. False when out of memory or descriptors. */
bool crowd_create(struct crowd *, const struct crypto *, struct crypt *,
    const struct client_options *, unsigned n, unsigned addresses, enum cipher);
/* Brings all up, `at_a_time`. Returns how many are. */
unsigned crowd_connect(struct crowd *, unsigned at_a_time);
/* CLOCK_MONOTONIC in microseconds. */
uint64_t crowd_now(void);
/* What is due, and what waits on the clients' sockets; not while load is under way. */
void crowd_turn(struct crowd *, int timeout_ms);
/* They say good-bye; within ten seconds. */
void crowd_leave(struct crowd *);
void crowd_destroy(struct crowd *);

#endif
