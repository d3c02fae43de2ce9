/* Names in the place of addresses, in lines that are typed and in files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/names.h"
#include "tests/support/box.h"

static struct box box;

static void setup(void)
{
	box_setup(&box);
	box_ok(&box, "configure terminal");
	box_ok(&box, "name 10.0.0.9 gw");
	box_ok(&box, "name 10.9.0.0 far-net description the far network");
	box_ok(&box, "interface g0/0");
	box_ok(&box, "nameif outside");
	box_ok(&box, "ip address 10.0.0.1 255.255.255.0");
	box_ok(&box, "exit");
}

static void teardown(void)
{
	box_teardown(&box);
}

START_TEST(they_stand_for_addresses)
{
	box_refused(&box, "route outside far-net 255.255.0.0 gw", "Invalid input");
	box_ok(&box, "names");
	box_ok(&box, "route outside far-net 255.255.0.0 gw");
	ck_assert(
	    box_shows(&box, "show run route", "route outside far-net 255.255.0.0 gw 1\n"));
	box_ok(&box, "no route outside far-net 255.255.0.0 gw");
	box_ok(&box, "object network X\n host gw\n"); /* a file */
	ck_assert(box_shows(&box, "show run object id X", " host gw\n"));
	ck_assert(box_shows(&box, "show run name", "name 10.0.0.9 gw\n"));
	box_ok(&box, "no name 10.0.0.9");
	ck_assert(box_shows(&box, "show run object id X", " host 10.0.0.9\n"));
	box_ok(&box, "name 10.0.0.9 gw");
	box_refused(&box, "route outside farther 255.255.0.0 gw", "Invalid input");
	box_ok(&box, "no names");
	ck_assert(box_shows(&box, "show run object id X", " host 10.0.0.9\n"));
	box_refused(&box, "route outside far-net 255.255.0.0 gw", "Invalid input");
}
END_TEST

/* A line that is one by itself is let be, and a word that is no address's does not become one. */
START_TEST(words_that_are_meant)
{
	char to[64];

	box_ok(&box, "names");
	box_ok(&box, "hostname gw");
	ck_assert(box_shows(&box, "show run hostname", "hostname gw\n"));
	box_ok(&box, "name 10.1.1.1 hostname");
	box_ok(&box, "hostname other");
	ck_assert(names_expand(box.m->running.db, "a gw  far-net", to, sizeof to));
	ck_assert_str_eq(to, "a 10.0.0.9  10.9.0.0");
	ck_assert(!names_expand(box.m->running.db, "a gwx Gw 10.0.0.9", to, sizeof to));
	ck_assert(!names_expand(box.m->running.db, "", to, sizeof to));
	ck_assert(!names_expand(box.m->running.db, "a gw", to, 10)); /* no room */
	ck_assert(names_expand(box.m->running.db, "a gw", to, 11));
}
END_TEST

START_TEST(names_that_cannot_be)
{
	box_refused(&box, "name 10.1.1.1 gw", "ERROR: the name gw is that of 10.0.0.9");
	box_refused(&box, "name 10.1.1.1 9gw", "ERROR: the name does not begin with a letter");
	box_refused(&box, "name 10.1.1.1 a/b", "ERROR: the name has characters besides");
	box_ok(&box, "name 10.0.0.9 gw description again");
	ck_assert(box_shows(&box, "show run name", "name 10.0.0.9 gw description again\n"));
	box_ok(&box, "name 10.0.0.9 gateway");
	ck_assert(!box_shows(&box, "show run name", "gw"));
	box_ok(&box, "no name 10.0.0.9");
	box_refused(&box, "no name 10.0.0.9", "ERROR: no name is associated with 10.0.0.9");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("config_names");
	TCase *tc = tcase_create("config_names");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, they_stand_for_addresses);
	tcase_add_test(tc, words_that_are_meant);
	tcase_add_test(tc, names_that_cannot_be);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
