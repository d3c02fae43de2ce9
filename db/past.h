/* See past.c. */
#ifndef GATEHOUSE_DB_PAST_H
#define GATEHOUSE_DB_PAST_H

#include "db/internal.h"

/* Of a file that was just opened: makes the table where there is none. Where the disk takes none
 * (an earlier build had no such table) the configuration can be read all the same: whoever stores
 * into it tries again. */
void past_table(struct db *);

#endif
