/* The clock's row as a zone, for all times that the manager writes; it holds nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/checks.h"
#include "cli/config/own.h"
#include "cli/config/row.h"
#include "cli/log/clock.h"

/* The place of a name in a list of three letters each. */
static unsigned place_of(const char *name, const char *list)
{
	const char *at = name ? strstr(list, name) : NULL;

	return at ? (unsigned)(at - list) / 3 : 0;
}

static unsigned minute_of(const char *time)
{
	unsigned h = 0, m = 0;

	if (time)
		sscanf(time, "%2u:%2u", &h, &m);
	return h * 60 + m;
}

static unsigned week_of(const char *text)
{
	if (text && strcmp(text, "last") == 0)
		return ZONE_LAST;
	return text && *text >= '1' && *text <= '4' ? (unsigned)(*text - '0') : 1; /* first */
}

/* `from` or `to` of summer time. */
static struct zone_turn turn_of(const struct db_row *row, const char *which)
{
	struct zone_turn t = {0};
	char column[16];

#define COLUMN(name) (snprintf(column, sizeof(column), "%s_" name, which), column)
	if (row_is(row, "how", "recurring")) {
		t.week = (uint8_t)week_of(db_text(row, COLUMN("week")));
		t.weekday = (uint8_t)place_of(db_text(row, COLUMN("day")), "SunMonTueWedThuFriSat");
	}
	t.day = (uint8_t)db_int(row, COLUMN("date"), 1);
	t.month = (uint8_t)(1 + place_of(db_text(row, COLUMN("month")),
				    "JanFebMarAprMayJunJulAugSepOctNovDec"));
	t.year = (uint16_t)db_int(row, COLUMN("year"), 1970);
	t.minute = (uint16_t)minute_of(db_text(row, COLUMN("time")));
#undef COLUMN
	return t;
}

static void zone_of(const struct db_row *row, struct time_zone *z)
{
	/* without days it is that of the United States */
	static const struct zone_turn from = {.week = 2, .month = 3, .minute = 120};
	static const struct zone_turn to = {.week = 1, .month = 11, .minute = 120};
	const char *name = db_text(row, "zone"), *summer = db_text(row, "summer");
	int64_t hours = db_int(row, "hours", 0), minutes = db_int(row, "minutes", 0);

	*z = (struct time_zone){0};
	snprintf(z->name, sizeof(z->name), "%s", name ? name : "UTC");
	z->offset = (int)(hours * 60 + (hours < 0 ? -minutes : minutes));
	z->summer = summer != NULL;
	if (!summer)
		return;
	snprintf(z->summer_name, sizeof(z->summer_name), "%s", summer);
	z->shift = (int)db_int(row, "shift", 60);
	z->from = db_text(row, "from_time") ? turn_of(row, "from") : from;
	z->to = db_text(row, "to_time") ? turn_of(row, "to") : to;
}

void own_clock(struct delivery *d, const struct db_row *row)
{
	struct time_zone z;

	(void)d;
	if (row)
		zone_of(row, &z);
	zone_set_here(row ? &z : NULL);
}

/* Two dates in their order, and days that their months have. */
bool check_summer_time(struct db_line *l)
{
	int64_t begin, end;
	struct time_zone z;
	struct tm tm;

	zone_of(&l->row, &z);
	if (!z.summer || !row_is(&l->row, "how", "date"))
		return true;
	zone_summer(&z, 0, &begin, &end);
	zone_local(&(struct time_zone){.offset = z.offset}, begin, &tm, NULL);
	if (tm.tm_mday != z.from.day) {
		db_say(l, "ERROR: the month of the start has no day %u", z.from.day);
		return false;
	}
	zone_local(&(struct time_zone){.offset = z.offset + z.shift}, end, &tm, NULL);
	if (tm.tm_mday != z.to.day) {
		db_say(l, "ERROR: the month of the end has no day %u", z.to.day);
		return false;
	}
	if (begin >= end)
		db_say(l, "ERROR: summer time ends before it starts");
	return begin < end;
}
