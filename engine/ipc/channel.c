/*
 * Owns one end of a channel between two roles. Identity: the pointer. Life:
 * from ipc_channel_open() or ipc_channel_pair() to ipc_channel_close(); memory
 * is freed when the last libuv handle has closed.
 *
 * A packet is a row of messages, each behind its length:
 *
 *    0                   1                   2                   3
 *   +---------------------------------------------------------------+
 *   |            length of the message (bytes that follow)          |
 *   +-------------------------------+-------------------------------+
 *   |         message type          |  fields (message.h) ...       |
 *   +-------------------------------+-------------------------------+
 *
 * A message with a descriptor has a packet of its own (SCM_RIGHTS).
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/ipc/channel_private.h"

void ipc_channel_free(struct ipc_channel *ch)
{
	struct packet *p;

	while ((p = ch->head)) {
		ch->head = p->next;
		ipc_packet_free(p);
	}
	if (ch->fd >= 0)
		close(ch->fd);
	free(ch->gather);
	free(ch->receive);
	free(ch);
}

struct ipc_channel *ipc_channel_new(int fd)
{
	struct ipc_channel *ch = calloc(1, sizeof *ch);

	if (!ch)
		return NULL;
	ch->fd = -1;
	ch->tail = &ch->head;
	ch->gather = malloc(PACKET_SIZE);
	ch->receive = malloc(PACKET_SIZE);
	if (!ch->gather || !ch->receive) {
		ipc_channel_free(ch);
		return NULL;
	}
	ch->fd = fd;
	return ch;
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct ipc_channel *ch = h->data;

	if (status == 0 && (events & UV_WRITABLE)) {
		ipc_drain(ch);
		ipc_poll(ch);
	}
	/* After an error the packets that are still there are read before the end is told. */
	for (int i = 0; (i < TURN_PACKETS || status < 0) && ipc_receive(ch); i++)
		;
	if (status < 0 && !ch->closing)
		ipc_died(ch);
}

void ipc_hear(struct ipc_channel *ch)
{
	bool more = ch && ch->fd >= 0 && !ch->dead && !ch->closing;

	for (int i = 0; i < TURN_PACKETS && more; i++)
		more = ipc_receive(ch);
}

static void on_handle_closed(uv_handle_t *h)
{
	struct ipc_channel *ch = h->data;

	if (--ch->handles == 0)
		ipc_channel_free(ch);
}

struct ipc_channel *ipc_channel_open(
    uv_loop_t *loop, int fd, ipc_message_cb *on_message, ipc_close_cb *on_close, void *arg)
{
	struct ipc_channel *ch = ipc_channel_new(fd);
	int size = SOCKET_BUFFER;

	if (!ch)
		return NULL;
	ipc_channel_listen(ch, on_message, on_close, arg);
	ch->poll.data = ch->prepare.data = ch;
	ch->on_ready = on_poll;
	if (uv_poll_init(loop, &ch->poll, fd) < 0) {
		ch->fd = -1;
		ipc_channel_free(ch);
		return NULL;
	}
	uv_prepare_init(loop, &ch->prepare);
	uv_unref((uv_handle_t *)&ch->prepare);
	ch->handles = 2;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	uv_poll_start(&ch->poll, UV_READABLE, on_poll);
	return ch;
}

void ipc_channel_listen(
    struct ipc_channel *ch, ipc_message_cb *on_message, ipc_close_cb *on_close, void *arg)
{
	ch->on_message = on_message;
	ch->on_close = on_close;
	ch->arg = arg;
}

void ipc_channel_close(struct ipc_channel *ch)
{
	if (!ch || ch->closing)
		return;
	if (!ch->dead)
		ipc_gather_out(ch, -1);
	ch->closing = true;
	if (ch->peer) {
		struct ipc_channel *peer = ch->peer;

		peer->peer = NULL;
		if (peer->has_async)
			uv_async_send(&peer->async);
	}
	if (ch->fd >= 0) {
		uv_close((uv_handle_t *)&ch->poll, on_handle_closed);
		uv_close((uv_handle_t *)&ch->prepare, on_handle_closed);
	} else if (ch->has_async) {
		uv_close((uv_handle_t *)&ch->async, on_handle_closed);
	} else if (!ch->hold) {
		ipc_channel_free(ch);
	}
}
