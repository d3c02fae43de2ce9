/* See reference.c. */
#ifndef GATEHOUSE_DB_REFERENCE_H
#define GATEHOUSE_DB_REFERENCE_H

#include "db/internal.h"

/* Calls `each` for each word of a list, or for the whole of a single value; false as soon as it
 * is. */
bool reference_each_word(const struct gram_type *, const char *value,
    bool (*each)(struct db *, const struct gram_type *, const char *word), struct db *);
/* Does the word name a row that its type refers to? */
bool reference_known(struct db *, const struct gram_type *, const char *word);
/* Column `column` of a row held `name` and does not any more (`now`: what it holds). False: it is
 * in use, or lines would be the same by what it is now, and that is said. Called after the
 * change. */
bool reference_gone(struct db *, const struct gram_table *, int column, const char *name,
    const char *now, bool ask);
/* The same for all columns of a row (`now` NULL: it has gone). */
bool references_gone(struct db *, const struct gram_table *, const struct rowbuf *before,
    const char *const *now, bool ask);
/* Does anything refer to rows of this table? */
bool reference_any(const struct table *);

#endif
