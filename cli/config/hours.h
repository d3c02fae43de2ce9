/*
 * Which time ranges are active: looked up once a minute and when one has changed. A range is active
 * between its absolute start and end, and at one of its periodic times where it has some; their
 * last minute counts. One that says nothing is active always. Times are of the zone of the
 * configuration.
 */
#ifndef GATEHOUSE_CONFIG_HOURS_H
#define GATEHOUSE_CONFIG_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct hours_of {
	char name[65];
	bool active;
};

/* By name; zeroed memory knows of none. */
struct hours {
	struct hours_of *v;
	size_t n;
};

void hours_free(struct hours *);
/* Looks at all ranges as of that second of Unix time. `changed`: some is, or is not, active that
 * was not, or was, before. False: they could not be read; then those known stay as they are. */
bool hours_look(struct hours *, struct db *, int64_t now, bool *changed);
/* Is the range active? One that is not there: no. */
bool hours_active(const struct hours *, const char *name);
/* Has its absolute end passed? */
bool hours_over(const struct db_row *time_range, int64_t now);

#endif
