/*
 * What IKE says while a batch of datagrams is worked on, so that it leaves by one system call.
 * Order is kept. Identity: none, one is embedded in the environment, and lives as long.
 */
#ifndef GATEHOUSE_SEND_QUEUE_H
#define GATEHOUSE_SEND_QUEUE_H

#include <stdint.h>

#include "engine/base/addr.h"
#include "engine/crypto/crypto.h"

#define SEND_QUEUE_MAX 64     /* datagrams */
#define SEND_QUEUE_BYTES 2304 /* of one; our own messages are shorter */

struct send_queue;

/* NULL: out of memory. */
struct send_queue *send_queue_create(void);
/* Whatever is in it is lost. NULL is allowed. */
void send_queue_destroy(struct send_queue *);
/* Takes a datagram of `front` and `msg` in; false: it is too long, or there is no room. */
bool send_queue_put(struct send_queue *, int fd, const struct path *, struct chunk front,
    struct chunk msg);
/* Sends all that is in it, in order. How many could not be sent: the peers ask again. */
unsigned send_queue_flush(struct send_queue *);

#endif
