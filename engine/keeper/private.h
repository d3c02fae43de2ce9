/* The keeper's object, for the files of this folder only. */
#ifndef GATEHOUSE_KEEPER_PRIVATE_H
#define GATEHOUSE_KEEPER_PRIVATE_H

#include <uv.h>

#include "engine/keeper/children.h"
#include "engine/keeper/devices.h"
#include "engine/keeper/held.h"
#include "engine/keeper/host_state.h"
#include "engine/keeper/keeper.h"
#include "engine/keeper/monitor.h"
#include "engine/keeper/nat_hits.h"
#include "engine/keeper/tracking.h"
#include "engine/keeper/netlink.h"
#include "engine/keeper/nft_watch.h"
#include "engine/keeper/objects.h"
#include "engine/keeper/places.h"
#include "engine/keeper/port_holder.h"
#include "engine/keeper/routes.h"
#include "engine/keeper/samples.h"
#include "engine/keeper/supervisor.h"

/* As on any link: what a session can carry is the engine's to know, which cuts or tells the
 * sender. */
#define TUN_MTU 1500

#define KEEPER_LATER (-1) /* of a request: its answer comes by itself */

/* So many roles may die before the appliance first serves; then its start has failed. */
#define EARLY_DEATHS 3

#define KEEPER_RECORD_KINDS 11 /* rows of records.c */

/* The first of what is held are UDP ports, which another program may have. */
#define KEEPER_PORTS (HELD_UDP4500 + 1)

/* A port that is not ours (yet). */
struct keeper_port {
	struct port_holder holder;
	bool told;
};

/* What the pages of a query are read from. */
struct record_table {
	void *v; /* NULL until it is read */
	size_t n;
};

/* Someone whose NAT rule waits for nft. */
struct rules_waiter {
	enum role role;
	uint32_t id;
};

struct keeper {
	uv_loop_t loop;
	const struct keeper_options *opt;
	struct places places;
	struct host_state *host; /* what was there before us */
	struct netlink *nl;
	struct link *links; /* as of the last change */
	size_t n_links;
	struct devices devices;
	struct device_slot told[DEVICES_MAX]; /* as the manager knows them */
	int devices_error;                    /* errno of the last try to write them down */
	struct objects objects;
	int held[HELD_COUNT]; /* -1: not opened, or a port that another program has */
	int part[HELD_WORKERS][HELD_COUNT]; /* the same of packet workers, from 1 on; -1: none */
	bool tun_queues; /* the TUN has room for theirs */
	struct keeper_port ports[KEEPER_PORTS];
	int door_socket;     /* of the SSH door, listening; -1: none */
	uint16_t door_port;  /* 0: none */
	struct port_holder door_holder; /* who has the one it was to have */
	char *door_args[8];  /* what its program is told */
	struct supervisor *roles;
	struct children children;
	struct record_table tables[KEEPER_RECORD_KINDS];
	struct samples *samples;
	uv_timer_t sample; /* takes one */
	struct nat_hits nat_hits;
	struct tracking_waits waits; /* as they were for the last query of connections */
	struct rules_waiter *waiters;
	size_t n_waiters, size_waiters;
	uv_prepare_t rules; /* runs before the loop sleeps, while rules wait */
	struct monitor *monitor;
	struct nft_watch *nft; /* NULL: a kernel without */
	struct nft_view nft_view; /* as of the last look; `ours` as we have left it */
	bool nft_touched; /* others have changed our table, which is not put back yet */
	bool nft_failed;  /* the last try to load it */
	uv_poll_t watch, nft_poll;
	uv_timer_t again; /* when to look again for what may not be put back yet */
	uv_timer_cb look; /* what does so */
	uv_signal_t term, interrupt;
	bool ready;            /* all roles have served */
	unsigned early_deaths; /* of roles, before that */
	bool stopping, restart;
	char why[128];
};

/* ---- again.c --- */

/* Looks at what is ours within so many milliseconds, or earlier where somebody asked for that. */
void keeper_look_within(struct keeper *, uint64_t ms);
/* Something was put back, or may not be yet: looks again in time. */
void keeper_look_again(struct keeper *);

/* ---- roles.c --- */

/* Answers a request. `fd` goes along, -1 for none. */
void keeper_reply(struct keeper *, enum role to, uint32_t id, int error, const char *text, int fd);
/* Stops the roles, then the keeper. */
void keeper_stop(struct keeper *, const char *why, bool restart);

/* ---- links.c --- */

/* Reads all links again, tells who wants to know what is new, puts back what a flap took away. */
void keeper_refresh_links(struct keeper *);
/* Tells a role that has just come all there is. */
void keeper_links_tell(struct keeper *, enum role);
/* Makes of the clients' device, which has just been opened, what it is to be. */
void keeper_tun_setup(struct keeper *);

/* ---- door.c --- */

/* The door listens on that port from now on, 0: on none. An errno: it cannot, and listens on
 * none. */
int keeper_door_open(struct keeper *, uint16_t port);
/* Hands the door its socket, or tells that there is none. */
void keeper_door_tell(struct keeper *);
void keeper_door_close(struct keeper *);

/* ---- ports.c --- */

/* Of what is below KEEPER_PORTS: tries for it if it is not ours. 0, or an errno: EADDRINUSE, which
 * is told. */
int keeper_port_open(struct keeper *, enum held);
/* Who has those that are not ours. */
void keeper_ports_tell(struct keeper *);

/* ---- workers.c --- */

/* Opens what so many packet workers have of their own, and answers with the table that steers
 * packets to them; an errno: none, but what the first has. */
int keeper_workers(struct keeper *, const struct msg_keep_workers *);
/* Closes that. */
void keeper_workers_none(struct keeper *);

/* ---- rules.c --- */

/* Who asked waits for nft; KEEPER_LATER or ENOMEM. */
int keeper_rules_wait(struct keeper *, enum role from, uint32_t id);
/* Gives nft the rules gathered in this turn of the loop and answers who asked for them. Where the
 * kernel has then not been given a table, that is tried again within a second. */
void keeper_rules_commit(struct keeper *);
/* The same at the next turn of the loop. */
void keeper_rules_soon(struct keeper *);

/* ---- record_kinds.c --- */

/* Takes a sample of processors, roles and links. */
void keeper_sample(struct keeper *);

/* ---- watch.c: what others do to what is ours --- */

/* How the keeper tells the journal and the manager's log. */
struct news keeper_news(struct keeper *);
/* Opens what listens; false with errno. */
bool keeper_watch_open(struct keeper *);
void keeper_watch_start(struct keeper *);
/* Closes the handles; the sockets stay open until keeper_watch_close(). */
void keeper_watch_stop(struct keeper *);
void keeper_watch_close(struct keeper *);
/* Looks at our nftables table, which is put back, and at the host's chains, which are told of. */
void keeper_nft_look(struct keeper *);

#endif
