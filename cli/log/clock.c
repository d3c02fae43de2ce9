/* The wall clock of the manager role, in the zone of the process; it holds nothing. */
#include "cli/log/clock.h"

#include <stdio.h>

int64_t clock_now(unsigned *milliseconds)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (milliseconds)
		*milliseconds = (unsigned)(ts.tv_nsec / 1000000);
	return ts.tv_sec;
}

void clock_text(struct text *t, int64_t when, unsigned milliseconds)
{
	char clock[16], day[16];
	const char *zone;
	struct tm tm;

	zone_local(zone_here(), when, &tm, &zone);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	strftime(day, sizeof(day), "%a %b", &tm);
	text_addf(t, "%s.%03u %s %s %d %d", clock, milliseconds, zone, day, tm.tm_mday,
	    1900 + tm.tm_year);
}

void clock_format(char *to, size_t size, const char *format, int64_t when)
{
	const char *zone;
	struct tm tm;

	zone_local(zone_here(), when, &tm, &zone);
	tm.tm_zone = zone;
	if (!strftime(to, size, format, &tm) && size)
		*to = 0;
}

void clock_restamp(struct text *t, const char *line)
{
	time_t now = (time_t)clock_now(NULL), when;
	const char *rest;
	char stamp[32];
	struct tm tm;

	localtime_r(&now, &tm); /* a stamp tells no year */
	rest = strptime(line, "%b %d %H:%M:%S ", &tm);
	if (!rest) {
		text_add(t, line);
		return;
	}
	tm.tm_isdst = -1;
	when = mktime(&tm);
	if (when > now + 86400) { /* of December, read in January */
		tm.tm_year--;
		when = mktime(&tm);
	}
	clock_format(stamp, sizeof(stamp), "%b %d %H:%M:%S ", when);
	text_add(t, stamp);
	text_add(t, rest);
}
