/* Names that the configuration gives to addresses, in the place of these. */
#ifndef GATEHOUSE_CONFIG_NAMES_H
#define GATEHOUSE_CONFIG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct db;
struct gram_table;

/* All names that are printed in the place of addresses. Zeroed memory: none. */
struct names {
	struct names_one {
		char address[16], name[64];
	} * v;
	size_t n, size;
};

/* Reads them anew: none where names are not used, or when they cannot be read (false). */
bool names_read(struct names *, struct db *);
void names_free(struct names *);
/* The name for an address in lines of that table; NULL: it has none. Valid until they are read
 * anew. */
const char *names_of(const struct names *, const struct gram_table *, const char *address);

/* The line with addresses for those of its words that are names of some, where names are used.
 * False: it has none, or the longer line no room. */
bool names_expand(struct db *, const char *line, char *to, size_t size);

#endif
