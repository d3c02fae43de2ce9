/*
 * The login servers of a group in their order: who is asked, and who after him. A server whose
 * requests fail `max_failed` times in a row is given up: dead. By `depletion` a dead server stays
 * dead until all are, then the group is dead for `dead_time`, in which LOCAL stands in if it may;
 * by `timed` each one comes back after 30 seconds.
 */
#ifndef GATEHOUSE_AAA_GROUP_H
#define GATEHOUSE_AAA_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ipc/message.h"

struct aaa_protocol;
struct aaa_group;

/* What `show aaa-server` counts, since the last `clear`. The first seven and `timeouts` are counted
 * by the conversations, the others by the protocol. */
struct aaa_counters {
	uint64_t authentications, authorizations, accountings, accepts, rejects, challenges;
	uint64_t timeouts;
	uint64_t retransmissions, malformed, bad_authenticators, unrecognized;
};

struct aaa_server {
	const struct aaa_protocol *protocol;
	void *server; /* the protocol's own: its sockets and requests, or the local users */
	struct aaa_group *group;
	const struct cfg_aaa_host *config; /* NULL: LOCAL */
	struct addr address; /* of its host, unset while the name is not resolved */
	char device[16];     /* the Linux interface towards it, "" = as the route says */
	unsigned failed;     /* requests in a row */
	uint64_t dead_until; /* monotonic microseconds; UINT64_MAX: until all are dead; 0 = alive */
	int64_t disabled;    /* Unix time of its death, 0 = it lives */
	int64_t last;        /* Unix time of the last answer, 0 = none */
	bool changing;       /* its protocol takes in another configuration: what errs is not it */
	unsigned pending;    /* requests that it owes an answer */
	uint32_t round_trip; /* milliseconds, the mean of the last ones */
	char why[96];        /* why it failed last, for operators */
	struct aaa_counters counters;
};

struct aaa_group {
	const char *name;
	const struct cfg_aaa_group *config; /* NULL: LOCAL */
	struct aaa_server **server; /* in the order in which they are asked */
	size_t n;
	unsigned max_failed;  /* 0 = 1 */
	bool timed;
	uint64_t dead_time;   /* microseconds, of depletion */
	size_t probed;        /* whose turn it was last to be tried though all are dead */
};

/* Who is asked first. `fallback` stands in for a group whose servers are all dead; NULL: nobody
 * does, and all of them get another chance. NULL: there is nobody to ask. */
struct aaa_server *aaa_group_first(struct aaa_group *, struct aaa_server *fallback, uint64_t now);
/* The same for what waits until somebody takes it: when all are dead one of them in turn, and none
 * is alive for that before it has answered. */
struct aaa_server *aaa_group_first_of_all(struct aaa_group *, uint64_t now);
/* It has erred, or did not answer in time. True: it is dead from now on, and was not before. */
bool aaa_group_failed(struct aaa_group *, struct aaa_server *, uint64_t now);
/* It has answered. */
void aaa_group_answered(struct aaa_server *);
/* An operator has it tried again, or passed over. */
void aaa_group_set(struct aaa_group *, struct aaa_server *, bool active, uint64_t now);
/* Who is asked after `failed` was; NULL: nobody is left. */
struct aaa_server *aaa_group_next(const struct aaa_group *, struct aaa_server *fallback,
    const struct aaa_server *failed, uint64_t now);

#endif
