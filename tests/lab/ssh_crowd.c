/*
 * Many SSH clients at once, by libssh, a process each:
 *
 *   sshcrowd wrong ADDRESS N PARALLEL USERS
 *       N wrong passwords, each on a connection of its own, which is left without waiting for the
 *       answer; prints how many of the processes could
 *   sshcrowd sessions ADDRESS N USER PASSWORD
 *       N sessions at once; prints `up` when all have their prompt, and logs off when its input
 *       ends; prints how many ended well
 *   sshcrowd slow ADDRESS N USER PASSWORD
 *       the same, but asks for much and reads nothing
 */
#include <libssh/libssh.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static ssh_session come(const char *address, const char *user)
{
	ssh_session s = ssh_new();
	long seconds = 90;
	int no = 0;

	ssh_options_set(s, SSH_OPTIONS_HOST, address);
	ssh_options_set(s, SSH_OPTIONS_USER, user);
	ssh_options_set(s, SSH_OPTIONS_TIMEOUT, &seconds);
	ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no);
	if (ssh_connect(s) == SSH_OK)
		return s;
	fprintf(stderr, "%s\n", ssh_get_error(s));
	ssh_free(s);
	return NULL;
}

/* A wrong password; does not stay for the answer. */
static int try_wrong(const char *address, const char *user)
{
	ssh_session s = come(address, user);

	if (!s)
		return 0;
	ssh_set_blocking(s, 0);
	for (int i = 0; i < 4 && ssh_userauth_password(s, NULL, "wrong") == SSH_AUTH_AGAIN; i++)
		poll(&(struct pollfd){.fd = ssh_get_fd(s), .events = POLLIN}, 1, 50);
	ssh_silent_disconnect(s);
	ssh_free(s);
	return 1;
}

static int wrong(const char *address, int n, int parallel, int users)
{
	int sent = 0, status;

	for (int k = 0; k < parallel; k++) {
		if (fork())
			continue;
		for (int i = k; i < n; i += parallel) {
			char user[32];

			snprintf(user, sizeof user, "user%d", i % users);
			sent += try_wrong(address, user);
		}
		_exit(sent * 100 / (n / parallel + 1) >= 80 ? 0 : 1);
	}
	while (wait(&status) > 0)
		sent += status == 0;
	printf("%d of %d\n", sent, parallel);
	return sent == parallel ? 0 : 1;
}

/* Reads until the text has come; 0 when it does not. */
static int expect(ssh_channel c, const char *text)
{
	static char all[65536];
	size_t at = 0;
	int n;

	while (at < sizeof all - 1 && (n = ssh_channel_read_timeout(c, all + at,
					   (uint32_t)(sizeof all - 1 - at), 0, 90000)) > 0) {
		at += (size_t)n;
		all[at] = 0;
		if (strstr(all, text))
			return 1;
	}
	return 0;
}

/* One session: tells `up`, stays until `go` is closed, logs off. */
static int session(
    const char *address, const char *user, const char *password, int slow, int up, int go)
{
	ssh_session s = come(address, user);
	ssh_channel c;
	char byte;

	if (!s || ssh_userauth_password(s, NULL, password) != SSH_AUTH_SUCCESS)
		return 1;
	c = ssh_channel_new(s);
	if (ssh_channel_open_session(c) != SSH_OK ||
	    ssh_channel_request_pty_size(c, "vt100", 80, 24) != SSH_OK ||
	    ssh_channel_request_shell(c) != SSH_OK || !expect(c, "> "))
		return 2;
	if (slow) {
		ssh_channel_write(c, "terminal pager 0\n", 17);
		for (int i = 0; i < 500; i++)
			ssh_channel_write(c, "show version\n", 13);
	}
	if (write(up, "u", 1) != 1 || read(go, &byte, 1) != 0)
		return 3;
	if (!slow) {
		ssh_channel_write(c, "exit\n", 5);
		if (!expect(c, "Logoff"))
			return 4;
		while (ssh_channel_read(c, &byte, 1, 0) > 0)
			;
		if (ssh_channel_get_exit_status(c) != 0)
			return 5;
	}
	ssh_disconnect(s);
	return 0;
}

static int sessions(const char *address, int n, const char *user, const char *password, int slow)
{
	int up[2], go[2], well = 0, status;
	char byte;

	if (pipe(up) < 0 || pipe(go) < 0)
		return 1;
	for (int i = 0; i < n; i++) {
		if (fork())
			continue;
		close(go[1]);
		close(up[0]);
		_exit(session(address, user, password, slow, up[1], go[0]));
	}
	close(up[1]);
	close(go[0]);
	for (int i = 0; i < n && read(up[0], &byte, 1) == 1; i++)
		well++;
	printf(well == n ? "up\n" : "%d of %d are up\n", well, n);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	close(go[1]);
	well = 0;
	while (wait(&status) > 0) {
		well += status == 0;
		if (status)
			fprintf(stderr, "a session ended with %d\n",
			    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	}
	printf("%d of %d ended well\n", well, n);
	return well == n ? 0 : 1;
}

int main(int argc, char **argv)
{
	setbuf(stdout, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (argc == 6 && !strcmp(argv[1], "wrong"))
		return wrong(argv[2], atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
	if (argc == 6 && (!strcmp(argv[1], "sessions") || !strcmp(argv[1], "slow")))
		return sessions(argv[2], atoi(argv[3]), argv[4], argv[5], argv[1][1] == 'l');
	return 2;
}
