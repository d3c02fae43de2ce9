/*
 * A change of sessions that a login server orders (RFC 5176): its protocol
 * asks, the engine does it, and the protocol hears how many sessions it
 * touched. /
 */
#ifndef GATEHOUSE_AAA_CHANGE_H
#define GATEHOUSE_AAA_CHANGE_H

#include <sys/queue.h>

#include "engine/aaa/attribute.h"

struct aaa_change {
	const char *group; /* whose server orders it; NULL: its protocol leaves that to the role */
	bool end;         /* Disconnect; else the attributes are laid over the sessions' */
	const char *key;  /* of accounting (Acct-Session-Id), "" = any; as all of these */
	uint32_t session; /* Index (NAS-Port), 0 = any */
	const char *user;
	struct addr assigned, client;
	struct aaa_attributes attributes;
	/* Once, unless the engine is away: then at once with 0. */
	void (*done)(void *arg, uint32_t sessions);
	void *arg;
};

struct pending;

/* All that are on their way. */
struct aaa_changes {
	void (*send)(void *arg, enum role to, const struct ipc_msg *);
	void *arg;
	bool engine; /* it is there */
	uint32_t last;
	SLIST_HEAD(, pending) pending;
};

void aaa_changes_order(struct aaa_changes *, const struct aaa_change *);
/* What the engine says. */
void aaa_changes_done(struct aaa_changes *, const struct msg_act_done *);
/* The engine is gone: they have touched nothing. */
void aaa_changes_lost(struct aaa_changes *);

#endif
