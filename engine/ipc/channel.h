/*
 * A channel of the message bus: one end of a SOCK_SEQPACKET pair between two
 * roles, driven by a libuv loop; or one end of a pair inside one process.
 *
 * Messages arrive in the order in which they were sent. Sending never blocks
 * and never fails for want of room: what the socket does not take is queued and
 * counted. Messages sent in one turn of the loop travel together in as few
 * packets as fit; they leave before the loop sleeps (so not from a uv_prepare
 * callback), or when enough has gathered.
 *
 * Descriptors: ipc_send() only borrows msg.fd. A receiver keeps a descriptor
 * by setting msg->fd to -1; else it is closed when the callback returns.
 */
#ifndef GATEHOUSE_CHANNEL_H
#define GATEHOUSE_CHANNEL_H

#include <uv.h>

#include "engine/ipc/message.h"

struct ipc_channel;

/* `msg`, its strings and bytes live until the callback returns. */
typedef void ipc_message_cb(void *arg, struct ipc_channel *, struct ipc_msg *msg);
/* The other side is gone (or sent nonsense): called once; the owner then closes. */
typedef void ipc_close_cb(void *arg, struct ipc_channel *);

/* Takes over `fd` (closed with the channel). NULL when out of memory; `fd` stays the caller's
 * then. */
struct ipc_channel *ipc_channel_open(
    uv_loop_t *, int fd, ipc_message_cb *, ipc_close_cb *, void *arg);
/* Two ends inside one process, for tests and roles that share a process. Messages pass through the
 * codec all the same; descriptors are duplicated. Callbacks are set by ipc_channel_listen(). With a
 * loop they are delivered in its next turn, without one (NULL) by ipc_channel_run(). */
bool ipc_channel_pair(uv_loop_t *, struct ipc_channel **a, struct ipc_channel **b);
void ipc_channel_listen(struct ipc_channel *, ipc_message_cb *, ipc_close_cb *, void *arg);
/* Delivers on both ends of an in-process pair until it is quiet. */
void ipc_channel_run(struct ipc_channel *);

/* Queues one message. False when it cannot be encoded (longer than IPC_PACKET_MAX), there is no
 * memory, or the channel is closed; a NULL channel is a closed one. */
bool ipc_send(struct ipc_channel *, const struct ipc_msg *);
/* Takes in what has arrived, ahead of its turn of the loop; not from within a message of it. */
void ipc_hear(struct ipc_channel *);
/* Sends what has gathered now, as far as the socket takes it. */
void ipc_flush(struct ipc_channel *);
/* Bytes waiting because the other side does not read. */
size_t ipc_queued(const struct ipc_channel *);
/* What was sent goes out, however slowly the other side reads, for so many milliseconds at most. */
void ipc_linger(struct ipc_channel *, int ms);
/* No callback after this; the memory goes in the loop's close callback. NULL is allowed. What was
 * sent is flushed as far as the socket takes it. */
void ipc_channel_close(struct ipc_channel *);

#endif
