/*
 * What leaves to the wire; see io.h. Packets to one end that are
 * as long go as one message (runs.h), which the kernel, or the card, cuts (UDP_SEGMENT). DF is a
 * property of the socket, which the control side sends by, too (role/env_uv.c): so whoever sends
 * says what he needs.
 */
#include "engine/dataplane/io_private.h"

#include <errno.h>
#include <netinet/in.h>

#include "engine/net/ipv4.h"

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

/* The packets of one run. */
static void add(struct io *io, const struct run *r, const struct packet *out, enum road road)
{
	struct sending *s = &io->out;
	const struct packet *first = &out[r->first];
	struct msghdr *m = &s->msg[s->messages].msg_hdr;
	struct iovec *part = &s->part[s->parts];
	struct path path = first->path;
	uint16_t at = r->first;

	if (road == ROAD_ESP || road == ROAD_ESP_DF)
		path.remote.port = 0;
	for (unsigned i = 0; i < r->packets; i++, at = io->runs.next[at])
		part[i] = (struct iovec){out[at].data, out[at].len};
	sock_to_send(m, &s->ends[s->messages], part, r->packets, &path, first->tos);
	if (r->packets > 1)
		sock_cut(m, (uint16_t)first->len);
	s->road[s->messages] = road;
	s->packets[s->messages++] = r->packets;
	s->parts += r->packets;
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
static void transmit(struct io *io, int fd, struct sending *s, unsigned done, unsigned end)
{
	while (done < end) {
		int n = sendmmsg(fd, &s->msg[done], end - done, MSG_DONTWAIT);

		if (n > 0) {
			sent(io, s, done, (unsigned)n);
			done += (unsigned)n;
		} else if (errno == EAGAIN) {
			lost(io, s, done, end - done);
			break;
		} else if (errno != EINTR) {
			if (s->packets[done] > 1) {
				apart(&io->alone, &s->msg[done].msg_hdr);
				transmit(io, fd, &io->alone, 0, io->alone.messages);
			} else {
				lost(io, s, done, 1);
			}
			done++;
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

/* Others that send by this socket say only that they want none. */
static void say_df(struct io *io, bool df)
{
	if (df || io->df_said)
		sock_df(io->fd.udp4500, df);
	io->df_said = df;
}

/* The socket of a road, ready for it. */
static int take_road(struct io *io, enum road road)
{
	if (road == ROAD_UDP || road == ROAD_UDP_DF) {
		say_df(io, road == ROAD_UDP_DF);
		return io->fd.udp4500;
	}
	return road == ROAD_ESP ? io->fd.esp : io->fd.df;
}

/* In order, whatever the roads are: see runs.h. */
static void send_all(struct io *io)
{
	struct sending *s = &io->out;
	unsigned from = 0, end;

	for (; from < s->messages; from = end) {
		for (end = from + 1; end < s->messages && s->road[end] == s->road[from]; end++)
			continue;
		transmit(io, take_road(io, s->road[from]), s, from, end);
	}
}

void io_send(struct io *io, struct packet *out, size_t n)
{
	if (io->output.wire) {
		send_inline(io, out, n);
		return;
	}
	runs_of(&io->runs, out, n);
	io->out.messages = io->out.parts = 0;
	for (size_t i = 0; i < io->runs.n; i++) {
		const struct run *r = &io->runs.run[i];
		enum road road = road_of(io, &out[r->first]);

		if (road == ROAD_ESP_DF && !envelope(&out[r->first]))
			continue;
		if (road == ROAD_UDP_DF || road == ROAD_ESP_DF)
			count(&io->stats.tx_df, r->packets);
		add(io, r, out, road);
	}
	send_all(io);
}
