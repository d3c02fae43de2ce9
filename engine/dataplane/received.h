/*
 * What a socket gave, in storage of its own: many messages by one call, each one datagram or, where
 * the kernel joined those of a flow (UDP_GRO), many of one length, of which the last may be
 * shorter.
 *
 *     message |-- cut --|-- cut --|-- cut --|- rest -|
 *     packets [         [         [         [        [      windows into it, no copies
 *
 * A packet's storage is its own bytes and no more, so that what is done to it stays off its
 * neighbours. It is there until the next received_more().
 */
#ifndef GATEHOUSE_RECEIVED_H
#define GATEHOUSE_RECEIVED_H

#include "engine/net/packet.h"

struct received;

/* `joined`: its messages may be as long as UDP allows, else as long as a packet. NULL: no
 * memory. */
struct received *received_create(bool joined);
/* Did the last one that was given leave others of its message behind? */
bool received_waits(const struct received *);
/* Between packets, when few are expected: gives back the memory of many messages.
 * NULL is allowed. */
void received_rest(struct received *);
/* NULL is allowed. */
void received_destroy(struct received *);
/* Up to `most` packets. They have path and `cut`, but for our port; one that did not come whole, or
 * is longer than PACKET_ROOM, has length 0. Fewer than `most`: the socket has no more now. */
size_t received_more(struct received *, int fd, struct packet *to, size_t most);

#endif
