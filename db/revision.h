/* See revision.c. */
#ifndef GATEHOUSE_DB_REVISION_H
#define GATEHOUSE_DB_REVISION_H

#include "db/internal.h"

struct text;

/* The next revision, within a transaction; the oldest go. */
void revision_add(struct db *, const struct text *, const char *who, int64_t when,
    const char *checksum);
/* The newest revision is a checkpoint of this name ("": none was given). */
void checkpoint_add(struct db *, const char *name);

#endif
