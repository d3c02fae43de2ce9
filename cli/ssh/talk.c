/* One message, one datagram; nothing is kept. */
#include "cli/ssh/talk.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(TALK_FDS * sizeof(int))];
};

bool talk_pair(int fd[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == 0;
}

static void put_fds(struct msghdr *m, union control *control, const struct talk_fds *fds)
{
	size_t size = fds->n * sizeof(int);
	struct cmsghdr *c;

	memset(control, 0, sizeof(*control));
	m->msg_control = control;
	m->msg_controllen = CMSG_SPACE(size);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), fds->fd, size);
}

bool talk_send(int fd, const struct ipc_msg *msg, const struct talk_fds *fds)
{
	uint8_t buf[TALK_MAX];
	struct iovec part = {buf, ipc_encode(msg, buf, sizeof(buf))};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	union control control;
	ssize_t n;

	if (!part.iov_len)
		return false;
	if (fds && fds->n)
		put_fds(&m, &control, fds);
	do
		n = sendmsg(fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	explicit_bzero(buf, part.iov_len);
	return n >= 0;
}

static void take_fds(struct msghdr *m, struct talk_fds *fds)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (fds && fds->n < TALK_FDS)
				fds->fd[fds->n++] = fd;
			else
				close(fd);
		}
	}
}

int talk_receive(int fd, uint8_t buf[TALK_MAX], struct ipc_msg *msg, struct talk_fds *fds)
{
	union control control;
	struct iovec part = {buf, TALK_MAX};
	struct msghdr m = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &control,
	    .msg_controllen = sizeof(control)};
	ssize_t n;

	if (fds)
		fds->n = 0;
	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	take_fds(&m, fds);
	if (n > 0 && !(m.msg_flags & MSG_TRUNC) && ipc_decode(msg, buf, (size_t)n)) {
		msg->fd = -1;
		return 1;
	}
	for (unsigned i = 0; fds && i < fds->n; i++)
		close(fds->fd[i]);
	return -1;
}
