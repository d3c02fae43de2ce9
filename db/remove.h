/* See remove.c. */
#ifndef GATEHOUSE_DB_REMOVE_H
#define GATEHOUSE_DB_REMOVE_H

#include "db/internal.h"

/* Removes a row: what refers to it is asked, or goes along. */
bool store_delete(struct db *, const struct gram_table *, const char *const *keys, bool ask);
/* Removes the rows of the tables that stand `within` this one and share the row's keys. */
void remove_within(struct db *, const struct gram_table *, const char *const *keys);
/* Puts columns of a row back to their defaults; the row vanishes where the table says so. */
void store_reset(struct db *, const struct gram_table *, const char *const *keys,
    const bool *columns);
/* Marks as own the columns of all lines of the block that the command enters. */
void store_own_block(struct store *);
/* The row is not there: what that means to the line, by its text or the table's. */
enum stored store_missing(struct store *, const char *text);
/* `no` and `default` of a line, in a transaction. */
/* What a negated line puts into its columns. */
void store_off_values(struct store *);
enum stored store_off(struct store *);

#endif
