/*
 * Owns a datagram socket: to one server, connected, so that nobody else's datagrams come in and
 * ICMP's errors do; or of a port, whose answers leave from the address that was spoken to. It lives
 * to aaa_udp_close(); its memory to the end of its handle.
 */
#include "engine/role/aaa_udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/env.h"
#include "engine/net/sock.h"
#include "engine/role/aaa_net_loop.h"
#include "engine/role/aaa_socket.h"

#define DATAGRAM_MAX 65536
#define AT_ONCE 64 /* datagrams, before others of the loop have their turn */
#define RECENT 32  /* askers of a port whose address of ours is remembered */

struct aaa_udp {
	uv_poll_t poll;
	int fd;
	const struct aaa_udp_events *events;
	void *arg;
	struct aaa_place server; /* of a socket to one */
	bool listens, closed;
	struct path recent[RECENT];
	unsigned next;
};

static void on_closed(uv_handle_t *h)
{
	struct aaa_udp *u = h->data;

	close(u->fd);
	free(u);
}

void aaa_udp_close(struct aaa_udp *u)
{
	if (!u || u->closed)
		return;
	u->closed = true;
	uv_close((uv_handle_t *)&u->poll, on_closed);
}

/* ---- receiving -------------------------------------------------------------------------- */

static void received(struct aaa_udp *u, const struct path *path, const uint8_t *p, size_t len)
{
	struct aaa_place from = u->server;

	if (u->listens) {
		from = (struct aaa_place){.address = path->remote.addr, .port = path->remote.port};
		u->recent[u->next++ % RECENT] = *path;
	}
	u->events->received(u->arg, &from, p, len);
}

/* One datagram; false: there is none. */
static bool receive(struct aaa_udp *u)
{
	static uint8_t buf[DATAGRAM_MAX];
	struct iovec part = {buf, sizeof buf};
	struct sock_ends ends;
	struct msghdr m;
	ssize_t n;

	sock_to_receive(&m, &ends, &part);
	n = recvmsg(u->fd, &m, MSG_DONTWAIT);
	if (n >= 0) {
		struct path path = sock_received(&m);

		received(u, &path, buf, (size_t)n);
		return true;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return false;
	if (u->events->refused)
		u->events->refused(u->arg, errno);
	return errno != EBADF;
}

static void readable(uv_poll_t *p, int status, int events)
{
	struct aaa_udp *u = p->data;

	(void)events;
	for (int i = 0; i < AT_ONCE && !u->closed && receive(u); i++)
		;
	if (status < 0 && !u->closed) /* libuv takes an error of ICMP's for the socket's end */
		uv_poll_start(p, UV_READABLE, readable);
}

/* ---- life ------------------------------------------------------------------------------- */

static struct aaa_udp *watch(
    struct aaa_net *net, int fd, const struct aaa_udp_events *events, void *arg)
{
	struct aaa_net_loop *n = container_of(net, struct aaa_net_loop, net);
	struct aaa_udp *u = fd < 0 ? NULL : calloc(1, sizeof *u);

	if (!u || uv_poll_init(n->loop, &u->poll, fd) < 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		free(u);
		errno = error;
		return NULL;
	}
	u->fd = fd;
	u->events = events;
	u->arg = arg;
	u->poll.data = u;
	uv_poll_start(&u->poll, UV_READABLE, readable);
	return u;
}

struct aaa_udp *aaa_udp_open(
    struct aaa_net *net, const struct aaa_place *to, const struct aaa_udp_events *events, void *arg)
{
	int error, fd = aaa_socket(SOCK_DGRAM, to, &error);
	struct aaa_udp *u;

	errno = error;
	u = watch(net, fd, events, arg);
	if (u)
		u->server = *to;
	return u;
}

struct aaa_udp *aaa_udp_listen(
    struct aaa_net *net, uint16_t port, const struct aaa_udp_events *events, void *arg)
{
	struct aaa_udp *u = watch(net, sock_open(SOCK_DGRAM, 0, port), events, arg);

	if (u)
		u->listens = true;
	return u;
}

/* The path back to who has asked: from the address that he has spoken to. */
static struct path back(const struct aaa_udp *u, const struct aaa_place *to)
{
	struct endpoint remote = {.addr = to->address, .port = to->port};

	for (unsigned i = 0; i < RECENT; i++)
		if (endpoint_equal(&u->recent[i].remote, &remote))
			return u->recent[i];
	return (struct path){.remote = remote};
}

bool aaa_udp_send(struct aaa_udp *u, const struct aaa_place *to, const void *bytes, size_t len)
{
	struct iovec part = {(void *)(uintptr_t)bytes, len};
	struct sock_ends ends;
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	struct path path;

	if (to) {
		path = back(u, to);
		sock_to_send(&m, &ends, &part, 1, &path, 0);
	}
	return sendmsg(u->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
}
