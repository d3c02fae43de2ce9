/* Login servers as operators see them: tests of a login, with the real aaa behind. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/screens.h"

static struct screens w;
static struct screen s;
static struct operator* person;

static void setup(void)
{
	static const char *const lines[] = {"enable", "configure terminal",
	    "username ann password annspw privilege 15", "aaa-server RAD protocol radius",
	    "aaa-server RAD host 10.1.1.21", "timeout 60", "end", "logging enable",
	    "logging buffered debugging"};

	screens_setup(&w);
	person = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		screen_type(person, &s, lines[i]);
		if (s.question)
			screen_answer(person, &s, "");
	}
}

static void teardown(void)
{
	screen_leave(person, &s);
	screens_teardown(&w);
}

/* The line was typed, and its command has ended; has it said that? */
static bool said(const char *line, const char *text)
{
	screen_type(person, &s, line);
	screen_wait(person, &s);
	return strstr(text_str(&s.t), text) != NULL;
}

START_TEST(a_login_is_tried_out)
{
	ck_assert(said("test aaa-server authentication LOCAL username ann password annspw",
	    "INFO: Attempting Authentication test to the local database\n"
	    "INFO: Authentication Successful\n"));
	ck_assert(said("test aaa-server authentication LOCAL password no username ann",
	    "ERROR: Authentication Rejected: AAA failure\n"
	    "INFO: wrong user name or password; "));
	ck_assert(said("test aaa authentication LOCAL username bob password no",
	    "ERROR: Authentication Rejected: User was not found\n"));
	ck_assert(said("test aaa-server authentication NONE username ann password annspw",
	    "ERROR: aaa-server group NONE does not exist\n"));
	ck_assert(said("test aaa-server authentication RAD host 10.1.1.99 username ann password x",
	    "ERROR: aaa-server 10.1.1.99 is not a host of group RAD\n"));
}
END_TEST

START_TEST(what_is_missing_is_asked_for)
{
	screen_type(person, &s, "test aaa-server authentication RAD");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Server IP Address or name: "));
	screen_answer(person, &s, "10.1.1.21");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Username: "));
	screen_answer(person, &s, "ann");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Password: "));
	screen_answer(person, &s, "annspw");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t),
	    "INFO: Attempting Authentication test to IP address <10.1.1.21> "
	    "(timeout: 62 seconds)\n"));
	screen_type(person, &s, "test aaa-server authentication LOCAL username ann");
	ck_assert_ptr_null(strstr(text_str(&s.t), "Server IP"));
	screen_answer(person, &s, "annspw");
	screen_wait(person, &s);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "INFO: Authentication Successful\n"));
}
END_TEST

START_TEST(servers_are_shown_and_set)
{
	said("test aaa-server authentication LOCAL username ann password annspw", "");
	said("test aaa-server authentication LOCAL username ann password no", "");
	ck_assert(
	    said("show aaa-server", "Server Protocol: Local database\nServer Address:  None\n"));
	ck_assert(said("show aaa-server LOCAL", "Number of authentication requests       2\n"));
	ck_assert(said("show aaa-server LOCAL", "Number of rejects                       1\n"));
	said("clear aaa-server statistics protocol radius", "");
	ck_assert(said("show aaa-server LOCAL", "Number of rejects                       1\n"));
	said("clear aaa-server statistics LOCAL", "");
	ck_assert(said("show aaa-server LOCAL", "Number of rejects                       0\n"));
	ck_assert(said("show aaa-server NONE", "ERROR: aaa-server group NONE does not exist\n"));
	ck_assert(said("show aaa-server NONE | include Server",
	    "ERROR: aaa-server group NONE does not exist\n")); /* no filter hides it */
	ck_assert(said("aaa-server RAD active host 10.1.1.99",
	    "ERROR: aaa-server 10.1.1.99 is not a host of group RAD\n"));
}
END_TEST

START_TEST(the_password_is_nowhere)
{
	said("test aaa-server authentication LOCAL username ann password annspw", "");
	ck_assert(!said("show logging", "annspw"));
	ck_assert(!said("show history", "annspw"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli_acts_aaa");
	TCase *c = tcase_create("acts");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_login_is_tried_out);
	tcase_add_test(c, what_is_missing_is_asked_for);
	tcase_add_test(c, servers_are_shown_and_set);
	tcase_add_test(c, the_password_is_nowhere);
	suite_add_tcase(suite, c);
	r = srunner_create(suite);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
