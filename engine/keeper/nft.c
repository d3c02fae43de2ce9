/* Runs nft, and hears what it says. */
#include "engine/keeper/nft.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts nft with `in` and `out` as its standard input and output. */
static int spawn(pid_t *pid, int in, int out)
{
	static const char *const path[] = {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"};
	char name[] = "nft", dash_f[] = "-f", dash[] = "-", locale[] = "LC_ALL=C";
	char *argv[] = {name, dash_f, dash, NULL}, *env[] = {locale, NULL};
	posix_spawn_file_actions_t fa;
	int error = ENOENT;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&fa, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&fa, out, STDERR_FILENO);
	for (size_t i = 0; error == ENOENT && i < sizeof path / sizeof *path; i++)
		error = posix_spawn(pid, path[i], &fa, NULL, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	return error;
}

/* The first line nft printed; the rest is read so that it never waits for us. */
static void read_complaint(int fd, char *why, size_t size)
{
	char buf[512];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t i = 0; i < n && len + 1 < size; i++)
			why[len++] = buf[i];
	}
	why[len] = 0;
	why[strcspn(why, "\n")] = 0;
}

/* nft reads the text from a file without a name: a pipe would have to be fed while its output is
 * read. */
static int text_file(const char *text)
{
	size_t len = strlen(text);
	int fd = memfd_create("nft", MFD_CLOEXEC);

	if (fd >= 0 && (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int nft_start(struct nft_child *c, const char *text, char *why, size_t size)
{
	int out[2] = {-1, -1}, in = text_file(text), error = 0;

	*c = (struct nft_child){.out = -1};
	why[0] = 0;
	if (in < 0 || pipe2(out, O_CLOEXEC) < 0)
		error = errno;
	if (!error)
		error = spawn(&c->pid, in, out[1]);
	if (in >= 0)
		close(in);
	if (out[1] >= 0)
		close(out[1]);
	if (!error) {
		c->out = out[0];
		return 0;
	}
	if (out[0] >= 0)
		close(out[0]);
	snprintf(why, size, "nft: %s", strerror(error));
	return error;
}

int nft_finish(struct nft_child *c, char *why, size_t size)
{
	int status = 0;

	read_complaint(c->out, why, size);
	close(c->out);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EINVAL;
}

int nft_run(const char *text, char *why, size_t size)
{
	struct nft_child c;
	int error = nft_start(&c, text, why, size);

	return error ? error : nft_finish(&c, why, size);
}
