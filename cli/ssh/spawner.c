/*
 * The spawner and, forked from it, a process for each terminal: it opens the
 * pty or the pipes, starts gatesh with the token, waits for its end, and kills
 * it when the connection is gone. The token and the command go to gatesh
 * through a pipe, never by its arguments.
 *
 * gatesh and the socket were opened by root (O_PATH): where they stand need not
 * be open to the door's user, and nothing else can be put in their place.
 */
#include "cli/ssh/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/ssh/talk.h"
#include "engine/base/journal.h"
#include "engine/keeper/confine.h"
#include "engine/keeper/identity.h"

#define HANGUP_MS 500 /* from SIGHUP to SIGKILL */

/* Descriptors of the spawner; those of gatesh are its own 3 and 4. */
enum { FD_LISTENER = 3, FD_GATESH, FD_TOKENS, FD_COUNT };
enum { GATESH_TOKEN = 3, GATESH_SOCKET = 4, GATESH_COUNT };

struct terminal {
	int outer[TALK_FDS]; /* for the connection: a pty's master, or pipes from and to gatesh */
	int inner[3];	     /* gatesh's 0, 1, 2 */
	unsigned n;	     /* of `outer` */
	int order;	     /* a pipe: token and command, to be read by gatesh */
};

/* ---- what gatesh is born with ------------------------------------------------ */

static bool open_pty(struct terminal *t, const struct msg_door_start *s)
{
	struct winsize size = {.ws_col = s->columns, .ws_row = s->rows};
	int slave;

	if (openpty(&t->outer[0], &slave, NULL, NULL, &size) < 0)
		return false;
	t->n = 1;
	for (int i = 0; i < 3; i++)
		t->inner[i] = slave;
	return true;
}

static bool open_pipes(struct terminal *t)
{
	int fd[3][2];

	for (int i = 0; i < 3; i++) {
		if (pipe2(fd[i], O_CLOEXEC) < 0)
			return false; /* the process ends, and they with it */
		t->outer[i] = fd[i][i == 0];
		t->inner[i] = fd[i][i != 0];
	}
	t->n = 3;
	return true;
}

/* Token and command into a pipe; what is too long for one is refused. */
static bool write_order(struct terminal *t, const uint8_t *token, const struct msg_door_start *s)
{
	size_t len = s->exec ? strlen(s->command) : 0;
	int fd[2];
	bool ok;

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	ok = write(fd[1], token, 32) == 32 &&
	     (!s->exec ||
		 (write(fd[1], s->command, len) == (ssize_t)len && write(fd[1], "\n", 1) == 1));
	close(fd[1]);
	t->order = fd[0];
	return ok;
}

/* A name of a terminal type, nothing that could be a path. */
static const char *sane_term(const char *term)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-+_.";
	size_t len = strlen(term);

	return len && len < 40 && term[0] != '.' && strspn(term, letters) == len ? term : "dumb";
}

static void exec_gatesh(const struct terminal *t, const struct msg_door_start *s)
{
	static char name[] = "gatesh", token_fd[] = "--token-fd", three[] = "3",
		    socket[] = "--socket", path[] = "/proc/self/fd/4";
	char *argv[] = {name, token_fd, three, socket, path, NULL};
	char term[64], *envp[] = {term, NULL};
	int in[GATESH_COUNT] = {t->inner[0], t->inner[1], t->inner[2], t->order, FD_TOKENS};
	int program = fcntl(FD_GATESH, F_DUPFD_CLOEXEC, 64);
	const struct rlimit none = {0, 0};

	/* It starts no process, whatever its user finds to type. */
	if (setrlimit(RLIMIT_NPROC, &none) < 0)
		_exit(127);
	snprintf(term, sizeof(term), "TERM=%s", sane_term(s->term));
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	if (s->pty)
		ioctl(t->inner[0], TIOCSCTTY, 0);
	/* Out of the way of the numbers that they are to have. */
	for (int i = 0; i < GATESH_COUNT; i++)
		in[i] = fcntl(in[i], F_DUPFD_CLOEXEC, 70);
	for (int i = 0; i < GATESH_COUNT; i++)
		if (dup2(in[i], i) < 0)
			_exit(127);
	(void)fcntl(GATESH_TOKEN, F_SETFL, 0);
	confine_descriptors(70);
	for (int i = GATESH_COUNT; i < 64; i++)
		close(i);
	syscall(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
	_exit(127);
}

/* ---- its life ------------------------------------------------------------------ */

static pid_t start(struct terminal *t, const struct msg_door_start *s)
{
	pid_t pid = fork();

	if (pid == 0)
		exec_gatesh(t, s);
	close(t->order);
	for (int i = 0; i < (s->pty ? 1 : 3); i++)
		close(t->inner[i]);
	return pid;
}

/* Its status, as a shell would tell it. */
static uint8_t reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return (uint8_t)(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Waits for the end of gatesh, or of the connection. */
static void watch(int connection, pid_t pid)
{
	struct pollfd p[2] = {
	    {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN},
	    {.fd = connection, .events = 0}, /* POLLHUP */
	};
	struct ipc_msg m = {.type = MSG_DOOR_EXITED, .fd = -1};

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	if (!p[0].revents) {
		kill(pid, SIGHUP);
		(void)poll(p, 1, HANGUP_MS);
		kill(pid, SIGKILL);
	}
	m.door_exited.status = reap(pid);
	(void)talk_send(connection, &m, NULL);
}

/* One terminal of one connection; does not return. */
static void serve(int connection, const uint8_t token[32])
{
	struct ipc_msg m, answer = {.type = MSG_DOOR_STARTED, .fd = -1};
	struct terminal t = {.order = -1};
	struct talk_fds fds = {.n = 0};
	uint8_t buf[TALK_MAX];
	pid_t pid = -1;

	signal(SIGCHLD, SIG_DFL);
	close(FD_LISTENER);
	if (talk_receive(connection, buf, &m, NULL) != 1 || m.type != MSG_DOOR_START)
		_exit(1);
	if ((m.door_start.pty ? open_pty(&t, &m.door_start) : open_pipes(&t)) &&
	    write_order(&t, token, &m.door_start))
		pid = start(&t, &m.door_start);
	answer.door_started.yes = pid > 0;
	if (pid > 0) {
		fds.n = t.n;
		memcpy(fds.fd, t.outer, sizeof(fds.fd));
	}
	(void)talk_send(connection, &answer, &fds);
	for (unsigned i = 0; i < fds.n; i++)
		close(fds.fd[i]);
	if (pid > 0)
		watch(connection, pid);
	_exit(0);
}

/* Takes the listener's orders until it is gone. */
static void obey(void)
{
	uint8_t buf[TALK_MAX];
	struct talk_fds fds;
	struct ipc_msg m;

	while (talk_receive(FD_LISTENER, buf, &m, &fds) == 1) {
		if (m.type == MSG_DOOR_TOKEN && m.door_token.token.len == 32 && fds.n == 1 &&
		    fork() == 0)
			serve(fds.fd[0], m.door_token.token.p);
		for (unsigned i = 0; i < fds.n; i++)
			close(fds.fd[i]);
		explicit_bzero(buf, sizeof(buf));
	}
	_exit(0);
}

static bool give_up_root(void)
{
	uid_t uid = identity_uid(ROLE_SSH);
	gid_t gid = identity_gid(ROLE_SSH);
	struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
	       setresuid(uid, uid, uid) == 0;
}

/* The spawner's process; does not return. */
static void run(int listener, int gatesh, int tokens)
{
	int in[FD_COUNT] = {[FD_LISTENER] = listener, [FD_GATESH] = gatesh, [FD_TOKENS] = tokens};

	for (int i = FD_LISTENER; i < FD_COUNT; i++)
		in[i] = fcntl(in[i], F_DUPFD_CLOEXEC, 100);
	for (int i = FD_LISTENER; i < FD_COUNT; i++)
		if (dup3(in[i], i, O_CLOEXEC) < 0)
			_exit(1);
	confine_descriptors(FD_COUNT);
	signal(SIGCHLD, SIG_IGN); /* terminals end by themselves */
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "gatehouse-term");
	if (chdir("/") < 0 || !give_up_root())
		_exit(1);
	obey();
}

int spawner_start(const char *gatesh, const char *tokens)
{
	int program = open(gatesh, O_PATH | O_CLOEXEC), socket = open(tokens, O_PATH | O_CLOEXEC);
	int fd[2] = {-1, -1};
	pid_t pid = -1;

	if (program >= 0 && socket >= 0 && talk_pair(fd))
		pid = fork();
	if (pid == 0)
		run(fd[1], program, socket);
	if (pid < 0) {
		journal(LOG_ERR, "%s, %s: %s", gatesh, tokens, strerror(errno));
		return -1;
	}
	close(program);
	close(socket);
	close(fd[1]);
	return fd[0];
}
