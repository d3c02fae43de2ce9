/*
 * Looks for the process that holds a socket, by the links of /proc/PID/fd. Those of processes that
 * may do more than we are not for us to read (our unit gives us few capabilities): then by the
 * control group in which the socket was made, under systemd the service, of one process or a few.
 */
#include "engine/keeper/port_holder.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/proc.h"
#include "engine/keeper/socket_cgroup.h"

/* The first socket with that port; those of IPv4, which ours would be, come first. */
static bool socket_of(uint8_t protocol, uint16_t port, uint64_t *inode)
{
	struct proc_socket *v;
	bool found = false;
	size_t n;

	if (proc_sockets(&v, &n))
		return false;
	for (size_t i = 0; i < n && !found; i++) {
		found = v[i].protocol == protocol && v[i].local.port == port &&
			(protocol != IPPROTO_TCP || v[i].state == TCP_LISTEN);
		*inode = v[i].inode;
	}
	free(v);
	return found;
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

/* What a process calls itself is its own to choose: an operator's terminal reads it. */
static void copy_printable(char *to, size_t size, const char *text)
{
	size_t n = 0;

	for (; text[n] && n < size - 1; n++)
		to[n] = (char)(text[n] > ' ' && text[n] < 127 ? text[n] : '?');
	to[n] = '\0';
}

/* The first line of a file of that process that begins so, without its end. */
static bool line_of(uint32_t pid, const char *file, const char *begins, char *to, size_t size)
{
	char path[64];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%" PRIu32 "/%s", pid, file);
	f = fopen(path, "re");
	while (f && !found && fgets(to, (int)size, f))
		found = strncmp(to, begins, strlen(begins)) == 0;
	if (f)
		fclose(f);
	to[found ? strcspn(to, "\n") : 0] = '\0';
	return found;
}

void port_holder_unit(const char *group, char to[PORT_HOLDER_UNIT])
{
	static const char slice[] = "/system.slice/", is[] = ".service";
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.@-";
	const char *name = group + sizeof slice - 1;
	size_t len;

	to[0] = '\0';
	if (strncmp(group, slice, sizeof slice - 1) != 0)
		return;
	len = strspn(name, plain);
	if (*name != '-' && !name[len] && len < PORT_HOLDER_UNIT && len > sizeof is - 1 &&
	    strcmp(name + len - (sizeof is - 1), is) == 0)
		memcpy(to, name, len + 1);
}

struct candidates {
	char link[64];	 /* of its descriptor */
	uint64_t cgroup; /* 0: not looked for */
	uint32_t pid;	 /* the last that was found */
	unsigned n;
};

static bool is_candidate(const struct candidates *c, const char *pid)
{
	char line[512];

	if (!c->cgroup)
		return has_link(pid, c->link);
	return line_of((uint32_t)strtoul(pid, NULL, 10), "cgroup", "0::/", line, sizeof line) &&
	       cgroup_number(line + 3) == c->cgroup;
}

static void find_processes(struct candidates *c)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;

	while (proc && (d = readdir(proc)))
		if (isdigit((unsigned char)d->d_name[0]) && is_candidate(c, d->d_name)) {
			c->pid = (uint32_t)strtoul(d->d_name, NULL, 10);
			c->n++;
		}
	if (proc)
		closedir(proc);
}

static void find_holder(struct port_holder *h, uint8_t protocol)
{
	struct candidates c = {.n = 0};
	char name[32], group[512];

	snprintf(c.link, sizeof c.link, "socket:[%" PRIu64 "]", h->inode);
	find_processes(&c);
	if (!c.n && (c.cgroup = socket_cgroup(protocol, h->inode)))
		find_processes(&c);
	if (!c.n)
		return;
	if (line_of(c.pid, "cgroup", "0::/", group, sizeof group)) /* of version 2 */
		port_holder_unit(group + 3, h->unit);
	if (c.cgroup && c.n > 1) /* who of them has it is not known */
		return;
	h->pid = c.pid;
	copy_printable(h->program, sizeof h->program,
	    line_of(h->pid, "comm", "", name, sizeof name) ? name : "?");
}

bool port_holder_look(struct port_holder *h, uint8_t protocol, uint16_t port)
{
	struct port_holder now = {0};

	now.taken = socket_of(protocol, port, &now.inode);
	if (now.taken == h->taken && (!now.taken || now.inode == h->inode))
		return false;
	if (now.taken)
		find_holder(&now, protocol);
	*h = now;
	return true;
}

void port_holder_text(const struct port_holder *h, char to[PORT_HOLDER_TEXT])
{
	if (!h->pid)
		snprintf(to, PORT_HOLDER_TEXT, "%s", h->unit[0] ? h->unit : "another program");
	else if (!h->unit[0])
		snprintf(to, PORT_HOLDER_TEXT, "%s (process %" PRIu32 ")", h->program, h->pid);
	else
		snprintf(to, PORT_HOLDER_TEXT, "%s (process %" PRIu32 ", %s)", h->program, h->pid,
		    h->unit);
}
