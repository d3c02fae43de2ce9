/*
 * Which configuration a start loads: the startup-config, a text that is given, or what ran
 * before; and what is noted of it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/running_alone.h"

static struct alone alone;

static void setup(void)
{
	alone_setup(&alone);
}

static void teardown(void)
{
	alone_teardown(&alone);
}

START_TEST(a_first_start_has_nothing)
{
	ck_assert(alone_start(&alone, "boot", NULL));
	ck_assert_str_eq(alone_hostname(&alone), "ciscoasa");
	ck_assert_str_eq(alone.running->file, "startup-config");
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "KEEP_FLUSH begin "));
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "KEEP_FLUSH end "));
	ck_assert_ptr_null(
	    strstr(text_str(&alone.told), "engine:")); /* those come later, and are told all */
	text_clear(&alone.told);
	delivery_snapshot(&alone.running->delivery, ROLE_ENGINE);
	ck_assert_int_eq(strncmp(text_str(&alone.told), "engine:CFG_BEGIN ", 17), 0);
	alone_stop(&alone);
}
END_TEST

START_TEST(another_boot_loads_the_startup_config)
{
	struct alone_person p;

	alone_save(&alone, "hostname saved\n");
	ck_assert(alone_start(&alone, "boot 1", NULL));
	ck_assert_str_eq(alone_hostname(&alone), "saved");
	alone_come(&alone, &p);
	alone_ok(&alone, &p, "hostname typed");
	ck_assert_str_eq(alone_hostname(&alone), "typed");
	alone_stop(&alone);
	ck_assert(alone_start(
	    &alone, "boot 1", NULL)); /* only the manager came back: what runs is kept */
	ck_assert_str_eq(alone_hostname(&alone), "typed");
	alone_stop(&alone);
	ck_assert(alone_start(&alone, "boot 2", NULL));
	ck_assert_str_eq(alone_hostname(&alone), "saved");
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

START_TEST(a_text_goes_before_all)
{
	alone_save(&alone, "hostname saved\n");
	ck_assert(alone_start(&alone, "boot 1", NULL));
	alone_stop(&alone);
	for (int i = 1; i <= 2; i++) { /* in the same boot, and in a new one */
		ck_assert(alone_start(
		    &alone, i == 1 ? "boot 1" : "boot 2", "hostname given\nbogus line\n"));
		ck_assert_str_eq(alone_hostname(&alone), "given");
		ck_assert_str_eq(alone.running->file, "--config");
		ck_assert(alone_logged(&alone, "%ASA-3-111011: --config: line 2 refused: ERROR: "));
		alone_stop(&alone);
	}
	ck_assert(
	    alone_start(&alone, "boot 2", NULL)); /* it runs on, as long as nobody gives another */
	ck_assert_str_eq(alone_hostname(&alone), "given");
	alone_stop(&alone);
	running_drop(alone.dir);
	ck_assert(alone_start(&alone, "boot 2", NULL));
	ck_assert_str_eq(alone_hostname(&alone), "saved");
	alone_stop(&alone);
}
END_TEST

/* A startup-config that cannot be read: the start goes on, and it is told. */
START_TEST(notes_of_the_state_directory)
{
	char path[128];

	snprintf(path, sizeof path, "%s/startup-config", alone.dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(alone_start(&alone, "boot", NULL));
	ck_assert_ptr_nonnull(
	    strstr(text_str(&alone.running->notes), "WARNING: the startup-config"));
	ck_assert(alone_logged(&alone, "%ASA-2-199020: the startup-config"));
	alone_stop(&alone);
}
END_TEST

/* What the kernel refuses of a stored configuration is told; it stays as it is. */
START_TEST(the_keeper_refuses_a_part_of_the_boot)
{
	char buf[32];

	ck_assert(alone_start(
	    &alone, "boot", "interface GigabitEthernet0/0\n nameif outside\n " ALONE_ADDRESS "\n"));
	alone_answer(&alone, false, "no such device");
	ck_assert(alone_logged(&alone,
	    "%ASA-3-199003: The kernel refused a part of the configuration: no such device"));
	ck_assert_str_eq(alone_address(&alone, buf), "10.9.8.7");
	text_clear(&alone.told);
	alone.unheld = 1;
	running_stop(alone.running);
	text_clear(&alone.trail.text);
	alone_answer(&alone, false, "the keeper is away"); /* of course: this is the end */
	ck_assert(!alone_logged(&alone, "refused"));
	alone_stop(&alone);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_config_boot");
	TCase *tc = tcase_create("cli_config_boot");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_first_start_has_nothing);
	tcase_add_test(tc, another_boot_loads_the_startup_config);
	tcase_add_test(tc, a_text_goes_before_all);
	tcase_add_test(tc, notes_of_the_state_directory);
	tcase_add_test(tc, the_keeper_refuses_a_part_of_the_boot);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
