/* Names that the configuration gives to addresses, in the place of these. */
#ifndef GATEHOUSE_CONFIG_NAMES_H
#define GATEHOUSE_CONFIG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct db;

/* The line with addresses for those of its words that are names of some, where names are used.
 * False: it has none, or the longer line no room. */
bool names_expand(struct db *, const char *line, char *to, size_t size);

#endif
