/* A line in work, between hook.c, members.c and line.c: what hooks are given is its first part. */
#ifndef GATEHOUSE_DB_WORK_H
#define GATEHOUSE_DB_WORK_H

#include "db/internal.h"

#define PUT_TEXT 8192 /* what the `store` functions of one line may write */

/* A line in work: the store operation and what hooks may reach of it. */
struct work {
	struct db_line line; /* first: hooks are given this */
	struct store store;
	struct gram_match *match;
	size_t used;
	bool full; /* a `store` function had more to write than there is room for */
	char text[PUT_TEXT];
};

#endif
