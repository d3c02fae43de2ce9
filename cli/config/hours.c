/* struct hours: part of the delivery, which looks anew (deliver.c). */
#include "cli/config/hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/config/checks.h"
#include "cli/config/row.h"
#include "engine/base/time_zone.h"

#define DAY (24 * 60)
#define WEEK (7 * DAY)

/* Minutes of local time; of the calendar: those since 1 January 1970, of a week: since Sunday. */
struct moment {
	int64_t minute;
	int of_week;
};

static int64_t days_from(int year, int month, int day)
{
	struct tm tm = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = day};

	return timegm(&tm) / 86400;
}

static struct moment moment_of(int64_t now)
{
	struct tm tm;
	int of_day;

	zone_local(zone_here(), now, &tm, NULL);
	of_day = tm.tm_hour * 60 + tm.tm_min;
	return (struct moment){
	    days_from(1900 + tm.tm_year, tm.tm_mon, tm.tm_mday) * DAY + of_day,
	    tm.tm_wday * DAY + of_day};
}

static int minute_of(const char *time)
{
	int h = 0, m = 0;

	sscanf(time, "%2d:%2d", &h, &m);
	return h * 60 + m;
}

/* The place of a name in a list of names. */
static int place_of(const char *name, const char *const *list)
{
	int i = 0;

	while (list[i] && strcmp(list[i], name) != 0)
		i++;
	return i;
}

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December", NULL};
static const char *const days[] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", NULL};

/* ---- absolute ------------------------------------------------------------------- */

/* The minute of `start` or `end`; false: the range has none. */
static bool absolute(const struct db_row *row, const char *which, int64_t *minute, bool *no_day)
{
	const char *time, *month;
	char column[16];
	int64_t back;
	int d, m, y;
	struct tm tm;
	time_t t;

#define COLUMN(name) (snprintf(column, sizeof(column), "%s_" name, which), column)
	time = db_text(row, COLUMN("time"));
	month = db_text(row, COLUMN("month"));
	if (!time || !month)
		return false;
	d = (int)db_int(row, COLUMN("day"), 1);
	m = place_of(month, months);
	y = (int)db_int(row, COLUMN("year"), 1993);
#undef COLUMN
	back = days_from(y, m, d);
	t = (time_t)(back * 86400);
	gmtime_r(&t, &tm);
	*no_day = tm.tm_mday != d;
	*minute = back * DAY + minute_of(time);
	return true;
}

static bool absolute_holds(const struct db_row *row, const struct moment *now)
{
	bool no_day;
	int64_t at;

	if (absolute(row, "start", &at, &no_day) && now->minute < at)
		return false;
	return !absolute(row, "end", &at, &no_day) || now->minute <= at;
}

bool check_time_range(struct db_line *l)
{
	static const char *const which[] = {"start", "end"};
	int64_t at[2] = {INT64_MIN, INT64_MAX};
	bool no_day = false;

	for (int i = 0; i < 2 && !l->negated; i++) {
		absolute(&l->row, which[i], &at[i], &no_day);
		if (no_day) {
			db_say(l, "ERROR: the month of the %s has no such day", which[i]);
			return false;
		}
	}
	if (at[0] >= at[1])
		db_say(l, "ERROR: the end of the time range is not after its start");
	return at[0] < at[1];
}

/* ---- periodic ------------------------------------------------------------------- */

/* The days of a row, a bit each from Sunday on. */
static unsigned days_of(const struct db_row *row)
{
	unsigned bits = 0;
	char word[16];

	for (unsigned i = 0; db_word(row, "days", i, word, sizeof(word)); i++) {
		if (strcmp(word, "daily") == 0)
			bits |= 0x7f;
		else if (strcmp(word, "weekdays") == 0)
			bits |= 0x3e;
		else if (strcmp(word, "weekend") == 0)
			bits |= 0x41;
		else
			bits |= 1u << place_of(word, days);
	}
	return bits;
}

struct looking {
	struct moment now;
	bool any, holds;
};

/* From a minute of the week on for so many; past midnight, and past Saturday, too. */
static void periodic_row(void *ctx, const struct db_row *row)
{
	struct looking *l = ctx;
	const char *to_day = db_text(row, "to_day");
	int begin = minute_of(db_text(row, "begin")), end = minute_of(db_text(row, "finish"));
	unsigned bits = days_of(row);

	l->any = true;
	for (int d = 0; d < 7; d++) {
		int from = d * DAY + begin, to;

		to = (to_day && *to_day ? place_of(to_day, days) : d) * DAY + end;
		if (to < from && !(to_day && *to_day))
			to += DAY;
		if (bits & 1u << d)
			l->holds |= (l->now.of_week - from + 2 * WEEK) % WEEK <=
				    (to - from + 2 * WEEK) % WEEK;
	}
}

bool check_time_periodic(struct db_line *l)
{
	const char *to_day = db_text(&l->row, "to_day"), *typed = db_text(&l->row, "days");
	bool several = strchr(typed, ' ') != NULL;
	bool class = *typed == 'd' || *typed == 'w'; /* stored first */

	if (l->negated)
		return true;
	if (several && class)
		db_say(l, "ERROR: daily, weekdays and weekend stand alone");
	else if (to_day && *to_day && (several || class))
		db_say(l, "ERROR: a day to end on needs a single day to start on");
	else
		return true;
	return false;
}

/* ---- all of them ---------------------------------------------------------------- */

struct reading {
	struct hours *to;
	struct moment now;
	size_t size;
	bool failed;
};

static void range_row(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	struct hours_of *v = r->to->v;

	if (r->to->n == r->size) {
		v = realloc(v, (2 * r->size + 8) * sizeof(*v));
		if (!v) {
			r->failed = true;
			return;
		}
		r->to->v = v;
		r->size = 2 * r->size + 8;
	}
	v += r->to->n++;
	snprintf(v->name, sizeof(v->name), "%s", db_text(row, "name"));
	v->active = absolute_holds(row, &r->now);
}

static bool look_periodic(struct reading *r, struct db *db, struct hours_of *of)
{
	static const char *const column[] = {"name"};
	struct looking l = {.now = r->now};
	const char *name = of->name;

	if (!db_where(db, db_table(db, "time_periodic"), column, &name, 1, periodic_row, &l))
		return false;
	of->active = of->active && (!l.any || l.holds);
	return true;
}

static bool same(const struct hours *a, const struct hours *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (hours_active(b, a->v[i].name) != a->v[i].active)
			return false;
	return a->n == b->n;
}

bool hours_look(struct hours *h, struct db *db, int64_t now, bool *changed)
{
	struct hours to = {0};
	struct reading r = {.to = &to, .now = moment_of(now)};
	bool read = db_each(db, db_table(db, "time_range"), range_row, &r) && !r.failed;

	for (size_t i = 0; read && i < to.n; i++)
		read = look_periodic(&r, db, &to.v[i]);
	*changed = read && !same(h, &to);
	if (!read) {
		free(to.v);
		return false;
	}
	free(h->v);
	*h = to;
	return true;
}

bool hours_active(const struct hours *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->v[i].name, name) == 0)
			return h->v[i].active;
	return false;
}

void hours_free(struct hours *h)
{
	free(h->v);
	*h = (struct hours){0};
}

bool hours_over(const struct db_row *row, int64_t now)
{
	const struct moment m = moment_of(now);
	bool no_day;
	int64_t at;

	return absolute(row, "end", &at, &no_day) && m.minute > at;
}
