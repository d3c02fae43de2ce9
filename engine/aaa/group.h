/*
 * The login servers of a group in their order: who is asked, and who after him. A server that
 * errs is dead for a while and is passed over; when all are, LOCAL stands in if it may, else
 * all of them get another chance.
 */
#ifndef GATEHOUSE_AAA_GROUP_H
#define GATEHOUSE_AAA_GROUP_H

#include <stddef.h>
#include <stdint.h>

struct aaa_protocol;

struct aaa_server {
	const struct aaa_protocol *protocol;
	void *server;        /* the protocol's own: address, key, or the local users */
	uint64_t dead_until; /* monotonic microseconds */
};

struct aaa_group {
	struct aaa_server *server; /* in the order in which they are asked */
	size_t n;
	uint64_t deadline;  /* microseconds that an answer may take, all servers together */
	uint64_t dead_time; /* microseconds that a server which erred is passed over */
};

/* Who is asked first. `fallback` stands in for a group whose servers are all dead; NULL: nobody
 * does. NULL: there is nobody to ask. */
struct aaa_server *aaa_group_first(struct aaa_group *, struct aaa_server *fallback, uint64_t now);
/* It has erred, or did not answer in time. */
void aaa_group_failed(const struct aaa_group *, struct aaa_server *, uint64_t now);
/* Who is asked after `failed` was; NULL: nobody is left. */
struct aaa_server *aaa_group_next(const struct aaa_group *, struct aaa_server *fallback,
    const struct aaa_server *failed, uint64_t now);

#endif
