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
#include <time.h>
#include <unistd.h>

#include "engine/dataplane/worker.h"

#define ROUNDS 4 /* full batches from one descriptor before the others have their turn */
#define SOCKET_BUFFER (4 << 20)

enum { FD_WAKE, FD_UDP, FD_ESP, FD_TUN, FDS };

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

struct vectors {
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_in name[BATCH];
	union control control[BATCH];
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

/* The outer packet may be larger than the path: the kernel fragments it rather than refuse it. */
static void prepare(int fd)
{
	int on = 1, size = SOCKET_BUFFER, dont = IP_PMTUDISC_DONT;

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
	setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &dont, sizeof dont);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

struct io *io_create(const struct dp_sockets *fd)
{
	struct io *io = calloc(1, sizeof *io);
	struct sockaddr_in name = {0};
	socklen_t len = sizeof name;

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
	if (fd->udp4500 >= 0 && getsockname(fd->udp4500, (struct sockaddr *)&name, &len) == 0)
		io->port = ntohs(name.sin_port);
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

static struct addr from_in(struct in_addr a)
{
	return addr_v4(ntohl(a.s_addr));
}

/* Our address that a datagram was sent to. */
static struct addr local_address(struct msghdr *m)
{
	struct addr a = {0};

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof info);
			a = from_in(info.ipi_addr);
		}
	return a;
}

static int receive_batch(struct io *io, int fd, struct packet *to)
{
	struct vectors *v = &io->rx;

	for (size_t i = 0; i < BATCH; i++) {
		packet_reset(&to[i]);
		v->iov[i] = (struct iovec){to[i].data, PACKET_ROOM};
		v->msg[i].msg_hdr = (struct msghdr){.msg_name = &v->name[i],
		    .msg_namelen = sizeof v->name[i], .msg_iov = &v->iov[i], .msg_iovlen = 1,
		    .msg_control = &v->control[i], .msg_controllen = sizeof v->control[i]};
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
	const struct sockaddr_in *name = m->msg_hdr.msg_name;

	p->len = m->msg_len;
	p->udp = udp;
	p->path = (struct path){.remote = {from_in(name->sin_addr), udp ? ntohs(name->sin_port) : 0},
	    .local = {.port = udp ? w->io->port : 0}};
	if ((m->msg_hdr.msg_flags & MSG_TRUNC) || (!udp && !strip_ip(p))) {
		count(&w->stats.short_esp, 1);
		return;
	}
	if (!udp) {
		inbound_esp(w, p);
		return;
	}
	p->path.local.addr = local_address(&m->msg_hdr);
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
	struct msghdr *m = &v->msg[i].msg_hdr;
	struct cmsghdr *c;
	size_t used = 0;

	v->name[i] = (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = udp ? htons(p->path.remote.port) : 0, .sin_addr.s_addr = p->path.remote.addr.v4};
	v->iov[i] = (struct iovec){p->data, p->len};
	*m = (struct msghdr){.msg_name = &v->name[i], .msg_namelen = sizeof v->name[i],
	    .msg_iov = &v->iov[i], .msg_iovlen = 1, .msg_control = &v->control[i],
	    .msg_controllen = sizeof v->control[i]};
	memset(&v->control[i], 0, sizeof v->control[i]);
	c = CMSG_FIRSTHDR(m);
	if (p->path.local.addr.family == AF_INET) {
		struct in_pktinfo info = {.ipi_spec_dst.s_addr = p->path.local.addr.v4};

		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof info);
		memcpy(CMSG_DATA(c), &info, sizeof info);
		used += CMSG_SPACE(sizeof info);
		c = CMSG_NXTHDR(m, c);
	}
	if (p->tos) {
		int tos = p->tos;

		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_TOS;
		c->cmsg_len = CMSG_LEN(sizeof tos);
		memcpy(CMSG_DATA(c), &tos, sizeof tos);
		used += CMSG_SPACE(sizeof tos);
	}
	m->msg_controllen = used;
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

static uint64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SEC + (uint64_t)t.tv_nsec / 1000;
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
		w->now = monotonic();
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
