/*
 * The groups and servers of the configuration: opened, told of changes, closed, in the order in
 * which they came; their names resolved, their interfaces found.
 */
#ifndef GATEHOUSE_AAA_REGISTRY_H
#define GATEHOUSE_AAA_REGISTRY_H

#include "engine/aaa/conversation.h"

struct aaa_registry;

/* Of whoever has questions open with these. */
struct aaa_registry_ops {
	/* That server goes now: whom it owes an answer is to be taken from it. */
	void (*server_goes)(void *arg, struct aaa_server *);
	void (*group_goes)(void *arg, struct aaa_group *); /* it has no servers any more */
};

/* `find` says which protocol a word is (aaa_protocol_find()). All must live as long. NULL: no
 * memory. */
struct aaa_registry *aaa_registry_create(const struct aaa_world *,
    const struct aaa_protocol *(*find)(const char *word), const struct aaa_registry_ops *,
    void *arg);
/* Closes all servers, and tells of each. */
void aaa_registry_destroy(struct aaa_registry *);
/* Takes a message of the configuration in; false: it is none of these. */
bool aaa_registry_message(struct aaa_registry *, const struct ipc_msg *);
/* A snapshot begins; once it has ended, what it did not name is gone. */
void aaa_registry_begin(struct aaa_registry *);
void aaa_registry_end(struct aaa_registry *);
/* What the directory says of interfaces has changed. */
void aaa_registry_interfaces(struct aaa_registry *);
/* An authority is trusted no more: what was connected by its word begins anew. */
void aaa_registry_distrust(struct aaa_registry *);

/* The i-th group, NULL behind the last. */
struct aaa_group *aaa_registry_group(const struct aaa_registry *, size_t i);
struct aaa_group *aaa_registry_find(const struct aaa_registry *, const char *name);
/* That host of the group, by its name as configured or by its address; NULL: it has none. */
struct aaa_server *aaa_group_host(const struct aaa_group *, const char *host);
/* Tells the log of servers that were given up, or are asked again, since the last call. */
void aaa_registry_news(struct aaa_registry *);

#endif
