/* See fault.c. */
#ifndef GATEHOUSE_DB_FAULT_H
#define GATEHOUSE_DB_FAULT_H

#include "db/internal.h"

/* Notes it, the first one of a call or transaction; NULL statements and texts lead here, too. */
void fault_note(struct db *, const char *why);
void fault_code(struct db *, int sqlite_code);
/* A public function that writes, from begin to end; within an open transaction a fault stays. */
void call_begin(struct db *);
bool call_end(struct db *);
/* One that only reads: its fault is not the fault of the transaction it looks into. */
void read_begin(struct db *);
bool read_end(struct db *);
/* SQLite's commit hook: nothing is committed while a fault stands. */
int fault_commit_hook(void *db);

#endif
