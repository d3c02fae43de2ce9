/* See keyfile.c. */
#ifndef GATEHOUSE_DB_KEYFILE_H
#define GATEHOUSE_DB_KEYFILE_H

#include "db/internal.h"

/* What is sealed now can be read after a restart: a key file that somebody removed is written
 * again. */
bool keyfile_stands(struct db *);
/* A new key reaches the disk: before the first thing that shall outlive this boot is sealed with
 * it. */
bool keyfile_kept(struct db *);
/* The key of the state directory; made, and said, when there is none that is one. */
bool keyfile_open(struct db *, char *error, size_t size);

#endif
