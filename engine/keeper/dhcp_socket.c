/*
 * Opens packet sockets for DHCP; nothing is kept here. The kernel's filter lets
 * through what the engine may see: UDP to port 68, no fragment but the first; or
 * ARP in which one address is the sender's or the target's.
 */
#include "engine/keeper/dhcp_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLIENT_PORT 68
#define SERVER_PORT 67

/* clang-format off */
/* Of a packet that begins with its IPv4 header. */
static const struct sock_filter TO_CLIENT[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),                       /* protocol */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),                       /* fragment offset */
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 4, 0),
    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),                      /* header length */
    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),                       /* destination port */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLIENT_PORT, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffff),
    BPF_STMT(BPF_RET | BPF_K, 0),
};
/* clang-format on */

static int failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

/* A socket that hears of that device what the filter lets through. */
static int packet_socket(const char *device, uint16_t type, const struct sock_fprog *filter)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(type)};
	int fd;

	at.sll_ifindex = (int)if_nametoindex(device);
	if (!at.sll_ifindex)
		return -1;
	/* Protocol 0: nothing comes before the filter is in place. */
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof *filter) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &(int){1}, sizeof(int)) == 0 &&
	    bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
		return fd;
	return failed(fd);
}

int dhcp_socket(const char *device)
{
	const struct sock_fprog filter = {.len = sizeof TO_CLIENT / sizeof *TO_CLIENT,
	    .filter = (struct sock_filter *)(void *)&TO_CLIENT};

	return packet_socket(device, ETHERTYPE_IP, &filter);
}

int arp_socket(const char *device, const struct addr *about)
{
	uint32_t address = addr_to_v4(about);
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 14), /* the sender's address */
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address, 2, 0),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 24), /* the target's */
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, 0xffff),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = {
	    .len = sizeof code / sizeof *code, .filter = code};

	return packet_socket(device, ETHERTYPE_ARP, &filter);
}

static struct sockaddr_in relay_name(const struct addr *a)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(SERVER_PORT),
	    .sin_addr.s_addr = htonl(addr_to_v4(a))};
}

int dhcp_relay_socket(const struct addr *server, const struct addr *from)
{
	struct sockaddr_in here = relay_name(from), there = relay_name(server);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* One for each server, and perhaps a server or relay of the host's. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == 0 &&
	    bind(fd, (struct sockaddr *)&here, sizeof here) == 0 &&
	    connect(fd, (struct sockaddr *)&there, sizeof there) == 0)
		return fd;
	return failed(fd);
}
