/*
 * What is said of lines that are words of the grammar and yet make no sense, or not all of it: each
 * check at both sides of its limit (support/cases.h).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    "aaa-servers", "limits-objects", "limits-addresses", "limits-access", "limits-vpn",
    "limits-nat", "limits-interfaces", "keys", "limit-lines"};

/* The blocks of a page that begin with this are whole: each of their lines is taken. */
START_TEST(configurations_of_the_page)
{
	char *page = config_file("docs/aaa.md"), *rest = page, *line;
	bool block = false, inside = false;
	unsigned blocks = 0;

	while ((line = strsep(&rest, "\n"))) {
		bool begins = !inside && (!strncmp(line, "    aaa-server ", 15) ||
					     !strncmp(line, "    ldap attribute-map ", 23) ||
					     !strncmp(line, "    tunnel-group ", 17));

		inside = !strncmp(line, "    ", 4);
		block = block && inside;
		if (begins && !strpbrk(line, "{[")) {
			config_reset(&c);
			config_paste(&c, "aaa-server DIR protocol ldap");
			parse_state_init(&c.state, c.gram, true);
			block = true;
			blocks++;
		}
		if (block)
			ck_assert_msg(
			    config_line(&c, line + 4) == DB_OK, "%s: %s", line, text_str(&c.out));
	}
	ck_assert_uint_ge(blocks, 7);
	free(page);
}
END_TEST

/* Main mode tries so many keys: the first one too many is told of. */
START_TEST(too_many_keys)
{
	char line[80];

	for (unsigned k = 1; k <= 65; k++) {
		snprintf(line, sizeof line, "tunnel-group G%u type remote-access", k);
		config_paste(&c, line);
		snprintf(line, sizeof line, "tunnel-group G%u ipsec-attributes", k);
		ck_assert_int_eq(config_line(&c, line), DB_OK);
		snprintf(line, sizeof line, "ikev1 pre-shared-key key%u", k);
		ck_assert_int_eq(config_line(&c, line), DB_OK);
		ck_assert_int_eq(strstr(text_str(&c.out), "more than 64") != NULL, k > 64);
	}
}
END_TEST

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
	tcase_add_test(tc, configurations_of_the_page);
	tcase_add_test(tc, too_many_keys);
	tcase_add_loop_test(tc, a_case, 0, sizeof cases / sizeof *cases);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
