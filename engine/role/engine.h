/*
 * The engine role on somebody's loop: the channels to the keeper, the manager
 * and aaa, the IKE socket of port 500, and the gateway; the packet worker has a
 * thread of its own.
 */
#ifndef GATEHOUSE_ENGINE_H
#define GATEHOUSE_ENGINE_H

#include <uv.h>

#include "engine/crypto/crypto.h"
#include "engine/dataplane/owner.h"
#include "engine/ipc/channel.h"

struct engine;

struct engine_start {
	uv_loop_t *loop;
	struct ipc_channel *keeper;  /* open and without listener; taken over */
	const struct crypto *crypto; /* made before root was given up; outlives the engine */
	/* Of the packet workers, as far as there are any; made before system calls were given up,
	 * outlive the engine. */
	struct write_ring *ring[WORKERS_MAX];
	/* The keeper said SHUTDOWN or is gone, or what is needed cannot be had (status 1): close
	 * now. */
	void (*stopped)(void *arg, int status);
	void *arg;
};

/* Asks the keeper for the sockets and serves once they are here (ROLE_READY). A port that another
 * program has (EADDRINUSE) is asked for every second, and at once when the configuration changes;
 * meanwhile it is ready, answers, and serves nobody. NULL when out of memory; the channel is gone
 * then. */
struct engine *engine_open(const struct engine_start *);
/* Tells the clients, closes everything. Not from inside `stopped`. */
void engine_close(struct engine *);
/* A (new) channel to the manager or aaa; the old one is dropped. The keeper's PEER_ROLE does the
 * same. */
void engine_peer(struct engine *, enum role, struct ipc_channel *);

#endif
