/* See aaa_socket.h. Nothing is kept. */
#include "engine/role/aaa_socket.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STALLED_MS 20000 /* a stream whose bytes nobody takes is over */

static void set(int fd, int level, int option, int value)
{
	/* Each of these is an improvement, none is a condition. */
	(void)setsockopt(fd, level, option, &value, sizeof value);
}

static void prepare_stream(int fd)
{
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 30);
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, STALLED_MS);
}

int aaa_socket(int type, const struct aaa_place *to, int *error)
{
	struct sockaddr_in name = {
	    .sin_family = AF_INET, .sin_port = htons(to->port), .sin_addr.s_addr = to->address.v4};
	int fd = to->address.family == AF_INET
		     ? socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
		     : -1;

	*error = to->address.family == AF_INET ? errno : EAFNOSUPPORT;
	if (fd < 0)
		return -1;
	if (type == SOCK_STREAM)
		prepare_stream(fd);
	*error = 0;
	if (*to->device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, to->device,
			       (socklen_t)strlen(to->device)) < 0) {
		*error = errno;
		close(fd);
		return -1;
	}
	if (connect(fd, (const struct sockaddr *)&name, sizeof name) < 0 && errno != EINPROGRESS)
		*error = errno;
	if (*error && type == SOCK_DGRAM) {
		close(fd);
		return -1;
	}
	return fd;
}
