/* See kept.c. */
#ifndef GATEHOUSE_DB_KEPT_H
#define GATEHOUSE_DB_KEPT_H

#include "db/work.h"

/* A line that is only kept, before it is stored: what is typed becomes its row. Does nothing for
 * other lines. */
void kept_line(struct work *);
/* It is stored: a block of data begins anew; the operator is told that nothing acts on it. */
void kept_stored(struct work *);

#endif
