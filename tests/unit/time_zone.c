/*
 * Zones: known instants against the rules of the configuration, the way back, and that the
 * configuration's lines reach all times that are written.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/clock.h"
#include "cli/show/show.h"
#include "tests/support/running_alone.h"

static struct alone alone;

static void setup(void)
{
	alone_setup(&alone);
	alone.keeper = false;
	ck_assert(alone_start(&alone, "boot", NULL));
}

static void teardown(void)
{
	alone_stop(&alone);
	alone_teardown(&alone);
	zone_set_here(NULL);
}

#define CET    "clock timezone CET 1"
#define CEST   "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00"
#define SYDNEY "clock summer-time AEDT recurring 1 Sun Oct 2:00 1 Sun Apr 3:00"

/* Wall clocks of these places as others have them (zoneinfo). */
static const struct {
	const char *zone, *summer;
	int64_t when;
	const char *wall;
} row[] = {
    {NULL, NULL, 0, "00:00:00 UTC Thu 01 Jan 1970"},
    {NULL, NULL, 1623249264, "14:34:24 UTC Wed 09 Jun 2021"},
    {CET, NULL, 1623249264, "15:34:24 CET Wed 09 Jun 2021"},
    {"clock timezone GMT +8", NULL, 1623249264, "22:34:24 GMT Wed 09 Jun 2021"},
    {"clock timezone IST 5 30", NULL, 1623249264, "20:04:24 IST Wed 09 Jun 2021"},
    {"clock timezone NST -3 30", NULL, 1623249264, "11:04:24 NST Wed 09 Jun 2021"},
    {"clock timezone X -23 59", NULL, 0, "00:01:00 X Wed 31 Dec 1969"},
    /* Europe: the last Sundays, 1:00 UTC */
    {CET, CEST, 1774745999, "01:59:59 CET Sun 29 Mar 2026"},
    {CET, CEST, 1774746000, "03:00:00 CEST Sun 29 Mar 2026"},
    {CET, CEST, 1792889999, "02:59:59 CEST Sun 25 Oct 2026"},
    {CET, CEST, 1792890000, "02:00:00 CET Sun 25 Oct 2026"},
    {CET, CEST, 1767222000, "00:00:00 CET Thu 01 Jan 2026"},
    {CET, CEST, 1743296400, "03:00:00 CEST Sun 30 Mar 2025"},
    {CET, CEST, 1711846799, "01:59:59 CET Sun 31 Mar 2024"},
    {CET, CEST, 1711846800, "03:00:00 CEST Sun 31 Mar 2024"},
    /* the United States: the second Sunday of March to the first of November */
    {"clock timezone EST -5", "clock summer-time EDT recurring", 1772953199,
     "01:59:59 EST Sun 08 Mar 2026"},
    {"clock timezone EST -5", "clock summer-time EDT recurring", 1772953200,
     "03:00:00 EDT Sun 08 Mar 2026"},
    {"clock timezone EST -5", "clock summer-time EDT recurring", 1793512799,
     "01:59:59 EDT Sun 01 Nov 2026"},
    {"clock timezone EST -5", "clock summer-time EDT recurring", 1793512800,
     "01:00:00 EST Sun 01 Nov 2026"},
    /* south of the equator it is summer over the turn of the year */
    {"clock timezone AEST 10", SYDNEY, 1767189600, "01:00:00 AEDT Thu 01 Jan 2026"},
    {"clock timezone AEST 10", SYDNEY, 1775318399, "02:59:59 AEDT Sun 05 Apr 2026"},
    {"clock timezone AEST 10", SYDNEY, 1775318400, "02:00:00 AEST Sun 05 Apr 2026"},
    {"clock timezone AEST 10", SYDNEY, 1791043199, "01:59:59 AEST Sun 04 Oct 2026"},
    {"clock timezone AEST 10", SYDNEY, 1791043200, "03:00:00 AEDT Sun 04 Oct 2026"},
    /* dates, and half an hour (Lord Howe) */
    {CET, "clock summer-time CEST date 29 Mar 2026 2:00 25 Oct 2026 3:00", 1774746000,
     "03:00:00 CEST Sun 29 Mar 2026"},
    {CET, "clock summer-time CEST date Mar 29 2026 2:00 October 25 2026 3:00", 1792890000,
     "02:00:00 CET Sun 25 Oct 2026"},
    {CET, "clock summer-time CEST date 29 Mar 2026 2:00 25 Oct 2026 3:00", 1806278400,
     "01:00:00 CET Mon 29 Mar 2027"},
    {"clock timezone LHST 10 30",
     "clock summer-time LHDT recurring first Sun Oct 2:00 first Sun Apr 2:00 30", 1775314800,
     "01:30:00 LHST Sun 05 Apr 2026"},
    {"clock timezone LHST 10 30",
     "clock summer-time LHDT recurring first Sun Oct 2:00 first Sun Apr 2:00 30", 1775314799,
     "01:59:59 LHDT Sun 05 Apr 2026"},
};

static void configure(const char *zone, const char *summer)
{
	struct alone_person p;

	alone_come(&alone, &p);
	if (zone)
		alone_ok(&alone, &p, zone);
	if (summer)
		alone_ok(&alone, &p, summer);
	text_free(&p.screen);
}

START_TEST(known_instants)
{
	char wall[64];

	configure(row[_i].zone, row[_i].summer);
	clock_format(wall, sizeof wall, "%H:%M:%S %Z %a %d %b %Y", row[_i].when);
	ck_assert_str_eq(wall, row[_i].wall);
}
END_TEST

/* From the wall back: every quarter of an hour of two years, but for the hour that comes twice. */
START_TEST(the_way_back)
{
	unsigned twice = 0;

	configure(row[_i].zone, row[_i].summer);
	for (int64_t when = 1767222000; when < 1767222000 + 2 * 366 * 86400; when += 900) {
		const char *name;
		struct tm tm;
		int64_t back;

		zone_local(zone_here(), when, &tm, &name);
		back = zone_utc(zone_here(), &tm);
		if (back != when) {
			twice++;
			ck_assert_int_eq(back - when, zone_here()->shift * 60);
			zone_local(zone_here(), back, &tm, &name);
			ck_assert_str_eq(name, zone_here()->name);
		}
	}
	ck_assert_uint_le(twice, (unsigned)zone_here()->shift / 15 * 2);
	if (zone_here()->summer && zone_here()->from.week)
		ck_assert_uint_eq(twice, (unsigned)zone_here()->shift / 15 * 2);
}
END_TEST

/* The formatters of other rooms, too. */
START_TEST(sessions_are_shown_in_it)
{
	struct text t = {0};

	configure(CET, CEST);
	show_time(&t, 1774746000);
	ck_assert_str_eq(text_str(&t), "03:00:00 CEST Sun Mar 29 2026");
	text_free(&t);
}
END_TEST

/* The other roles stamp their lines in the host's zone. */
START_TEST(lines_of_other_roles)
{
	static const struct {
		const char *line, *here;
	} said[] = {
	    {"Jan 09 14:34:24 [IKEv1]x", "Jan 09 20:34:24 [IKEv1]x"},
	    {"Jan 31 23:34:24 x", "Feb 01 05:34:24 x"},
	    {"14:34:24 [IKEv1]x", "14:34:24 [IKEv1]x"},
	    {"Jan 09 [IKEv1]x", "Jan 09 [IKEv1]x"},
	    {"", ""},
	};
	struct text t = {0};

	setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
	tzset();
	configure(CET, CEST);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		text_clear(&t);
		clock_restamp(&t, said[i].line);
		ck_assert_str_eq(text_str(&t), said[i].here);
	}
	text_free(&t);
}
END_TEST

/* What is taken back is UTC again; a kept configuration has its zone from the start. */
START_TEST(lines_come_and_go)
{
	struct alone_person p;
	struct text t = {0};

	configure(CET, CEST);
	clock_text(&t, 1774746000, 7);
	ck_assert_str_eq(text_str(&t), "03:00:00.007 CEST Sun Mar 29 2026");
	alone_stop(&alone);
	zone_set_here(NULL);
	ck_assert(alone_start(&alone, "boot", NULL));
	text_clear(&t);
	clock_text(&t, 1774746000, 7);
	ck_assert_str_eq(text_str(&t), "03:00:00.007 CEST Sun Mar 29 2026");
	alone_come(&alone, &p);
	alone_ok(&alone, &p, "no clock summer-time");
	alone_ok(&alone, &p, "no clock timezone");
	text_clear(&t);
	clock_text(&t, 1774746000, 7);
	ck_assert_str_eq(text_str(&t), "01:00:00.007 UTC Sun Mar 29 2026");
	text_free(&p.screen);
	text_free(&t);
}
END_TEST

START_TEST(dates_that_cannot_be)
{
	static const struct {
		const char *line, *said;
	} wrong[] = {
	    {"clock summer-time X date 30 Feb 2026 2:00 25 Oct 2026 3:00",
	     "ERROR: the month of the start has no day 30\n"},
	    {"clock summer-time X date 29 Mar 2026 2:00 31 Sep 2026 3:00",
	     "ERROR: the month of the end has no day 31\n"},
	    {"clock summer-time X date 29 Mar 2026 2:00 25 Oct 2025 3:00",
	     "ERROR: summer time ends before it starts\n"},
	};
	struct alone_person p;

	alone_come(&alone, &p);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		ck_assert(alone_type(&alone, &p, wrong[i].line));
		ck_assert_int_eq(p.how, SETTLED_REFUSED);
		ck_assert_str_eq(text_str(&p.screen), wrong[i].said);
	}
	text_free(&p.screen);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("time_zone");
	TCase *tc = tcase_create("zone");
	SRunner *r = srunner_create(s);
	int failed, rows = (int)(sizeof row / sizeof *row);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, known_instants, 0, rows);
	tcase_add_loop_test(tc, the_way_back, rows - 12, rows);
	tcase_add_test(tc, lines_come_and_go);
	tcase_add_test(tc, lines_of_other_roles);
	tcase_add_test(tc, sessions_are_shown_in_it);
	tcase_add_test(tc, dates_that_cannot_be);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
