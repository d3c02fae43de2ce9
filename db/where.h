/* See where.c; db_where() and db_any() stand there, too. */
#ifndef GATEHOUSE_DB_WHERE_H
#define GATEHOUSE_DB_WHERE_H

#include "db/internal.h"

/* Within a call: has a row this text in the column? False also on a fault. */
bool where_has(struct db *, const struct gram_table *, int column, const char *text);

#endif
