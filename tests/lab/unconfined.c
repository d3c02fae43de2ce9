/*
 * For tests/lab/sanitized.sh: preloaded, it lets a role believe that it was not started by root,
 * so that it enters no chroot and keeps its uid. The leak check at its exit needs both, and time:
 * the keeper kills nobody who is slow to end.
 */
#include <string.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_role(void)
{
	char line[512] = "";
	FILE *f = fopen("/proc/self/cmdline", "r");
	size_t n = f ? fread(line, 1, sizeof line - 1, f) : 0;
	const char *second = line + strlen(line) + 1;

	if (f)
		fclose(f);
	return second < line + n && strcmp(second, "--role") == 0;
}

uid_t geteuid(void)
{
	static int role = -1;

	if (role < 0)
		role = is_role();
	return role ? 65534 : (uid_t)syscall(SYS_geteuid);
}

int uv_process_kill(void *process, int signal);
int uv_process_kill(void *process, int signal)
{
	(void)process, (void)signal;
	return 0;
}
