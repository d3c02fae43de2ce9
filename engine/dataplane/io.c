/*
 * Batches of system calls: recvmmsg, sendmmsg, with the local address in a
 * control message; see io.h. Nothing here ever waits but epoll_wait().
 */
#include "engine/dataplane/io.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "engine/net/ipv4.h"
#include "engine/net/sock.h"

#define SOCKET_BUFFER (4 << 20)
#define FDS 4

struct vectors {
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sock_ends ends[BATCH];
};

struct io {
	struct dp_sockets fd;
	uint16_t port; /* of udp4500 */
	int epoll, wake, event;
	struct io_stats stats;
	struct dp_output output; /* the inline form's; else empty */
	struct vectors rx, udp, esp, df;
};

/* ---- life -------------------------------------------------------------------- */

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

/* What the path carries is our business (session/fit.c), not of the kernel's memory of paths. */
static void prepare_df(int fd)
{
	int probe = IP_PMTUDISC_PROBE;

	prepare(fd);
	if (fd >= 0)
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe);
}

static struct io *io_new(void)
{
	struct io *io = calloc(1, sizeof *io);

	if (io) {
		io->fd = (struct dp_sockets){-1, -1, -1, -1};
		io->epoll = io->wake = io->event = -1;
	}
	return io;
}

struct io *io_create_inline(const struct dp_output *output)
{
	struct io *io = io_new();

	if (io)
		io->output = *output;
	return io;
}

struct io *io_create(const struct dp_sockets *fd)
{
	struct io *io = io_new();

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
	prepare_df(fd->df);
	io->port = sock_port(fd->udp4500);
	watch(io, io->wake, IO_BELL);
	watch(io, fd->udp4500, IO_UDP);
	watch(io, fd->esp, IO_ESP);
	watch(io, fd->tun, IO_TUN);
	return io;
}

void io_destroy(struct io *io)
{
	if (!io)
		return;
	const int fd[] = {io->epoll, io->wake, io->event, io->fd.udp4500, io->fd.esp, io->fd.df,
	    io->fd.tun};

	for (size_t i = 0; i < sizeof fd / sizeof *fd; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	free(io);
}

void io_abandon(struct io *io)
{
	io->fd = (struct dp_sockets){-1, -1, -1, -1};
	io_destroy(io);
}

const struct io_stats *io_stats(const struct io *io)
{
	return &io->stats;
}

/* ---- bells ------------------------------------------------------------------- */

static void ring_bell(int fd)
{
	static const uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof one);

	(void)n; /* it can only fail when it is readable already */
}

static void silence(int fd)
{
	uint64_t rung;
	ssize_t n = read(fd, &rung, sizeof rung); /* all that it was rung for at once */

	(void)n;
}

void io_wake(struct io *io)
{
	ring_bell(io->wake);
}

void io_tell_control(struct io *io)
{
	ring_bell(io->event);
}

int io_event_fd(const struct io *io)
{
	return io->event;
}

void io_heard(struct io *io)
{
	silence(io->event);
}

unsigned io_wait(struct io *io, bool block)
{
	struct epoll_event e[FDS];
	int n = epoll_wait(io->epoll, e, FDS, block ? -1 : 0);
	unsigned ready = 0;

	for (int i = 0; i < n; i++)
		ready |= e[i].data.u32;
	if (ready & IO_BELL)
		silence(io->wake);
	return ready;
}

/* ---- in ---------------------------------------------------------------------- */

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

static void take(struct io *io, struct packet *p, struct mmsghdr *m, bool udp)
{
	p->len = m->msg_len;
	p->udp = udp;
	p->path = sock_received(&m->msg_hdr);
	p->path.local.port = udp ? io->port : 0;
	if ((m->msg_hdr.msg_flags & MSG_TRUNC) || (!udp && !strip_ip(p)))
		p->len = 0;
}

size_t io_receive(struct io *io, unsigned from, struct packet *to)
{
	struct vectors *v = &io->rx;
	bool udp = from == IO_UDP;
	int n;

	for (size_t i = 0; i < BATCH; i++) {
		packet_reset(&to[i]);
		v->iov[i] = (struct iovec){to[i].data, PACKET_ROOM};
		sock_to_receive(&v->msg[i].msg_hdr, &v->ends[i], &v->iov[i]);
	}
	n = recvmmsg(udp ? io->fd.udp4500 : io->fd.esp, v->msg, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++)
		take(io, &to[i], &v->msg[i], udp);
	return n < 0 ? 0 : (size_t)n;
}

bool io_read_tun(struct io *io, struct packet *p)
{
	ssize_t n;

	packet_reset(p);
	n = read(io->fd.tun, p->data, PACKET_ROOM);
	if (n <= 0)
		return false;
	p->len = (size_t)n;
	return true;
}

/* ---- out --------------------------------------------------------------------- */

static void address_message(struct vectors *v, unsigned i, struct packet *p, bool raw)
{
	struct path path = p->path;

	if (raw)
		path.remote.port = 0;
	v->iov[i] = (struct iovec){p->data, p->len};
	sock_to_send(&v->msg[i].msg_hdr, &v->ends[i], &v->iov[i], 1, &path, p->tos);
}

/* With DF the whole packet is ours, but for what the kernel fills in: checksum and, as we leave it
 * at 0, identification (raw(7)). UDP's own checksum may be left out (RFC 3948 2.1). */
static bool envelope(const struct io *io, struct packet *p)
{
	const struct path *path = &p->path;
	uint8_t protocol = p->udp ? IPPROTO_UDP : IPPROTO_ESP;
	size_t payload = p->len;
	struct wr front;

	if (p->udp) {
		front = packet_push_wr(p, UDP_HEADER);
		udp_header(&front, io->port, path->remote.port, payload);
		payload = p->len;
	}
	front = packet_push_wr(p, IP_HEADER);
	ipv4_header(&front, protocol, addr_to_v4(&path->local.addr),
	    addr_to_v4(&path->remote.addr), p->tos, 0, payload);
	wr_patch16(&front, 6, IP_DF);
	return !front.full;
}

/* Where it is not known what address of ours it is from, the kernel has to say. */
static bool by_df(const struct io *io, const struct packet *p)
{
	return p->df && io->fd.df >= 0 && p->path.local.addr.family == AF_INET;
}

static void transmit(struct io *io, int fd, struct vectors *v, unsigned n)
{
	unsigned done = 0;

	while (done < n) {
		int sent = sendmmsg(fd, &v->msg[done], n - done, MSG_DONTWAIT);

		if (sent > 0) {
			count(&io->stats.tx_packets, (uint64_t)sent);
			done += (unsigned)sent;
		} else if (errno != EINTR) {
			/* A full queue stays full; any other error is this one packet's. */
			unsigned lost = errno == EAGAIN ? n - done : 1;

			count(&io->stats.tx_failed, lost);
			done += lost;
		}
	}
}

static void send_inline(struct io *io, const struct packet *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		count(&io->stats.tx_df, out[i].df);
		io->output.wire(io->output.arg, &out[i].path, out[i].udp, out[i].data, out[i].len);
	}
	count(&io->stats.tx_packets, n);
}

void io_send(struct io *io, struct packet *out, size_t n)
{
	unsigned udp = 0, esp = 0, df = 0;

	if (io->output.wire) {
		send_inline(io, out, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (by_df(io, &out[i])) {
			if (envelope(io, &out[i]))
				address_message(&io->df, df++, &out[i], true);
		} else if (out[i].udp)
			address_message(&io->udp, udp++, &out[i], false);
		else
			address_message(&io->esp, esp++, &out[i], true);
	count(&io->stats.tx_df, df);
	if (df)
		transmit(io, io->fd.df, &io->df, df);
	if (udp)
		transmit(io, io->fd.udp4500, &io->udp, udp);
	if (esp)
		transmit(io, io->fd.esp, &io->esp, esp);
}

void io_tun(struct io *io, const uint8_t *ip, size_t len)
{
	if (io->output.tun)
		io->output.tun(io->output.arg, ip, len);
	else if (write(io->fd.tun, ip, len) < 0)
		count(&io->stats.tun_failed, 1);
}
