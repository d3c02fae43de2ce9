/*
 * Acts on the operator's own session: its privilege, its terminal; and `show version`, which is of
 * the appliance.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

/* ---- the privilege ---------------------------------------------------------------------- */

START_TEST(privileges_go_up_by_password)
{
	one.session.privilege = 1;
	one_act_run(&one, "enable 5");
	ck_assert_uint_eq(one.flags, ACT_ASK_HIDDEN);
	one_act_person(&one, "wrong");
	one_act_person(&one, "wrong");
	ck_assert_uint_eq(one.done, 0);
	one_act_person(&one, "wrong");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "Access denied."));
	ck_assert_int_eq(one.session.privilege, 1);
	one_act_run(&one, "enable 5");
	one_act_person(&one, "");
	ck_assert_int_eq(one.session.privilege, 5);
	one_act_run(&one, "enable 5"); /* he has it */
	ck_assert_str_eq(text_str(&one.question), "");
	one_act_run(&one, "enable 0"); /* down, but not below that of a user */
	ck_assert_int_eq(one.session.privilege, 1);
	one_act_run(&one, "enable");
	one_act_person(&one, NULL);
	ck_assert_int_eq(one.session.privilege, 1);
	ck_assert_uint_eq(one.done, 5);
}
END_TEST

/* What `show curpriv` says of a user, of one with a privilege, and of one who configures. */
START_TEST(privileges_are_shown)
{
	static const struct {
		int privilege;
		bool configures;
		const char *said;
	} row[] = {
	    {1, false,
		"Username : enable_1\nCurrent privilege level : 1\n"
		"Current Mode/s : P_UNPR\n"},
	    {2, false,
		"Username : enable_2\nCurrent privilege level : 2\n"
		"Current Mode/s : P_PRIV\n"},
	    {15, true,
		"Username : enable_15\nCurrent privilege level : 15\n"
		"Current Mode/s : P_PRIV P_CONF\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		one.session.privilege = row[i].privilege;
		parse_state_init(&one.session.place, one.box.m->gram, row[i].configures);
		one_act_run(&one, "show curpriv");
		ck_assert_str_eq(one_act_said(&one), row[i].said);
	}
	one.session.width = 100;
	one.session.log.hears = 0;
	one_act_run(&one, "show terminal");
	ck_assert_str_eq(one_act_said(&one), "\nWidth = 100, no monitor\nterminal interactive\n");
	one_act_run(&one, "terminal monitor");
	one_act_run(&one, "show terminal");
	ck_assert_str_eq(one_act_said(&one), "\nWidth = 100, monitor\nterminal interactive\n");
	one_act_run(&one, "show pager");
	ck_assert_str_eq(one_act_said(&one), "no pager\n");
	one.session.pager = 1;
	one_act_run(&one, "show pager");
	ck_assert_str_eq(one_act_said(&one), "pager lines 1\n");
}
END_TEST

START_TEST(privileges_go_down_without)
{
	one_act_run(&one, "disable 7");
	ck_assert_int_eq(one.session.privilege, 7);
	one_act_run(&one, "disable 8");
	ck_assert_str_eq(one_act_said(&one), "ERROR: use 'enable' to raise the privilege level\n");
	ck_assert_int_eq(one.session.privilege, 7);
	one_act_run(&one, "disable 0");
	ck_assert_int_eq(one.session.privilege, 1);
}
END_TEST

/* ---- the appliance ---------------------------------------------------------------------- */

START_TEST(what_the_appliance_is)
{
	char line[300];

	ck_assert_uint_eq(strlen(one.box.m->machine.serial), 11);
	ck_assert_uint_eq(
	    strspn(one.box.m->machine.serial, "0123456789ABCDEFGHJKLMNPQRSTUVWX"), 11);
	box_type(&one.box, "hostname Here");
	one_act_run(&one, "show version");
	snprintf(line, sizeof line, "\nSerial Number: %s\n\nConfiguration last modified by ",
	    one.box.m->machine.serial);
	ck_assert_msg(strstr(one_act_said(&one), line) != NULL, "%s", one_act_said(&one));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "\n\nHere up 0 mins "));
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "Config file at boot was \"startup-config\"\n"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "by builders\n"));
	ck_assert_ptr_null(strstr(one_act_said(&one), "Compiled on  by"));
	snprintf(line, sizeof line, " %u MB RAM, CPU %s,", one.box.m->machine.memory_mb,
	    one.box.m->machine.cpu);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), line));
	ck_assert_uint_eq(one.done, 1);
}
END_TEST

/* The serial number is that of the state directory; what is none is made anew, and kept. */
START_TEST(the_serial_number_stays)
{
	struct machine first, again;
	char path[128];
	FILE *f;

	machine_read(&first, one.box.dir);
	ck_assert_str_eq(first.serial, one.box.m->machine.serial);
	machine_read(&again, one.box.dir);
	ck_assert_str_eq(again.serial, first.serial);
	snprintf(path, sizeof path, "%s/serial", one.box.dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("SHORT", f);
	fclose(f);
	machine_read(&again, one.box.dir);
	ck_assert_uint_eq(strlen(again.serial), 11);
	ck_assert_str_ne(again.serial, first.serial);
	machine_read(&first, one.box.dir);
	ck_assert_str_eq(again.serial, first.serial);
	ck_assert_uint_gt(first.memory_mb, 0);
	ck_assert_int_ne(first.cpu[0], ' ');
	ck_assert_int_ne(first.cpu[strlen(first.cpu) - 1], ' ');
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_session");
	TCase *tc = tcase_create("cli_acts_session");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, privileges_go_up_by_password);
	tcase_add_test(tc, privileges_are_shown);
	tcase_add_test(tc, privileges_go_down_without);
	tcase_add_test(tc, what_the_appliance_is);
	tcase_add_test(tc, the_serial_number_stays);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
