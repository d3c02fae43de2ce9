/* See known.c. */
#ifndef GATEHOUSE_DB_KNOWN_H
#define GATEHOUSE_DB_KNOWN_H

#include "db/internal.h"

/* The answer to a question asked before, if it still holds. */
bool known_answer(const struct db *, const struct where *, const char *const *texts, bool *found);
void known_keep(const struct db *, struct where *, const char *const *texts, bool found);
/* SQLite's operation on a row of the table, about to be done. */
void known_changed(struct db *, const struct gram_table *, int op);
/* A row with these packed keys is about to be made. */
void known_made(struct db *, const struct gram_table *, const char *keys, size_t len);

#endif
