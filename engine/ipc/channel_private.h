/*
 * What the files of a channel share. Layers: packets out (channel_send.c) and
 * in (channel_receive.c) below its life (channel.c), and above that the pair
 * inside one process (channel_pair.c).
 */
#ifndef GATEHOUSE_CHANNEL_PRIVATE_H
#define GATEHOUSE_CHANNEL_PRIVATE_H

#include "engine/ipc/channel.h"

#define HEADER 4
#define PACKET_SIZE (HEADER + IPC_PACKET_MAX)
#define GATHER 16384	/* a packet of this size leaves without waiting for more */
#define TURN_PACKETS 64 /* read at most so many in one turn of the loop */
#define SOCKET_BUFFER (1 << 20)

struct packet {
	struct packet *next;
	int fd; /* ours; -1 = none */
	size_t len;
	uint8_t bytes[];
};

struct ipc_channel {
	ipc_message_cb *on_message;
	ipc_close_cb *on_close;
	void *arg;

	struct packet *head,
	    **tail;	 /* packets the socket did not take yet; in-process: the inbox */
	size_t queued;	 /* bytes in them */
	uint8_t *gather; /* the packet that is being filled, PACKET_SIZE */
	size_t gathered;
	uint8_t *receive; /* PACKET_SIZE */

	bool dead;    /* the other side is gone */
	bool closing; /* ipc_channel_close() was called */

	int fd; /* -1 for an in-process channel */
	bool want_write;
	uv_poll_cb on_ready; /* of `poll` */
	uv_poll_t poll;
	uv_prepare_t prepare;
	int handles; /* libuv handles still to close */

	struct ipc_channel *peer; /* in-process: the other end, NULL once that closed */
	bool has_async;
	uv_async_t async;
	unsigned hold; /* in-process without a loop: in use by ipc_channel_run() */
};

/* channel_send.c */
/* Sends or queues the gathered packet, whose descriptor is `fd`. */
bool ipc_gather_out(struct ipc_channel *, int fd);
/* Sends the queue's head while the socket takes it. True when the queue is empty. */
bool ipc_drain(struct ipc_channel *);
/* Asks the loop for what there is to wait for. */
void ipc_poll(struct ipc_channel *);
void ipc_packet_free(struct packet *);

/* channel_receive.c */
/* The other side is gone: the owner is told, once. */
void ipc_died(struct ipc_channel *);
/* Hands out the messages of one packet; wipes it. `fd` is the packet's, closed unless kept. */
void ipc_deliver(struct ipc_channel *, uint8_t *bytes, size_t len, int fd);
/* Reads one packet. False: nothing there now, or the channel died. */
bool ipc_receive(struct ipc_channel *);

/* channel.c: memory. */
struct ipc_channel *ipc_channel_new(int fd);
void ipc_channel_free(struct ipc_channel *);

#endif
