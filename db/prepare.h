/* See prepare.c. */
#ifndef GATEHOUSE_DB_PREPARE_H
#define GATEHOUSE_DB_PREPARE_H

#include "db/internal.h"

/* Makes them; false on a fault. db_close() undoes it. */
bool prepare_all(struct db *);

#endif
