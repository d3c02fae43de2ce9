/* The lines of `logging` as the log's settings. */
#ifndef GATEHOUSE_CONFIG_LOGGING_H
#define GATEHOUSE_CONFIG_LOGGING_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/log/settings.h"
#include "db/db.h"

/* The destinations, by the column of `logging` and `logging_class` that says what goes there; a
 * NULL ends them. */
struct logging_destination {
	const char *column;
	enum log_dest dest;
};
extern const struct logging_destination logging_destinations[];

/* "713119", "713000-713999"; false: it is neither. */
bool logging_numbers(const char *text, uint32_t *first, uint32_t *last);
/* "udp/514", "tcp/1470", "17/514", "6/1470"; false: it is none of them. */
bool logging_port(const char *text, bool *tcp, uint16_t *port);
/* Is this change one that the log's settings depend on? */
bool logging_concerns(const struct db_change *);
/* All of it, anew, over settings_init(); false: it could not be read, or there is no memory. */
bool logging_read(struct db *, struct log_settings *);

#endif
