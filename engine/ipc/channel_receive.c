/* Packets in: read from the socket, and handed out message by message. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/ipc/channel_private.h"
#include "engine/wire/wire.h"

void ipc_died(struct ipc_channel *ch)
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

void ipc_deliver(struct ipc_channel *ch, uint8_t *bytes, size_t len, int fd)
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
		ipc_died(ch);
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

bool ipc_receive(struct ipc_channel *ch)
{
	struct iovec iov = {.iov_base = ch->receive, .iov_len = PACKET_SIZE};
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(4 * sizeof(int))];
	} control;
	struct msghdr mh = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof control};
	ssize_t n = recvmsg(ch->fd, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && errno == EINTR)
		return true;
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		ipc_died(ch);
		return false;
	}
	ipc_deliver(ch, ch->receive, (size_t)n, received_fd(&mh));
	return !ch->dead && !ch->closing;
}
