/*
 * An operator at the manager: he is greeted, enables, is helped; and no secret is seen in what
 * is kept of his lines.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/screens.h"

static struct screens w;

static void setup(void)
{
	screens_setup(&w);
}

static void teardown(void)
{
	screens_teardown(&w);
}

START_TEST(a_person_is_greeted_and_enables)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);

	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "User enable_1 logged in to ciscoasa\n"));
	ck_assert_str_eq(s.prompt, "ciscoasa> ");
	ck_assert_uint_eq(s.done, 1);
	ck_assert_str_eq(screen_type(op, &s, "reload"),
	    "          ^\nERROR: % Invalid input detected at '^' marker.\n");
	ck_assert_uint_eq(s.status, 1);
	ck_assert_str_eq(screen_type(op, &s, "en"), "Password: ");
	screen_answer(op, &s, "wrong");
	ck_assert_str_eq(text_str(&s.t), "Password: Invalid password\nPassword: ");
	screen_answer(op, &s, "");
	ck_assert_str_eq(s.prompt, "ciscoasa# ");
	screen_type(op, &s, "configure terminal");
	ck_assert_str_eq(s.prompt, "ciscoasa(config)# ");
	screen_type(op, &s, "hostname fw1");
	ck_assert_str_eq(s.prompt, "fw1(config)# ");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show curpriv"), "P_PRIV P_CONF\n"));
	screen_type(op, &s, "disable");
	ck_assert_str_eq(s.prompt, "fw1> ");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "exit"), "\nLogoff\n\n"));
	ck_assert(s.closed);
	screen_leave(op, &s);
}
END_TEST

START_TEST(three_wrong_passwords_are_denied)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE), *script;
	struct screen t;

	script = screen_enter(&w, &t, CONSOLE_KIND_SCRIPT);
	ck_assert_str_eq(text_str(&t.t), "");
	ck_assert_str_eq(t.prompt, "ciscoasa# ");
	screen_type(script, &t, "configure terminal");
	screen_type(script, &t, "enable password secret");
	ck_assert_uint_eq(t.status, 0);
	screen_type(op, &s, "enable");
	for (int i = 0; i < 3; i++)
		screen_answer(op, &s, ""), screen_wait(op, &s);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Access denied.\n"));
	ck_assert(!s.question);
	ck_assert_str_eq(s.prompt, "ciscoasa> ");
	screen_type(op, &s, "enable");
	screen_answer(op, &s, "secret");
	screen_wait(op, &s);
	ck_assert_str_eq(s.prompt, "ciscoasa# ");
	screen_leave(op, &s);
	screen_leave(script, &t);
}
END_TEST

START_TEST(help_and_completion)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);

	operator_help(op, "show run | inc", 14);
	ck_assert_str_eq(text_str(&s.t), "\n  include  Include lines that match\n");
	text_clear(&s.t);
	operator_help(op, "show cur", 8);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "curpriv"));
	text_clear(&s.t);
	operator_complete(op, "show curp", 9);
	ck_assert_str_eq(text_str(&s.t), "<riv >");
	screen_leave(op, &s);
}
END_TEST

/* ---- secrets ---------------------------------------------------------------------------- */

/* A secret is not seen in a line that was refused either. */
START_TEST(what_was_mistyped_is_masked)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);
	static const char file[] =
	    "enable passwrd hidden1\nikev1 pre-shared-key hidden2 hidden3\n"
	    "tacacs-server key hidden6\nntp authentication-key one md5 hidden7\n"
	    "ldap-login-password hidden8\nradius-common-pw hidden9\n"
	    "snmp-server user u g v3 auth sha hidden10 priv aes 128 hidden11\n"
	    "e key hidden12\n"; /* ambiguous: the line is part of the error */
	const char *history;

	screen_type(op, &s, "enable");
	screen_answer(op, &s, "");
	screen_type(op, &s, "configure terminal");
	screen_type(op, &s, "username x passwrd hidden4 privilege 15");
	screen_type(op, &s, "ikev1 pre-shared-key hidden5 more");
	screen_type(op, &s, "hostname a b");
	screen_type(op, &s, "hostname a\033[31m");
	screen_type(op, &s,
	    "hostname \xc3\xa9\xc2\x9b"
	    "31m\x9b");
	history = screen_type(op, &s, "show history");
	ck_assert_ptr_nonnull(strstr(history, "  username x passwrd *****\n"));
	ck_assert_ptr_nonnull(strstr(history, "  ikev1 pre-shared-key *****\n"));
	ck_assert_ptr_nonnull(strstr(history, "  hostname a b\n"));
	ck_assert_ptr_nonnull(strstr(history, "  hostname a?[31m\n"));
	ck_assert_ptr_nonnull(strstr(history, "  hostname \xc3\xa9??31m?\n"));
	ck_assert_ptr_null(strstr(history, "hidden"));
	text_clear(&s.t);
	operator_file(op, file, sizeof(file) - 1);
	screens_turn(&w);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 1: enable passwrd *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 3: tacacs-server key *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 4: ntp authentication-key *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 5: ldap-login-password *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Ambiguous command:  \"e key *****\"\n"));
	ck_assert_ptr_null(strstr(text_str(&s.t), "hidden"));
	ck_assert_str_eq(
	    screen_type(op, &s, "show ip local pool Nope"), "ERROR: Pool (Nope) does not exist\n");
	screen_type(op, &s, "terminal monitor");
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show terminal"), "Width = 80, monitor\n"));
	screen_type(op, &s, "debug crypto ikev1 7");
	screen_type(op, &s, "disable");
	/* what it took a privilege to see */
	ck_assert_uint_eq(op->session.log.hears & AUDIT_MONITOR, 0);
	ck_assert_uint_eq(w.m->debug.level[TRACE_IKE], 0);
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "terminal monitor"), "Invalid input"));
	screen_type(op, &s, "enable");
	screen_answer(op, &s, "");
	screen_type(op, &s, "terminal monitor");
	screen_type(op, &s, "terminal no monitor");
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show terminal"), "Width = 80, no monitor\n"));
	screen_leave(op, &s);
}
END_TEST

START_TEST(the_trail_masks_secrets)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	const char *t;

	screen_type(op, &s, "configure terminal");
	screen_type(op, &s, "tunnel-group DefaultRAGroup ipsec-attributes");
	screen_type(op, &s, "ikev1 pre-shared-key topsecret");
	t = trail_text(&w.trail);
	ck_assert_ptr_nonnull(strstr(t,
	    "%ASA-5-111008: User 'enable_15' executed the 'ikev1 pre-shared-key *****' command."));
	ck_assert_ptr_null(strstr(t, "topsecret"));
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show configuration history 1"),
	    " by enable_15 from script\n  [tunnel-ipsec DefaultRAGroup]\n   ikev1 pre-shared-key "
	    "*****\n"));
	screen_leave(op, &s);
}
END_TEST

/* A command that runs others is broken off while one of them waits: the next is itself again. */
START_TEST(broken_off_within_others)
{
	static const char tech[] = "show tech-support";
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);

	op->session.privilege = PRIVILEGE_MAX;
	w.keeper.mute = w.engine.mute = true;
	text_clear(&s.t);
	operator_line(op, tech, sizeof(tech) - 1);
	screens_turn(&w);
	ck_assert(op->busy);
	operator_interrupt(op);
	ck_assert(!op->busy);
	w.keeper.mute = w.engine.mute = false;
	ck_assert_str_eq(screen_type(op, &s, "show hostname"), "ciscoasa\n");
	ck_assert_str_eq(screen_type(op, &s, "terminal pager 0"), "");
	screen_type(op, &s, "exit");
	ck_assert(s.closed);
	screen_leave(op, &s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_manager_operator");
	TCase *tc = tcase_create("cli_manager_operator");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_person_is_greeted_and_enables);
	tcase_add_test(tc, three_wrong_passwords_are_denied);
	tcase_add_test(tc, help_and_completion);
	tcase_add_test(tc, what_was_mistyped_is_masked);
	tcase_add_test(tc, the_trail_masks_secrets);
	tcase_add_test(tc, broken_off_within_others);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
