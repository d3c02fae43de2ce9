/* What comes in, from the sockets and from the TUN; see io.h. */
#include "engine/dataplane/io_private.h"

#include <unistd.h>

#include "engine/net/ipv4.h"

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

static void take(const struct io *io, struct packet *p, bool udp)
{
	p->udp = udp;
	p->path.local.port = udp ? io->port : 0;
	if (!udp && !strip_ip(p))
		p->len = 0;
}

size_t io_receive(struct io *io, unsigned from, struct packet *to)
{
	bool udp = from == IO_UDP;
	size_t n = received_more(
	    udp ? io->udp : io->esp, udp ? io->fd.udp4500 : io->fd.esp, to, BATCH);

	for (size_t i = 0; i < n; i++)
		take(io, &to[i], udp);
	return n;
}

static bool read_plain(struct io *io, struct packet *p)
{
	ssize_t n;

	packet_reset(p);
	n = read(io->fd.tun, p->data, PACKET_ROOM);
	if (n <= 0)
		return false;
	p->len = (size_t)n;
	return true;
}

bool io_read_tun(struct io *io, struct packet *p)
{
	bool follows;

	if (!io->vnet)
		return read_plain(io, p);
	if (!io->split.left) {
		ssize_t n = read(io->fd.tun, io->tun_bytes, TUN_SPLIT_ROOM);

		if (n <= 0)
			return false;
		tun_split(&io->split, io->tun_bytes, (size_t)n);
	}
	follows = !tun_split_first(&io->split);
	tun_split_next(&io->split, p);
	p->follows = follows;
	return true;
}
