/* Days and minutes of zones; it holds the zone of the process. */
#include "engine/base/time_zone.h"

#include <stddef.h>

#define DAY 86400

static struct time_zone here = {.name = "UTC"};

void zone_set_here(const struct time_zone *z)
{
	here = z ? *z : (struct time_zone){.name = "UTC"};
}

const struct time_zone *zone_here(void)
{
	return &here;
}

/* Midnight of a day as if it were UTC; days beyond the month run on. */
static int64_t day_at(int year, int month, int day)
{
	struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

	return timegm(&tm);
}

/* 0 = Sunday. */
static int weekday_of(int64_t midnight)
{
	return (int)(((midnight / DAY + 4) % 7 + 7) % 7);
}

/* On the clock that is valid before it. */
static int64_t turn_at(const struct zone_turn *t, int year)
{
	int64_t first, day;

	if (!t->week)
		return day_at(t->year, t->month, t->day) + t->minute * 60;
	if (t->week == ZONE_LAST) {
		first = day_at(year, t->month + 1, 1) - DAY;
		day = first - (weekday_of(first) - t->weekday + 7) % 7 * DAY;
	} else {
		first = day_at(year, t->month, 1);
		day = first + ((t->weekday - weekday_of(first) + 7) % 7 + (t->week - 1) * 7) * DAY;
	}
	return day + t->minute * 60;
}

void zone_summer(const struct time_zone *z, int year, int64_t *begin, int64_t *end)
{
	*begin = turn_at(&z->from, year) - z->offset * 60;
	*end = turn_at(&z->to, year) - (z->offset + z->shift) * 60;
}

static bool is_summer(const struct time_zone *z, int64_t when)
{
	time_t standard = (time_t)(when + z->offset * 60);
	int64_t begin, end;
	struct tm tm;

	if (!z->summer)
		return false;
	gmtime_r(&standard, &tm);
	zone_summer(z, tm.tm_year + 1900, &begin, &end);
	/* south of the equator it goes over the turn of the year */
	return begin <= end ? when >= begin && when < end : when >= begin || when < end;
}

void zone_local(const struct time_zone *z, int64_t when, struct tm *tm, const char **name)
{
	bool summer = is_summer(z, when);
	time_t wall = (time_t)(when + (z->offset + (summer ? z->shift : 0)) * 60);

	gmtime_r(&wall, tm);
	tm->tm_isdst = summer;
	if (name)
		*name = summer ? z->summer_name : z->name;
}

int64_t zone_utc(const struct time_zone *z, const struct tm *wall)
{
	struct tm tm = *wall;
	int64_t standard = timegm(&tm) - z->offset * 60, summer = standard - z->shift * 60;

	return is_summer(z, standard) && is_summer(z, summer) ? summer : standard;
}
