/* Listening for TCP; see listen.h. Nothing is kept. */
#include "engine/net/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/net/sock.h"

#define BACKLOG 256

int tcp_listen(uint16_t port)
{
	union sock_name any = {.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, error;

	/* Connections of an earlier life do not keep the port. */
	if (fd < 0 || (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
			  bind(fd, &any.any, sizeof any.v4) == 0 && listen(fd, BACKLOG) == 0))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static struct endpoint end_of(const union sock_name *n)
{
	return (struct endpoint){
	    .addr = addr_v4(ntohl(n->v4.sin_addr.s_addr)), .port = ntohs(n->v4.sin_port)};
}

/* The link by which the handshake came. */
static uint32_t link_of(int fd)
{
	union sock_control control;
	struct msghdr m = {.msg_control = &control};
	socklen_t len = sizeof control;
	int on = 1;

	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) < 0 ||
	    getsockopt(fd, IPPROTO_IP, IP_PKTOPTIONS, &control, &len) < 0)
		return 0;
	m.msg_controllen = len;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		struct in_pktinfo info;

		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof info);
		return (uint32_t)info.ipi_ifindex;
	}
	return 0;
}

bool tcp_ends(int fd, struct path *p, uint32_t *ifindex)
{
	union sock_name name;
	socklen_t len = sizeof name;

	if (getpeername(fd, &name.any, &len) < 0 || name.any.sa_family != AF_INET)
		return false;
	p->remote = end_of(&name);
	len = sizeof name;
	if (getsockname(fd, &name.any, &len) < 0)
		return false;
	p->local = end_of(&name);
	*ifindex = link_of(fd);
	return true;
}
