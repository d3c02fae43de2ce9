/* See schema.c. */
#ifndef GATEHOUSE_DB_SCHEMA_H
#define GATEHOUSE_DB_SCHEMA_H

#include "db/internal.h"

/* Drops the tables of whatever grammar was here before, and makes ours. */
bool schema_make(struct db *);
/* Makes the rows that exist from the start. */
bool schema_presets(struct db *);
/* schema_range_first('10.0.0.1-10.0.0.9'): its first address as a number, for the order of ranges.
 */
void schema_range_first(sqlite3_context *, int n, sqlite3_value **);

#endif
