/* See revision.c. */
#ifndef GATEHOUSE_DB_REVISION_H
#define GATEHOUSE_DB_REVISION_H

#include "db/internal.h"

struct text;

/* The next revision, within a transaction; the oldest go. */
void revision_add(struct db *, const struct text *, const char *who, int64_t when,
    const char *checksum);

#endif
