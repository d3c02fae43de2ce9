/* See history.c. */
#ifndef GATEHOUSE_DB_HISTORY_H
#define GATEHOUSE_DB_HISTORY_H

#include "db/internal.h"

/* Adds a line, about to be run from `at`, to the transaction's record; where that stood before, for
 * history_back() when the line is refused. */
size_t history_line(struct db *, const struct parse_state *at, const struct gram_match *,
    const char *line);
void history_back(struct db *, size_t mark);
/* Stores the record as part of the transaction that is about to be committed. */
void history_write(struct db *);
void history_free(struct db *);

#endif
