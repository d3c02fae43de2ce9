/*
 * The allow-lists, each applied in a child of its own: what a role must never do kills it with
 * SIGSYS, what it lives by does not. In sanitizer builds there is no filter and so no death.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "engine/crypto/crypto.h"
#include "engine/keeper/seccomp.h"
#include "engine/net/write_ring.h"

enum { M = 1 << ROLE_MANAGER, E = 1 << ROLE_ENGINE, A = 1 << ROLE_AAA, NONE = 0, ALL = M | E | A };

/* Each returns true when it worked, if it returns. */

static bool do_execve(void)
{
	char *const none[] = {NULL};

	return execve("/bin/true", none, none) == 0;
}

static bool do_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool do_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool do_kill(void)
{
	return kill(getppid(), 0) == 0;
}

static bool do_tgkill_other(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

/* A ring of whatever kind it likes would get past all of this. */
static bool do_ring(void)
{
	return write_ring_create() != NULL;
}

static bool do_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) >= 0;
}

static bool do_socket_unix(void)
{
	return socket(AF_UNIX, SOCK_DGRAM, 0) >= 0;
}

static bool do_connect(void)
{
	return connect(0, NULL, 0) == 0 || true;
}

static bool do_mount(void)
{
	return mount("none", "/nowhere", "tmpfs", 0, NULL) == 0 || true;
}

static bool do_chroot(void)
{
	return chroot("/") == 0 || true;
}

static bool do_setuid(void)
{
	return syscall(SYS_setuid, getuid()) == 0;
}

static bool do_map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static bool do_protect_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool do_new_limit(void)
{
	struct rlimit r = {.rlim_cur = 64, .rlim_max = 64};

	return setrlimit(RLIMIT_NOFILE, &r) == 0;
}

static bool do_device_ioctl(void)
{
	int n;

	return ioctl(0, FIONREAD, &n) == 0 || true;
}

static bool do_open(void)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC) >= 0;
}

static bool do_open_nothing(void)
{
	return open("/nowhere/at/all", O_RDONLY) < 0;
}

/* The manager's way to a file. */
static bool do_file(void)
{
	char name[] = "/tmp/gatehouse-seccomp.XXXXXX", other[64];
	int fd = mkstemp(name);
	struct stat st;
	bool ok;

	snprintf(other, sizeof other, "%s.new", name);
	ok = fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0 && fdatasync(fd) == 0 &&
	     fstat(fd, &st) == 0 && ftruncate(fd, 0) == 0 && fchmod(fd, 0600) == 0 &&
	     close(fd) == 0 && rename(name, other) == 0 && access(other, F_OK) == 0;
	return unlink(other) == 0 && ok;
}

/* Who was given a file. */
static bool do_bytes(void)
{
	char byte;

	return pwrite(-1, "x", 1, 0) < 0 && pread(-1, &byte, 1, 0) < 0 && fdatasync(-1) < 0 &&
	    ftruncate(-1, 0) < 0;
}

static bool do_nothing(void)
{
	return true;
}

static bool do_abort_signal(void)
{
	return syscall(SYS_tgkill, getpid(), gettid(), 0) == 0;
}

static bool do_memory(void)
{
	char *p = malloc(1 << 20), *q = p ? realloc(p, 32 << 20) : NULL;

	if (!q)
		return false;
	q[(32 << 20) - 1] = 1;
	free(q);
	return true;
}

static bool do_random(void)
{
	char b[16];

	return getrandom(b, sizeof b, 0) == sizeof b;
}

static bool do_descriptors(void)
{
	int e = epoll_create1(EPOLL_CLOEXEC), v = eventfd(0, EFD_CLOEXEC), p[2];

	return e >= 0 && v >= 0 && pipe2(p, O_CLOEXEC) == 0 && write(p[1], "x", 1) == 1 &&
	    close(e) == 0 && close(v) == 0;
}

static void *churn(void *arg)
{
	void *p[64];

	for (int round = 0; round < 8; round++) {
		for (size_t i = 0; i < 64; i++)
			p[i] = malloc(100000);
		for (size_t i = 0; i < 64; i++)
			free(p[i]);
	}
	return arg;
}

/* Threads, and their heaps growing and shrinking. */
static bool do_threads(void)
{
	pthread_t t[4];
	void *end;

	for (size_t i = 0; i < 4; i++)
		if (pthread_create(&t[i], NULL, churn, t))
			return false;
	for (size_t i = 0; i < 4; i++)
		if (pthread_join(t[i], &end) || end != t)
			return false;
	return true;
}

static void work(uv_work_t *w)
{
	*(int *)w->data += 1;
}

static void done(uv_work_t *w, int status)
{
	*(int *)w->data += status == 0;
}

static bool do_loop_and_pool(void)
{
	uv_loop_t loop;
	int steps = 0;
	uv_work_t w = {.data = &steps};

	return uv_loop_init(&loop) == 0 && uv_queue_work(&loop, &w, work, done) == 0 &&
	    uv_run(&loop, UV_RUN_DEFAULT) == 0 && steps == 2 && uv_loop_close(&loop) == 0;
}

static bool do_log(void)
{
	return fprintf(stderr, "a line of a role\n") > 0 && puts("and one of its output") > 0;
}

static const struct act {
	const char *name;
	bool (*act)(void);
	unsigned allowed; /* roles */
} ACT[] = {
    {"nothing", do_nothing, ALL},
    {"execve", do_execve, NONE},
    {"fork", do_fork, NONE},
    {"ptrace", do_ptrace, NONE},
    {"kill of another", do_kill, NONE},
    {"tgkill of another", do_tgkill_other, NONE},
    {"the bytes of a file", do_bytes, M | A},
    {"a ring of its own", do_ring, NONE},
    {"socket", do_socket, 1 << ROLE_AAA},
    {"socket of another family", do_socket_unix, NONE},
    {"connect", do_connect, 1 << ROLE_AAA},
    {"mount", do_mount, NONE},
    {"chroot", do_chroot, NONE},
    {"setuid", do_setuid, NONE},
    {"mmap of code", do_map_code, NONE},
    {"mprotect to code", do_protect_code, NONE},
    {"a new limit", do_new_limit, NONE},
    {"ioctl of a device", do_device_ioctl, NONE},
    {"open", do_open, M},
    {"open of what is not there", do_open_nothing, M},
    {"a file", do_file, M},
    {"threads", do_threads, M | E | A},
    {"loop and pool", do_loop_and_pool, M | E | A},
    {"a signal to itself", do_abort_signal, ALL},
    {"memory", do_memory, ALL},
    {"random", do_random, ALL},
    {"descriptors", do_descriptors, ALL},
    {"a log line", do_log, ALL},
};

#ifdef __SANITIZE_ADDRESS__
#define FILTERED 0u
#else
#define FILTERED 1u
#endif

/* How a child of `role` ended that did this. */
static int end_of(enum role role, bool (*act)(void))
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		if (!seccomp_enter(role))
			_exit(9);
		_exit(act() ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(each_role_each_act)
{
	const struct act *a = &ACT[(size_t)_i / (ROLE_SSH - ROLE_MANAGER)];
	enum role role = (enum role)(ROLE_MANAGER + _i % (ROLE_SSH - ROLE_MANAGER));
	int status = end_of(role, a->act);

	if (a->allowed & 1u << role)
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		    "%s by role %d: status %#x", a->name, (int)role, (unsigned)status);
	else if (FILTERED)
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS,
		    "%s by role %d: status %#x", a->name, (int)role, (unsigned)status);
}
END_TEST

static bool do_abort(void)
{
	abort();
}

/* A failed assertion is reported as what it is. */
START_TEST(abort_is_abort)
{
	for (enum role r = ROLE_MANAGER; r < ROLE_SSH; r++) {
		int status = end_of(r, do_abort);

		ck_assert(WIFSIGNALED(status));
		ck_assert_int_eq(WTERMSIG(status), SIGABRT);
	}
}
END_TEST

/* What was loaded before needs no file afterwards, nor a look at openssl.cnf. */
START_TEST(crypto_before_the_filter)
{
	struct crypto *c = crypto_create();
	static const uint8_t text[] = "abc";
	const struct chunk part = {text, 3};
	uint8_t out[64];
	int status;
	pid_t pid = fork();

	ck_assert_ptr_nonnull(c);
	if (pid == 0)
		_exit(!seccomp_enter(ROLE_ENGINE) || !crypto_hash(c, HASH_SHA256, &part, 1, out) ||
		    !crypto_hmac(c, HASH_SHA1, part, &part, 1, out));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	crypto_destroy(c);
}
END_TEST

/* The ring that it was born with still writes. */
START_TEST(a_ring_before_the_filter)
{
	const struct iovec part = {(void *)(uintptr_t)"x", 1};
	int32_t result[WRITE_RING];
	int fd[2], status;
	pid_t pid;

	ck_assert_int_eq(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		struct write_ring *ring = write_ring_create(); /* NULL: the kernel has none */
		bool ok = seccomp_enter(ROLE_ENGINE) &&
			  (!ring || (write_ring_add(ring, fd[1], &part, 1) &&
					write_ring_run(ring, result) == 1 && result[0] == 1));

		write_ring_destroy(ring);
		_exit(!ok);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(fd[0]);
	close(fd[1]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seccomp");
	TCase *tc = tcase_create("roles");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, each_role_each_act, 0,
	    (int)(sizeof ACT / sizeof *ACT) * (ROLE_SSH - ROLE_MANAGER));
	tcase_add_test(tc, abort_is_abort);
	tcase_add_test(tc, crypto_before_the_filter);
	tcase_add_test(tc, a_ring_before_the_filter);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
