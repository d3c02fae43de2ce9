/* See store.c. */
#ifndef GATEHOUSE_DB_STORE_H
#define GATEHOUSE_DB_STORE_H

#include "db/internal.h"

/* What store_row() wrote stays, or is taken back with the changes recorded since `mark`. True: it
 * stays. */
bool store_end(struct store *, bool ok, unsigned mark);
/* Writes (or takes back) a line's row; the refusal has been said, except STORED_UNKNOWN without a
 * text: *bad is the column whose value refers to nothing. */
enum stored store_row(struct store *, int *bad);

#endif
