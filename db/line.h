/* See line.c. */
#ifndef GATEHOUSE_DB_LINE_H
#define GATEHOUSE_DB_LINE_H

#include "db/internal.h"

/* Stores (or takes back) a matched line in a transaction, or in a savepoint of the one that is
 * open. False: refused, said why. */
bool line_store(struct db *, const struct parse_state *, struct gram_match *, const char *line,
    unsigned prompt_width);

#endif
