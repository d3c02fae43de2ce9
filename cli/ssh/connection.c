/*
 * struct connection: one a process. Key exchange and login, then one session
 * channel with one gatesh behind it: a shell or a command, on a pty or on pipes.
 * Forwarding, X11, the agent, subsystems are refused.
 */
#include "cli/ssh/connection.h"

#include <errno.h>
#include <libssh/callbacks.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/ssh/login.h"
#include "cli/ssh/relay.h"
#include "cli/ssh/talk.h"

#define KEEPALIVE_MS 30000 /* of silence, before the client is asked for a sign of life */
#define SILENCES 4	   /* so many unanswered, and it is dead */
#define FAREWELL_MS 3000   /* for the client to take the last words and go */
#define GRACE_MS 120000	   /* for a login; the listener has a shorter one */
#define STUCK_MS 10000	   /* gatesh has ended, the client does not read what it said */

enum stage { STAGE_LOGIN, STAGE_SHELL, STAGE_FAREWELL };

struct connection {
	struct login login;
	ssh_session ssh;
	ssh_event event;
	ssh_channel channel; /* the one session, NULL before it */
	struct ssh_channel_callbacks_struct callbacks;
	int net, door;
	int spawner;		     /* the terminal's other side, -1 before it runs */
	struct msg_door_start start; /* what a pty request said */
	char term[64];
	struct relay relay;
	enum stage stage;
	bool exited, dead;
	uint8_t status;
	unsigned silences;
	int64_t heard; /* milliseconds: the client's last sign of life; in farewell its begin */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the terminal --------------------------------------------------------------- */

/* Asks the listener for the way to a terminal: it has the manager's token sent there. */
static bool ask_terminal(struct connection *c)
{
	struct ipc_msg m = {.type = MSG_DOOR_SESSION, .fd = -1};
	uint8_t buf[TALK_MAX];
	struct talk_fds fds;

	m.door_session.client = ssh_get_clientbanner(c->ssh);
	m.door_session.cipher_in = ssh_get_cipher_in(c->ssh);
	m.door_session.cipher_out = ssh_get_cipher_out(c->ssh);
	m.door_session.mac_in = ssh_get_hmac_in(c->ssh);
	m.door_session.mac_out = ssh_get_hmac_out(c->ssh);
	if (!talk_send(c->door, &m, NULL) || talk_receive(c->door, buf, &m, &fds) != 1 ||
	    m.type != MSG_DOOR_ANSWER || fds.n != 1)
		return false;
	c->spawner = fds.fd[0];
	return true;
}

/* A shell, or with `command` that alone. 0 as libssh's callbacks want it. */
static int run(struct connection *c, const char *command)
{
	struct ipc_msg m = {.type = MSG_DOOR_START, .fd = -1, .door_start = c->start};
	uint8_t buf[TALK_MAX];
	struct talk_fds fds;

	if (c->stage != STAGE_LOGIN || c->spawner >= 0 || (command && strlen(command) > 4000))
		return 1;
	m.door_start.term = c->term;
	m.door_start.exec = command != NULL;
	m.door_start.command = command;
	if (!ask_terminal(c) || !talk_send(c->spawner, &m, NULL) ||
	    talk_receive(c->spawner, buf, &m, &fds) != 1 || m.type != MSG_DOOR_STARTED ||
	    fds.n != (c->start.pty ? 1 : TALK_FDS)) {
		c->dead = true;
		return 1;
	}
	relay_start(&c->relay, c->ssh, c->channel, fds.fd, c->start.pty);
	c->stage = STAGE_SHELL;
	return 0;
}

/* ---- what the client asks of its channel ------------------------------------------ */

static uint16_t short_of(int n)
{
	return n < 0 ? 0 : n > 1000 ? 1000 : (uint16_t)n;
}

static int on_pty(ssh_session ssh, ssh_channel channel, const char *term, int width, int height,
    int pxwidth, int pxheight, void *arg)
{
	struct connection *c = arg;

	(void)ssh, (void)channel, (void)pxwidth, (void)pxheight;
	if (c->stage != STAGE_LOGIN || c->start.pty)
		return -1;
	snprintf(c->term, sizeof(c->term), "%s", term);
	c->start.pty = 1;
	c->start.columns = short_of(width);
	c->start.rows = short_of(height);
	return 0;
}

static int on_window(ssh_session ssh, ssh_channel channel, int width, int height, int pxwidth,
    int pxheight, void *arg)
{
	struct connection *c = arg;

	(void)ssh, (void)channel, (void)pxwidth, (void)pxheight;
	if (c->stage == STAGE_SHELL)
		relay_resize(&c->relay, short_of(width), short_of(height));
	return 0;
}

static int on_shell(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh, (void)channel;
	return run(arg, NULL);
}

static int on_exec(ssh_session ssh, ssh_channel channel, const char *command, void *arg)
{
	(void)ssh, (void)channel;
	return run(arg, command);
}

/* The environment is not the client's to set; it is told so, and goes on. */
static int on_env(
    ssh_session ssh, ssh_channel channel, const char *name, const char *value, void *arg)
{
	(void)ssh, (void)channel, (void)name, (void)value, (void)arg;
	return 1;
}

static int on_subsystem(ssh_session ssh, ssh_channel channel, const char *name, void *arg)
{
	(void)ssh, (void)channel, (void)name, (void)arg;
	return 1;
}

static ssh_channel on_open(ssh_session ssh, void *arg)
{
	struct connection *c = (struct connection *)arg;

	if (!c->login.in || c->channel)
		return NULL;
	c->channel = ssh_channel_new(ssh);
	if (!c->channel)
		return NULL;
	c->callbacks.userdata = c;
	c->callbacks.channel_pty_request_function = on_pty;
	c->callbacks.channel_pty_window_change_function = on_window;
	c->callbacks.channel_shell_request_function = on_shell;
	c->callbacks.channel_exec_request_function = on_exec;
	c->callbacks.channel_env_request_function = on_env;
	c->callbacks.channel_subsystem_request_function = on_subsystem;
	ssh_callbacks_init(&c->callbacks);
	ssh_set_channel_callbacks(c->channel, &c->callbacks);
	return c->channel;
}

/* ---- its life ------------------------------------------------------------------- */

/* gatesh has ended and all it said is told: status, end, close. */
static void say_farewell(struct connection *c)
{
	c->stage = STAGE_FAREWELL;
	c->heard = now_ms();
	ssh_channel_request_send_exit_status(c->channel, c->status);
	ssh_channel_send_eof(c->channel);
	ssh_channel_close(c->channel);
}

static void hear_spawner(struct connection *c)
{
	uint8_t buf[TALK_MAX];
	struct ipc_msg m;

	if (talk_receive(c->spawner, buf, &m, NULL) == 1 && m.type == MSG_DOOR_EXITED)
		c->status = m.door_exited.status;
	else
		c->status = 255;
	c->exited = true;
	c->heard = now_ms();
}

static int64_t most_silence(const struct connection *c)
{
	return c->stage == STAGE_FAREWELL ? FAREWELL_MS
	       : c->exited		  ? STUCK_MS
	       : c->login.in		  ? KEEPALIVE_MS
					  : GRACE_MS;
}

/* How long to wait for anything; after too long a silence the connection is dead. */
static int patience(struct connection *c)
{
	int64_t quiet = now_ms() - c->heard, most = most_silence(c);

	if (quiet < most)
		return (int)(most - quiet);
	if (most != KEEPALIVE_MS || ++c->silences > SILENCES) {
		c->dead = true;
		return 0;
	}
	(void)ssh_send_keepalive(c->ssh);
	c->heard = now_ms();
	return KEEPALIVE_MS;
}

/* Sleeps until something can be done. */
static void wait_any(struct connection *c)
{
	struct pollfd p[5] = {{.fd = c->net, .events = POLLIN}};
	int timeout = patience(c);
	unsigned n = 1, spawner = 0;

	if (ssh_get_poll_flags(c->ssh) & SSH_WRITE_PENDING)
		p[0].events |= POLLOUT;
	if (c->stage == STAGE_SHELL) {
		n += relay_poll(&c->relay, p + n);
		if (!c->exited) {
			spawner = n;
			p[n++] = (struct pollfd){.fd = c->spawner, .events = POLLIN};
		}
		if (relay_ready(&c->relay))
			timeout = 0;
	}
	if (c->dead || (poll(p, n, timeout) < 0 && errno != EINTR)) {
		c->dead = true;
		return;
	}
	if (p[0].revents & POLLIN) {
		c->heard = c->stage == STAGE_FAREWELL || c->exited ? c->heard : now_ms();
		c->silences = 0;
	}
	if (spawner && p[spawner].revents)
		hear_spawner(c);
}

static bool is_over(const struct connection *c)
{
	if (c->dead || c->login.over || (ssh_get_status(c->ssh) & (SSH_CLOSED | SSH_CLOSED_ERROR)))
		return true;
	/* The channel went: what ran behind it has nobody left to speak to. */
	return c->stage == STAGE_SHELL && ssh_channel_is_closed(c->channel);
}

static void serve(struct connection *c)
{
	ssh_set_blocking(c->ssh, 0);
	c->heard = now_ms();
	while (!is_over(c)) {
		wait_any(c);
		if (c->dead || ssh_event_dopoll(c->event, 0) == SSH_ERROR)
			break;
		if (c->login.asked)
			c->heard = now_ms(); /* the silence was ours */
		c->login.asked = false;
		if (c->stage != STAGE_SHELL)
			continue;
		c->relay.moved = false;
		relay_move(&c->relay);
		if (c->exited && c->relay.moved)
			c->heard = now_ms();
		if (c->exited && relay_drained(&c->relay))
			say_farewell(c);
	}
}

void connection_run(ssh_bind bind, int net, int door)
{
	static struct connection c; /* large, and the process is its own */

	c = (struct connection){.net = net, .door = door, .spawner = -1, .ssh = ssh_new()};
	c.event = ssh_event_new();
	if (!c.ssh || !c.event || ssh_bind_accept_fd(bind, c.ssh, net) != SSH_OK)
		return;
	login_start(&c.login, c.ssh, net, door);
	c.login.callbacks.channel_open_request_session_function = on_open;
	ssh_callbacks_init(&c.login.callbacks);
	ssh_set_server_callbacks(c.ssh, &c.login.callbacks);
	if (ssh_handle_key_exchange(c.ssh) != SSH_OK ||
	    ssh_event_add_session(c.event, c.ssh) != SSH_OK)
		return;
	serve(&c);
	if (c.stage == STAGE_SHELL)
		relay_stop(&c.relay);
	ssh_disconnect(c.ssh);
}
