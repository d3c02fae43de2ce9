/* See sequence.c. */
#ifndef GATEHOUSE_DB_SEQUENCE_H
#define GATEHOUSE_DB_SEQUENCE_H

#include "db/internal.h"

/* Moves the rows of a group that stand at `from` or behind. */
void sequence_shift(
    struct db *, const struct gram_table *, const char *group, const char *from, int by);
/* The line's row was added at the end of its group. */
void sequence_added(struct store *, long long end);
/* Where the line's row goes: into its values, as text in `place`; s->moves: others make place. */
void sequence_place(struct store *, char place[24]);

#endif
