/* A line a host: name, blank, key. Replaced whole. */
#include "cli/disk/scp_hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parser/text.h"

#define FILE_MAX 65536

static void path_of(const char *state, const char *suffix, char path[4096])
{
	snprintf(path, 4096, "%s/scp_hosts%s", state, suffix);
}

/* The file's text; empty when there is none. */
static void read_hosts(const char *state, char text[FILE_MAX])
{
	char path[4096];
	ssize_t n = 0;
	int fd;

	path_of(state, "", path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		n = read(fd, text, FILE_MAX - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = 0;
}

/* The next line that is one of a host's; false behind the last. */
static bool next_host(char **rest, char **host, char **key)
{
	char *line;

	while ((line = strsep(rest, "\n"))) {
		*host = line;
		*key = strchr(line, ' ');
		if (!*key)
			continue;
		*(*key)++ = 0;
		return true;
	}
	return false;
}

void scp_host_key(const char *state, const char *host, char key[SCP_KEY_MAX])
{
	static char text[FILE_MAX];
	char *rest = text, *h, *k;

	read_hosts(state, text);
	key[0] = 0;
	while (next_host(&rest, &h, &k))
		if (!strcmp(h, host) && strlen(k) < SCP_KEY_MAX)
			strcpy(key, k);
}

static bool write_hosts(const char *state, const struct text *t)
{
	char path[4096], temp[4096];
	int fd;
	bool ok;

	path_of(state, "", path);
	path_of(state, ".new", temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = !text_failed(t) && write(fd, text_str(t), t->len) == (ssize_t)t->len && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	return ok && rename(temp, path) == 0;
}

/* All other hosts, and this one if there is a key. */
static bool replace(const char *state, const char *host, const char *key, bool *was)
{
	static char text[FILE_MAX];
	char *rest = text, *h, *k;
	struct text t = {0};
	bool ok;

	read_hosts(state, text);
	*was = false;
	while (next_host(&rest, &h, &k)) {
		if (!strcmp(h, host))
			*was = true;
		else
			text_addf(&t, "%s %s\n", h, k);
	}
	if (key)
		text_addf(&t, "%s %s\n", host, key);
	ok = t.len < FILE_MAX && write_hosts(state, &t);
	text_free(&t);
	return ok;
}

bool scp_host_accept(const char *state, const char *host, const char *key)
{
	bool was;

	return replace(state, host, key, &was);
}

bool scp_host_forget(const char *state, const char *host)
{
	bool was;

	if (!replace(state, host, NULL, &was))
		return false;
	errno = ENOENT;
	return was;
}
