/*
 * The door's own parts: its words, of any bytes; its list of visitors; what its
 * processes may still ask of the kernel. A process that does what it may not
 * dies of it. /
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/ssh/sandbox.h"
#include "cli/ssh/talk.h"
#include "cli/ssh/visitors.h"

/* ---- words ---- */

START_TEST(words_with_descriptors)
{
	struct ipc_msg m = {.type = MSG_DOOR_START,
			   .fd = -1,
			   .door_start = {.pty = 1,
			       .columns = 80,
			       .rows = 24,
			       .term = "xterm",
			       .command = "show"}},
		       got;
	struct talk_fds fds = {.n = 2}, back;
	uint8_t buf[TALK_MAX];
	int fd[2], end[2];

	ck_assert(talk_pair(fd));
	ck_assert_int_eq(pipe(end), 0);
	fds.fd[0] = end[0];
	fds.fd[1] = end[1];
	ck_assert(talk_send(fd[0], &m, &fds));
	ck_assert_int_eq(talk_receive(fd[1], buf, &got, &back), 1);
	ck_assert_int_eq(got.type, MSG_DOOR_START);
	ck_assert_str_eq(got.door_start.term, "xterm");
	ck_assert_uint_eq(back.n, 2);
	ck_assert_int_eq(write(back.fd[1], "x", 1), 1);
	close(back.fd[0]);
	close(back.fd[1]);
	ck_assert(talk_send(fd[0], &m, &fds)); /* not wanted: closed */
	ck_assert_int_eq(talk_receive(fd[1], buf, &got, NULL), 1);
	close(fd[0]);
	ck_assert_int_eq(talk_receive(fd[1], buf, &got, NULL), -1);
	ck_assert(!talk_send(fd[1], &m, NULL));
	close(fd[1]);
	close(end[0]);
	close(end[1]);
}
END_TEST

START_TEST(any_bytes)
{
	static uint8_t bytes[TALK_MAX + 100], buf[TALK_MAX];
	struct ipc_msg got;
	int fd[2];

	ck_assert(talk_pair(fd));
	srandom(7);
	for (int i = 0; i < 20000; i++) {
		size_t len = 1 + (size_t)random() % (i % 100 ? 60 : sizeof bytes);

		for (size_t k = 0; k < len; k++)
			bytes[k] = (uint8_t)random();
		bytes[0] = 0;
		if (len > 1)
			bytes[1] %= MSG_COUNT;
		ck_assert_int_eq(send(fd[0], bytes, len, 0), (ssize_t)len);
		if (talk_receive(fd[1], buf, &got, NULL) == 1)
			ck_assert(got.type > MSG_NONE && got.type < MSG_COUNT && len <= TALK_MAX);
	}
	close(fd[0]);
	close(fd[1]);
}
END_TEST

/* ---- visitors ---- */

static struct path from(const char *address)
{
	struct path p = {.local = {.port = 22}};

	ck_assert(addr_parse(address, &p.remote.addr));
	return p;
}

START_TEST(so_many_and_no_more)
{
	static struct visitors all;
	struct path one = from("10.0.0.1"), two = from("10.0.0.2"), three = from("10.0.0.3");
	struct visitor *first = visitors_add(&all, &one, 5), *v;
	unsigned n = 1;

	ck_assert_uint_eq(first->until, 5 + GRACE_MS);
	while (visitors_add(&all, &one, 5))
		n++;
	ck_assert_uint_eq(n, STRANGERS_OF_ONE); /* of one address */
	while (all.strangers < STRANGERS_MAX)
		ck_assert_ptr_nonnull(visitors_add(&all, &two, 6));
	/* All places are taken: the oldest of the busiest address has to go, a newcomer gets in. */
	ck_assert_ptr_nonnull(visitors_add(&all, &three, 7));
	ck_assert_uint_eq(first->until, 7);
	v = visitors_find(&all, first->id);
	ck_assert_ptr_eq(v, first);
	/* Who has logged in is no stranger. */
	visitors_let_in(&all, first, 9);
	visitors_let_in(&all, first, 10);
	ck_assert_uint_eq(first->until, 9 + GRACE_MS); /* nor has he a terminal yet */
	ck_assert_uint_eq(all.strangers, STRANGERS_MAX);
	ck_assert_ptr_nonnull(visitors_add(&all, &one, 8));
	while ((v = all.first)) {
		visitors_remove(&all, v);
		free(v);
	}
	ck_assert_uint_eq(all.n, 0);
	ck_assert_uint_eq(all.strangers, 0);
}
END_TEST

/* ---- the sandbox ---- */

/* Not there, for whoever looks; sanitizers need to look. */
static bool do_files(void)
{
#ifdef __SANITIZE_ADDRESS__
	return true;
#else
	return open("/etc/passwd", O_RDONLY) < 0;
#endif
}

static bool do_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool do_exec(void)
{
	execl("/bin/true", "true", NULL);
	return false;
}

static bool do_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return waitpid(pid, NULL, 0) == pid;
}

static bool do_kill(void)
{
	return kill(getpid(), 0) == 0;
}

/* Descriptors that signal somebody: as good as kill() among processes of one user. */
static bool do_signal_by_descriptor(void)
{
	return fcntl(0, F_SETOWN, getppid()) == 0;
}

static bool do_own_descriptor(void)
{
	int fd = fcntl(0, F_DUPFD_CLOEXEC, 10);

	return fd >= 0 && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL)) == 0;
}

static bool do_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static bool do_steal_input(void)
{
	return ioctl(0, TIOCSTI, "x") == 0 || true;
}

static bool do_window(void)
{
	struct winsize w = {.ws_col = 80};

	return ioctl(0, TIOCSWINSZ, &w) == 0 || true;
}

static bool do_memory(void)
{
	void *p = malloc(100000);

	free(p);
	return p != NULL;
}

enum { L = 1 << SANDBOX_LISTENER, C = 1 << SANDBOX_CONNECTION };

static const struct {
	const char *name;
	bool (*act)(void);
	unsigned allowed;
} ACT[] = {
    {"files", do_files, L | C},
    {"memory", do_memory, L | C},
    {"window", do_window, L | C},
    {"fork", do_fork, L},
    {"kill", do_kill, L},
    {"descriptors", do_own_descriptor, L | C},
    {"signals by descriptors", do_signal_by_descriptor, 0},
    {"socket", do_socket, 0},
    {"exec", do_exec, 0},
    {"code", do_code, 0},
    {"steal input", do_steal_input, 0},
};

START_TEST(each_process_each_act)
{
	enum sandbox who = (enum sandbox)(_i % SANDBOX_COUNT);
	size_t n = (size_t)_i / SANDBOX_COUNT;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(!sandbox_enter(who) ? 9 : ACT[n].act() ? 0 : 1);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	if (ACT[n].allowed & 1u << who)
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s by %d: %#x",
		    ACT[n].name, (int)who, (unsigned)status);
#ifndef __SANITIZE_ADDRESS__
	else
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s by %d: %#x",
		    ACT[n].name, (int)who, (unsigned)status);
#endif
}
END_TEST

int main(void)
{
	Suite *s = suite_create("door_process");
	TCase *tc = tcase_create("door_process");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, words_with_descriptors);
	tcase_add_test(tc, any_bytes);
	tcase_add_test(tc, so_many_and_no_more);
	tcase_add_loop_test(
	    tc, each_process_each_act, 0, (int)(sizeof ACT / sizeof *ACT) * SANDBOX_COUNT);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
