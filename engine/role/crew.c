/* The packet workers beside the first, as the keeper equips them; see crew.h. */
#include "engine/role/crew.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/net/write_ring.h"

/* What a worker has of its own, in the keeper's words. */
#define EQUIPMENT(X) X(udp4500) X(esp) X(df) X(tun)

static const char *const what[] = {
#define WORD(name) #name,
    EQUIPMENT(WORD)
#undef WORD
};

#define WHATS ((uint32_t)(sizeof what / sizeof *what))

static int *place(struct crew *c, unsigned part, uint32_t i)
{
	struct dp_sockets *s = &c->of[part];
	int *const fd[] = {
#define PLACE(name) &s->name,
	    EQUIPMENT(PLACE)
#undef PLACE
	};

	return fd[i];
}

static const struct dp_sockets NONE = {
#define CLOSED(name) .name = -1,
    EQUIPMENT(CLOSED)
#undef CLOSED
};

/* Of the cores that this process may use; one is left to everything else. */
static unsigned fitting(void)
{
	cpu_set_t cores;
	int n;

	if (sched_getaffinity(0, sizeof cores, &cores) < 0)
		return 1;
	n = CPU_COUNT(&cores) - 1;
	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (unsigned)n;
}

void crew_rings(struct write_ring *ring[WORKERS_MAX])
{
	unsigned n = fitting(), i = 0;

	while (i < n && (ring[i] = write_ring_create()))
		i++;
	if (i < n)
		journal(LOG_NOTICE,
		    "engine: each packet to the TUN is a system call, there is no io_uring: %s",
		    strerror(errno));
}

void crew_init(struct crew *c, struct write_ring *const ring[WORKERS_MAX])
{
	*c = (struct crew){.table = -1};
	for (unsigned part = 0; part < WORKERS_MAX; part++) {
		c->of[part] = NONE;
		c->of[part].ring = ring[part];
	}
}

bool crew_decide(struct crew *c, unsigned workers)
{
	c->workers = workers ? workers : fitting();
	return c->workers > 1;
}

void crew_ask(struct crew *c, crew_say *say, void *arg)
{
	struct ipc_msg m = {.type = MSG_KEEP_WORKERS, .fd = -1,
	    .keep_workers = {.id = CREW_IDS, .workers = (uint8_t)c->workers}};

	c->missing = 1;
	say(arg, &m);
}

static void ask_parts(struct crew *c, crew_say *say, void *arg)
{
	for (unsigned part = 1; part < c->workers; part++)
		for (uint32_t i = 0; i < WHATS; i++) {
			struct ipc_msg m = {.type = MSG_KEEP_PART, .fd = -1,
			    .keep_part = {.id = CREW_IDS + part * WHATS + i,
			        .what = what[i], .part = (uint8_t)part}};

			c->missing++;
			say(arg, &m);
		}
}

/* The first does it alone; nothing may come to where nobody reads. */
static void alone(struct crew *c, const char *why, crew_say *say, void *arg)
{
	struct ipc_msg m = {.type = MSG_KEEP_WORKERS, .fd = -1, .keep_workers = {.workers = 1}};

	if (c->workers == 1)
		return;
	journal(LOG_ERR, "engine: one packet worker instead of %u: %s", c->workers, why);
	c->workers = 1;
	say(arg, &m);
}

void crew_table_close(struct crew *c)
{
	if (c->table >= 0)
		close(c->table);
	c->table = -1;
}

void crew_close(struct crew *c)
{
	crew_table_close(c);
	for (unsigned part = 1; part < WORKERS_MAX; part++)
		for (uint32_t i = 0; i < WHATS; i++) {
			int *fd = place(c, part, i);

			if (*fd >= 0)
				close(*fd);
			*fd = -1;
		}
}

bool crew_reply(struct crew *c, struct ipc_msg *m, crew_say *say, void *arg)
{
	uint32_t id = m->keep_reply.id - CREW_IDS;

	if (m->keep_reply.id < CREW_IDS || id >= WORKERS_MAX * WHATS || !c->missing)
		return false;
	c->missing--;
	if (m->keep_reply.error || (id > 0 && m->fd < 0)) {
		alone(c, m->keep_reply.text ? m->keep_reply.text : "no answer", say, arg);
	} else if (id == 0) {
		c->table = m->fd;
		m->fd = -1;
		ask_parts(c, say, arg);
	} else {
		*place(c, id / WHATS, id % WHATS) = m->fd;
		m->fd = -1;
	}
	if (!c->missing && c->workers == 1)
		crew_close(c);
	return true;
}

bool crew_complete(const struct crew *c)
{
	return c->workers && !c->missing;
}
