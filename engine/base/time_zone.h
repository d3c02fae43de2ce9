/*
 * Time zones with summer time, by the rules that the configuration states: from
 * Unix time to the time on the wall, and back. One zone is that of the process, as TZ is one.
 */
#ifndef GATEHOUSE_TIME_ZONE_H
#define GATEHOUSE_TIME_ZONE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define ZONE_LAST 5 /* the last such weekday of the month */

/* When summer time begins, on the clock of the standard time, or ends, on that of summer. */
struct zone_turn {
	uint8_t week;	 /* 1-4, ZONE_LAST; 0: on a date */
	uint8_t weekday; /* 0 = Sunday */
	uint8_t day;	 /* of the month, when it is a date */
	uint8_t month;	 /* 1-12 */
	uint16_t year;	 /* when it is a date */
	uint16_t minute; /* of the day */
};

struct time_zone { /* zeroed, but for its name: UTC */
	char name[16];
	int offset;  /* minutes east of UTC */
	bool summer; /* there is summer time */
	char summer_name[16];
	int shift; /* minutes that it adds */
	struct zone_turn from, to;
};

/* The time on the wall; `name` (may be NULL) is set to the zone's name at that time. */
void zone_local(const struct time_zone *, int64_t when, struct tm *, const char **name);
/* The other way: of year, month, day, hour, minute and second. A time that comes twice is taken as
 * standard time; one that is left out, too. */
int64_t zone_utc(const struct time_zone *, const struct tm *);
/* Begin and end of the summer time of that year (of a pair of dates: the only one), Unix time. */
void zone_summer(const struct time_zone *, int year, int64_t *begin, int64_t *end);
/* The zone that times are written in; UTC at first. It is copied, NULL: UTC. */
void zone_set_here(const struct time_zone *);
const struct time_zone *zone_here(void);

#endif
