/* Records that another role has not said to have: kept until it has. They carry an id. */
#ifndef GATEHOUSE_UNTAKEN_H
#define GATEHOUSE_UNTAKEN_H

#include <sys/queue.h>

#include "engine/ipc/channel.h"

struct untaken_record;

/* Those for one role. */
struct untaken {
	TAILQ_HEAD(untaken_list, untaken_record) records;
	uint32_t last; /* id */
	size_t n;
	uint64_t lost; /* the oldest, when there were too many, and those without memory */
};

/* Without any; and gives back the memory of those that are left. */
void untaken_init(struct untaken *);
void untaken_fini(struct untaken *);
/* Gives the record an id, keeps a copy, and says it. */
void untaken_say(struct untaken *, struct ipc_channel *, struct ipc_msg *record);
/* The other role has the record of that id. */
void untaken_taken(struct untaken *, uint32_t id);
/* A new one hears of all that the last one may not have had. */
void untaken_again(const struct untaken *, struct ipc_channel *);

#endif
