/* See open.c. */
#ifndef GATEHOUSE_DB_OPEN_H
#define GATEHOUSE_DB_OPEN_H

#include "db/internal.h"

/* A database of its own in memory, with the same grammar and hooks; nobody is told what changes in
 * it. NULL on a fault, noted in the given one. */
struct db *db_open_scratch(struct db *);

#endif
