/* Turns at the configuration: who came first goes first. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/turns.h"

static struct turns turns;
static char went[16];

static void go(void *ctx)
{
	strncat(went, ctx, 1);
	turns.taken = strcmp(ctx, "b") == 0;
}

START_TEST(who_came_first_goes_first)
{
	static char names[][2] = {"a", "b", "c", "d"};
	struct waiter w[4];

	for (int i = 0; i < 4; i++)
		w[i] = (struct waiter){.go = go, .ctx = names[i]};
	turns.taken = true;
	for (int i = 0; i < 4; i++)
		turns_wait(&turns, &w[i]);
	turns_wait(&turns, &w[0]); /* he waits already */
	turns_leave(&turns, &w[2]);
	turns_leave(&turns, &w[2]);
	turns_next(&turns);
	ck_assert_str_eq(went, "");
	turns.taken = false;
	turns_next(&turns);
	ck_assert_str_eq(went, "ab"); /* b took it */
	ck_assert(!w[1].waiting && w[3].waiting);
	turns.taken = false;
	turns_next(&turns);
	ck_assert_str_eq(went, "abd");
	ck_assert_ptr_null(turns.first);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_config_turns");
	TCase *tc = tcase_create("cli_config_turns");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, who_came_first_goes_first);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
