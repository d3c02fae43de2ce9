/*
 * The network behind a gateway, played by one TAP device in its namespace: what the gateway
 * forwards there is checked, and what its hosts send to users is written there. The device takes
 * and gives packets that are yet to be cut (virtio-net headers), as a network card with
 * segmentation offload does.
 */
#ifndef GATEHOUSE_TESTS_LOAD_HOST_H
#define GATEHOUSE_TESTS_LOAD_HOST_H

#include "tests/load/stream.h"

struct host {
	int fd;
	uint64_t reads, packets; /* what came: calls, packets after cutting */
	uint64_t strange;        /* of nobody's stream */
};

/* Enters that namespace of `ip netns`. False with errno. */
bool host_enter(const char *netns);
/* Attaches to that device of this namespace, which has its address and is up: Ethernet with
 * virtio-net headers and all offloads, or a TUN as plain as it can be. -1 with errno. */
int host_device(const char *name, bool ethernet);
/* Opens the device in that namespace and comes back. False with errno. */
bool host_open(struct host *, const char *netns, const char *device);
/* Writes the next `n` packets of a stream, as few as they can be or each by itself. Returns how
 * many were taken. */
unsigned host_send(struct host *, struct stream *, unsigned n, bool supers);
/* Takes what waits there; `find` names the stream of who has that address (host order). Returns
 * how many packets were whole and in order. */
unsigned host_receive(struct host *, struct stream *(*find)(void *arg, uint32_t from), void *arg);

#endif
