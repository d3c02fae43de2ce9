/*
 * Packets out: messages of one turn gather in one packet; what the socket does
 * not take is queued. A packet of the queue belongs to the channel until it is sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/ipc/channel_private.h"
#include "engine/wire/wire.h"

void ipc_packet_free(struct packet *p)
{
	if (p->fd >= 0)
		close(p->fd);
	explicit_bzero(p->bytes, p->len);
	free(p);
}

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
	/* An error other than a full socket is found again by the reading side, which tells the
	 * owner. */
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
		ipc_packet_free(p);
		return false;
	}
	*ch->tail = p;
	ch->tail = &p->next;
	ch->queued += len;
	return true;
}

bool ipc_drain(struct ipc_channel *ch)
{
	struct packet *p;

	while ((p = ch->head)) {
		if (!packet_send(ch, p->bytes, p->len, p->fd))
			return false;
		ch->head = p->next;
		if (!ch->head)
			ch->tail = &ch->head;
		ch->queued -= p->len;
		ipc_packet_free(p);
	}
	return true;
}

void ipc_poll(struct ipc_channel *ch)
{
	bool want = ch->head != NULL;

	if (want == ch->want_write || ch->dead || ch->closing)
		return;
	ch->want_write = want;
	uv_poll_start(&ch->poll, UV_READABLE | (want ? UV_WRITABLE : 0), ch->on_ready);
}

bool ipc_gather_out(struct ipc_channel *ch, int fd)
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
	} else if (!ipc_drain(ch) || !packet_send(ch, ch->gather, len, fd)) {
		ok = packet_queue(ch, ch->gather, len, fd);
	}
	explicit_bzero(ch->gather, len);
	if (ch->fd >= 0)
		ipc_poll(ch);
	return ok;
}

static void on_prepare(uv_prepare_t *h)
{
	struct ipc_channel *ch = h->data;

	uv_prepare_stop(h);
	ipc_gather_out(ch, -1);
}

bool ipc_send(struct ipc_channel *ch, const struct ipc_msg *m)
{
	struct wr w;
	size_t len;

	if (!ch || ch->dead || ch->closing)
		return false;
	if (m->fd >= 0 && !ipc_gather_out(ch, -1))
		return false;
	len = ipc_encode(
	    m, ch->gather + ch->gathered + HEADER, PACKET_SIZE - ch->gathered - HEADER);
	if (!len && ch->gathered) { /* does not fit behind the others: alone, then */
		if (!ipc_gather_out(ch, -1))
			return false;
		len = ipc_encode(m, ch->gather + HEADER, PACKET_SIZE - HEADER);
	}
	if (!len)
		return false;
	w = wr_init(ch->gather + ch->gathered, HEADER);
	wr_u32(&w, (uint32_t)len);
	ch->gathered += HEADER + len;
	/* In-process messages are delivered one packet each: a test's order of events is its
	 * own. */
	if (m->fd >= 0 || ch->fd < 0 || ch->gathered >= GATHER)
		return ipc_gather_out(ch, m->fd);
	uv_prepare_start(&ch->prepare, on_prepare);
	return true;
}

void ipc_flush(struct ipc_channel *ch)
{
	if (ch && !ch->dead && !ch->closing)
		ipc_gather_out(ch, -1);
}

void ipc_linger(struct ipc_channel *ch, int ms)
{
	uint64_t end = clock_monotonic() + (uint64_t)ms * 1000, now;

	ipc_flush(ch);
	if (!ch || ch->fd < 0 || ch->closing)
		return;
	while (!ch->dead && !ipc_drain(ch) && (now = clock_monotonic()) < end) {
		struct pollfd p = {.fd = ch->fd, .events = POLLOUT};

		if (poll(&p, 1, (int)((end - now) / 1000) + 1) < 0)
			return;
	}
}

size_t ipc_queued(const struct ipc_channel *ch)
{
	if (ch && ch->fd < 0)
		ch = ch->peer;
	return ch ? ch->queued : 0;
}
