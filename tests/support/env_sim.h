/*
 * The simulator's world: a virtual clock, randomness from one seed, slow work
 * done inline, and a network that may delay, lose, double and reorder. What a
 * machine does in it is the same in every run of the same seed.
 */
#ifndef GATEHOUSE_ENV_SIM_H
#define GATEHOUSE_ENV_SIM_H

#include "engine/base/env.h"

struct sim_packet;
struct sim_job;

/* Gets a datagram as it arrives at the far end: `path` is the sender's. */
typedef void sim_deliver(void *arg, const struct path *, const uint8_t *msg, size_t len);

struct sim {
	struct env env;  /* first: give &sim->env to machines */
	uint64_t now;    /* monotonic microseconds, starts at one second */
	int64_t wall;    /* Unix time at monotonic zero */
	uint64_t seed;   /* state of the generator */
	sim_deliver *deliver;
	void *arg;
	/* The network; all zero is a perfect wire on which env.send arrives at once, inside the
	 * call. */
	uint64_t latency, jitter;        /* microseconds; jitter above latency reorders */
	unsigned loss, doubled;          /* of 1000 */
	bool queued;                     /* arrivals wait for sim_run() even without latency */
	bool slow_jobs;                  /* `done` of a job waits for sim_run() ... */
	uint64_t job_time;               /* ... and comes that much later; either makes them slow */
	uint64_t sent, lost, delivered;
	struct sim_packet *first; /* in flight, by time of arrival */
	struct sim_packet *last;  /* of these, if there are any */
	struct sim_job *jobs;     /* finished, `done` not called yet */
};

/* `deliver` may be NULL: what is sent is only counted. */
void sim_init(struct sim *, uint64_t seed, sim_deliver *deliver, void *arg);
/* Frees the timer heap and what is in flight. Machines must be gone. */
void sim_fini(struct sim *);
/* Lets that many microseconds pass: timers and arrivals in their order. */
void sim_run(struct sim *, uint64_t duration);
/* Runs until nothing is left to happen or `limit` microseconds are over; what passed is returned.
 */
uint64_t sim_run_idle(struct sim *, uint64_t limit);
/* A number below `bound` (not 0) from the same seed. */
uint32_t sim_below(struct sim *, uint32_t bound);
/* Puts a datagram on this network for tests that play the far end: arrives at `to` later. */
void sim_put(struct sim *, sim_deliver *to, void *arg, const struct path *, const void *msg,
    size_t len);

#endif
