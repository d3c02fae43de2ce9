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
#include "engine/ipc/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/wire/wire.h"

#define HEADER 4
#define PACKET_SIZE (HEADER + IPC_PACKET_MAX)
#define GATHER 16384     /* a packet of this size leaves without waiting for more */
#define TURN_PACKETS 64  /* read at most so many in one turn of the loop */
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

	struct packet *head, **tail; /* packets the socket did not take yet; in-process: the inbox */
	size_t queued;               /* bytes in them */
	uint8_t *gather;             /* the packet that is being filled, PACKET_SIZE */
	size_t gathered;
	uint8_t *receive; /* PACKET_SIZE */

	bool dead;    /* the other side is gone */
	bool closing; /* ipc_channel_close() was called */

	int fd; /* -1 for an in-process channel */
	bool want_write;
	uv_poll_t poll;
	uv_prepare_t prepare;
	int handles; /* libuv handles still to close */

	struct ipc_channel *peer; /* in-process: the other end, NULL once that closed */
	bool has_async;
	uv_async_t async;
	unsigned hold; /* in-process without a loop: in use by ipc_channel_run() */
};

static void update_poll(struct ipc_channel *);

static void packet_free(struct packet *p)
{
	if (p->fd >= 0)
		close(p->fd);
	explicit_bzero(p->bytes, p->len);
	free(p);
}

static void channel_free(struct ipc_channel *ch)
{
	struct packet *p;

	while ((p = ch->head)) {
		ch->head = p->next;
		packet_free(p);
	}
	if (ch->fd >= 0)
		close(ch->fd);
	free(ch->gather);
	free(ch->receive);
	free(ch);
}

static struct ipc_channel *channel_new(int fd)
{
	struct ipc_channel *ch = calloc(1, sizeof *ch);

	if (!ch)
		return NULL;
	ch->fd = -1;
	ch->tail = &ch->head;
	ch->gather = malloc(PACKET_SIZE);
	ch->receive = malloc(PACKET_SIZE);
	if (!ch->gather || !ch->receive) {
		channel_free(ch);
		return NULL;
	}
	ch->fd = fd;
	return ch;
}

/* ---- out -------------------------------------------------------------- */

/* One sendmsg(). True: the packet is off our hands (sent, or the channel died). */
static bool packet_send(struct ipc_channel *ch, const uint8_t *bytes, size_t len, int fd)
{
	struct iovec iov = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		mh.msg_control = &control;
		mh.msg_controllen = sizeof control;
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	}
	do
		n = sendmsg(ch->fd, &mh, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	/* An error other than a full socket is found again by the reading side, which tells the owner. */
	return n >= 0 || (errno != EAGAIN && errno != ENOBUFS && errno != ENOMEM);
}

/* Appends a packet to the queue; takes a duplicate of `fd`. */
static bool packet_queue(struct ipc_channel *ch, const uint8_t *bytes, size_t len, int fd)
{
	struct packet *p = malloc(sizeof *p + len);

	if (!p)
		return false;
	*p = (struct packet){.fd = -1, .len = len};
	memcpy(p->bytes, bytes, len);
	if (fd >= 0 && (p->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0) {
		packet_free(p);
		return false;
	}
	*ch->tail = p;
	ch->tail = &p->next;
	ch->queued += len;
	return true;
}

/* Sends the queue's head while the socket takes it. True when the queue is empty. */
static bool queue_drain(struct ipc_channel *ch)
{
	struct packet *p;

	while ((p = ch->head)) {
		if (!packet_send(ch, p->bytes, p->len, p->fd))
			return false;
		ch->head = p->next;
		if (!ch->head)
			ch->tail = &ch->head;
		ch->queued -= p->len;
		packet_free(p);
	}
	return true;
}

/* Sends or queues the gathered packet, whose descriptor is `fd`. */
static bool gather_out(struct ipc_channel *ch, int fd)
{
	size_t len = ch->gathered;
	bool ok = true;

	if (!len)
		return true;
	ch->gathered = 0;
	if (ch->fd < 0) {
		ok = ch->peer && packet_queue(ch->peer, ch->gather, len, fd);
		if (ok && ch->peer->has_async)
			uv_async_send(&ch->peer->async);
	} else if (!queue_drain(ch) || !packet_send(ch, ch->gather, len, fd)) {
		ok = packet_queue(ch, ch->gather, len, fd);
	}
	explicit_bzero(ch->gather, len);
	if (ch->fd >= 0)
		update_poll(ch);
	return ok;
}

static void on_prepare(uv_prepare_t *h)
{
	struct ipc_channel *ch = h->data;

	uv_prepare_stop(h);
	gather_out(ch, -1);
}

bool ipc_send(struct ipc_channel *ch, const struct ipc_msg *m)
{
	struct wr w;
	size_t len;

	if (!ch || ch->dead || ch->closing)
		return false;
	if (m->fd >= 0 && !gather_out(ch, -1))
		return false;
	len = ipc_encode(m, ch->gather + ch->gathered + HEADER, PACKET_SIZE - ch->gathered - HEADER);
	if (!len && ch->gathered) { /* does not fit behind the others: alone, then */
		if (!gather_out(ch, -1))
			return false;
		len = ipc_encode(m, ch->gather + HEADER, PACKET_SIZE - HEADER);
	}
	if (!len)
		return false;
	w = wr_init(ch->gather + ch->gathered, HEADER);
	wr_u32(&w, (uint32_t)len);
	ch->gathered += HEADER + len;
	/* In-process messages are delivered one packet each: a test's order of events is its own. */
	if (m->fd >= 0 || ch->fd < 0 || ch->gathered >= GATHER)
		return gather_out(ch, m->fd);
	uv_prepare_start(&ch->prepare, on_prepare);
	return true;
}

void ipc_flush(struct ipc_channel *ch)
{
	if (ch && !ch->dead && !ch->closing)
		gather_out(ch, -1);
}

size_t ipc_queued(const struct ipc_channel *ch)
{
	if (ch && ch->fd < 0)
		ch = ch->peer;
	return ch ? ch->queued : 0;
}

/* ---- in --------------------------------------------------------------- */

static void died(struct ipc_channel *ch)
{
	if (ch->dead || ch->closing)
		return;
	ch->dead = true;
	if (ch->fd >= 0) {
		uv_poll_stop(&ch->poll);
		uv_prepare_stop(&ch->prepare);
	}
	if (ch->on_close)
		ch->on_close(ch->arg, ch);
}

/* Hands out the messages of one packet; wipes it. `fd` is the packet's, closed unless kept. */
static void deliver(struct ipc_channel *ch, uint8_t *bytes, size_t len, int fd)
{
	struct rd r = rd_init(bytes, len);
	struct ipc_msg m;
	bool good = true;

	while (good && rd_left(&r) && !ch->closing && !ch->dead) {
		struct rd one = rd_sub(&r, rd_u32(&r));

		good = !one.bad && ipc_decode(&m, one.p, rd_left(&one));
		if (!good)
			break;
		m.fd = fd;
		if (ch->on_message)
			ch->on_message(ch->arg, ch, &m);
		fd = m.fd;
	}
	if (fd >= 0)
		close(fd);
	explicit_bzero(bytes, len);
	if (!good)
		died(ch);
}

/* The descriptor that came with a packet; further ones, which nobody sends, are closed. */
static int received_fd(struct msghdr *mh)
{
	int fd = -1, got;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
			memcpy(&got, CMSG_DATA(c) + i * sizeof got, sizeof got);
			if (fd < 0)
				fd = got;
			else
				close(got);
		}
	}
	return fd;
}

/* Reads one packet. False: nothing there now, or the channel died. */
static bool receive_one(struct ipc_channel *ch)
{
	struct iovec iov = {.iov_base = ch->receive, .iov_len = PACKET_SIZE};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
	    .msg_controllen = sizeof control};
	ssize_t n = recvmsg(ch->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && errno == EINTR)
		return true;
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		died(ch);
		return false;
	}
	deliver(ch, ch->receive, (size_t)n, received_fd(&mh));
	return !ch->dead && !ch->closing;
}

static void on_poll(uv_poll_t *h, int status, int events)
{
	struct ipc_channel *ch = h->data;

	if (status == 0 && (events & UV_WRITABLE)) {
		queue_drain(ch);
		update_poll(ch);
	}
	/* After an error the packets that are still there are read before the end is told. */
	for (int i = 0; (i < TURN_PACKETS || status < 0) && receive_one(ch); i++)
		;
	if (status < 0 && !ch->closing)
		died(ch);
}

static void update_poll(struct ipc_channel *ch)
{
	bool want = ch->head != NULL;

	if (want == ch->want_write || ch->dead || ch->closing)
		return;
	ch->want_write = want;
	uv_poll_start(&ch->poll, UV_READABLE | (want ? UV_WRITABLE : 0), on_poll);
}

/* ---- life ------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *h)
{
	struct ipc_channel *ch = h->data;

	if (--ch->handles == 0)
		channel_free(ch);
}

struct ipc_channel *ipc_channel_open(uv_loop_t *loop, int fd, ipc_message_cb *on_message,
    ipc_close_cb *on_close, void *arg)
{
	struct ipc_channel *ch = channel_new(fd);
	int size = SOCKET_BUFFER;

	if (!ch)
		return NULL;
	ipc_channel_listen(ch, on_message, on_close, arg);
	ch->poll.data = ch->prepare.data = ch;
	if (uv_poll_init(loop, &ch->poll, fd) < 0) {
		ch->fd = -1;
		channel_free(ch);
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

void ipc_channel_listen(struct ipc_channel *ch, ipc_message_cb *on_message,
    ipc_close_cb *on_close, void *arg)
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
		gather_out(ch, -1);
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
		channel_free(ch);
	}
}

/* ---- inside one process ------------------------------------------------ */

/* Delivers the inbox; true when there was anything. */
static bool pair_deliver(struct ipc_channel *ch)
{
	struct packet *p;
	bool any = false;

	while (!ch->closing && (p = ch->head)) {
		int fd = p->fd;

		ch->head = p->next;
		if (!p->next)
			ch->tail = &ch->head;
		ch->queued -= p->len;
		p->fd = -1;
		deliver(ch, p->bytes, p->len, fd);
		packet_free(p);
		any = true;
	}
	if (!ch->peer)
		died(ch);
	return any;
}

static void on_async(uv_async_t *h)
{
	pair_deliver(h->data);
}

bool ipc_channel_pair(uv_loop_t *loop, struct ipc_channel **a, struct ipc_channel **b)
{
	struct ipc_channel *end[2] = {channel_new(-1), channel_new(-1)};

	if (!end[0] || !end[1]) {
		for (int i = 0; i < 2; i++)
			if (end[i])
				channel_free(end[i]);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		end[i]->peer = end[!i];
		end[i]->has_async = loop != NULL;
		end[i]->async.data = end[i];
		end[i]->handles = 1;
		if (loop)
			uv_async_init(loop, &end[i]->async, on_async);
	}
	*a = end[0];
	*b = end[1];
	return true;
}

static void release(struct ipc_channel *ch)
{
	if (--ch->hold == 0 && ch->closing)
		channel_free(ch);
}

void ipc_channel_run(struct ipc_channel *ch)
{
	struct ipc_channel *peer = ch->peer;
	bool again;

	ch->hold++;
	if (peer)
		peer->hold++;
	do {
		again = pair_deliver(ch);
		again |= peer && pair_deliver(peer);
	} while (again);
	if (peer)
		release(peer);
	release(ch);
}
