/* The first steps of a short-lived child. */
#include "engine/child/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a sanitizer does no filter and no limit of memory allows. */
#ifdef __SANITIZE_ADDRESS__
#define FILTERED false
#else
#define FILTERED true
#endif

static bool limit(int what, rlim_t value)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

/* Has the keeper died before its death could be heard of? In a container it may be process 1. */
static bool has_keeper(void)
{
	const char *keeper = getenv(CHILD_KEEPER);

	return keeper && getppid() == (pid_t)strtol(keeper, NULL, 10);
}

static bool confine_child(const struct child_limits *l)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || !has_keeper())
		return false;
	if (geteuid() == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	if (prctl(PR_SET_NAME, l->name) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return false;
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
	       limit(RLIMIT_CPU, l->cpu_seconds) && limit(RLIMIT_NOFILE, l->descriptors) &&
	       (!FILTERED || limit(RLIMIT_AS, (rlim_t)l->memory_mb << 20));
}

bool child_begin(const struct child_limits *l, struct stream_reader *reader, struct ipc_msg *m)
{
	struct stream_frame f;

	if (close_range(CHILD_FD_COUNT, ~0u, 0) < 0 || !confine_child(l))
		return false;
	return stream_wait(CHILD_STREAM, reader, &f) == 1 && f.type == STREAM_REQUEST &&
	       ipc_decode(m, f.data, f.len);
}

/* Loads a filter and lets go of it. */
static bool enter(scmp_filter_ctx ctx, int error)
{
	if (!error)
		error = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -error;
	return !error;
}

bool child_only_packets(void)
{
	static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(sendto),
	    SCMP_SYS(recvfrom), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(setsockopt),
	    SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(clock_gettime), SCMP_SYS(close),
	    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	    SCMP_SYS(exit), SCMP_SYS(exit_group)};
	scmp_filter_ctx ctx = FILTERED ? seccomp_init(SCMP_ACT_KILL_PROCESS) : NULL;
	int error = 0;

	if (!ctx)
		return !FILTERED;
	for (size_t i = 0; !error && i < sizeof allowed / sizeof *allowed; i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	return enter(ctx, error);
}

#define READ_BELOW \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | \
	    LANDLOCK_ACCESS_FS_EXECUTE) /* a library is mapped so */

/* Lets it do that with a file, or with those below a folder; one that is not there is none. */
static void allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr below = {
	    .allowed_access = access, .parent_fd = open(path, O_PATH | O_CLOEXEC)};

	if (below.parent_fd < 0)
		return;
	(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	close(below.parent_fd);
}

/* A kernel without Landlock, or one that may not be asked for it, leaves it to the uid. */
static bool only_some_files(void)
{
	static const char *const readable[] = {
	    "/etc", "/usr", "/lib", "/lib64", "/run/systemd/resolve", "/run/resolvconf"};
	/* All that the first version knows: each of them is refused outside of these folders. */
	struct landlock_ruleset_attr all = {.handled_access_fs = (1ull << 13) - 1};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	bool ok;

	if (rules < 0)
		return errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM;
	for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
		allow(rules, readable[i], READ_BELOW);
	/* Without it some libraries make their random bytes of the clock, for seconds. */
	allow(rules, "/dev/urandom", LANDLOCK_ACCESS_FS_READ_FILE);
	ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return ok;
}

bool child_only_network(void)
{
	static const int refused[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
	    SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	    SCMP_SYS(process_vm_writev), SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(mount),
	    SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	    SCMP_SYS(request_key), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd),
	    SCMP_SYS(perf_event_open)};
	const struct scmp_arg_cmp process = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
	scmp_filter_ctx ctx;
	int error;

	if (!only_some_files())
		return false;
	ctx = FILTERED ? seccomp_init(SCMP_ACT_ALLOW) : NULL;
	if (!ctx)
		return !FILTERED;
	/* Its flags lie in memory that no filter sees; libc takes clone() then. */
	error = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (!error)
		error = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), 1, process);
	for (size_t i = 0; !error && i < sizeof refused / sizeof *refused; i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, refused[i], 0);
	return enter(ctx, error);
}
