/* Socket names and control messages; see sock.h. Nothing is kept. */
#include "engine/net/sock.h"

#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

#define WHOLE_TRIES 4

static struct addr from_in(struct in_addr a)
{
	return addr_v4(ntohl(a.s_addr));
}

static union sock_name name_of(const struct endpoint *e)
{
	return (union sock_name){.v4 = {.sin_family = AF_INET, .sin_port = htons(e->port),
	                             .sin_addr.s_addr = e->addr.v4}};
}

/* ---- sockets ----------------------------------------------------------------- */

bool sock_prepare(int fd)
{
	int on = 1;

	sock_df(fd, false);
	return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) == 0;
}

void sock_df(int fd, bool df)
{
	int how = df ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT;

	(void)setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, sizeof how);
}

void sock_join(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
}

static int open_bound(int type, int protocol, uint16_t port, int beside)
{
	union sock_name any = name_of(&(struct endpoint){.port = port});
	int fd = socket(any.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), error;

	if (fd < 0 ||
	    (sock_prepare(fd) &&
	        (!beside ||
	            setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &beside, sizeof beside) == 0) &&
	        (!port || bind(fd, &any.any, sizeof any.v4) == 0)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int sock_open(int type, int protocol, uint16_t port)
{
	return open_bound(type, protocol, port, 0);
}

int sock_open_beside(int type, int protocol, uint16_t port)
{
	return open_bound(type, protocol, port, 1);
}

uint16_t sock_port(int fd)
{
	union sock_name name = {.v4 = {0}};
	socklen_t len = sizeof name;

	return getsockname(fd, &name.any, &len) == 0 ? ntohs(name.v4.sin_port) : 0;
}

/* ---- receiving --------------------------------------------------------------- */

void sock_to_receive(struct msghdr *m, struct sock_ends *e, struct iovec *part)
{
	*m = (struct msghdr){.msg_name = &e->name, .msg_namelen = sizeof e->name, .msg_iov = part,
	    .msg_iovlen = 1, .msg_control = &e->control, .msg_controllen = sizeof e->control};
}

struct path sock_received(struct msghdr *m)
{
	const union sock_name *from = m->msg_name;
	struct path path = {
	    .remote = {.addr = from_in(from->v4.sin_addr), .port = ntohs(from->v4.sin_port)}};

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct in_pktinfo info;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof info);
		path.local.addr = from_in(info.ipi_addr);
		break;
	}
	return path;
}

size_t sock_received_cut(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		int bytes;

		if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO)
			continue;
		memcpy(&bytes, CMSG_DATA(c), sizeof bytes);
		return bytes > 0 ? (size_t)bytes : 0;
	}
	return 0;
}

/* ---- sending ----------------------------------------------------------------- */

/* Appends a control message, for which there is room. */
static void put(struct msghdr *m, int level, int type, const void *bytes, size_t len)
{
	struct cmsghdr *at = (struct cmsghdr *)(void *)((uint8_t *)m->msg_control +
							m->msg_controllen);

	at->cmsg_level = level;
	at->cmsg_type = type;
	at->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(at), bytes, len);
	m->msg_controllen += CMSG_SPACE(len);
}

void sock_to_send(struct msghdr *m, struct sock_ends *e, struct iovec *part, size_t n,
    const struct path *path, uint8_t tos)
{
	e->name = name_of(&path->remote);
	memset(&e->control, 0, sizeof e->control);
	*m = (struct msghdr){.msg_name = &e->name,
	    .msg_namelen = sizeof e->name,
	    .msg_iov = part,
	    .msg_iovlen = n,
	    .msg_control = &e->control};
	if (path->local.addr.family == AF_INET) {
		struct in_pktinfo info = {.ipi_spec_dst.s_addr = path->local.addr.v4};

		put(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
	}
	if (tos) {
		int value = tos;

		put(m, IPPROTO_IP, IP_TOS, &value, sizeof value);
	}
}

/* What is longer than the path is refused if the other was quicker: then it is said again. */
int sock_send_whole(int fd, struct mmsghdr *m, unsigned n)
{
	int sent = -1;

	for (int i = 0; i < WHOLE_TRIES; i++) {
		sock_df(fd, false);
		sent = sendmmsg(fd, m, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent >= 0 || errno != EMSGSIZE)
			break;
	}
	return sent;
}

void sock_cut(struct msghdr *m, uint16_t bytes)
{
	put(m, IPPROTO_UDP, UDP_SEGMENT, &bytes, sizeof bytes);
}

void sock_uncut(struct msghdr *m)
{
	m->msg_controllen -= CMSG_SPACE(sizeof(uint16_t));
}
