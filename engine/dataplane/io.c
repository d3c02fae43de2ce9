/* The descriptors' life, and the bells; see io.h. Nothing here ever waits but epoll_wait(). */
#include "engine/dataplane/io_private.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SOCKET_BUFFER (4 << 20)
#define FDS 4

static const struct dp_sockets NO_SOCKETS = {-1, -1, -1, -1, NULL};

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
	prepare(fd);
	if (fd >= 0)
		sock_df(fd, true);
}

/* As the keeper made it (keeper/held.c). */
static bool has_vnet(int tun)
{
	struct ifreq r = {0};

	return tun >= 0 && ioctl(tun, TUNGETIFF, &r) == 0 && (r.ifr_flags & IFF_VNET_HDR);
}

static struct io *io_new(void)
{
	struct io *io = calloc(1, sizeof *io);

	if (io) {
		io->fd = NO_SOCKETS;
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
	io->udp = received_create(true);
	io->esp = received_create(false);
	io->tun_bytes = malloc(TUN_SPLIT_ROOM);
	io->vnet = has_vnet(fd->tun);
	if (io->epoll < 0 || io->wake < 0 || io->event < 0 || !io->udp || !io->esp ||
	    !io->tun_bytes || !io_tun_init(io)) {
		io_abandon(io);
		return NULL;
	}
	prepare(fd->udp4500);
	sock_join(fd->udp4500);
	prepare(fd->esp);
	prepare_df(fd->df);
	io->port = sock_port(fd->udp4500);
	io->merge.tcp = io->merge.udp = io->vnet;
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
	received_destroy(io->udp);
	received_destroy(io->esp);
	io_tun_fini(io);
	free(io->tun_bytes);
	free(io);
}

void io_abandon(struct io *io)
{
	io->fd = NO_SOCKETS;
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

bool io_share_bell(struct io *io, const struct io *first)
{
	int fd = fcntl(first->event, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return false;
	close(io->event);
	io->event = fd;
	return true;
}

void io_heard(struct io *io)
{
	silence(io->event);
}

/* What was taken from the kernel and not yet from us. */
static unsigned left(const struct io *io)
{
	return (received_waits(io->udp) ? IO_UDP : 0u) | (received_waits(io->esp) ? IO_ESP : 0u) |
	       (io->split.left ? IO_TUN : 0u);
}

void io_rest(struct io *io)
{
	received_rest(io->udp);
	received_rest(io->esp);
}

unsigned io_wait(struct io *io, int ms)
{
	struct epoll_event e[FDS];
	unsigned ready = left(io);
	int n = epoll_wait(io->epoll, e, FDS, ready ? 0 : ms);

	for (int i = 0; i < n; i++)
		ready |= e[i].data.u32;
	if (ready & IO_BELL)
		silence(io->wake);
	/* Interrupted, by a stop of the process too: that is no sign of quiet. */
	return n < 0 ? ready | IO_BELL : ready;
}
