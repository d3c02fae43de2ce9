/*
 * Load through one gateway in windows: so many packets are put in its queues while it stands
 * still, then it goes on and everything that comes out is checked. So its batches are full, as on
 * a core that has more to do than it can; and its CPU time a packet does not depend on how fast
 * we are.
 */
#ifndef GATEHOUSE_TESTS_LOAD_ROUND_H
#define GATEHOUSE_TESTS_LOAD_ROUND_H

#include "tests/load/end.h"
#include "tests/load/host.h"
#include "tests/load/roles.h"

struct gateway {
	struct end *end;
	unsigned n;
	struct host host;
	struct meter meter;
	struct end_bench *bench;
	int epoll;
	unsigned next; /* whose turn it is */
	bool connected; /* the users' connections of TCP are open */
	struct end *by_address[1 << 16]; /* by the last bits of the user's address */
};

struct plan {
	struct stream_shape shape;
	bool up, down;
	bool trains; /* on 4500 and inside, a user's packets come and go as few as they can be */
	unsigned window; /* packets each way */
	unsigned run;    /* of one user, before it is another's turn */
	bool flows;      /* nobody is held */
};

struct tally {
	uint64_t up, down; /* packets that came through whole and in order */
	uint64_t lost;
	uint64_t unsent; /* the kernel did not take them from us */
	uint64_t cpu;    /* nanoseconds */
};

/* `end` .. are those of a gateway whose threads `meter` has; host.fd is open. False with errno. */
bool gateway_watch(struct gateway *);
/* The stream of the user with that address (host order) of a gateway; NULL: nobody's. */
struct stream *gateway_stream(void *gateway, uint32_t from);
/* Waits until packets of every user come through both ways: a gateway may yet have to hear that its
 * links are up, and who came last may not have his route in the kernel yet. */
bool round_reach(struct gateway *, const struct stream_shape *);
/* A window of that plan. False: something was lost, or could not be sent. */
bool round_window(struct gateway *, const struct plan *, struct tally *);
/* The same several times, and its CPU. */
bool round_block(struct gateway *, const struct plan *, unsigned windows, struct tally *);
/* What all its ends have seen that may not be: damaged, out of order, not authentic, strange. */
struct faults {
	uint64_t damaged, disordered, bad, strange;
};
struct faults gateway_faults(const struct gateway *);

#endif
