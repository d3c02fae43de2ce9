/* The ids of tunnels and sessions: never 0, never somebody's, the last one found too. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/ids.h"

static struct table table;
static uint16_t dice[80];
static size_t thrown;

static void throw_dice(struct env *env, void *to, size_t len)
{
	(void)env;
	ck_assert_uint_eq(len, sizeof *dice);
	memcpy(to, &dice[thrown < 79 ? thrown : 79], len);
	thrown++;
}

static struct env env = {.random = throw_dice};

static void setup(void)
{
	memset(dice, 0, sizeof dice);
	thrown = 0;
}

static void teardown(void)
{
	table_fini(&table);
}

static bool take(uint16_t id)
{
	return table_add(&table, id, &table); /* anybody */
}

static void take_all(void)
{
	bool ok = true;

	for (uint16_t k = 1; k != 0; k++)
		ok = take(k) && ok;
	ck_assert(ok);
}

START_TEST(by_chance)
{
	dice[1] = 7; /* after a 0 */
	dice[2] = 9;
	ck_assert(take(7));
	ck_assert_uint_eq(l2tp_new_id(&env, &table), 9);
	ck_assert_uint_eq(thrown, 3);
}
END_TEST

/* Nearly full: chance may miss what is left, the search does not. */
START_TEST(the_last_one)
{
	static const uint16_t last[] = {1, 2, 100, 0x7fff, 0xffff};

	for (size_t i = 0; i < sizeof last / sizeof *last; i++)
		for (unsigned from = 0; from < 2; from++) {
			table_fini(&table);
			take_all();
			table_remove(&table, last[i]);
			for (size_t k = 0; k < 80; k++)
				dice[k] = from ? 0x8000 : 0;
			ck_assert_uint_eq(l2tp_new_id(&env, &table), last[i]);
		}
}
END_TEST

START_TEST(none)
{
	take_all();
	ck_assert_uint_eq(l2tp_new_id(&env, &table), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_ids");
	TCase *tc = tcase_create("ids");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, by_chance);
	tcase_add_test(tc, the_last_one);
	tcase_add_test(tc, none);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
