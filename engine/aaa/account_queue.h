/*
 * What is accounted for and has not reached its servers yet, group by group, and the sessions that
 * are open: both outlive the process by the store. Bounded: what is oldest and matters least goes
 * first, and is counted.
 */
#ifndef GATEHOUSE_AAA_ACCOUNT_QUEUE_H
#define GATEHOUSE_AAA_ACCOUNT_QUEUE_H

#include "engine/aaa/account_sessions.h"
#include "engine/aaa/account_store.h"

#define ACCOUNT_RECORDS_MAX 20000
#define ACCOUNT_BYTES_MAX (32u << 20)
#define ACCOUNT_LANES 32 /* servers of a group that are told one by one */

/* A group of servers and what waits for it. */
struct account_group {
	LIST_ENTRY(account_group) link;
	TAILQ_HEAD(account_records, account_record) records; /* in the order in which they came */
	unsigned n;
	uint64_t lost;
	bool told; /* that the appliance serves */
	char *lane[ACCOUNT_LANES]; /* the server of each, by name; NULL: nobody's yet */
	void *owner;		   /* of who sends */
	char name[];
};

struct account_queue {
	struct account_store store;
	LIST_HEAD(, account_group) groups;
	struct account_sessions sessions;
	unsigned n;
	size_t bytes;
	uint64_t last;		      /* seq */
	struct account_records early; /* that came before the store was open */
	bool ready;		      /* the store is open */
	int64_t opened;		      /* Unix time at which it was: what is older may come twice */
	/* More records are stored; error: an errno of the store, they are in memory only. */
	void (*stored)(void *arg, int error);
	/* That record is kept: its role need not say it again. */
	void (*taken)(void *arg, enum role from, uint32_t id);
	/* One goes without having reached its servers. */
	void (*lost)(void *arg, struct account_group *);
	void *arg;
};

/* Callbacks are set by the owner. */
void account_queue_init(struct account_queue *);
/* Reads what is there; what was put before stands behind that. `reborn`: what was open has ended
 * with an appliance that was before this one. */
void account_queue_open(struct account_queue *, struct env *, const int fd[2], bool reborn);
/* As account_store_close(); the queue is empty then. */
void account_queue_close(struct account_queue *);

/* Takes a record in; without memory it is counted as lost. */
void account_queue_put(struct account_queue *, enum role from, const struct msg_account *);
/* As account_sessions_end(): the stops are put. */
void account_queue_ended(
    struct account_queue *, enum role from, const char *life, uint8_t cause, int64_t now);
/* That lane has it; `all`: so all have. It may be gone afterwards. */
void account_queue_done(struct account_queue *, struct account_group *, struct account_record *,
    unsigned lane, bool all);
/* All have it. */
void account_queue_drop(struct account_queue *, struct account_group *, struct account_record *);
/* It goes, and is counted. */
void account_queue_lose(struct account_queue *, struct account_group *, struct account_record *);

/* What waits for that group; NULL: nothing ever did. */
struct account_group *account_queue_find(const struct account_queue *, const char *name);
/* The lane of that server ("": of whichever answers), a new one if need be. ACCOUNT_LANES: there
 * are too many. */
unsigned account_group_lane(struct account_group *, const char *server);

#endif
