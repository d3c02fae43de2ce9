/* The wall clock of the manager role; it holds nothing. */
#include "cli/log/clock.h"

#include <time.h>

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
	time_t at = (time_t)when;
	struct tm tm;
	char clock[16], day[16];

	gmtime_r(&at, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	strftime(day, sizeof(day), "%a %b", &tm);
	text_addf(t, "%s.%03u UTC %s %d %d", clock, milliseconds, day, tm.tm_mday,
	    1900 + tm.tm_year);
}
