/*
 * Accounting: what the engine and the manager tell is kept until the servers of
 * its group have it, beyond the death of this process and of the appliance. In
 * the mode `single` whichever server of the group answers gets a record, in
 * `simultaneous` each of them. Records of one session go in their order. /
 */
#ifndef GATEHOUSE_AAA_ACCOUNTING_H
#define GATEHOUSE_AAA_ACCOUNTING_H

#include "engine/aaa/account_queue.h"
#include "engine/aaa/conversation.h"

struct accounting {
	const struct aaa_world *world;
	/* NULL: there is no such group. */
	struct aaa_group *(*find)(void *arg, const char *name);
	void *arg;
	struct account_queue queue;
	char life[ROLE_COUNT][16]; /* of each role that accounts: what its keys begin with */
	bool configured;	   /* groups are known */
	bool reborn; /* the appliance is as old as this process */
	bool ending;		   /* the appliance stops */
	int error;		   /* of the disk, as far as the log knows */
};

void accounting_init(struct accounting *, const struct aaa_world *,
    struct aaa_group *(*find)(void *arg, const char *name), void *arg);
void accounting_fini(struct accounting *);
/* The two files in which it waits, which are taken over; both -1: there are none. `reborn`: the
 * whole appliance is new, not only this process. */
void accounting_open(struct accounting *, const int fd[2], bool reborn);
/* The groups are as the configuration says: what belongs to none of them is lost, the rest is
 * sent. */
void accounting_configured(struct accounting *);
void accounting_put(struct accounting *, enum role from, const struct msg_account *);
/* The appliance serves no more: its servers are told, once. */
void accounting_off(struct accounting *);
/* That role is gone: its sessions have ended. */
void accounting_role_gone(struct accounting *, enum role);
void accounting_server_goes(struct accounting *, struct aaa_server *);
void accounting_group_goes(struct accounting *, struct aaa_group *);
/* Something is not on the disk yet. */
bool accounting_busy(const struct accounting *);
/* A record is on its way to a server. */
bool accounting_flies(const struct accounting *);
/* How many records that server does not have yet, and how many its group has lost. */
void accounting_count(
    const struct accounting *, const struct aaa_server *, uint64_t *queued, uint64_t *lost);
void accounting_clear(struct accounting *, const struct aaa_server *);

#endif
