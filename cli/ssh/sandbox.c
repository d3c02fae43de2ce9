/*
 * The allow-lists, a row a system call (compare engine/keeper/seccomp.c). In
 * none: execve, open and all else by a path, socket, connect, bind, ptrace. The
 * process of a connection, which reads what strangers send, can neither fork nor
 * signal anybody; of devices it may set the size of its terminal.
 */
#include "cli/ssh/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define FILTERED false
#else
#define FILTERED true
#endif

#define CONNECTION_MEMORY (256u << 20)

enum { L = 1 << SANDBOX_LISTENER, C = 1 << SANDBOX_CONNECTION, BOTH = L | C };

/* What one argument has to be. */
enum only {
	ANY,
	NO_CODE, /* memory that cannot be executed */
	WINDOW_OR_BLOCKING,
	OWN_DESCRIPTORS /* not whom a descriptor is to signal (F_SETOWN): all have one uid */
};

static const struct allowed {
	int call;
	enum only only;
	unsigned who;
} ALLOWED[] = {
    {SCMP_SYS(read), ANY, BOTH},
    {SCMP_SYS(write), ANY, BOTH},
    {SCMP_SYS(writev), ANY, BOTH},
    {SCMP_SYS(recvmsg), ANY, BOTH},
    {SCMP_SYS(sendmsg), ANY, BOTH},
    {SCMP_SYS(recvfrom), ANY, BOTH},
    {SCMP_SYS(sendto), ANY, BOTH},
    {SCMP_SYS(poll), ANY, BOTH},
    {SCMP_SYS(ppoll), ANY, BOTH},
    {SCMP_SYS(close), ANY, BOTH},
    {SCMP_SYS(fcntl), OWN_DESCRIPTORS, BOTH},
    {SCMP_SYS(ioctl), WINDOW_OR_BLOCKING, BOTH},
    {SCMP_SYS(getsockopt), ANY, BOTH},
    {SCMP_SYS(setsockopt), ANY, BOTH},
    {SCMP_SYS(getsockname), ANY, BOTH},
    {SCMP_SYS(getpeername), ANY, BOTH},
    {SCMP_SYS(shutdown), ANY, BOTH},
    {SCMP_SYS(clock_gettime), ANY, BOTH}, /* this and the next: where the vDSO cannot answer */
    {SCMP_SYS(gettimeofday), ANY, BOTH},
    {SCMP_SYS(time), ANY, BOTH},
    {SCMP_SYS(restart_syscall), ANY, BOTH},

    /* memory, locks, randomness */
    {SCMP_SYS(brk), ANY, BOTH},
    {SCMP_SYS(mmap), NO_CODE, BOTH},
    {SCMP_SYS(mprotect), NO_CODE, BOTH},
    {SCMP_SYS(munmap), ANY, BOTH},
    {SCMP_SYS(mremap), ANY, BOTH},
    {SCMP_SYS(madvise), ANY, BOTH},
    {SCMP_SYS(futex), ANY, BOTH},
    {SCMP_SYS(getrandom), ANY, BOTH},
    {SCMP_SYS(sysinfo), ANY, BOTH}, /* qsort() */

    /* signals, and the end */
    {SCMP_SYS(rt_sigaction), ANY, BOTH},
    {SCMP_SYS(rt_sigprocmask), ANY, BOTH},
    {SCMP_SYS(rt_sigreturn), ANY, BOTH},
    {SCMP_SYS(getpid), ANY, BOTH},
    {SCMP_SYS(gettid), ANY, BOTH},
    {SCMP_SYS(geteuid), ANY, BOTH},
    {SCMP_SYS(getuid), ANY, BOTH},
    {SCMP_SYS(getegid), ANY, BOTH},
    {SCMP_SYS(getgid), ANY, BOTH},
    {SCMP_SYS(tgkill), ANY, L}, /* abort() */
    {SCMP_SYS(exit), ANY, BOTH},
    {SCMP_SYS(exit_group), ANY, BOTH},
    {SCMP_SYS(fstat), ANY, BOTH}, /* stdio looks at a descriptor before it writes */
    {SCMP_SYS(newfstatat), ANY, BOTH},

    /* the listener's: its loop, who comes, a process for each, its last limits */
    {SCMP_SYS(epoll_wait), ANY, L},
    {SCMP_SYS(epoll_pwait), ANY, L},
    {SCMP_SYS(epoll_ctl), ANY, L},
    {SCMP_SYS(epoll_create1), ANY, L},
    {SCMP_SYS(eventfd2), ANY, L},
    {SCMP_SYS(pipe2), ANY, L},
    {SCMP_SYS(socketpair), ANY, L},
    {SCMP_SYS(accept4), ANY, L},
    {SCMP_SYS(clone), ANY, L},
    {SCMP_SYS(set_robust_list), ANY, L},
    {SCMP_SYS(rseq), ANY, L},
    {SCMP_SYS(wait4), ANY, L},
    {SCMP_SYS(kill), ANY, L},
    {SCMP_SYS(dup2), ANY, L},
    {SCMP_SYS(dup3), ANY, L},
    {SCMP_SYS(close_range), ANY, L},
    {SCMP_SYS(prctl), ANY, L},
    {SCMP_SYS(seccomp), ANY, L},
    {SCMP_SYS(prlimit64), ANY, L},
};

/* A rule for each value that the second argument may have. */
static int allow_each(scmp_filter_ctx ctx, int call, const unsigned long *values, size_t n)
{
	int error = 0;

	for (size_t i = 0; !error && i < n; i++)
		error = seccomp_rule_add(
		    ctx, SCMP_ACT_ALLOW, call, 1, SCMP_A1(SCMP_CMP_EQ, values[i]));
	return error;
}

static int allow(scmp_filter_ctx ctx, const struct allowed *a)
{
	static const unsigned long requests[] = {TIOCSWINSZ, FIONBIO},
				   commands[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL,
				       F_DUPFD_CLOEXEC};

	switch (a->only) {
	case ANY:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, a->call, 0);
	case NO_CODE:
		return seccomp_rule_add(
		    ctx, SCMP_ACT_ALLOW, a->call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	case WINDOW_OR_BLOCKING:
		return allow_each(ctx, a->call, requests, sizeof(requests) / sizeof(requests[0]));
	case OWN_DESCRIPTORS:
		return allow_each(ctx, a->call, commands, sizeof(commands) / sizeof(commands[0]));
	}
	return 0;
}

static int fill(scmp_filter_ctx ctx, enum sandbox who)
{
	/* Its flags lie in memory that no filter sees; libc takes clone() then. */
	int error = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	/* A library that looks for a file finds none. */
	if (!error)
		error = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOENT), SCMP_SYS(openat), 0);
	for (size_t i = 0; !error && i < sizeof(ALLOWED) / sizeof(ALLOWED[0]); i++)
		if (ALLOWED[i].who & 1u << who)
			error = allow(ctx, &ALLOWED[i]);
	return error;
}

/* The kernel's own bounds: no file, no further process, no more memory than a connection takes. */
static bool limit(enum sandbox who)
{
	const struct {
		__rlimit_resource_t what;
		rlim_t most;
		unsigned who;
	} limits[] = {
	    {RLIMIT_CORE, 0, BOTH},
	    {RLIMIT_NOFILE, 1024, L},
	    {RLIMIT_NOFILE, 16, C},
	    {RLIMIT_AS, FILTERED ? CONNECTION_MEMORY : RLIM_INFINITY, C},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct rlimit r = {limits[i].most, limits[i].most};

		if ((limits[i].who & 1u << who) && setrlimit(limits[i].what, &r) < 0)
			return false;
	}
	return true;
}

bool sandbox_enter(enum sandbox who)
{
	scmp_filter_ctx ctx;
	int error;

	mallopt(M_ARENA_MAX, 1);
	if (!limit(who))
		return false;
	if (!FILTERED)
		return true;
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx) {
		errno = ENOMEM;
		return false;
	}
	error = fill(ctx, who);
	if (!error)
		error = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -error;
	return !error;
}
