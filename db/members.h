/* See members.c. */
#ifndef GATEHOUSE_DB_MEMBERS_H
#define GATEHOUSE_DB_MEMBERS_H

#include "db/work.h"

/* `no address-pool P2` takes one pool out of the list: what is left is stored. */
void members_removed(struct work *);
/* `append`: the words so far and those typed. False: that would be too many, and is said. */
bool members_added(struct work *);

#endif
