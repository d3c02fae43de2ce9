/* Looks for the process that holds a socket, by the links of /proc/PID/fd. Owns nothing. */
#include "engine/keeper/port_holder.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/proc.h"

/* The link of a descriptor that is a socket on that port; false: nobody has the port. */
static bool link_of(uint16_t port, char *to, size_t size)
{
	struct proc_socket *v;
	uint64_t inode = 0;
	size_t n;

	if (proc_sockets(&v, &n))
		return false;
	for (size_t i = 0; i < n && !inode; i++)
		if (v[i].protocol == IPPROTO_UDP && v[i].local.port == port)
			inode = v[i].inode;
	free(v);
	snprintf(to, size, "socket:[%" PRIu64 "]", inode);
	return inode != 0;
}

static bool has_link(const char *pid, const char *link)
{
	char path[320], is[64];
	struct dirent *d;
	bool found = false;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%.16s/fd", pid);
	dir = opendir(path);
	while (dir && !found && (d = readdir(dir))) {
		snprintf(path, sizeof path, "/proc/%.16s/fd/%.16s", pid, d->d_name);
		len = readlink(path, is, sizeof is - 1);
		is[len > 0 ? len : 0] = '\0';
		found = strcmp(is, link) == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

static void name_of(const char *pid, char *to, size_t size)
{
	char path[64], name[32] = "?";
	FILE *f;

	snprintf(path, sizeof path, "/proc/%.16s/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(name, sizeof name, f))
		name[strcspn(name, "\n")] = '\0';
	if (f)
		fclose(f);
	snprintf(to, size, "%s (process %.16s)", name, pid);
}

bool port_holder(uint16_t port, char *to, size_t size)
{
	char link[64];
	struct dirent *d;
	bool found = false;
	DIR *proc = link_of(port, link, sizeof link) ? opendir("/proc") : NULL;

	while (proc && !found && (d = readdir(proc)))
		if (isdigit((unsigned char)d->d_name[0]) && has_link(d->d_name, link)) {
			name_of(d->d_name, to, size);
			found = true;
		}
	if (proc)
		closedir(proc);
	return found;
}
