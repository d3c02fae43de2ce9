/*
 * struct door: one a process, the listener's. It reads no network bytes: it
 * accepts, writes down who came by which link, asks the manager, and forks. What
 * a connection's process says is forwarded under the number that stands here, so
 * that it can speak for nobody else; a token passes from the manager to the
 * spawner, and no connection's process ever sees one.
 */
#include "cli/ssh/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/ssh/connection.h"
#include "cli/ssh/offer.h"
#include "cli/ssh/sandbox.h"
#include "cli/ssh/talk.h"
#include "cli/ssh/visitors.h"
#include "engine/base/journal.h"
#include "engine/ipc/channel.h"
#include "engine/keeper/confine.h"
#include "engine/net/listen.h"

#define ACCEPT_TURN 32 /* connections accepted in one turn of the loop */
#define LOOK_MS 500    /* between two looks at the deadlines */

/* The listening socket; a new one when the port changes. */
struct listening {
	uv_poll_t poll;
	int fd;
};

struct door {
	uv_loop_t loop;
	struct ipc_channel *keeper, *manager;
	int spawner;
	struct listening *listening; /* NULL: nobody is to come in */
	uv_poll_t spawner_gone;
	uv_signal_t child;
	uv_timer_t look;
	struct offer offer;
	struct visitors visitors;
	int status;
};

/* ---- the end of a visit ------------------------------------------------------------ */

static void visitor_closed(uv_handle_t *h)
{
	struct visitor *v = h->data;

	close(v->talk);
	free(v);
}

static void visitor_drop(struct visitor *v)
{
	visitors_remove(&v->door->visitors, v);
	if (v->net >= 0)
		close(v->net);
	if (v->polled)
		uv_close((uv_handle_t *)&v->poll, visitor_closed);
	else
		free(v);
}

/* Ended by us, or by itself. */
static void visitor_over(struct visitor *v)
{
	struct ipc_msg m = {.type = MSG_DOOR_END, .fd = -1, .door_end = {.id = v->id, .why = ""}};

	ipc_send(v->door->manager, &m);
	visitor_drop(v);
}

/* His process is killed; its end is noticed as any other's. Without one he just goes. */
static void visitor_kill(struct visitor *v)
{
	if (v->pid > 0)
		kill(v->pid, SIGKILL);
	else
		visitor_over(v);
}

static void on_child(uv_signal_t *h, int number)
{
	struct door *d = h->data;
	struct visitor *v;
	int status;
	pid_t pid;

	(void)number;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
			journal(LOG_WARNING,
			    "ssh: the process of a connection asked for a forbidden system call");
		v = visitors_of(&d->visitors, pid);
		if (v)
			visitor_over(v);
	}
}

static void on_look(uv_timer_t *t)
{
	struct door *d = t->data;
	uint64_t now = uv_now(&d->loop);
	struct visitor *next;

	for (struct visitor *v = d->visitors.first; v; v = next) {
		next = v->next;
		if (v->until && v->until <= now)
			visitor_kill(v);
	}
}

/* ---- what the processes say ---------------------------------------------------------- */

/* Passes a question on, one at a time. False when it makes no sense now. */
static bool forward(struct visitor *v, struct ipc_msg *m)
{
	bool login = m->type == MSG_DOOR_LOGIN && v->how == VISIT_LOGIN;
	bool session = m->type == MSG_DOOR_SESSION && v->how == VISIT_IN;

	if (v->asking || (!login && !session))
		return false;
	*ipc_id(m) = v->id;
	v->asking = true;
	if (login) { /* a server may take its time: his stands still */
		v->left = v->until - uv_now(&v->door->loop);
		v->until = 0;
	}
	if (session) {
		v->how = VISIT_OPEN;
		v->until = 0; /* how long he may be idle is said in there */
	}
	return ipc_send(v->door->manager, m);
}

static void on_talk(uv_poll_t *p, int error, int events)
{
	struct visitor *v = p->data;
	uint8_t buf[TALK_MAX];
	struct ipc_msg m;
	int got = error ? -1 : talk_receive(v->talk, buf, &m, NULL);

	(void)events;
	if (got < 0) {
		uv_poll_stop(p); /* it ends, or has to */
		kill(v->pid, SIGKILL);
	} else if (got > 0 && !forward(v, &m)) {
		kill(v->pid, SIGKILL);
	}
	explicit_bzero(buf, sizeof(buf));
}

/* ---- a process for a connection -------------------------------------------------------- */

/* The child; does not return. */
static void become_connection(struct door *d, int net, int talk)
{
	enum { NET = 3, TALK = 4, COUNT };

	for (int s = 1; s < 32; s++)
		if (s != SIGPIPE && s != SIGKILL && s != SIGSTOP)
			signal(s, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	net = fcntl(net, F_DUPFD_CLOEXEC, 900);
	talk = fcntl(talk, F_DUPFD_CLOEXEC, 900);
	if (dup2(net, NET) != NET || dup2(talk, TALK) != TALK)
		_exit(1);
	confine_descriptors(COUNT);
	if (!sandbox_enter(SANDBOX_CONNECTION))
		_exit(1);
	connection_run(d->offer.now, NET, TALK);
	_exit(0);
}

static void admitted(struct visitor *v)
{
	struct door *d = v->door;
	int fd[2];

	if (!d->offer.now || !talk_pair(fd)) { /* without a key there is nothing to say to him */
		visitor_over(v);
		return;
	}
	v->pid = fork();
	if (v->pid == 0)
		become_connection(d, v->net, fd[1]);
	close(fd[1]);
	if (v->pid < 0) {
		v->pid = 0;
		close(fd[0]);
		visitor_over(v);
		return;
	}
	close(v->net);
	v->net = -1;
	v->talk = fd[0];
	(void)fcntl(v->talk, F_SETFL, O_NONBLOCK);
	v->how = VISIT_LOGIN;
	uv_poll_init(&d->loop, &v->poll, v->talk);
	v->poll.data = v;
	v->polled = true;
	uv_poll_start(&v->poll, UV_READABLE, on_talk);
}

static void come_in(struct door *d, int fd)
{
	struct ipc_msg m = {.type = MSG_DOOR_CONNECT, .fd = -1};
	struct visitor *v = NULL;
	struct path path;

	if (tcp_ends(fd, &path, &m.door_connect.ifindex))
		v = visitors_add(&d->visitors, &path, uv_now(&d->loop));
	if (!v) {
		close(fd);
		return;
	}
	v->door = d;
	v->net = fd;
	m.door_connect.id = v->id;
	m.door_connect.from = path.remote.addr;
	m.door_connect.port = path.remote.port;
	m.door_connect.to = path.local.addr;
	if (!ipc_send(d->manager, &m))
		visitor_drop(v);
}

static void on_listening(uv_poll_t *p, int error, int events)
{
	struct door *d = p->data;
	int fd;

	(void)events;
	for (int i = 0; !error && i < ACCEPT_TURN; i++) {
		fd = accept4(d->listening->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			break;
		come_in(d, fd);
	}
}

/* Accepts while there is a manager to ask; else who connects waits in the backlog. */
static void open_or_shut(struct door *d)
{
	if (!d->listening)
		return;
	if (d->manager)
		uv_poll_start(&d->listening->poll, UV_READABLE, on_listening);
	else
		uv_poll_stop(&d->listening->poll);
}

/* ---- what the manager says --------------------------------------------------------------- */

/* `in`: he has logged in; `asks`: he is to answer a question; else it only was a key that would
 * do. */
static void answer(struct visitor *v, const struct msg_door_answer *a)
{
	struct ipc_msg m = {.type = MSG_DOOR_ANSWER, .fd = -1, .door_answer = *a};

	if (!v->asking || v->how != VISIT_LOGIN)
		return;
	v->asking = false;
	if (!v->until)
		v->until = uv_now(&v->door->loop) + (a->asks ? GRACE_MS : v->left);
	if (a->yes && a->in)
		visitors_let_in(&v->door->visitors, v, uv_now(&v->door->loop));
	if (!talk_send(v->talk, &m, NULL))
		visitor_kill(v);
}

/* The token to the spawner, with one end of a pair; the other end to the process. */
static void open_way(struct visitor *v, const struct ipc_msg *token)
{
	struct ipc_msg m = {.type = MSG_DOOR_ANSWER, .fd = -1, .door_answer = {.yes = 1}};
	struct talk_fds fds = {.n = 1};
	bool ok = false;
	int fd[2];

	if (!v->asking || v->how != VISIT_OPEN || token->door_token.token.len != 32)
		return;
	v->asking = false;
	if (talk_pair(fd)) {
		fds.fd[0] = fd[1];
		ok = talk_send(v->door->spawner, token, &fds);
		fds.fd[0] = fd[0];
		ok = ok && talk_send(v->talk, &m, &fds);
		close(fd[0]);
		close(fd[1]);
	}
	if (!ok)
		visitor_kill(v);
}

static void manager_said(struct visitor *v, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_DOOR_ADMIT:
		if (v->how != VISIT_ASKED)
			return;
		if (m->door_admit.yes)
			admitted(v);
		else
			visitor_drop(v);
		break;
	case MSG_DOOR_ANSWER:
		answer(v, &m->door_answer);
		break;
	case MSG_DOOR_TOKEN:
		open_way(v, m);
		break;
	case MSG_DOOR_END:
		v->until = uv_now(&v->door->loop) + FAREWELL_MS;
		break;
	default:
		break;
	}
}

static void on_manager(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct door *d = arg;
	struct visitor *v;

	(void)ch;
	if (m->type == MSG_DOOR_KEY) {
		offer_key(&d->offer, &m->door_key);
	} else if (m->type == MSG_DOOR_OFFER) {
		(void)offer_take(&d->offer, &m->door_offer); /* without: nobody is accepted */
	} else if (ipc_id(m)) {
		v = visitors_find(&d->visitors, *ipc_id(m));
		if (v)
			manager_said(v, m);
	}
}

/* Terminals end with it by themselves; nobody answers who is not that far. */
static void on_manager_gone(void *arg, struct ipc_channel *ch)
{
	struct door *d = arg;
	struct visitor *next;

	ipc_channel_close(ch);
	d->manager = NULL;
	open_or_shut(d);
	for (struct visitor *v = d->visitors.first; v; v = next) {
		next = v->next;
		if (v->how != VISIT_OPEN || v->asking)
			visitor_kill(v);
	}
}

/* ---- what the keeper says ------------------------------------------------------------------ */

static void meet_manager(struct door *d, struct ipc_msg *m)
{
	if (d->manager)
		on_manager_gone(d, d->manager);
	d->manager = ipc_channel_open(&d->loop, m->fd, on_manager, on_manager_gone, d);
	if (d->manager)
		m->fd = -1;
	open_or_shut(d);
}

static void listening_closed(uv_handle_t *h)
{
	struct listening *l = (struct listening *)(void *)h;

	close(l->fd);
	free(l);
}

static void take_socket(struct door *d, struct ipc_msg *m)
{
	struct listening *l = m->fd < 0 ? NULL : calloc(1, sizeof(*l));

	if (d->listening)
		uv_close((uv_handle_t *)&d->listening->poll, listening_closed);
	d->listening = l;
	if (!l)
		return;
	l->fd = m->fd;
	m->fd = -1;
	uv_poll_init(&d->loop, &l->poll, l->fd);
	l->poll.data = d;
	open_or_shut(d);
}

static void stop(struct door *d, int status)
{
	d->status = status;
	uv_stop(&d->loop);
}

static void on_keeper(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct door *d = arg;

	(void)ch;
	if (m->type == MSG_PEER_ROLE && m->peer_role.role == ROLE_MANAGER && m->fd >= 0)
		meet_manager(d, m);
	else if (m->type == MSG_DOOR_SOCKET)
		take_socket(d, m);
	else if (m->type == MSG_SHUTDOWN)
		stop(d, 0);
}

static void on_keeper_gone(void *arg, struct ipc_channel *ch)
{
	struct door *d = arg;

	ipc_channel_close(ch);
	d->keeper = NULL;
	stop(d, 1);
}

/* Without a spawner there are no terminals: all begins anew. */
static void on_spawner_gone(uv_poll_t *p, int error, int events)
{
	(void)error, (void)events;
	stop(p->data, 1);
}

/* ---- its life ------------------------------------------------------------------------------ */

static bool start(struct door *d, int keeper)
{
	if (uv_loop_init(&d->loop) < 0)
		return false;
	d->keeper = ipc_channel_open(&d->loop, keeper, on_keeper, on_keeper_gone, d);
	if (!d->keeper)
		return false;
	uv_signal_init(&d->loop, &d->child);
	uv_timer_init(&d->loop, &d->look);
	uv_poll_init(&d->loop, &d->spawner_gone, d->spawner);
	d->child.data = d->look.data = d->spawner_gone.data = d;
	uv_signal_start(&d->child, on_child, SIGCHLD);
	uv_timer_start(&d->look, on_look, LOOK_MS, LOOK_MS);
	uv_poll_start(&d->spawner_gone, UV_READABLE | UV_DISCONNECT, on_spawner_gone);
	return true;
}

int listener_run(int keeper, int spawner)
{
	static struct door d;
	struct ipc_msg ready = {.type = MSG_ROLE_READY, .fd = -1, .role_ready = {ROLE_SSH}};

	d = (struct door){.spawner = spawner, .status = 1};
	if (!start(&d, keeper))
		return 1;
	ipc_send(d.keeper, &ready);
	uv_run(&d.loop, UV_RUN_DEFAULT);
	/* Connections die with this process; what their terminals say last is not theirs to
	 * hear. */
	return d.status;
}
