/* The keeper's object, for the files of this folder only. */
#ifndef GATEHOUSE_KEEPER_PRIVATE_H
#define GATEHOUSE_KEEPER_PRIVATE_H

#include <uv.h>

#include "engine/keeper/devices.h"
#include "engine/keeper/held.h"
#include "engine/keeper/keeper.h"
#include "engine/keeper/netlink.h"
#include "engine/keeper/objects.h"
#include "engine/keeper/places.h"
#include "engine/keeper/supervisor.h"
#include "engine/keeper/sysctl.h"

/* As on any link: what a session can carry is the engine's to know, which cuts or tells the sender. */
#define TUN_MTU 1500

/* So many roles may die before the appliance first serves; then its start has failed. */
#define EARLY_DEATHS 3

/* Someone whose NAT rule waits for nft. */
struct nat_waiter {
	enum role role;
	uint32_t id;
};

struct keeper {
	uv_loop_t loop;
	const struct keeper_options *opt;
	struct places places;
	struct netlink *nl;
	struct link *links; /* as of the last change */
	size_t n_links;
	struct devices devices;
	struct objects objects;
	struct sysctls sysctls;
	int held[HELD_COUNT];
	struct supervisor *roles;
	struct nat_waiter *waiters;
	size_t n_waiters, size_waiters;
	uv_prepare_t nat; /* runs before the loop sleeps, while rules wait */
	uv_poll_t watch;
	uv_signal_t term, interrupt;
	bool ready;            /* all roles have served */
	unsigned early_deaths; /* of roles, before that */
	bool stopping, restart;
	char why[128];
};

/* Stops the roles, then the keeper. */
void keeper_stop(struct keeper *, const char *why, bool restart);

#endif
