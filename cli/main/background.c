/*
 * The start of a daemon, as those who start it see it: the command returns when
 * the appliance serves, with status 0, or when it could not start, with 1 and
 * the reason. Nothing of the appliance keeps the caller's descriptors open.
 */
#include "cli/main/background.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void to_null(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, fd);
		close(null);
	}
}

/* Copies complaints to standard error until the child serves or is gone. */
static int wait_for(int complaints, int ready)
{
	struct pollfd p[2] = {{complaints, POLLIN, 0}, {ready, POLLIN, 0}};
	char buf[512];
	ssize_t n;

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return 1;
		if (p[0].revents) {
			n = read(complaints, buf, sizeof buf);
			if (n > 0)
				fwrite(buf, 1, (size_t)n, stderr);
			else
				p[0].fd = -1;
		} else if (p[1].revents) {
			if (read(ready, buf, 1) != 1)
				return 1;
			puts("ready");
			return 0;
		}
	}
}

bool background_start(struct background *b, int *status)
{
	int complaints[2], ready[2];
	pid_t pid;

	if (pipe2(complaints, O_CLOEXEC) < 0 || pipe2(ready, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		perror("gatehouse");
		*status = 1;
		return false;
	}
	if (pid > 0) {
		close(complaints[1]);
		close(ready[1]);
		*status = wait_for(complaints[0], ready[0]);
		return false;
	}
	setsid();
	close(complaints[0]);
	close(ready[0]);
	to_null(STDIN_FILENO);
	to_null(STDOUT_FILENO);
	dup2(complaints[1], STDERR_FILENO);
	close(complaints[1]);
	b->ready = ready[1];
	return true;
}

/* sd_notify(3): one datagram to the socket that systemd names. */
static void notify_systemd(void)
{
	static const char message[] = "READY=1";
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	socklen_t len;
	int fd;

	if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof a.sun_path)
		return;
	memcpy(a.sun_path, path, strlen(path));
	if (path[0] == '@')
		a.sun_path[0] = 0;
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, message, sizeof message - 1, MSG_NOSIGNAL, (struct sockaddr *)&a, len) < 0)
		perror("gatehouse: NOTIFY_SOCKET");
	close(fd);
}

void background_ready(struct background *b)
{
	notify_systemd();
	if (b->ready < 0) {
		puts("ready");
		fflush(stdout);
		return;
	}
	if (write(b->ready, "r", 1) < 0)
		perror("gatehouse");
	close(b->ready);
	b->ready = -1;
	to_null(STDERR_FILENO);
}
