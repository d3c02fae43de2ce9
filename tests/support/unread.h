/*
 * A database of which one thing cannot be read: the n-th statement that begins is broken off, or no
 * row of a table can be read. One database at a time.
 */
#ifndef GATEHOUSE_TESTS_UNREAD_H
#define GATEHOUSE_TESTS_UNREAD_H

#include <stdbool.h>

struct db;

/* The n-th statement from now on (from 1) is broken off; 0: none any more. */
void unread_nth(struct db *, unsigned n);
/* Has it been since then? */
bool unread_was(void);
/* From now on nothing of that table can be read; NULL: everything can again. */
void unread_table(struct db *, const char *table);

#endif
