/* Reads files of /proc, which are whole when they are read: each by one call, into a buffer. */
#include "engine/keeper/proc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CPU_FIELDS 8 /* user nice system idle iowait irq softirq steal */

bool proc_cpu(struct proc_cpu *to)
{
	uint64_t v[CPU_FIELDS] = {0};
	FILE *f = fopen("/proc/stat", "re");
	int n = 0;

	*to = (struct proc_cpu){0};
	if (!f)
		return false;
	if (fscanf(f, "cpu") == 0)
		while (n < CPU_FIELDS && fscanf(f, "%" SCNu64, &v[n]) == 1)
			n++;
	fclose(f);
	for (int i = 0; i < n; i++)
		to->total += v[i];
	to->busy = to->total - v[3] - v[4];
	return n >= 4;
}

bool proc_memory(struct proc_memory *to)
{
	static const char *const name[] = {"MemTotal:", "MemFree:", "MemAvailable:"};
	uint64_t kb[3] = {0}, value;
	char line[128], word[32];
	FILE *f = fopen("/proc/meminfo", "re");

	if (!f)
		return false;
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "%31s %" SCNu64, word, &value) != 2)
			continue;
		for (size_t i = 0; i < 3; i++)
			if (!strcmp(word, name[i]))
				kb[i] = value;
	}
	fclose(f);
	*to = (struct proc_memory){kb[0] << 10, kb[1] << 10, kb[2] << 10};
	return kb[0] != 0;
}

bool proc_task(int pid, struct proc_task *to)
{
	char path[64], line[1024], *rest;
	uint64_t user = 0, system = 0;
	long pages = 0;
	FILE *f;
	bool read;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	f = fopen(path, "re");
	read = f && fgets(line, sizeof line, f);
	if (f)
		fclose(f);
	/* The name in parentheses may hold anything; behind it are numbers. */
	rest = read ? strrchr(line, ')') : NULL;
	if (!rest || sscanf(rest + 1,
			 " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64
			 " %*d %*d %*d %*d %*d %*d %*u %*u %ld",
			 &user, &system, &pages) != 3)
		return false;
	*to = (struct proc_task){user + system, (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE)};
	return true;
}

static bool number_in(const char *path, uint32_t *to)
{
	FILE *f = fopen(path, "re");
	bool read = f && fscanf(f, "%" SCNu32, to) == 1;

	if (f)
		fclose(f);
	return read;
}

bool proc_tracked(uint32_t *now, uint32_t *most)
{
	*now = *most = 0;
	return number_in("/proc/sys/net/netfilter/nf_conntrack_count", now) &&
	       number_in("/proc/sys/net/netfilter/nf_conntrack_max", most);
}

/* ---- sockets ------------------------------------------------------------------- */

/* "0100007F:0016", or with the 32 digits of an IPv6 address; words of the host's byte order. */
static bool read_endpoint(const char *text, struct endpoint *to)
{
	size_t digits = strcspn(text, ":");
	char word[9] = "";
	uint32_t v;

	if ((digits != 8 && digits != 32) || !text[digits])
		return false;
	*to = (struct endpoint){.addr.family = digits == 8 ? AF_INET : AF_INET6,
	    .port = (uint16_t)strtoul(text + digits + 1, NULL, 16)};
	for (size_t i = 0; i < digits / 8; i++) {
		memcpy(word, text + 8 * i, 8);
		v = (uint32_t)strtoul(word, NULL, 16);
		memcpy(to->addr.b + 4 * i, &v, 4);
	}
	return true;
}

static int read_sockets(const char *path, uint8_t protocol, struct proc_socket **v, size_t *n)
{
	FILE *f = fopen(path, "re");
	char line[512], local[48], remote[48];
	unsigned state;
	uint64_t inode;
	int error = 0;

	while (f && !error && fgets(line, sizeof line, f)) {
		struct proc_socket s = {.protocol = protocol}, *more;

		if (sscanf(line, " %*d: %47s %47s %x %*x:%*x %*x:%*x %*x %*u %*u %" SCNu64, local,
			remote, &state, &inode) != 4 ||
		    !read_endpoint(local, &s.local) || !read_endpoint(remote, &s.remote))
			continue;
		s.state = (uint8_t)state;
		s.inode = inode;
		more = *n % 64 ? *v : realloc(*v, (*n + 64) * sizeof **v);
		if (more) {
			*v = more;
			more[(*n)++] = s;
		} else {
			error = ENOMEM;
		}
	}
	if (f)
		fclose(f);
	return error;
}

int proc_sockets(struct proc_socket **v, size_t *n)
{
	static const struct {
		const char *path;
		uint8_t protocol;
	} file[] = {{"/proc/self/net/tcp", IPPROTO_TCP}, {"/proc/self/net/tcp6", IPPROTO_TCP},
	    {"/proc/self/net/udp", IPPROTO_UDP}, {"/proc/self/net/udp6", IPPROTO_UDP}};
	int error = 0;

	*v = NULL;
	*n = 0;
	for (size_t i = 0; i < sizeof file / sizeof *file && !error; i++)
		error = read_sockets(file[i].path, file[i].protocol, v, n);
	if (error) {
		free(*v);
		*v = NULL;
		*n = 0;
	}
	return error;
}
