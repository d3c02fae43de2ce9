/* Each packet behind its length in two bytes; the other end answers each Request with one. */
#include "tests/win/eap.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int eap_open(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(to.sun_path, path, strnlen(path, sizeof to.sun_path - 1));
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool get(int fd, uint8_t *to, size_t len)
{
	return recv(fd, to, len, MSG_WAITALL) == (ssize_t)len;
}

size_t eap_ask(int fd, const uint8_t *request, size_t len, uint8_t *response, size_t size)
{
	uint8_t head[2] = {(uint8_t)(len >> 8), (uint8_t)len};

	if (send(fd, head, 2, MSG_NOSIGNAL) != 2 ||
	    send(fd, request, len, MSG_NOSIGNAL) != (ssize_t)len || !get(fd, head, 2))
		return 0;
	len = (size_t)(head[0] << 8 | head[1]);
	return len && len <= size && get(fd, response, len) ? len : 0;
}
