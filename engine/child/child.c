/* The first steps of a short-lived child. */
#include "engine/child/child.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool limit(int what, rlim_t value)
{
	struct rlimit r = {.rlim_cur = value, .rlim_max = value};

	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static bool confine_child(const struct child_limits *l)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() == 1)
		return false;
	if (geteuid() == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return false;
	if (prctl(PR_SET_NAME, l->name) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return false;
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
	       limit(RLIMIT_CPU, l->cpu_seconds) && limit(RLIMIT_NOFILE, l->descriptors) &&
	       (!l->memory_mb || limit(RLIMIT_AS, (rlim_t)l->memory_mb << 20));
}

bool child_begin(const struct child_limits *l, struct stream_reader *reader, struct ipc_msg *m)
{
	struct stream_frame f;

	if (close_range(CHILD_FD_COUNT, ~0u, 0) < 0 || !confine_child(l))
		return false;
	return stream_wait(CHILD_STREAM, reader, &f) == 1 && f.type == STREAM_REQUEST &&
	       ipc_decode(m, f.data, f.len);
}

bool child_only_packets(void)
{
#ifndef __SANITIZE_ADDRESS__
	static const int allowed[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(sendto),
	    SCMP_SYS(recvfrom), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(setsockopt),
	    SCMP_SYS(getsockopt), SCMP_SYS(getsockname), SCMP_SYS(clock_gettime), SCMP_SYS(close),
	    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(rt_sigreturn), SCMP_SYS(restart_syscall),
	    SCMP_SYS(exit), SCMP_SYS(exit_group)};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int error = ctx ? 0 : -ENOMEM;

	for (size_t i = 0; !error && i < sizeof allowed / sizeof *allowed; i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	if (!error)
		error = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	errno = -error;
	return !error;
#else
	return true;
#endif
}
