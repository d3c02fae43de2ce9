/*
 * Owns the role processes and the keeper's channels to them.
 *
 * A role's life: spawn -> PEER_ROLE messages on its channel -> ROLE_READY ->
 * death. At each spawn every pair of the table below of which the other side
 * lives gets a new socketpair, one end to each; so a survivor learns of a
 * peer's rebirth by its new channel. The first death is answered at once, later
 * ones with a growing wait, until the role has lived for a while.
 */
#include "engine/keeper/supervisor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/base/stop.h"

#define LIVED_MS 5000 /* a role that lived so long starts at once again */
#define FIRST_WAIT_MS 100
#define LINGER_MS 300 /* between the end of a role's channel and its exit */
#define ARGS_MAX 16

static const char *const ROLE_NAME[ROLE_COUNT] = {"keeper", "manager", "engine", "aaa",
    "ssh"};

/* Who may talk to whom directly. */
static const enum role PAIR[][2] = {
    {ROLE_MANAGER, ROLE_ENGINE},
    {ROLE_MANAGER, ROLE_AAA},
    {ROLE_ENGINE, ROLE_AAA},
    {ROLE_MANAGER, ROLE_SSH},
};

struct process {
	struct supervisor *s;
	enum role role;
	uv_process_t handle;
	bool alive, ready, born_before;
	struct ipc_channel *ch;
	uv_timer_t again; /* until the next start; while it lives: until it has to be gone */
	unsigned deaths;  /* without a long life in between */
	uint64_t born;    /* uv_now() */
};

struct supervisor {
	uv_loop_t *loop;
	struct supervisor_config cfg;
	struct process role[ROLE_COUNT]; /* [ROLE_KEEPER] is unused */
	bool was_ready, stopping, over;
	uv_timer_t kill;
	int handles; /* timers still to close */
};

static void spawn(struct process *);

static bool all_down(const struct supervisor *s)
{
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		if (s->role[r].alive)
			return false;
	return true;
}

/* While stopping: tells the owner once when the last role is gone. */
static void check_over(struct supervisor *s)
{
	if (s->over || !all_down(s))
		return;
	s->over = true;
	uv_timer_stop(&s->kill);
	s->cfg.ops->stopped(s->cfg.arg);
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct process *p = arg;
	struct supervisor *s = p->s;
	bool all = true;

	(void)ch;
	if (m->type != MSG_ROLE_READY) {
		s->cfg.ops->message(s->cfg.arg, p->role, m);
		return;
	}
	p->ready = true;
	/* Without a door there is the console. */
	for (int r = ROLE_MANAGER; r < ROLE_SSH; r++)
		all = all && s->role[r].ready;
	if (all && !s->was_ready) {
		s->was_ready = true;
		s->cfg.ops->ready(s->cfg.arg);
	}
}

static void on_lingers(uv_timer_t *t)
{
	struct process *p = t->data;

	if (p->alive)
		uv_process_kill(&p->handle, SIGKILL);
}

/* A role without its keeper is of no use: it is about to exit, which starts it again, or has to be
 * helped to. While stopping it has the whole time that stopping may take. */
static void on_channel_gone(void *arg, struct ipc_channel *ch)
{
	struct process *p = arg;

	ipc_channel_close(ch);
	p->ch = NULL;
	if (p->alive && !p->s->stopping)
		uv_timer_start(&p->again, on_lingers, LINGER_MS, 0);
}

static void on_again(uv_timer_t *t)
{
	spawn(t->data);
}

static void schedule(struct process *p)
{
	uint64_t wait = 0;

	if (uv_now(p->s->loop) - p->born >= LIVED_MS)
		p->deaths = 0;
	for (unsigned i = 0; i < p->deaths && wait < ROLE_BACKOFF_MS; i++)
		wait = wait ? 2 * wait : FIRST_WAIT_MS;
	p->deaths++;
	uv_timer_start(&p->again, on_again, wait < ROLE_BACKOFF_MS ? wait : ROLE_BACKOFF_MS, 0);
}

static void on_process_exit(uv_process_t *handle, int64_t status, int signal)
{
	struct process *p = handle->data;
	struct supervisor *s = p->s;

	uv_close((uv_handle_t *)handle, NULL);
	ipc_channel_close(p->ch);
	p->ch = NULL;
	p->alive = p->ready = false;
	if (!s->stopping)
		journal(LOG_ERR, "%s ended (%s %d%s), starting it again", ROLE_NAME[p->role],
		    signal ? "signal" : "status", signal ? signal : (int)status,
		    signal == SIGSYS ? ": a forbidden system call" : "");
	s->cfg.ops->died(s->cfg.arg, p->role);
	if (s->stopping)
		check_over(s);
	else
		schedule(p);
}

/* A new channel between two living roles. */
static void connect_pair(struct supervisor *s, enum role a, enum role b)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd) < 0)
		return;
	for (int i = 0; i < 2; i++) {
		struct ipc_msg m = {.type = MSG_PEER_ROLE, .fd = fd[i],
		    .peer_role = {.role = (uint8_t)(i ? a : b)}};

		ipc_send(s->role[i ? b : a].ch, &m);
		close(fd[i]);
	}
}

/* What only the manager finds. */
static void give_manager(const struct process *p, uv_stdio_container_t *io)
{
	const struct supervisor_config *c = &p->s->cfg;
	/* The --config text is for the boot; a manager that comes back finds its database. */
	const int fd[ROLE_FD_COUNT] = {[ROLE_FD_CONSOLE] = c->console,
	    [ROLE_FD_CONFIG] = p->born_before ? -1 : c->config, [ROLE_FD_TOKENS] = c->tokens};

	for (int i = ROLE_FD_CONSOLE; i < ROLE_FD_COUNT; i++)
		if (fd[i] >= 0)
			io[i] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fd[i]};
}

static int spawn_process(struct process *p, int fd)
{
	struct supervisor *s = p->s;
	bool door = p->role == ROLE_SSH;
	char *const *more = door ? s->cfg.door_args : s->cfg.args;
	uv_stdio_container_t io[ROLE_FD_COUNT] = {0};
	char name[] = "gatehouse", option[] = "--role", restarted[] = "--restarted";
	char *argv[ARGS_MAX] = {name, option, (char *)(uintptr_t)ROLE_NAME[p->role]};
	uv_process_options_t o = {.exit_cb = on_process_exit,
	    .file = door ? s->cfg.door : s->cfg.exe,
	    .args = argv,
	    .stdio_count = ROLE_FD_COUNT,
	    .stdio = io};
	size_t n = 3;

	if (p->born_before)
		argv[n++] = restarted;
	for (size_t i = 0; more && more[i] && n < ARGS_MAX - 1; i++)
		argv[n++] = more[i];
	for (int i = 1; i < 3; i++)
		io[i] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = i};
	io[ROLE_FD_KEEPER] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = fd};
	if (p->role == ROLE_MANAGER)
		give_manager(p, io);
	return uv_spawn(s->loop, &p->handle, &o);
}

static void spawn(struct process *p)
{
	struct supervisor *s = p->s;
	int fd[2], error;

	if (s->stopping || (p->role == ROLE_SSH && !s->cfg.door))
		return;
	p->born = uv_now(s->loop);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd) < 0) {
		schedule(p);
		return;
	}
	p->ch = ipc_channel_open(s->loop, fd[0], on_message, on_channel_gone, p);
	p->handle.data = p;
	error = p->ch ? spawn_process(p, fd[1]) : UV_ENOMEM;
	close(fd[1]);
	if (error) {
		journal(LOG_ERR, "cannot start %s: %s", ROLE_NAME[p->role], uv_strerror(error));
		if (p->ch)
			uv_close((uv_handle_t *)&p->handle, NULL);
		else
			close(fd[0]);
		ipc_channel_close(p->ch);
		p->ch = NULL;
		p->deaths += p->deaths == 0; /* not at once: the handle has to close first */
		schedule(p);
		return;
	}
	p->alive = p->born_before = true;
	for (size_t i = 0; i < sizeof PAIR / sizeof *PAIR; i++) {
		const enum role *pair = PAIR[i];

		if ((pair[0] == p->role || pair[1] == p->role) && s->role[pair[0]].ch &&
		    s->role[pair[1]].ch)
			connect_pair(s, pair[0], pair[1]);
	}
	s->cfg.ops->started(s->cfg.arg, p->role);
}

struct supervisor *supervisor_start(uv_loop_t *loop, const struct supervisor_config *cfg)
{
	struct supervisor *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->loop = loop;
	s->cfg = *cfg;
	s->handles = ROLE_COUNT; /* a timer for each role but the keeper, and `kill` */
	uv_timer_init(loop, &s->kill);
	s->kill.data = s;
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++) {
		struct process *p = &s->role[r];

		p->s = s;
		p->role = (enum role)r;
		uv_timer_init(loop, &p->again);
		p->again.data = p;
	}
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		spawn(&s->role[r]);
	return s;
}

bool supervisor_send(struct supervisor *s, enum role to, const struct ipc_msg *m)
{
	return ipc_send(s->role[to].ch, m);
}

void supervisor_flush(struct supervisor *s)
{
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		ipc_flush(s->role[r].ch);
}

int supervisor_pid(const struct supervisor *s, enum role role)
{
	return s->role[role].alive ? s->role[role].handle.pid : 0;
}

static void on_kill(uv_timer_t *t)
{
	struct supervisor *s = t->data;

	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		if (s->role[r].alive)
			uv_process_kill(&s->role[r].handle, SIGKILL);
}

void supervisor_stop(struct supervisor *s, const char *why, bool restart)
{
	struct ipc_msg m = {.type = MSG_SHUTDOWN, .fd = -1, .shutdown = {why, restart}};

	if (s->stopping)
		return;
	s->stopping = true;
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++) {
		uv_timer_stop(&s->role[r].again);
		ipc_send(s->role[r].ch, &m);
	}
	uv_timer_start(&s->kill, on_kill, STOP_ROLE_MS, 0);
	check_over(s);
}

static void released(struct supervisor *s)
{
	if (--s->handles == 0)
		free(s);
}

static void on_again_closed(uv_handle_t *h)
{
	released(((struct process *)h->data)->s);
}

static void on_kill_closed(uv_handle_t *h)
{
	released(h->data);
}

void supervisor_free(struct supervisor *s)
{
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		uv_close((uv_handle_t *)&s->role[r].again, on_again_closed);
	uv_close((uv_handle_t *)&s->kill, on_kill_closed);
}
