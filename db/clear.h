/* See clear.c. */
#ifndef GATEHOUSE_DB_CLEAR_H
#define GATEHOUSE_DB_CLEAR_H

#include "db/internal.h"

/* `clear configure`, within a transaction: everything (NULL, or family_all), or what a match's
 * branches name. False: refused, said why. */
bool store_clear(struct db *, const struct gram_match *);

#endif
