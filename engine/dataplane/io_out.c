/*
 * What leaves, to the sockets and to the TUN; see io.h. Packets of one path that follow each other
 * and are as long go as one message, which the kernel, or the card, cuts (UDP_SEGMENT). DF is a
 * property of the socket, which the control side sends by, too (role/env_uv.c): so whoever sends
 * says what he needs.
 */
#include "engine/dataplane/io_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#include "engine/net/ipv4.h"

#define CUT_PACKETS 64	 /* that any kernel takes in one message (UDP_MAX_SEGMENTS) */
#define CUT_BYTES 65507u /* that fit an IPv4 packet behind its header and UDP's */

_Static_assert(IO_TUN_FRONT == sizeof(struct virtio_net_hdr), "linux/virtio_net.h");

/* ---- to the wire ----------------------------------------------------------------- */

/* With DF the whole packet is ours, but for what the kernel fills in: checksum and, as we leave it
 * at 0, identification (raw(7)). */
static bool envelope(struct packet *p)
{
	size_t payload = p->len;
	struct wr front = packet_push_wr(p, IP_HEADER);

	ipv4_header(&front, IPPROTO_ESP, addr_to_v4(&p->path.local.addr),
	    addr_to_v4(&p->path.remote.addr), p->tos, 0, payload);
	wr_patch16(&front, 6, IP_DF);
	return !front.full;
}

/* ESP: where it is not known what address of ours it is from, the kernel has to say. */
static enum road road_of(const struct io *io, const struct packet *p)
{
	if (p->udp)
		return p->df ? ROAD_UDP_DF : ROAD_UDP;
	return p->df && io->fd.df >= 0 && p->path.local.addr.family == AF_INET ? ROAD_ESP_DF
									       : ROAD_ESP;
}

static bool alike(const struct packet *a, const struct packet *b)
{
	return b->udp && a->tos == b->tos && a->df == b->df && path_equal(&a->path, &b->path);
}

/* How many packets from the first on go as one message. The last may be shorter. */
static size_t together(const struct packet *out, size_t n)
{
	size_t bytes = out->len, i = 1;

	if (!out->udp)
		return 1;
	while (i < n && i < CUT_PACKETS && out[i - 1].len == out->len && out[i].len <= out->len &&
	       out[i].len && bytes + out[i].len <= CUT_BYTES && alike(out, &out[i]))
		bytes += out[i++].len;
	return i;
}

static void add(struct sending *s, const struct packet *out, size_t n, bool raw)
{
	struct msghdr *m = &s->msg[s->messages].msg_hdr;
	struct iovec *part = &s->part[s->parts];
	struct path path = out->path;

	if (raw)
		path.remote.port = 0;
	for (size_t i = 0; i < n; i++)
		part[i] = (struct iovec){out[i].data, out[i].len};
	sock_to_send(m, &s->ends[s->messages], part, n, &path, out->tos);
	if (n > 1)
		sock_cut(m, (uint16_t)out->len);
	s->packets[s->messages++] = (uint16_t)n;
	s->parts += (unsigned)n;
}

/* A message that the kernel does not cut, as the messages that it should have become. */
static void apart(struct sending *to, const struct msghdr *m)
{
	to->messages = to->parts = 0;
	for (size_t i = 0; i < m->msg_iovlen; i++) {
		to->msg[i].msg_hdr = *m;
		to->msg[i].msg_hdr.msg_iov = &m->msg_iov[i];
		to->msg[i].msg_hdr.msg_iovlen = 1;
		sock_uncut(&to->msg[i].msg_hdr);
		to->packets[to->messages++] = 1;
	}
}

static void sent(struct io *io, struct sending *s, unsigned from, unsigned n)
{
	for (unsigned i = from; i < from + n; i++)
		count(&io->stats.tx_packets, s->packets[i]);
}

static void lost(struct io *io, struct sending *s, unsigned from, unsigned n)
{
	for (unsigned i = from; i < from + n; i++)
		count(&io->stats.tx_failed, s->packets[i]);
}

/* A full queue stays full; any other error is this one message's, and if that is many packets it
 * may be that they are no longer than the path only one by one, or that the card cannot sum them
 * up. */
static void transmit(struct io *io, int fd, struct sending *s)
{
	unsigned done = 0;

	while (done < s->messages) {
		int n = sendmmsg(fd, &s->msg[done], s->messages - done, MSG_DONTWAIT);

		if (n > 0) {
			sent(io, s, done, (unsigned)n);
			done += (unsigned)n;
		} else if (errno == EAGAIN) {
			lost(io, s, done, s->messages - done);
			break;
		} else if (errno != EINTR) {
			if (s->packets[done] > 1) {
				apart(&io->alone, &s->msg[done].msg_hdr);
				transmit(io, fd, &io->alone);
			} else {
				lost(io, s, done, 1);
			}
			done++;
		}
	}
	s->messages = s->parts = 0;
}

static void send_inline(struct io *io, const struct packet *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		count(&io->stats.tx_df, out[i].df);
		io->output.wire(io->output.arg, &out[i].path, out[i].udp, out[i].data, out[i].len);
	}
	count(&io->stats.tx_packets, n);
}

/* Others that send by this socket say only that they want none. */
static void say_df(struct io *io, bool df)
{
	if (df || io->df_said)
		sock_df(io->fd.udp4500, df);
	io->df_said = df;
}

static void send_by(struct io *io, enum road road)
{
	if (io->out[road].messages == 0)
		return;
	switch (road) {
	case ROAD_UDP:
	case ROAD_UDP_DF:
		say_df(io, road == ROAD_UDP_DF);
		transmit(io, io->fd.udp4500, &io->out[road]);
		break;
	case ROAD_ESP:
		transmit(io, io->fd.esp, &io->out[road]);
		break;
	default:
		transmit(io, io->fd.df, &io->out[road]);
		break;
	}
}

void io_send(struct io *io, struct packet *out, size_t n)
{
	size_t k;

	if (io->output.wire) {
		send_inline(io, out, n);
		return;
	}
	for (size_t i = 0; i < n; i += k) {
		enum road road = road_of(io, &out[i]);
		bool df = road == ROAD_UDP_DF || road == ROAD_ESP_DF;

		k = together(&out[i], n - i);
		if (road == ROAD_ESP_DF && !envelope(&out[i]))
			continue;
		count(&io->stats.tx_df, df ? k : 0);
		add(&io->out[road], &out[i], k, road == ROAD_ESP || road == ROAD_ESP_DF);
	}
	for (enum road road = 0; road < ROADS; road++)
		send_by(io, road);
}

/* ---- to the TUN ------------------------------------------------------------------- */

/* One packet with a header that says nothing, where there is room for it. */
static void write_alone(struct io *io, const struct iovec *packet)
{
	uint8_t *front = (uint8_t *)packet->iov_base - IO_TUN_FRONT;

	memset(front, 0, IO_TUN_FRONT);
	if (write(io->fd.tun, front, IO_TUN_FRONT + packet->iov_len) < 0)
		count(&io->stats.tun_failed, 1);
}

/* What the kernel does not take as one, of UDP before 6.2, it is given one by one. */
static void write_many(struct io *io, const struct tun_super *s)
{
	struct iovec part[MERGE_PACKETS + 1];
	uint8_t header[MERGE_HEADER];
	size_t n = tun_merge_parts(&io->merge, s, header, part);
	uint16_t i = s->first;

	if (writev(io->fd.tun, part, (int)n) >= 0)
		return;
	if (errno != EINVAL) {
		count(&io->stats.tun_failed, s->packets);
		return;
	}
	if (s->ip.protocol == IPPROTO_UDP)
		io->merge.udp = false;
	for (n = 0; n < s->packets; n++, i = io->merge.next[i])
		write_alone(io, &io->merge.part[i]);
}

void io_tun_flush(struct io *io)
{
	for (size_t i = 0; i < io->merge.supers; i++) {
		const struct tun_super *s = &io->merge.super[i];

		if (s->packets > 1)
			write_many(io, s);
		else
			write_alone(io, &io->merge.part[s->first]);
	}
	tun_merge_clear(&io->merge);
}

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
