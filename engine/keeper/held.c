/*
 * Opens the sockets that clients speak to, and the device their packets leave
 * by. A keeper that was killed may have left roles that hold them for a moment
 * longer; so a device that is busy is asked for again for some seconds, a port
 * as long as it takes (ports.c). No SO_REUSEADDR: two servers on one port would
 * each get half of every conversation.
 */
#include "engine/keeper/held.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine/firewall/told.h"
#include "engine/keeper/nflog.h"
#include "engine/net/sock.h"
#include "engine/net/vnet.h"

#define RECEIVE_BUFFER (8 << 20)
#define SEND_BUFFER (4 << 20)
#ifndef ICMP_FILTER
#define ICMP_FILTER 1 /* of linux/icmp.h, which does not go with net/if.h */
#endif
#define TRIES 200
#define WAIT_NS 25000000 /* five seconds: as long as the roles of a killed keeper may take to end */

/* held            name       type        protocol or port */
static const struct {
	const char *name;
	int type, protocol;
	uint16_t port;
} HELD[HELD_COUNT] = {
    [HELD_UDP500] = {"udp500", SOCK_DGRAM, IPPROTO_UDP, 500},
    [HELD_UDP4500] = {"udp4500", SOCK_DGRAM, IPPROTO_UDP, 4500},
    [HELD_ESP] = {"esp", SOCK_RAW, IPPROTO_ESP, 0},
    [HELD_DF] = {"df", SOCK_RAW, IPPROTO_RAW, 0},
    [HELD_ICMP] = {"icmp", SOCK_RAW, IPPROTO_ICMP, 0},
    [HELD_TUN] = {"tun", 0, 0, 0},
    [HELD_TOLD] = {"told", 0, 0, 0},
};

enum held held_by_name(const char *what)
{
	int i;

	for (i = 0; i < HELD_COUNT && strcmp(what, HELD[i].name) != 0; i++)
		;
	return (enum held)i;
}

const char *held_name(enum held what)
{
	return HELD[what].name;
}

uint16_t held_port(enum held what)
{
	return HELD[what].port;
}

static void set(int fd, int level, int option, int value)
{
	/* Each of these is an improvement, none is a condition. */
	(void)setsockopt(fd, level, option, &value, sizeof value);
}

static int prepare(enum held what, int fd)
{
	if (fd < 0)
		return -1;
	if (what == HELD_ICMP) {
		set(fd, SOL_RAW, ICMP_FILTER, ~(1 << ICMP_DEST_UNREACH));
		return fd;
	}
	set(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
	set(fd, SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER);
	return fd;
}

/* Many packets by one read and one write, as far as the kernel knows how: segments of TCP, and
 * since 6.2 those of UDP. */
static void offload(int fd)
{
	unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN;

	if (ioctl(fd, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) < 0)
		(void)ioctl(fd, TUNSETOFFLOAD, tcp);
}

static int open_socket(enum held what)
{
	return prepare(what, sock_open(HELD[what].type, HELD[what].protocol, HELD[what].port));
}

/* Many queues are 3 MB of the kernel's memory, which one worker does not need. */
static int open_tun(int queues)
{
	struct ifreq r = {.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | queues)};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK), error;

	if (fd < 0)
		return -1;
	strcpy(r.ifr_name, TUN_NAME);
	if (ioctl(fd, TUNSETIFF, &r) < 0) {
		error = errno;
		close(fd);
		/* One with many queues, which is not made to be shared: it is in use. */
		errno = error == EINVAL ? EBUSY : error;
		return -1;
	}
	offload(fd);
	return fd;
}

int held_try(enum held what)
{
	return what == HELD_TUN ? open_tun(0)
	    : what == HELD_TOLD ? nflog_open(TOLD_GROUP, TOLD_BYTES) : open_socket(what);
}

int held_tun_queues(void)
{
	return open_tun(IFF_MULTI_QUEUE | IFF_TUN_EXCL);
}

/* The first was bound alone, so that no other server has the port; only now others may come beside
 * it, and only the superuser's. */
int held_beside(enum held what, int first)
{
	if (what == HELD_TUN)
		return open_tun(IFF_MULTI_QUEUE);
	set(first, SOL_SOCKET, SO_REUSEPORT, 1);
	return prepare(
	    what, sock_open_beside(HELD[what].type, HELD[what].protocol, HELD[what].port));
}

int held_open(enum held what, char *why, size_t size)
{
	struct timespec wait = {.tv_nsec = WAIT_NS};
	int fd;

	for (int i = 0; i < TRIES; i++) {
		fd = held_try(what);
		if (fd >= 0 || errno != EBUSY)
			break;
		nanosleep(&wait, NULL);
	}
	if (fd < 0)
		snprintf(why, size, "%s: %s", HELD[what].name,
		    errno == EBUSY ? "another gatehouse serves this network" : strerror(errno));
	return fd;
}
