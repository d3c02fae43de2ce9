/* How often a thing that others remove is put back, under a clock of the test's. */
#include "engine/keeper/guard.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct guard g;
static uint64_t now;
static unsigned said;
static char last[200];

static uint64_t a_clock(void)
{
	return now;
}

static void say(void *arg, unsigned severity, const char *text)
{
	(void)arg;
	(void)severity;
	said++;
	snprintf(last, sizeof last, "%s", text);
}

static void setup(void)
{
	const struct news news = {.say = say};

	guard_init(&g, &news);
	g.now = a_clock;
	now = 1000000;
	said = 0;
}

START_TEST(slower_and_slower)
{
	static const uint64_t pause[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};

	for (int i = 0; i < GUARD_FREE; i++) {
		ck_assert_uint_eq(said, 0);
		ck_assert(guard_may(&g, "table"));
	}
	ck_assert_uint_eq(said, 1);
	ck_assert_str_eq(last, "table is removed again and again by another program; "
	    "it is put back less and less often");
	for (size_t i = 0; i < sizeof pause / sizeof *pause; i++) {
		ck_assert(!guard_may(&g, "table"));
		ck_assert_int_eq(guard_wait(&g), (int64_t)pause[i]);
		now += pause[i] - 1;
		ck_assert(!guard_may(&g, "table"));
		ck_assert_int_eq(guard_wait(&g), 1);
		now++;
		ck_assert(guard_may(&g, "table"));
		ck_assert_int_eq(guard_wait(&g), -1);
	}
	ck_assert_uint_eq(said, 1);
}
END_TEST

START_TEST(a_quiet_minute_forgives)
{
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < GUARD_FREE; i++)
			ck_assert(guard_may(&g, "table"));
		ck_assert(!guard_may(&g, "table"));
		now += GUARD_FIRST_MS + GUARD_LONGEST_MS + 1;
	}
	for (int i = 0; i < GUARD_FREE; i++)
		ck_assert(guard_may(&g, "table"));
	now += GUARD_FIRST_MS + GUARD_LONGEST_MS; /* not quite */
	ck_assert(guard_may(&g, "table"));
	ck_assert(!guard_may(&g, "table"));
}
END_TEST

START_TEST(each_thing_for_itself)
{
	while (guard_may(&g, "one"))
		;
	ck_assert(guard_may(&g, "two"));
	ck_assert_int_eq(guard_wait(&g), 1000);
	now += 400;
	while (guard_may(&g, "two"))
		;
	ck_assert(!guard_may(&g, "one"));
	ck_assert_int_eq(guard_wait(&g), 600);
	now += 600;
	ck_assert_int_eq(guard_wait(&g), 0); /* one look is due ... */
	ck_assert_int_eq(guard_wait(&g), 400); /* ... and then it is the other's turn */
}
END_TEST

START_TEST(the_oldest_is_forgotten)
{
	char name[32];

	for (int i = 0; i < GUARD_THINGS; i++, now++) {
		snprintf(name, sizeof name, "thing %d", i);
		while (guard_may(&g, name))
			;
	}
	ck_assert(!guard_may(&g, "thing 0"));
	ck_assert(guard_may(&g, "another")); /* in the place of thing 0 */
	ck_assert(!guard_may(&g, "thing 1"));
	ck_assert(!guard_may(&g, "thing 63"));
	ck_assert(guard_may(&g, "thing 0"));
	ck_assert(!guard_may(&g, "thing 2"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_guard");
	TCase *tc = tcase_create("keeper_guard");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, slower_and_slower);
	tcase_add_test(tc, a_quiet_minute_forgives);
	tcase_add_test(tc, each_thing_for_itself);
	tcase_add_test(tc, the_oldest_is_forgotten);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
