/* See meta.c. */
#ifndef GATEHOUSE_DB_META_H
#define GATEHOUSE_DB_META_H

#include "db/internal.h"

bool meta_get(struct db *, const char *name, char *buf, size_t size);
bool meta_put(struct db *, const char *name, const char *value);

#endif
