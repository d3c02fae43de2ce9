/* Reads and writes single switches; each is a file. */
#include "engine/keeper/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/held.h"

static int open_switch(const char *path, int flags)
{
	char whole[128];

	if (snprintf(whole, sizeof whole, "/proc/sys/net/%s", path) >= (int)sizeof whole) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(whole, flags | O_CLOEXEC);
}

bool sysctl_get(const char *path, char *value, size_t size)
{
	int fd = open_switch(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, value, size - 1);

	if (fd >= 0)
		close(fd);
	value[n > 0 ? n : 0] = 0;
	value[strcspn(value, "\n")] = 0;
	return n > 0;
}

int sysctl_put(const char *path, const char *value)
{
	int fd = open_switch(path, O_WRONLY), error;

	if (fd < 0)
		return errno;
	error = write(fd, value, strlen(value)) == (ssize_t)strlen(value) ? 0 : errno;
	close(fd);
	return error;
}

void sysctl_tun(void)
{
	/* Each client's source address is checked by the packet worker, against its session. Where
	 * a switch cannot be set the kernel's own value is lived with. */
	(void)sysctl_put("ipv4/conf/" TUN_NAME "/rp_filter", "0");
	(void)sysctl_put("ipv4/conf/" TUN_NAME "/send_redirects", "0");
	(void)sysctl_put("ipv6/conf/" TUN_NAME "/disable_ipv6", "1");
}
