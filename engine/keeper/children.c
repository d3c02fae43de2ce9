/*
 * struct child: from the request to the exit of its process. It is started with
 * an own uid, no capability, a clean environment and two descriptors; what it
 * gives up besides it does itself (engine/child/child.c). Too late, or no longer
 * wanted, it is killed.
 */
#include "engine/keeper/children.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/child/child.h"
#include "engine/keeper/identity.h"

#define TRANSFER_MS 3600000u
#define NT_MS 5000u /* more than the longest patience that was asked for */
#define PROBES_MS 60000u /* more than the longest patience that was asked for */
#define LONGEST_MS 86400000u

struct child {
	struct child *next;
	struct children *all;
	enum role role; /* who asked */
	uint32_t id;
	uv_process_t process;
	uv_timer_t deadline;
	unsigned handles;
};

struct task {
	enum msg_type type;
	const char *program;
	enum role role;
	unsigned most; /* of that role at once */
	bool icmp;     /* has a raw ICMP socket */
};

static const struct task TASK[] = {
    {MSG_KEEP_PING, "gatehouse-tool", ROLE_MANAGER, CHILDREN_MAX, true},
    {MSG_KEEP_TRACEROUTE, "gatehouse-tool", ROLE_MANAGER, CHILDREN_MAX, true},
    {MSG_KEEP_TRANSFER, "gatehouse-transfer", ROLE_MANAGER, CHILDREN_MAX, false},
    {MSG_KEEP_NT, "gatehouse-nt", ROLE_AAA, CHILDREN_NT_MAX, false},
};

static const struct task *task_of(enum msg_type type)
{
	for (size_t i = 0; i < sizeof TASK / sizeof *TASK; i++)
		if (TASK[i].type == type)
			return &TASK[i];
	return NULL;
}

static uint64_t patience(const struct ipc_msg *m)
{
	const struct msg_keep_ping *p = &m->keep_ping;
	const struct msg_keep_traceroute *t = &m->keep_traceroute;
	uint64_t ms = PROBES_MS;

	switch (m->type) {
	case MSG_KEEP_TRANSFER:
		ms = TRANSFER_MS;
		break;
	case MSG_KEEP_NT:
		ms = NT_MS + 1000ull * m->keep_nt.timeout;
		break;
	case MSG_KEEP_PING:
		ms += 1000ull * p->repeat * p->timeout;
		break;
	default:
		ms += 2000ull * t->probes * t->timeout * t->last;
		break;
	}
	return ms < LONGEST_MS ? ms : LONGEST_MS;
}

/* ---- its end ----------------------------------------------------------------------- */

static void on_closed(uv_handle_t *h)
{
	struct child *c = h->data;

	if (--c->handles == 0)
		free(c);
}

static void forget(struct child *c)
{
	for (struct child **p = &c->all->first; *p; p = &(*p)->next) {
		if (*p != c)
			continue;
		*p = c->next;
		c->all->n[c->role]--;
		break;
	}
	uv_close((uv_handle_t *)&c->process, on_closed);
	uv_close((uv_handle_t *)&c->deadline, on_closed);
}

static void on_exit_of(uv_process_t *p, int64_t status, int number)
{
	if (number == SIGSYS)
		journal(LOG_ERR, "a child ended (signal %d: a forbidden system call)", number);
	else if (number && number != SIGKILL && number != SIGPIPE)
		journal(LOG_WARNING, "a child ended (signal %d)", number);
	(void)status; /* how it went is told on the stream */
	forget(p->data);
}

static void on_late(uv_timer_t *t)
{
	struct child *c = t->data;

	uv_process_kill(&c->process, SIGKILL);
}

/* ---- its start --------------------------------------------------------------------- */

/* Only what can answer a probe wakes it. */
static int open_icmp(void)
{
	struct icmp_filter f = {.data = ~(1u << ICMP_ECHOREPLY | 1u << ICMP_DEST_UNREACH |
					  1u << ICMP_SOURCE_QUENCH | 1u << ICMP_TIME_EXCEEDED)};
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);

	if (fd >= 0)
		(void)setsockopt(fd, SOL_RAW, ICMP_FILTER, &f, sizeof f);
	return fd;
}

/* The program beside this one, as a descriptor: the folder may be closed to the child's uid. -1
 * with errno. */
static int open_program(const struct children *all, const char *name)
{
	char self[PATH_MAX], path[PATH_MAX + 32];
	const char *folder = all->programs;
	ssize_t n = folder ? 0 : readlink("/proc/self/exe", self, sizeof self - 1);
	int fd, high;

	if (n < 0)
		return -1;
	self[n] = 0;
	if (!folder && strrchr(self, '/')) {
		*strrchr(self, '/') = 0;
		folder = self;
	}
	snprintf(path, sizeof path, "%s/%s", folder, name);
	fd = open(path, O_PATH | O_CLOEXEC);
	high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 64); /* out of the way of the child's */
	if (fd >= 0)
		close(fd);
	return high;
}

static int spawn(struct child *c, const struct task *t, int stream, int icmp)
{
	/* A name server that does not answer is not waited for long. */
	char keeper[32], *env[] = {keeper, (char[]){"PATH=/usr/bin:/bin"}, (char[]){"LANG=C"},
	    (char[]){"RES_OPTIONS=timeout:2 attempts:2"}, NULL};
	char *argv[] = {(char *)(uintptr_t)t->program, NULL}, path[32];
	uv_stdio_container_t io[CHILD_FD_COUNT] = {0};
	uv_process_options_t o = {.exit_cb = on_exit_of,
	    .file = path,
	    .args = argv,
	    .env = env,
	    .cwd = "/",
	    .stdio_count = CHILD_FD_COUNT,
	    .stdio = io,
	    .flags = geteuid() == 0 ? UV_PROCESS_SETUID | UV_PROCESS_SETGID : 0,
	    .uid = identity_child_uid(),
	    .gid = identity_child_gid()};
	int program = open_program(c->all, t->program), error;

	io[CHILD_STREAM] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = stream};
	if (icmp >= 0)
		io[CHILD_ICMP] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = icmp};
	snprintf(path, sizeof path, "/proc/self/fd/%d", program);
	snprintf(keeper, sizeof keeper, CHILD_KEEPER "=%d", (int)getpid());
	error = uv_spawn(c->all->loop, &c->process, &o);
	if (program >= 0)
		close(program);
	return -error;
}

static struct child *child_new(struct children *all, enum role role, const struct ipc_msg *m)
{
	struct child *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->all = all;
	c->role = role;
	c->id = *ipc_id(m);
	c->handles = 2;
	c->process.data = c->deadline.data = c;
	uv_timer_init(all->loop, &c->deadline);
	c->next = all->first;
	all->first = c;
	all->n[role]++;
	return c;
}

/* The request is the first that the child reads: there is room for it in any socket. */
static bool send_request(int fd, const struct ipc_msg *m)
{
	uint8_t packet[STREAM_MAX];
	size_t len = ipc_encode(m, packet, sizeof packet);
	bool ok = len && stream_send(fd, STREAM_REQUEST, packet, len);

	explicit_bzero(packet, sizeof packet);
	return ok;
}

int children_start(struct children *all, const struct ipc_msg *m, int *fd)
{
	const struct task *t = task_of(m->type);
	struct child *c;
	int pair[2], icmp, error;

	if (all->n[t->role] >= t->most)
		return EAGAIN;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return errno;
	icmp = t->icmp ? open_icmp() : -1;
	error = t->icmp && icmp < 0 ? errno : !send_request(pair[0], m) ? EMSGSIZE : 0;
	c = error ? NULL : child_new(all, t->role, m);
	if (c) {
		error = spawn(c, t, pair[1], icmp);
		if (error)
			forget(c);
		else
			uv_timer_start(&c->deadline, on_late, patience(m), 0);
	} else if (!error) {
		error = ENOMEM;
	}
	close(pair[1]);
	if (icmp >= 0)
		close(icmp);
	if (error)
		close(pair[0]);
	*fd = error ? -1 : pair[0];
	return error;
}

void children_end(struct children *all, enum role role, uint32_t id)
{
	for (struct child *c = all->first; c; c = c->next)
		if (c->role == role && c->id == id)
			uv_process_kill(&c->process, SIGKILL);
}

void children_end_of(struct children *all, enum role role)
{
	for (struct child *c = all->first; c; c = c->next)
		if (c->role == role)
			uv_process_kill(&c->process, SIGKILL);
}

void children_end_all(struct children *all)
{
	for (enum role r = 0; r < ROLE_COUNT; r++)
		children_end_of(all, r);
}
