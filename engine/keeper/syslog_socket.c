/* Opens sockets for the manager's log; nothing is kept here. See syslog_socket.h. */
#include <stdbool.h>

#include "engine/keeper/syslog_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SEND_BUFFER 32768 /* what waits beyond that waits in the log's queue */
#define LOST_MS 20000 /* a TCP server that acknowledges nothing for so long is lost */
#define QUIET_S 30    /* ... and one that says nothing is asked whether it is there */
#define JOURNAL "/run/systemd/journal/socket"

static int failed(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

static void watch_server(int fd)
{
	const struct {
		int level, option, value;
	} set[] = {
	    {SOL_SOCKET, SO_SNDBUF, SEND_BUFFER},
	    {SOL_SOCKET, SO_KEEPALIVE, 1},
	    {IPPROTO_TCP, TCP_KEEPIDLE, QUIET_S},
	    {IPPROTO_TCP, TCP_KEEPINTVL, QUIET_S / 3},
	    {IPPROTO_TCP, TCP_USER_TIMEOUT, LOST_MS},
	};

	/* Each makes a lost server known sooner; none is a condition. */
	for (size_t i = 0; i < sizeof set / sizeof *set; i++)
		(void)setsockopt(fd, set[i].level, set[i].option, &set[i].value,
		    sizeof set[i].value);
}

int syslog_socket(bool tcp, const char *device, const struct addr *to, uint16_t port)
{
	struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(
	    AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	name.sin_addr.s_addr = htonl(addr_to_v4(to));
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device) + 1) < 0)
		return failed(fd);
	if (tcp)
		watch_server(fd);
	if (connect(fd, (struct sockaddr *)&name, sizeof name) < 0 && errno != EINPROGRESS)
		return failed(fd);
	return fd;
}

int syslog_journal(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = JOURNAL};
	int fd;

	if (!getenv("JOURNAL_STREAM")) {
		errno = ENOENT;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	return connect(fd, (struct sockaddr *)&name, sizeof name) < 0 ? failed(fd) : fd;
}
