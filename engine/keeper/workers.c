/*
 * What the packet workers beside the first have of their own. The engine says how many there are;
 * when it dies they are closed, so that nothing comes to where nobody reads.
 */
#include <errno.h>
#include <unistd.h>

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

int keeper_workers(struct keeper *k, unsigned workers)
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
