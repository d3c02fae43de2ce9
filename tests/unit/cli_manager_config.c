/* The configuration at the manager: shown, from a file, in refused blocks, saved and erased. */
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

/* `show running-config` with `all`, with a short name, and what the history and a file make of
 * it. */
START_TEST(the_configuration_is_shown)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);

	screen_type(op, &s, "enable");
	screen_answer(op, &s, "");
	screen_type(op, &s, "configure terminal");
	screen_type(op, &s, "interface gigabitEthernet 0/1");
	ck_assert_str_eq(s.prompt, "ciscoasa(config-if)# ");
	screen_type(op, &s, "nameif inside");
	ck_assert_str_eq(
	    screen_type(op, &s, "show run interface g0/1 | include nameif"), " nameif inside\n");
	ck_assert_ptr_null(strstr(screen_type(op, &s, "show run group-policy"), "DfltGrpPolicy"));
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show run all group-policy"),
	    "group-policy DfltGrpPolicy attributes\n banner none\n"));
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show run all tunnel-group"),
	    "tunnel-group DefaultWEBVPNGroup general-attributes\n"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show run all"), "l2tp tunnel hello 60\n"));
	ck_assert_ptr_nonnull(strstr(
	    screen_type(op, &s, "show history"), "  show run interface g0/1 | include nameif\n"));
	screen_type(op, &s, "username test password test mschap");
	screen_type(op, &s, "write memory");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show startup-config"),
	    "username test password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted\n"));
	screen_type(op, &s, "clear configure interface g0/1");
	ck_assert_str_eq(screen_type(op, &s, "show run interface"), "");
	screen_leave(op, &s);
}
END_TEST

START_TEST(files_report_and_apply)
{
	static const char file[] =
	    "hostname one\nbogus line\ncrypto ikev1 policy 10\n hash md5\nhostname two\n";
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);

	operator_file(op, file, sizeof(file) - 1);
	screens_turn(&w);
	ck_assert_uint_eq(s.status, 1);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 2: bogus line\n          ^\nERROR"));
	ck_assert_str_eq(screen_type(op, &s, "show hostname"), "two\n");
	ck_assert_ptr_nonnull(strstr(text_str(&w.engine.got), "CFG_BEGIN"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.engine.got), "CFG_IKE_POLICY"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show running-config"), "\nCryptochecksum:"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "\nASA Version 9.12(4) \n!\nhostname two\n"));
	screen_leave(op, &s);
}
END_TEST

static const char *type_bytes(struct operator *op, struct screen *s, const char *line, size_t len)
{
	text_clear(&s->t);
	operator_line(op, line, len);
	screens_turn(&w);
	return text_str(&s->t);
}

/* A block that is refused, by the grammar or by the kernel, is refused with its lines. */
START_TEST(typed_lines_of_a_refused_block)
{
	static const char mark[] = "\xef\xbb\xbfhostname marked", nul[] = "hostname nul\0junk";
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);

	screen_type(op, &s, "configure terminal");
	type_bytes(op, &s, mark, sizeof(mark) - 1);
	ck_assert_str_eq(s.prompt, "marked(config)# ");
	ck_assert_str_eq(type_bytes(op, &s, nul, sizeof(nul) - 1), GRAM_NUL_ERROR "\n");
	ck_assert_uint_eq(s.status, 1);
	screen_type(op, &s, "interface g0/0");
	screen_type(op, &s, "object-group user GUEST");
	ck_assert_str_eq(s.prompt, "marked(config)# ");
	ck_assert_str_eq(screen_type(op, &s, " max-failed-attempts 2"),
	    "ERROR: line belongs to a refused block\n");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show hostname"), "marked\n"));
	ck_assert_str_eq(screen_type(op, &s, " domain-name guest.example.net"),
	    "ERROR: line belongs to a refused block\n");
	screen_type(op, &s, "domain-name corp.example.com");
	ck_assert_uint_eq(s.status, 0);
	screen_type(op, &s, "interface g0/0");
	w.keeper.error = 99;
	ck_assert_str_eq(screen_type(op, &s, "ip address 10.9.8.7 255.255.255.0"),
	    "ERROR: the kernel said no\n");
	w.keeper.error = 0;
	ck_assert_str_eq(
	    screen_type(op, &s, " nameif below"), "ERROR: line belongs to a refused block\n");
	ck_assert_str_eq(s.prompt, "marked(config-if)# ");
	screen_type(op, &s, "crypto ca certificate chain ROOT");
	screen_type(op, &s, " certificate ca 0011");
	screen_type(op, &s, "    308205ec 308204d4");
	screen_type(op, &s, "  quit");
	ck_assert_str_eq(s.prompt, "marked(config-cert-chain)# ");
	ck_assert_ptr_null(strstr(screen_type(op, &s, "show running-config interface"), "below"));
	screen_leave(op, &s);
}
END_TEST

START_TEST(saving_and_erasing)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);

	screen_type(op, &s, "enable");
	screen_answer(op, &s, "");
	ck_assert_str_eq(screen_type(op, &s, "show startup-config"), "No Configuration\n");
	screen_type(op, &s, "configure terminal");
	screen_type(op, &s, "tunnel-group DefaultRAGroup ipsec-attributes");
	screen_type(op, &s, "ikev1 pre-shared-key C!sc0@123");
	ck_assert_uint_eq(s.status, 0);
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "write memory"), "\n[OK]\n"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show startup-config"), "pre-shared-key *****\n"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "more system:running-config"), "C!sc0@123"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show history"), "  ikev1 pre-shared-key *****\n"));
	screen_type(op, &s, "write erase");
	screen_answer(op, &s, "n");
	ck_assert_str_ne(screen_type(op, &s, "show startup-config"), "No Configuration\n");
	screen_type(op, &s, "write erase");
	screen_answer(op, &s, "");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "[OK]\n"));
	ck_assert_str_eq(screen_type(op, &s, "show startup-config"), "No Configuration\n");
	screen_leave(op, &s);
}
END_TEST

START_TEST(reload_asks_and_tells_the_keeper)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);

	screen_type(op, &s, "enable");
	screen_answer(op, &s, "");
	screen_type(op, &s, "configure terminal");
	screen_type(op, &s, "hostname fw2");
	ck_assert_str_eq(
	    screen_type(op, &s, "reload"), "System config has been modified. Save? [Y]es/[N]o:  ");
	screen_answer(op, &s, "n");
	screen_answer(op, &s, "x");
	ck_assert_ptr_null(strstr(text_str(&w.keeper.got), "KEEP_STOP"));
	screen_type(op, &s, "reload noconfirm");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "*** --- START GRACEFUL SHUTDOWN ---\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.keeper.got), "KEEP_STOP"));
	screen_leave(op, &s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_manager_config");
	TCase *tc = tcase_create("cli_manager_config");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_configuration_is_shown);
	tcase_add_test(tc, files_report_and_apply);
	tcase_add_test(tc, typed_lines_of_a_refused_block);
	tcase_add_test(tc, saving_and_erasing);
	tcase_add_test(tc, reload_asks_and_tells_the_keeper);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
