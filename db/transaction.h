/* See transaction.c. */
#ifndef GATEHOUSE_DB_TRANSACTION_H
#define GATEHOUSE_DB_TRANSACTION_H

#include "db/internal.h"

void transaction_back(struct db *);
/* COMMIT, or ROLLBACK when that (or anything before) failed. */
bool transaction_end(struct db *);
/* Opens a transaction for a line, or within one a savepoint; and ends it: stored (true), or taken
 * back with the changes recorded since `mark`. */
bool line_begin(struct db *);
bool line_end(struct db *, bool ok, unsigned mark);

#endif
