/* One worker of the packet path by itself: nobody carries out its commands or hears its events. */
#ifndef GATEHOUSE_TESTS_ONE_WORKER_H
#define GATEHOUSE_TESTS_ONE_WORKER_H

#include "engine/dataplane/loop.h"
#include "tests/support/env_sim.h"

struct one_worker {
	struct sim sim;
	struct worker *worker;
};

/* 3DES and SHA-1 in transport mode, without limits. */
struct child one_worker_child(void);

/* A fixture: made, with empty tables; gone with all that the tables hold. */
void one_worker_open(struct one_worker *);
void one_worker_close(struct one_worker *);

/* A pair that is in no table; the caller's. */
struct dp_sa *one_worker_pair(
    struct one_worker *, const struct child *, uint32_t spi, uint32_t peer);

/* A pair in the tables; one that sends has its outbound half, too. */
struct dp_sa *one_worker_add(struct one_worker *, uint32_t spi, uint32_t peer, bool sends);

/* Frees what the worker let go of; how many those were. */
unsigned one_worker_dead(struct one_worker *);

/* Clears the tables; no peer may be left. */
void one_worker_finish(struct one_worker *);

#endif
