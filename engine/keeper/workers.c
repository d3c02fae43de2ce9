/*
 * What the packet workers beside the first have of their own. The engine says how many there are;
 * when it dies they are closed, so that nothing comes to where nobody reads.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "engine/dataplane/steer.h"
#include "engine/keeper/news.h"
#include "engine/keeper/private.h"

static void close_part(struct keeper *k, unsigned part, enum held what)
{
	int *fd = &k->part[part][what];

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void keeper_workers_none(struct keeper *k)
{
	/* The last comes first: of sockets of one port, the kernel puts the last where one went. */
	for (unsigned part = HELD_WORKERS; part-- > 1;)
		for (enum held what = 0; what < HELD_COUNT; what++)
			close_part(k, part, what);
}

/* The device is there for one queue, at first. */
static int many_queues(struct keeper *k)
{
	int fd, error;

	if (k->tun_queues)
		return 0;
	close(k->held[HELD_TUN]);
	fd = held_tun_queues();
	error = fd < 0 ? errno : 0;
	if (fd < 0)
		fd = held_try(HELD_TUN);
	k->held[HELD_TUN] = fd;
	k->tun_queues = !error;
	if (fd >= 0)
		keeper_tun_setup(k);
	return error;
}

static int open_part(struct keeper *k, unsigned part, enum held what)
{
	k->part[part][what] = held_beside(what, k->held[what]);
	return k->part[part][what] < 0 ? errno : 0;
}

static int open_parts(struct keeper *k, unsigned workers)
{
	int error;

	keeper_workers_none(k);
	if (k->held[HELD_UDP4500] < 0)
		return ENOTCONN;
	error = workers > 1 ? many_queues(k) : 0;
	for (unsigned part = 1; !error && part < workers; part++) {
#define OPEN(what) error = error ? error : open_part(k, part, what);
		HELD_OF_WORKER(OPEN)
#undef OPEN
	}
	if (error)
		keeper_workers_none(k);
	return error;
}

/* The table by which the kernel chooses the queues; -1: it chooses by itself. */
static int steer(struct keeper *k)
{
	int table = steer_tun(k->held[HELD_TUN]);
	struct news news = keeper_news(k);

	if (table < 0)
		news_say(&news, NEWS_WARNING,
		    "the kernel takes no program for the queues of %s: %s; packets to a client may "
		    "overtake each other", TUN_NAME, strerror(errno));
	return table;
}

int keeper_workers(struct keeper *k, const struct msg_keep_workers *q)
{
	int error = open_parts(k, q->workers), table;

	if (error)
		return error;
	table = q->workers > 1 ? steer(k) : -1;
	keeper_reply(k, ROLE_ENGINE, q->id, 0, NULL, table);
	if (table >= 0)
		close(table); /* it was duplicated */
	return KEEPER_LATER;
}
