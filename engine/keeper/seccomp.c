/*
 * The allow-lists of the roles: one table, a row a system call, a column a
 * role. What is not listed kills the process (SECCOMP_RET_KILL_PROCESS), which
 * the keeper reports and answers with a new one. The lists come from what the
 * roles were seen to do and from what libc, libuv, SQLite and OpenSSL do on
 * their rarer ways (a failed assertion, a thread's end, a full heap). In no
 * list: execve, fork, ptrace, kill of others, mount, and memory that is written
 * and then executed. Descriptors come from the keeper; only aaa opens sockets
 * of its own, datagrams and streams of IPv4, for its servers. /
 */
#include "engine/keeper/seccomp.h"

#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define FILTERED false
#else
#define FILTERED true
#endif

enum {
	M = 1 << ROLE_MANAGER,
	E = 1 << ROLE_ENGINE,
	A = 1 << ROLE_AAA,
	ALL = M | E | A,
};

/* What one argument has to be. */
enum only {
	ANY,
	NO_CODE,  /* memory that cannot be executed */
	THREAD,	  /* a thread of this process, no process */
	SELF,	  /* this process */
	READ,	  /* nothing new is set */
	FIONBIO_, /* non-blocking or not, nothing of a device */
	TUN_,	  /* how it was opened */
	INET_,	  /* of IPv4 */
};

struct allowed {
	int call;
	enum only only;
	unsigned roles;
};

#define ROW(call, only, roles) {SCMP_SYS(call), only, roles}

static const struct allowed ALLOWED[] = {
    /* a packet, a message, a line: first, where the filter is shortest */
    ROW(read, ANY, ALL),
    ROW(write, ANY, ALL),
    ROW(recvmmsg, ANY, E),
    ROW(sendmmsg, ANY, E),
    ROW(recvmsg, ANY, ALL),
    ROW(sendmsg, ANY, ALL),
    ROW(epoll_wait, ANY, ALL),
    ROW(epoll_pwait, ANY, ALL),
    ROW(futex, ANY, ALL),
    ROW(readv, ANY, E),
    ROW(writev, ANY, ALL), /* libc's last words too */
    ROW(io_uring_enter, ANY, E), /* of rings that do nothing but write (net/write_ring.h) */

    /* the loop */
    ROW(epoll_create1, ANY, ALL),
    ROW(epoll_ctl, ANY, ALL),
    ROW(eventfd2, ANY, ALL),
    ROW(pipe2, ANY, ALL),
    ROW(poll, ANY, ALL),
    ROW(close, ANY, ALL),
    ROW(ioctl, FIONBIO_, ALL),
    ROW(ioctl, TUN_, E),
    ROW(fcntl, ANY, ALL),
    ROW(restart_syscall, ANY, ALL),
    ROW(clock_gettime, ANY, ALL), /* this and the next: where the vDSO cannot answer */
    ROW(gettimeofday, ANY, ALL),

    /* the sockets that the keeper opened */
    ROW(setsockopt, ANY, ALL),
    ROW(getsockopt, ANY, ALL),
    ROW(getsockname, ANY, E | A),
    ROW(socket, INET_, A),
    ROW(connect, ANY, A),
    ROW(bind, ANY, A),
    ROW(recvfrom, ANY, E | A),
    ROW(sendto, ANY, E | A),
    ROW(listen, ANY, M),
    ROW(accept4, ANY, M),
    ROW(shutdown, ANY, M),

    /* memory */
    ROW(brk, ANY, ALL),
    ROW(mmap, NO_CODE, ALL),
    ROW(mprotect, NO_CODE, ALL),
    ROW(munmap, ANY, ALL),
    ROW(mremap, ANY, ALL),
    ROW(madvise, ANY, ALL),
    ROW(sysinfo, ANY, ALL), /* qsort() */
    ROW(getrandom, ANY, ALL),

    /* threads: libuv's pool, the packet worker */
    ROW(clone, THREAD, ALL),
    ROW(set_robust_list, ANY, ALL),
    ROW(rseq, ANY, ALL),
    ROW(sched_yield, ANY, ALL),
    ROW(sched_getaffinity, ANY, ALL),
    ROW(prlimit64, READ, ALL), /* the size of a stack */
    ROW(exit, ANY, ALL),

    /* signals, and the end */
    ROW(rt_sigaction, ANY, ALL),
    ROW(rt_sigprocmask, ANY, ALL),
    ROW(rt_sigreturn, ANY, ALL),
    ROW(getpid, ANY, ALL),
    ROW(gettid, ANY, ALL),
    ROW(tgkill, SELF, ALL), /* abort() */
    ROW(exit_group, ANY, ALL),

    /* stdio looks at a descriptor before it writes; by path only the manager has something to see
     */
    ROW(fstat, ANY, ALL),
    ROW(newfstatat, ANY, ALL),

    /* the manager's files: the database, the startup-config, keys, logs; aaa has those that the
     * keeper gave it */
    ROW(openat, ANY, M),
    ROW(open, ANY, M),
    ROW(stat, ANY, M),
    ROW(lstat, ANY, M),
    ROW(access, ANY, M),
    ROW(faccessat, ANY, M),
    ROW(faccessat2, ANY, M),
    ROW(readlink, ANY, M),
    ROW(getcwd, ANY, M),
    ROW(getdents64, ANY, M),
    ROW(lseek, ANY, M | A),
    ROW(pread64, ANY, M | A),
    ROW(pwrite64, ANY, M | A),
    ROW(fsync, ANY, M | A),
    ROW(fdatasync, ANY, M | A),
    ROW(ftruncate, ANY, M | A),
    ROW(fallocate, ANY, M),
    ROW(rename, ANY, M),
    ROW(unlink, ANY, M),
    ROW(mkdir, ANY, M),
    ROW(chmod, ANY, M),
    ROW(fchmod, ANY, M),
    ROW(umask, ANY, M),
    ROW(adjtimex, ANY, M), /* does a time service keep the clock? Without privileges it only asks */
    ROW(clock_adjtime, ANY, M),
    ROW(geteuid, ANY, M),
    ROW(uname, ANY, M),
    ROW(nanosleep, ANY, M), /* SQLite waits for a lock */
    ROW(clock_nanosleep, ANY, M),
};

/* The value that an argument of `only` has to have under a mask, 0 conditions for ANY. */
static unsigned condition(enum only only, struct scmp_arg_cmp *c)
{
	switch (only) {
	case ANY:
		return 0;
	case NO_CODE:
		*c = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
		break;
	case THREAD:
		*c = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
		break;
	case SELF:
		*c = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
		break;
	case READ:
		*c = SCMP_A2(SCMP_CMP_EQ, 0);
		break;
	case INET_:
		*c = SCMP_A0(SCMP_CMP_EQ, AF_INET);
		break;
	case FIONBIO_:
		*c = SCMP_A1(SCMP_CMP_EQ, FIONBIO);
		break;
	case TUN_:
		*c = SCMP_A1(SCMP_CMP_EQ, TUNGETIFF);
		break;
	}
	return 1;
}

static int fill(scmp_filter_ctx ctx, enum role role)
{
	int error = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);

	/* A binary tree: the packet path pays for a filter at every call. */
	if (!error)
		error = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	/* Its flags lie in memory that no filter sees; libc takes clone() then. */
	if (!error)
		error = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	for (size_t i = 0; !error && i < sizeof ALLOWED / sizeof *ALLOWED; i++) {
		const struct allowed *a = &ALLOWED[i];
		struct scmp_arg_cmp c;
		unsigned n = condition(a->only, &c);

		if (a->roles & 1u << role)
			error = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, a->call, n, &c);
	}
	return error;
}

bool seccomp_enter(enum role role)
{
	scmp_filter_ctx ctx;
	int error;

	if (!FILTERED)
		return true;
	/* A second heap would look into /proc when it shrinks; a role has no files to look into. */
	if (role != ROLE_MANAGER)
		mallopt(M_ARENA_MAX, 1);
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx) {
		errno = ENOMEM;
		return false;
	}
	error = fill(ctx, role);
	if (!error)
		error = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -error;
	return !error;
}
