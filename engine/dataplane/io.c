/*
 * The worker's sockets: UDP 4500, raw ESP, the TUN, and the thread's loop over
 * them. Datagrams come and go in batches (recvmmsg, sendmmsg) with the local
 * address in a control message, because a gateway answers from the address it
 * was spoken to. Nothing here ever waits but epoll_wait().
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/net/sock.h"
#include "engine/dataplane/worker.h"

#define ROUNDS 4 /* full batches from one descriptor before the others have their turn */
#define SOCKET_BUFFER (4 << 20)

enum { FD_WAKE, FD_UDP, FD_ESP, FD_TUN, FDS };

struct vectors {
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sock_ends ends[BATCH];
};

struct io {
	struct dp_sockets fd;
	uint16_t port; /* of udp4500 */
	int epoll, wake, event;
	struct vectors rx, udp, esp;
};

static void watch(struct io *io, int fd, uint32_t which)
{
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = which};

	if (fd >= 0)
		epoll_ctl(io->epoll, EPOLL_CTL_ADD, fd, &e);
}

static void prepare(int fd)
{
	int size = SOCKET_BUFFER;

	if (fd < 0)
		return;
	sock_prepare(fd);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

struct io *io_create(const struct dp_sockets *fd)
{
	struct io *io = calloc(1, sizeof *io);

	if (!io)
		return NULL;
	io->fd = *fd;
	io->epoll = epoll_create1(EPOLL_CLOEXEC);
	io->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	io->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (io->epoll < 0 || io->wake < 0 || io->event < 0) {
		io_abandon(io);
		return NULL;
	}
	prepare(fd->udp4500);
	prepare(fd->esp);
	io->port = sock_port(fd->udp4500);
	watch(io, io->wake, FD_WAKE);
	watch(io, fd->udp4500, FD_UDP);
	watch(io, fd->esp, FD_ESP);
	watch(io, fd->tun, FD_TUN);
	return io;
}

void io_destroy(struct io *io)
{
	const int fd[] = {io->epoll, io->wake, io->event, io->fd.udp4500, io->fd.esp, io->fd.tun};

	for (size_t i = 0; i < sizeof fd / sizeof *fd; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	free(io);
}

void io_abandon(struct io *io)
{
	io->fd = (struct dp_sockets){-1, -1, -1};
	io_destroy(io);
}

static void tell(int eventfd_)
{
	static const uint64_t one = 1;
	ssize_t n = write(eventfd_, &one, sizeof one);

	(void)n; /* it can only fail when it is readable already */
}

void io_wake(struct io *io)
{
	tell(io->wake);
}

void io_tell_control(struct io *io)
{
	tell(io->event);
}

int io_event_fd(const struct io *io)
{
	return io->event;
}

static int receive_batch(struct io *io, int fd, struct packet *to)
{
	struct vectors *v = &io->rx;

	for (size_t i = 0; i < BATCH; i++) {
		packet_reset(&to[i]);
		v->iov[i] = (struct iovec){to[i].data, PACKET_ROOM};
		sock_to_receive(&v->msg[i].msg_hdr, &v->ends[i], &v->iov[i]);
	}
	return recvmmsg(fd, v->msg, BATCH, MSG_DONTWAIT, NULL);
}

/* A raw socket hands over the IP header too. */
static bool strip_ip(struct packet *p)
{
	struct ipv4 ip;

	if (!ipv4_parse(p->data, p->len, &ip))
		return false;
	p->path.local.addr = addr_v4(ip.dst);
	packet_trim(p, ip.total);
	return packet_pull(p, ip.header);
}

static void take(struct worker *w, struct packet *p, struct mmsghdr *m, bool udp)
{
	p->len = m->msg_len;
	p->udp = udp;
	p->path = sock_received(&m->msg_hdr);
	p->path.local.port = udp ? w->io->port : 0;
	if ((m->msg_hdr.msg_flags & MSG_TRUNC) || (!udp && !strip_ip(p))) {
		count(&w->stats.short_esp, 1);
		return;
	}
	if (!udp) {
		inbound_esp(w, p);
		return;
	}
	inbound_udp(w, p);
}

static void receive(struct worker *w, int fd, bool udp)
{
	for (int round = 0; round < ROUNDS; round++) {
		int n = receive_batch(w->io, fd, w->rx);

		for (int i = 0; i < n; i++)
			take(w, &w->rx[i], &w->io->rx.msg[i], udp);
		inbound_run(w);
		if (n < BATCH)
			return;
	}
}

static void receive_tun(struct worker *w, int fd)
{
	for (int i = 0; i < ROUNDS * BATCH; i++) {
		struct packet *p = &w->out[w->outs];
		ssize_t n;

		packet_reset(p);
		n = read(fd, p->data, PACKET_ROOM);
		if (n <= 0)
			return;
		p->len = (size_t)n;
		outbound_tun(w);
	}
}

static void address_message(struct vectors *v, unsigned i, struct packet *p, bool udp)
{
	struct path path = p->path;

	if (!udp)
		path.remote.port = 0;
	v->iov[i] = (struct iovec){p->data, p->len};
	sock_to_send(&v->msg[i].msg_hdr, &v->ends[i], &v->iov[i], 1, &path, p->tos);
}

static void transmit(struct worker *w, int fd, struct vectors *v, unsigned n)
{
	unsigned done = 0;

	while (done < n) {
		int sent = sendmmsg(fd, &v->msg[done], n - done, MSG_DONTWAIT);

		if (sent > 0) {
			count(&w->stats.tx_packets, (uint64_t)sent);
			done += (unsigned)sent;
		} else if (errno != EINTR) {
			/* A full queue stays full; any other error is this one packet's. */
			unsigned lost = errno == EAGAIN ? n - done : 1;

			count(&w->stats.tx_failed, lost);
			done += lost;
		}
	}
}

void io_send(struct worker *w, struct packet *out, size_t n)
{
	struct io *io = w->io;
	unsigned udp = 0, esp = 0;

	for (size_t i = 0; i < n; i++) {
		if (!io) {
			count(&w->stats.tx_packets, 1);
			w->output.wire(w->output.arg, &out[i].path, out[i].udp, out[i].data, out[i].len);
		} else if (out[i].udp) {
			address_message(&io->udp, udp++, &out[i], true);
		} else {
			address_message(&io->esp, esp++, &out[i], false);
		}
	}
	if (udp)
		transmit(w, io->fd.udp4500, &io->udp, udp);
	if (esp)
		transmit(w, io->fd.esp, &io->esp, esp);
}

void io_tun(struct worker *w, const uint8_t *ip, size_t len)
{
	if (!w->io)
		w->output.tun(w->output.arg, ip, len);
	else if (write(w->io->fd.tun, ip, len) < 0)
		count(&w->stats.tun_failed, 1);
}

static void serve(struct worker *w, uint32_t which)
{
	uint64_t wakes;

	switch (which) {
	case FD_WAKE:
		while (read(w->io->wake, &wakes, sizeof wakes) > 0)
			continue;
		break;
	case FD_UDP:
		receive(w, w->io->fd.udp4500, true);
		break;
	case FD_ESP:
		receive(w, w->io->fd.esp, false);
		break;
	case FD_TUN:
		receive_tun(w, w->io->fd.tun);
		break;
	}
}

void *io_loop(void *arg)
{
	struct worker *w = arg;
	struct epoll_event ready[FDS];

	while (!atomic_load(&w->stop)) {
		int n;

		/* Whoever puts a command in after this finds `sleeping` set and wakes us. */
		atomic_store(&w->sleeping, true);
		atomic_thread_fence(memory_order_seq_cst);
		n = epoll_wait(w->io->epoll, ready, FDS, ring_empty(w->commands) ? -1 : 0);
		atomic_store(&w->sleeping, false);
		w->now = clock_monotonic();
		worker_commands(w);
		for (int i = 0; i < n; i++)
			serve(w, ready[i].data.u32);
		outbound_flush(w);
		if (w->pushed && !atomic_exchange(&w->signalled, true))
			io_tell_control(w->io);
		w->pushed = false;
	}
	return NULL;
}
