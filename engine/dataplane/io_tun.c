/*
 * What leaves to the TUN; see io.h. Packets that are merged are one write (tun_merge.h), and many
 * writes are one system call where there is a ring for that (write_ring.h).
 */
#include "engine/dataplane/io_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#define RING_FROM 4 /* so many writes by the ring are cheaper than as many calls */

_Static_assert(IO_TUN_FRONT == sizeof(struct virtio_net_hdr), "linux/virtio_net.h");

/* Writes that wait for their call, and what they are made of. */
struct tun_writes {
	unsigned n, parts;
	const struct tun_super *of[WRITE_RING];
	uint8_t header[WRITE_RING][MERGE_HEADER];
	struct iovec part[2 * MERGE_PACKETS]; /* one more than packets, of each */
};

bool io_tun_init(struct io *io)
{
	if (!io->vnet || !io->fd.ring)
		return true;
	io->writes = calloc(1, sizeof *io->writes);
	return io->writes != NULL;
}

void io_tun_fini(struct io *io)
{
	free(io->writes);
}

/* A packet with a header that says nothing, where there is room for it. */
static struct iovec alone(const struct iovec *packet)
{
	uint8_t *front = (uint8_t *)packet->iov_base - IO_TUN_FRONT;

	memset(front, 0, IO_TUN_FRONT);
	return (struct iovec){front, IO_TUN_FRONT + packet->iov_len};
}

static void write_alone(struct io *io, const struct iovec *packet)
{
	struct iovec all = alone(packet);

	if (write(io->fd.tun, all.iov_base, all.iov_len) < 0)
		count(&io->stats.tun_failed, 1);
}

/* What the kernel does not take as one, of UDP before 6.2, it is given one by one. */
static void not_taken(struct io *io, const struct tun_super *s, int error)
{
	uint16_t i = s->first;

	if (error != EINVAL || s->packets == 1) {
		count(&io->stats.tun_failed, s->packets);
		return;
	}
	if (s->ip.protocol == IPPROTO_UDP)
		io->merge.udp = false;
	for (unsigned n = 0; n < s->packets; n++, i = io->merge.next[i])
		write_alone(io, &io->merge.part[i]);
}

static void write_many(struct io *io, const struct tun_super *s)
{
	struct iovec part[MERGE_PACKETS + 1];
	uint8_t header[MERGE_HEADER];
	size_t n = tun_merge_parts(&io->merge, s, header, part);

	if (writev(io->fd.tun, part, (int)n) < 0)
		not_taken(io, s, errno);
	else if (s->ip.protocol == IPPROTO_UDP)
		io->udp_taken = true;
}

static void write_one(struct io *io, const struct tun_super *s)
{
	if (s->packets > 1)
		write_many(io, s);
	else
		write_alone(io, &io->merge.part[s->first]);
}

/* ---- by the ring ----------------------------------------------------------------- */

/* False: it has to be written by itself. What may have to be given one by one is, since what is
 * behind it has left by then. */
static bool put(struct io *io, const struct tun_super *s)
{
	struct tun_writes *w = io->writes;
	struct iovec *part = &w->part[w->parts];
	size_t n = 1;

	if (s->packets > 1 && s->ip.protocol == IPPROTO_UDP && !io->udp_taken)
		return false;
	if (s->packets > 1)
		n = tun_merge_parts(&io->merge, s, w->header[w->n % WRITE_RING], part);
	else
		*part = alone(&io->merge.part[s->first]);
	if (!write_ring_add(io->fd.ring, io->fd.tun, part, (unsigned)n))
		return false;
	w->of[w->n++] = s;
	w->parts += (unsigned)n;
	return true;
}

static void run(struct io *io)
{
	struct tun_writes *w = io->writes;
	int32_t result[WRITE_RING];
	unsigned n = write_ring_run(io->fd.ring, result);

	for (unsigned i = 0; i < n; i++)
		if (result[i] < 0)
			not_taken(io, w->of[i], -result[i]);
	w->n = w->parts = 0;
}

static void write_all(struct io *io)
{
	for (size_t i = 0; i < io->merge.supers; i++) {
		const struct tun_super *s = &io->merge.super[i];

		if (put(io, s))
			continue;
		run(io);
		write_one(io, s);
	}
	run(io);
}

void io_tun_flush(struct io *io)
{
	if (io->writes && io->merge.supers >= RING_FROM)
		write_all(io);
	else
		for (size_t i = 0; i < io->merge.supers; i++)
			write_one(io, &io->merge.super[i]);
	tun_merge_clear(&io->merge);
}

/* ---- what is asked of it --------------------------------------------------------- */

void io_tun_now(struct io *io, const uint8_t *ip, size_t len)
{
	uint8_t none[IO_TUN_FRONT] = {0};
	struct iovec part[2] = {{none, sizeof none}, {(void *)(uintptr_t)ip, len}};

	if (io->output.tun)
		io->output.tun(io->output.arg, ip, len);
	else if ((io->vnet ? writev(io->fd.tun, part, 2) : write(io->fd.tun, ip, len)) < 0)
		count(&io->stats.tun_failed, 1);
}

void io_tun(struct io *io, uint8_t *ip, size_t len)
{
	if (!io->vnet) {
		io_tun_now(io, ip, len);
		return;
	}
	if (io->merge.packets == MERGE_PACKETS)
		io_tun_flush(io);
	tun_merge_add(&io->merge, ip, len);
}
