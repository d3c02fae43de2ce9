/* See folder.c. */
#ifndef GATEHOUSE_DB_FOLDER_H
#define GATEHOUSE_DB_FOLDER_H

#include "db/internal.h"

/* The path of a file of the state directory. */
void folder_path(const struct db *, const char *name, char path[4096]);
/* Tells who opened the database what an operator has to know. */
void folder_note(struct db *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Renames a file of the state directory that is of no use, never over another: `to` is its new
 * name. */
bool folder_put_aside(struct db *, const char *name, char to[64]);

#endif
