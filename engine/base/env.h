/*
 * The world as a protocol machine sees it: time, timers, randomness, sending
 * and slow work. The engine's glue supplies a real one (libuv), the simulator
 * its own, in which `offload` runs inline and a month passes in a second.
 */
#ifndef GATEHOUSE_ENV_H
#define GATEHOUSE_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

#define MSEC 1000ULL
#define SEC 1000000ULL

/*
 * A one-shot timer, embedded in its owner, who gets back to himself with
 * container_of(). Zeroed memory is an unarmed timer.
 */
struct timer {
	uint64_t due; /* monotonic microseconds */
	void (*fire)(struct timer *);
	size_t slot; /* place in the heap + 1; 0 = not armed */
};

/* A piece of slow work (Diffie-Hellman, RSA). `work` may run in another thread
 * and must touch nothing but the job; `done` runs in the control loop. */
struct job {
	void (*work)(struct job *);
	void (*done)(struct job *);
};

struct env {
	uint64_t (*now)(struct env *);                   /* monotonic microseconds */
	int64_t (*wall)(struct env *);                   /* Unix time, seconds */
	void (*random)(struct env *, void *to, size_t len); /* cryptographic quality */
	/* Sends one IKE datagram; the four-byte non-ESP marker (RFC 3948 2.2) is put in
	 * front when the local port is 4500. Losing it is allowed, blocking is not. */
	void (*send)(struct env *, const struct path *, const void *msg, size_t len);
	/* Sends a NAT keepalive, the single byte 0xff, on that path (RFC 3948 2.3). May be NULL. */
	void (*keepalive)(struct env *, const struct path *);
	void (*offload)(struct env *, struct job *);
	struct timer **heap; /* owned; see timer.c */
	size_t heap_len, heap_size;
};

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* (Re)arms `t` to fire `delay` microseconds from now. `t->fire` must be set. */
void timer_start(struct env *, struct timer *t, uint64_t delay);
/* Disarms; harmless when not armed. Always call before the owner is freed. */
void timer_stop(struct env *, struct timer *t);
static inline bool timer_armed(const struct timer *t)
{
	return t->slot != 0;
}
/* Microseconds until `t` fires; 0 when it is due or not armed. */
uint64_t timer_left(struct env *, const struct timer *t);
/* When the next timer is due (monotonic), UINT64_MAX when none is. */
uint64_t timer_next(const struct env *);
/* Fires every timer that is due now. */
void timer_run(struct env *);
/* Frees the heap itself (the timers are their owners'). */
void timer_fini(struct env *);

#endif
