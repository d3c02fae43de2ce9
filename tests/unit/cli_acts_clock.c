/* The clock: shown in its zone, set by the keeper, who keeps it. The keeper here is the test. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/clock.h"
#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
	zone_set_here(NULL);
}

/* What he typed is the time on his wall. */
START_TEST(the_time_is_set)
{
	static const struct {
		const char *line, *asked;
	} row[] = {
	    {"clock set 14:34:24 9 Jun 2021", "keeper: clock 1623249264\n"},
	    {"clock set 14:34:24 june 9 2021", "keeper: clock 1623249264\n"},
	    {"clock set 0:00:00 29 Feb 2024", "keeper: clock 1709164800\n"},
	    {"clock set 23:59:59 31 Dec 2035", "keeper: clock 2082758399\n"},
	    {"clock set 14:34:24 31 Jun 2021", ""},
	    {"clock set 0:00:00 29 Feb 2026", ""},
	    {"clock set 24:00:00 9 Jun 2021", ""},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_str_eq(one_act_run(&one, row[i].line), row[i].asked);
		if (*row[i].asked)
			one_act_reply(&one, ROLE_KEEPER, (struct ipc_msg){.type = MSG_KEEP_REPLY,
				.keep_reply = {.text = ""}});
		else
			ck_assert_str_eq(one_act_said(&one), "ERROR: There is no such time\n");
		ck_assert_int_eq(one.act.refused, !*row[i].asked);
		ck_assert_uint_eq(one.done, i + 1);
	}
	box_type(&one.box, "clock timezone CET 1");
	box_type(&one.box, "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00");
	ck_assert_str_eq(
	    one_act_run(&one, "clock set 16:34:24 9 Jun 2021"), "keeper: clock 1623249264\n");
	one_act_reply(&one, ROLE_KEEPER, (struct ipc_msg){.type = MSG_KEEP_REPLY,
				.keep_reply = {.text = ""}});
}
END_TEST

START_TEST(it_is_not_set)
{
	static const struct {
		uint32_t error;
		const char *said;
	} row[] = {
	    {EBUSY, "ERROR: A time service of the host keeps its clock (show ntp status); the time "
		    "was not set\n"},
	    {EACCES, "ERROR: The time was not set: this appliance was started without --set-clock, "
		     "the host's clock is not its own\n"},
	    {EPERM, "ERROR: The time was not set: why\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		one_act_run(&one, "clock set 14:34:24 9 Jun 2021");
		one_act_reply(&one, ROLE_KEEPER, (struct ipc_msg){.type = MSG_KEEP_REPLY,
		    .keep_reply = {.error = row[i].error, .text = "why"}});
		ck_assert_str_eq(one_act_said(&one), row[i].said);
		ck_assert(one.act.refused);
	}
}
END_TEST

START_TEST(it_is_shown)
{
	const char *said;

	box_type(&one.box, "clock timezone EST -5");
	one_act_run(&one, "show clock");
	said = one_act_said(&one);
	ck_assert_ptr_nonnull(strstr(said, " EST "));
	ck_assert_ptr_null(strstr(said, "Time source"));
	box_type(&one.box, "clock summer-time EDT date 8 Mar 2026 2:00 1 Nov 2026 2:00");
	one_act_run(&one, "show clock detail");
	said = one_act_said(&one);
	ck_assert_ptr_nonnull(strstr(said, "\nTime source is "));
	ck_assert_ptr_nonnull(strstr(said,
	    "Summer time starts 02:00:00 EST Sun Mar  8 2026\n"
	    "Summer time ends 02:00:00 EDT Sun Nov  1 2026\n"));
}
END_TEST

START_TEST(who_keeps_it)
{
	box_type(&one.box, "ntp server 192.0.2.123 prefer");
	one_act_run(&one, "show ntp status");
	ck_assert_int_eq(strncmp(one_act_said(&one), "Clock is ", 9), 0);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "The host's clock service does the work"));
	one_act_run(&one, "show ntp associations");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "\n~192.0.2.123 "));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_clock");
	TCase *tc = tcase_create("cli_acts_clock");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, the_time_is_set);
	tcase_add_test(tc, it_is_not_set);
	tcase_add_test(tc, it_is_shown);
	tcase_add_test(tc, who_keeps_it);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
