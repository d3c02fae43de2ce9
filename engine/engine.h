/*
 * The engine role: its control loop. One libuv loop with the channels to the
 * keeper, the manager and aaa, the IKE socket of port 500, and the gateway;
 * the packet worker has a thread of its own.
 */
#ifndef GATEHOUSE_ENGINE_H
#define GATEHOUSE_ENGINE_H

#include "engine/crypto/crypto.h"

struct engine_start {
	int keeper;                  /* descriptor of the channel to the keeper; taken over */
	const struct crypto *crypto; /* made before root was given up */
};

/* Serves until the keeper says SHUTDOWN or is gone; the exit status. */
int engine_run(const struct engine_start *);

#endif
