/*
 * gatehouse: the composition root. Started by a person or by systemd it is the
 * keeper, which starts this same binary again for each other role; which one
 * this process plays is on the command line. What a role needs of the file
 * system is loaded here, before confine() takes root and the rest away.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cli/background.h"
#include "cli/options.h"
#include "cli/roles.h"
#include "engine/keeper/confine.h"
#include "engine/keeper/keeper.h"
#include "engine/keeper/supervisor.h"

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_LEN 36

/* "" when the kernel does not say. */
static void read_boot_id(char id[BOOT_ID_LEN + 1])
{
	int fd = open(BOOT_ID_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, id, BOOT_ID_LEN);

	id[n > 0 ? n : 0] = 0;
	if (fd >= 0)
		close(fd);
}

static int inherited(int fd)
{
	return fcntl(fd, F_GETFD) < 0 ? -1 : fd;
}

static int play(const struct options *o)
{
	char boot_id[BOOT_ID_LEN + 1];
	struct role_start start = {.keeper = ROLE_FD_KEEPER, .console = inherited(ROLE_FD_CONSOLE),
	    .config = inherited(ROLE_FD_CONFIG), .restarted = o->restarted, .state = "/",
	    .boot_id = boot_id};
	struct crypto *crypto = crypto_create();
	int status = 1;

	start.crypto = crypto;
	signal(SIGPIPE, SIG_IGN);
	tzset();
	read_boot_id(boot_id);
	confine_descriptors(ROLE_FD_COUNT);
	if (!crypto || !confine(o->role, o->state))
		perror("gatehouse: a role cannot be confined");
	else if (o->role == ROLE_MANAGER)
		status = manager_role(&start);
	else if (o->role == ROLE_ENGINE)
		status = engine_role(&start);
	else
		status = aaa_role(&start);
	crypto_destroy(crypto);
	return status;
}

static void on_ready(void *background)
{
	background_ready(background);
}

static int keep(const struct options *o)
{
	char state[] = "--state";
	char *const args[] = {state, (char *)(uintptr_t)o->state, NULL};
	struct background background = {-1};
	struct keeper_options keeper = {.state = o->state, .socket = o->socket, .config = o->config,
	    .exe = "/proc/self/exe", .args = args, .ready = on_ready, .arg = &background};
	enum keeper_end end;
	int status;

	if (!o->foreground && !background_start(&background, &status))
		return status;
	do
		end = keeper_run(&keeper);
	while (end == KEEPER_RESTART);
	return end == KEEPER_FAILED;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	if (!options_parse(&options, argc, argv, &status))
		return status;
	return options.role == ROLE_KEEPER ? keep(&options) : play(&options);
}
