/* Hosts behind a gateway; see host.h. */
#include "tests/load/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/net/ipv4.h"

#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

#define ETHERNET 14

/* One frame: that of a gateway whose address is ours and the host's, as tests/bench/gateway.sh
 * gives them. */
static struct frame {
	uint8_t virtio[sizeof(struct virtio_net_hdr)], ethernet[ETHERNET], ip[STREAM_SUPER];
} frame;
static const uint8_t to_gateway[ETHERNET] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};

bool host_enter(const char *netns)
{
	char path[256];
	int fd, failed;

	snprintf(path, sizeof path, "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	failed = setns(fd, CLONE_NEWNET);
	close(fd);
	return failed == 0;
}

int host_device(const char *name, bool ethernet)
{
	struct ifreq q = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	unsigned long cut = TUN_F_CSUM | TUN_F_TSO4, all = cut | TUN_F_USO4 | TUN_F_USO6;
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (ethernet)
		q.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	snprintf(q.ifr_name, sizeof q.ifr_name, "%s", name);
	if (fd >= 0 && (ioctl(fd, TUNSETIFF, &q) || (ethernet && ioctl(fd, TUNSETOFFLOAD, all) &&
							ioctl(fd, TUNSETOFFLOAD, cut)))) {
		int e = errno;

		close(fd);
		errno = e;
		return -1;
	}
	return fd;
}

bool host_open(struct host *h, const char *netns, const char *device)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), e;

	memset(h, 0, sizeof *h);
	h->fd = here >= 0 && host_enter(netns) ? host_device(device, true) : -1;
	e = errno;
	if (here >= 0 && setns(here, CLONE_NEWNET))
		h->fd = -1;
	close(here);
	errno = e;
	return h->fd >= 0;
}

static bool put(struct host *h, const struct stream *s, size_t len, const struct stream_cut *cut)
{
	struct virtio_net_hdr v = {0};

	memcpy(frame.ethernet, to_gateway, ETHERNET);
	if (cut->partial) {
		v.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		v.csum_start = ETHERNET + IP_HEADER;
		v.csum_offset = s->shape.tcp ? 16 : 6;
	}
	if (cut->segment) {
		v.gso_type = s->shape.tcp ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_UDP_L4;
		v.gso_size = cut->segment;
		v.hdr_len = (uint16_t)(ETHERNET + cut->header);
	}
	memcpy(frame.virtio, &v, sizeof v);
	return write(h->fd, &frame, offsetof(struct frame, ip) + len) > 0;
}

unsigned host_send(struct host *h, struct stream *s, unsigned n, bool supers)
{
	unsigned done = 0;

	while (done < n) {
		struct stream_cut cut = {0};
		unsigned k = 1;
		size_t len;

		if (supers)
			k = stream_super(s, n - done, frame.ip, &len, &cut);
		else
			len = stream_packet(s, frame.ip);
		if (!put(h, s, len, &cut))
			break;
		done += k;
	}
	return done;
}

/* Frames that are not of IPv4 the kernel says by itself. */
static unsigned check(struct host *h, size_t len,
    struct stream *(*find)(void *arg, uint32_t from), void *arg)
{
	struct virtio_net_hdr v;
	struct stream_cut cut = {0};
	struct ipv4 ip;
	struct stream *s;
	unsigned n;

	memcpy(&v, frame.virtio, sizeof v);
	cut.partial = v.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;
	cut.segment = v.gso_type ? v.gso_size : 0;
	if (memcmp(frame.ethernet + 12, to_gateway + 12, 2) != 0)
		return 0;
	s = ipv4_parse(frame.ip, len, &ip) ? find(arg, ip.src) : NULL;
	if (!s) {
		h->strange++;
		return 0;
	}
	n = stream_check(s, frame.ip, len, &cut);
	h->packets += n;
	return n;
}

unsigned host_receive(struct host *h, struct stream *(*find)(void *arg, uint32_t from), void *arg)
{
	const size_t front = offsetof(struct frame, ip);
	unsigned got = 0;
	ssize_t n;

	while ((n = read(h->fd, &frame, sizeof frame)) > (ssize_t)front) {
		h->reads++;
		got += check(h, (size_t)n - front, find, arg);
	}
	return got;
}
