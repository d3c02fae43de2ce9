/* See change.c. */
#ifndef GATEHOUSE_DB_CHANGE_H
#define GATEHOUSE_DB_CHANGE_H

#include "db/internal.h"

void change_hook(void *db, sqlite3 *, int op, const char *database, const char *table,
    sqlite3_int64 old_row, sqlite3_int64 new_row);
/* The values of the row with these keys, if it is new and not delivered yet; NULL: it has to be
 * read. */
const char *const *change_new(struct db *, const struct gram_table *, const char *const *keys);
/* Forgets what was recorded since `mark`. */
void change_back(struct db *, unsigned mark);
/* All of them have been handed on. */
void change_done(struct db *);
void change_free(struct db *);

#endif
