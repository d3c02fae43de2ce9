/* Owns the few lines of /proc/sys/net that make a gateway of the machine. */
#include "engine/keeper/sysctl.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/held.h"

#define OF_TUN "/proc/sys/net/ipv4/conf/" TUN_NAME "/"

static const struct {
	const char *path, *value;
	bool restore; /* others go with our device */
} ROW[SYSCTL_MAX] = {
    {"/proc/sys/net/ipv4/ip_forward", "1", true},
    /* Each client's source address is checked by the packet worker, against its session. */
    {OF_TUN "rp_filter", "0", false},
    {OF_TUN "send_redirects", "0", false},
    {"/proc/sys/net/ipv6/conf/" TUN_NAME "/disable_ipv6", "1", false},
};

static bool put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (fd >= 0)
		close(fd);
	return ok;
}

static void get(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, value, size - 1);

	if (fd >= 0)
		close(fd);
	value[n > 0 ? n : 0] = 0;
	value[strcspn(value, "\n")] = 0;
}

void sysctl_apply(struct sysctls *s)
{
	for (int i = 0; i < SYSCTL_MAX; i++) {
		get(ROW[i].path, s->old[i], sizeof s->old[i]);
		if (!strcmp(s->old[i], ROW[i].value) || !put(ROW[i].path, ROW[i].value))
			s->old[i][0] = 0;
	}
}

void sysctl_restore(struct sysctls *s)
{
	for (int i = 0; i < SYSCTL_MAX; i++)
		if (ROW[i].restore && s->old[i][0])
			put(ROW[i].path, s->old[i]);
}
