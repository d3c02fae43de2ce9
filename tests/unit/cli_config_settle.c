/*
 * Changes of the running-config: what the answers of the keeper do to a line and to a file, who
 * waits meanwhile, and what is logged.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

START_TEST(the_keeper_consents)
{
	struct alone_person p;
	char buf[32];

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ask_for(&alone, &p, ALONE_ADDRESS);
	ck_assert(!alone_logged(&alone, "executed the 'ip address"));
	settle_leave(&alone.running->settle, &alone.running); /* somebody else leaves */
	alone_answer(&alone, true, NULL);
	ck_assert_int_eq(p.how, SETTLED_DONE);
	ck_assert_str_eq(alone_address(&alone, buf), "10.9.8.7");
	ck_assert(!alone.running->settle.turns.taken);
	ck_assert(alone_logged(&alone, "User 'me' executed the '" ALONE_ADDRESS "' command."));
	ck_assert_int_eq(strncmp(alone.running->settle.modified, "me at ", 6), 0);
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

START_TEST(the_keeper_refuses)
{
	struct alone_person p;
	unsigned before;
	char buf[32];

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ask_for(&alone, &p, ALONE_ADDRESS);
	before = p.done;
	text_clear(&alone.told);
	alone_answer(&alone, true, "in use");
	ck_assert_str_eq(alone_address(&alone, buf), "none");
	ck_assert_uint_eq(p.done, before); /* not before the keeper has the old state again */
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "+KEEP_INTERFACE"));
	alone_answer(&alone, true, "in use as well"); /* that nobody can help */
	ck_assert_uint_eq(p.done, before + 1);
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_str_eq(text_str(&p.screen), "ERROR: in use\n");
	ck_assert(!alone_logged(&alone, "executed the 'ip address"));
	ck_assert(!alone.running->settle.turns.taken);
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

START_TEST(he_leaves_meanwhile)
{
	struct alone_person p;
	unsigned before;
	char buf[32];

	for (int refused = 0; refused <= 1; refused++) {
		ck_assert(alone_start(&alone, refused ? "boot 2" : "boot 1", NULL));
		alone_come(&alone, &p);
		alone_ask_for(&alone, &p, ALONE_ADDRESS);
		before = p.done;
		settle_leave(&alone.running->settle, &alone.running); /* somebody else */
		settle_leave(&alone.running->settle, &p);
		gram_match_done(&p.match);
		text_free(&p.screen);
		memset(&p.place, 0xaa, sizeof p.place); /* his memory is another's */
		alone_answer(&alone, true, refused ? "in use" : NULL);
		if (alone.held)
			alone_answer(&alone, true, NULL);
		ck_assert_uint_eq(p.done, before);
		ck_assert_str_eq(alone_address(&alone, buf), refused ? "none" : "10.9.8.7");
		ck_assert_int_eq(p.place.depth, 0xaa);
		ck_assert(!alone.running->settle.turns.taken);
		ck_assert(
		    alone_logged(&alone, "User 'me' executed the '" ALONE_ADDRESS "' command."));
		alone_stop(&alone);
	}
}
END_TEST

START_TEST(without_a_keeper_nobody_waits)
{
	struct alone_person p;
	char buf[32];

	alone.keeper = false;
	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ok(&alone, &p, "interface GigabitEthernet0/0");
	alone_ok(&alone, &p, ALONE_ADDRESS);
	ck_assert_str_eq(alone_address(&alone, buf), "10.9.8.7");
	ck_assert_ptr_null(strstr(text_str(&alone.told), "KEEP_"));
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

/* A role that comes while a line may yet be taken back is told everything when that is known. */
START_TEST(a_role_that_comes_meanwhile)
{
	struct alone_person p;

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ask_for(&alone, &p, ALONE_ADDRESS);
	text_clear(&alone.told);
	delivery_snapshot(&alone.running->delivery, ROLE_AAA);
	ck_assert_str_eq(text_str(&alone.told), "");
	alone_answer(&alone, true, NULL);
	ck_assert_ptr_nonnull(strstr(text_str(&alone.told), "aaa:CFG_LOCAL"));
	text_clear(&alone.told);
	alone_ask_for(&alone, &p, "shutdown");
	alone_answer(&alone, true, NULL);
	ck_assert_ptr_null(strstr(text_str(&alone.told), "aaa:CFG_LOCAL"));
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

START_TEST(a_file_is_applied_and_warned_of)
{
	static const char down[] = "interface GigabitEthernet0/0\n shutdown\n";
	static const char file[] =
	    "hostname filed\nenable passwrd hidden\ninterface GigabitEthernet0/0\n " ALONE_ADDRESS
	    "\n";
	struct alone_person p;
	struct config_change c;
	static const char two[] = "interface GigabitEthernet0/0\n nameif outside\n"
				  "route outside 10.1.0.0 255.255.0.0 10.9.8.1\n"
				  "route outside 10.2.0.0 255.255.0.0 10.9.8.1\n";
	const char *said;
	char buf[32];

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	c = alone_change(&p);
	settle_file(&alone.running->settle, &c, file, sizeof file - 1);
	ck_assert_uint_eq(p.done, 0);
	alone_answer(&alone, true, "in use");
	ck_assert_uint_eq(p.done, 1);
	ck_assert_int_eq(p.how, SETTLED_REFUSED); /* for its second line */
	ck_assert_ptr_nonnull(strstr(text_str(&p.screen), "line 2: enable passwrd *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&p.screen), "WARNING: in use\n"));
	ck_assert_str_eq(alone_hostname(&alone), "filed");
	ck_assert_str_eq(alone_address(&alone, buf), "10.9.8.7"); /* a file is not taken back */
	ck_assert(alone_logged(&alone, "User 'me' executed the 'configure' command with 4 lines."));
	/* Warnings alone refuse nothing. */
	text_clear(&p.screen);
	c = alone_change(&p);
	settle_file(&alone.running->settle, &c, down, sizeof down - 1);
	alone_answer(&alone, true, "in use");
	ck_assert_int_eq(p.how, SETTLED_DONE);
	ck_assert_str_eq(text_str(&p.screen), "WARNING: in use\n");
	/* What many requests are refused for is said once. */
	text_clear(&p.screen);
	c = alone_change(&p);
	settle_file(&alone.running->settle, &c, two, sizeof two - 1);
	ck_assert_uint_gt(alone.held, 1);
	alone_answer(&alone, true, "in use");
	said = strstr(text_str(&p.screen), "WARNING: in use\n");
	ck_assert_ptr_nonnull(said);
	ck_assert_ptr_null(strstr(said + 1, "WARNING: in use\n"));
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

/* What changes nothing, or is refused, is neither logged nor a modification. */
START_TEST(only_changes_are_logged)
{
	struct alone_person p;

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ok(&alone, &p, "exit");
	ck_assert(!alone_logged(&alone, "executed the"));
	ck_assert_str_eq(alone.running->settle.modified, "");
	alone_come(&alone, &p);
	ck_assert(alone_type(&alone, &p, "hostname -a"));
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert(!alone_logged(&alone, "executed the"));
	alone_ok(&alone, &p, "clear configure hostname");
	ck_assert(
	    alone_logged(&alone, "User 'me' executed the 'clear configure hostname' command."));
	ck_assert_int_eq(strncmp(alone.running->settle.modified, "me at ", 6), 0);
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

/* A saved configuration, known by the line of its version, is taken as it was: an old route is only
 * warned of. In a list of lines it is refused. */
START_TEST(saved_texts_and_lists_of_lines)
{
	static const struct {
		const char *head;
		bool whole;
	} row[] = {{"", false}, {"ASA Version 9.12(4) \n", true},
	    {": Saved\n\nASA Version 9\n", true}, {":\rASA Version 9\r", true},
	    {"\xef\xbb\xbf"
	     "ASA Version 9\n",
		true},
	    {"! ASA Version 9\n", false}, {"!ASA Version 9\n", false}, {"ASA Versions\n", false}};
	static const char lines[] =
	    "route outside 10.1.0.0 255.255.0.0 192.0.2.1"; /* without an end */
	struct config_change c;
	struct alone_person p;
	char text[200];

	alone.keeper = false;
	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	alone_ok(&alone, &p, "interface GigabitEthernet0/0");
	alone_ok(&alone, &p, "nameif outside");
	alone_ok(&alone, &p, ALONE_ADDRESS);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		unsigned before = p.done;

		snprintf(text, sizeof text, "%s%s", row[i].head, lines);
		c = alone_change(&p);
		text_clear(&p.screen);
		settle_file(&alone.running->settle, &c, text, strlen(text));
		ck_assert_uint_eq(p.done, before + 1);
		ck_assert_msg(
		    strstr(text_str(&p.screen), row[i].whole ? "WARNING: Invalid next hop"
							     : "ERROR: Invalid next hop") != NULL,
		    "%s: %s", row[i].head, text_str(&p.screen));
	}
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

START_TEST(the_end_of_the_session)
{
	struct alone_person p;

	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &p);
	parse_state_init(&p.place, alone.gram, false);
	ck_assert(alone_type(&alone, &p, "exit"));
	ck_assert_int_eq(p.how, SETTLED_LOGOFF);
	alone_stop(&alone);
	text_free(&p.screen);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_config_settle");
	TCase *tc = tcase_create("cli_config_settle");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, the_keeper_consents);
	tcase_add_test(tc, the_keeper_refuses);
	tcase_add_test(tc, he_leaves_meanwhile);
	tcase_add_test(tc, without_a_keeper_nobody_waits);
	tcase_add_test(tc, a_role_that_comes_meanwhile);
	tcase_add_test(tc, a_file_is_applied_and_warned_of);
	tcase_add_test(tc, only_changes_are_logged);
	tcase_add_test(tc, saved_texts_and_lists_of_lines);
	tcase_add_test(tc, the_end_of_the_session);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
