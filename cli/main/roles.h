/*
 * The roles as the composition root (main.c) starts them, and what each gets.
 *
 * The keeper starts the binary again for each role. A role is born with one
 * channel, to the keeper; on it the keeper sends, before anything else,
 * a PEER_ROLE message with a descriptor for each other role it may talk to
 * (manager-engine, manager-aaa, engine-aaa), and another one whenever such a
 * peer was started anew: the old channel is dead then, and the newborn peer
 * knows nothing. LINK_STATE for every link follows, to manager and engine.
 *
 * A role sends ROLE_READY once it serves; on SHUTDOWN it says its farewells and
 * returns 0 within eight seconds; when the keeper's channel closes it returns.
 * By the time a role function runs, root, chroot and capabilities are given up.
 */
#ifndef GATEHOUSE_ROLES_H
#define GATEHOUSE_ROLES_H

#include <stdbool.h>

#include "engine/base/version.h"
#include "engine/crypto/crypto.h"
#include "engine/dataplane/owner.h"
#include "engine/ipc/message.h"

struct role_start {
	int keeper;        /* descriptor of the channel to the keeper, for ipc_channel_open() */
	int console;       /* manager: the listening console socket; else -1 */
	int tokens;        /* manager: the listening socket of the door's terminals; else -1 */
	int config;        /* manager: the --config text, open; -1 = none or not at boot */
	bool restarted;    /* this role died before: the appliance itself has not booted anew */
	const char *state; /* manager: the state directory as it sees it ("/" in its chroot) */
	const char *boot_id; /* of this boot of the machine; "" = unknown */
	const struct crypto *crypto; /* made before the chroot */
	struct write_ring *ring[WORKERS_MAX]; /* engine: made before system calls are given up */
};

/* Each runs its loop until told to stop, and returns the exit status. */
int manager_role(const struct role_start *);
int engine_role(const struct role_start *);
int aaa_role(const struct role_start *);

#endif
