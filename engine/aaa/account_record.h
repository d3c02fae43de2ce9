/* A record of accounting as it waits: the message as it travelled, and what is looked at in it. */
#ifndef GATEHOUSE_AAA_ACCOUNT_RECORD_H
#define GATEHOUSE_AAA_ACCOUNT_RECORD_H

#include <sys/queue.h>

#include "engine/ipc/message.h"

/* Its texts stand in its packet. */
struct account_record {
	TAILQ_ENTRY(account_record) link;
	uint64_t seq;
	uint32_t id; /* under which its role waits for it to be kept, 0 = it does not */
	enum role from;
	uint8_t what;
	bool stored;	     /* on the disk, as far as there is one */
	uint32_t done, busy; /* lanes that have it; to which it is on its way: it must not go */
	unsigned refused;
	uint64_t time; /* when it happened, Unix */
	const char *key, *group;
	uint8_t *packet;
	size_t len;
};

/* From a packet, which is copied. False: no memory, or it is no record; it owns nothing then. */
bool account_record_init(
    struct account_record *, uint64_t seq, enum role from, const uint8_t *packet, size_t len);
void account_record_fini(struct account_record *);
/* Do both say the same of the same session? */
bool account_record_same(const struct account_record *, const struct account_record *);

#endif
