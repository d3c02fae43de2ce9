/*
 * What is said of lines that are words of the grammar and yet make no sense, or not all of it: each
 * check at both sides of its limit (support/cases.h).
 */
#include <check.h>
#include <stdlib.h>

#include "tests/support/cases.h"

static struct config_test c;

static void setup(void)
{
	c = (struct config_test){0};
	config_open(&c);
}

static void teardown(void)
{
	config_close(&c);
}

static const char *const cases[] = {
    "aaa-servers",
    "limits-objects", "limits-addresses", "limits-access", "limits-vpn"};

START_TEST(a_case)
{
	case_play(&c, cases[_i], 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("checks");
	TCase *tc = tcase_create("checks");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_case, 0, sizeof cases / sizeof *cases);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
