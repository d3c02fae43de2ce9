/*
 * Access lists of the configuration as sessions are held to them: one compiled list for all that
 * name it, and what was counted by it and by those that it took the place of.
 */
#ifndef GATEHOUSE_SESSION_LISTS_H
#define GATEHOUSE_SESSION_LISTS_H

#include "engine/config/config.h"
#include "engine/net/acl.h"

struct list_use;
struct list_count;

struct lists {
	const struct config *config;
	struct list_use *use;	  /* lists that are, or were, somebody's */
	struct list_count *count; /* of those that nobody is held to any more, by name and hash */
	size_t n_use, n_count;
};

void lists_free(struct lists *);
/* The list of that name as it is configured now, which the caller holds (acl_let_go()). NULL: there
 * is none, or no memory. One whose elements are all inactive permits nothing. */
struct acl *lists_get(struct lists *, const char *name);
/* What was counted, rule by rule, those with hits alone: the i-th, from 0. False: past the end.
 * `last` is of the packet path's clock. The same rule may come more than once. */
bool lists_counted(
    struct lists *, size_t i, const char **name, uint32_t *hash, uint64_t *hits, uint64_t *last);
/* Those of a list begin anew. How many rules had hits. */
uint32_t lists_clear(struct lists *, const char *name);

#endif
