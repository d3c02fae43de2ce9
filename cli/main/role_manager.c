/*
 * The manager as a process: its loop, the channel to the keeper that it was
 * born with, and the end. Everything else is manager.c's.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/acts/acts.h"
#include "cli/login/changed.h"
#include "cli/login/login.h"
#include "cli/main/roles.h"
#include "cli/manager/manager.h"
#include "cli/operator/console.h"
#include "cli/operator/console_server.h"
#include "cli/operator/door.h"
#include "cli/operator/tokens.h"
#include "engine/base/journal.h"

extern const char grammars_all[], grammars_all_end[];

/* The whole of an open file, NULL when it cannot be read. */
static char *read_all(int fd, size_t *len)
{
	struct stat st;
	char *text;
	size_t n = 0;
	ssize_t got = 0;

	if (fstat(fd, &st) < 0 || st.st_size > CONSOLE_FILE_MAX)
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	while (text && n < (size_t)st.st_size &&
	    (got = read(fd, text + n, (size_t)st.st_size - n)) > 0)
		n += (size_t)got;
	if (text && got < 0) {
		free(text);
		return NULL;
	}
	*len = n;
	return text;
}

static void manager_stopped(struct manager *m)
{
	uv_stop(m->loop);
}

static void close_left(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

/* The ways in: the console, and the SSH door with the terminals that it opens. */
struct ways_in {
	struct console_server *console, *terminals;
	struct tokens tokens;
	struct door *door;
};

static bool open_ways(struct ways_in *w, struct manager *m, const struct role_start *rs)
{
	if (rs->console >= 0)
		w->console = console_server_open(m, m->loop, rs->console, NULL);
	if (rs->tokens >= 0)
		w->terminals = console_server_open(m, m->loop, rs->tokens, &w->tokens);
	m->password_changed = password_changed;
	if (w->terminals)
		w->door = door_open(m, &w->tokens);
	return (w->console || rs->console < 0) && (w->door || rs->tokens < 0);
}

/* Serves operators until the keeper says that it is over. */
static int serve(struct manager *m, const struct role_start *rs)
{
	static struct ways_in ways; /* there is one manager a process */
	bool opened;

	host_keys_open(&m->host_keys, m->loop, m->state, m->crypto);
	opened = open_ways(&ways, m, rs);
	if (opened) {
		manager_ready(m);
		m->stopped = manager_stopped;
		if (!m->over)
			uv_run(m->loop, UV_RUN_DEFAULT);
		uv_run(m->loop, UV_RUN_NOWAIT); /* the farewells */
	} else {
		journal(LOG_ERR, "manager: cannot listen on the console socket");
	}
	console_server_close(ways.console);
	console_server_close(ways.terminals);
	door_close(ways.door);
	host_keys_close(&m->host_keys);
	login_close_all(m);
	password_changed_close(m);
	return opened ? 0 : 1;
}

static int manager_run(const struct manager_start *start, const struct role_start *rs)
{
	char error[1024];
	struct manager *m = manager_open(start, error, sizeof(error));
	int status;

	if (!m) {
		journal(LOG_ERR, "manager: %s", error);
		return 1;
	}
	status = serve(m, rs);
	manager_close(m);
	return status;
}

int manager_role(const struct role_start *rs)
{
	uv_loop_t loop;
	size_t len = 0;
	char *config = NULL;
	struct manager_start start = {
	    .loop = &loop,
	    .grammar = grammars_all,
	    .grammar_len = (uintptr_t)grammars_all_end - (uintptr_t)grammars_all,
	    .state = rs->state,
	    .crypto = rs->crypto,
	    .boot_id = rs->boot_id,
	    .check = acts_check,
	};
	int status;

	if (uv_loop_init(&loop) < 0)
		return 1;
	if (rs->config >= 0) {
		start.config = config = read_all(rs->config, &len);
		start.config_len = len;
		close(rs->config);
	}
	start.keeper = ipc_channel_open(&loop, rs->keeper, NULL, NULL, NULL);
	status = start.keeper ? manager_run(&start, rs) : 1;
	if (config)
		explicit_bzero(config, len); /* keys and passwords */
	free(config);
	uv_walk(&loop, close_left, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return status;
}
