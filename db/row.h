/* See row.c. */
#ifndef GATEHOUSE_DB_ROW_H
#define GATEHOUSE_DB_ROW_H

#include "db/internal.h"

void rowbuf_wipe(struct rowbuf *);
void rowbuf_free(struct rowbuf *);
/* Copies the row a statement stands at; false on a fault. */
bool db_copy_row(struct db *, sqlite3_stmt *, const struct gram_table *, struct rowbuf *);
/* The row with these keys (n_keys texts); false when there is none, or on a fault. */
bool db_select(struct db *, const struct gram_table *, const char *const *keys, struct rowbuf *);
/* The own defaults of a preset row, or NULL. */
char *const *db_presets(struct db *, const struct gram_table *, const char *const *keys);
/* Stores one value of a row that is there. */
void row_put(struct db *, const struct gram_table *, const char *const *keys, int column,
    const char *value);

#endif
