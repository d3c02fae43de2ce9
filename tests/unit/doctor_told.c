/*
 * What show vpn doctor says of its findings: the number of Windows of each check, and how they are
 * printed.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor/doctor.h"
#include "cli/show/show.h"
#include "engine/base/client_code.h"

/* What Windows shows for each of the checks, as the README's table has it; 0: he is connected. */
static const struct {
	const char *check;
	unsigned code;
} numbers[] = {
    {"interface_name", 809},
    {"interface_shutdown", 809},
    {"interface_address", 809},
    {"interface_carrier", 809},
    {"route_outside", 809},
    {"port_taken", 809},
    {"engine_away", 809},
    {"host_firewall", 809},
    {"transform_none", 788},
    {"dynamic_missing", 809},
    {"dynamic_empty", 788},
    {"transform_mode", 788},
    {"transform_offered", 788},
    {"pfs", 788},
    {"match_missing", 788},
    {"match_refuses", 788},
    {"map_missing", 809},
    {"map_unbound", 809},
    {"map_static", 788},
    {"ike_disabled", 809},
    {"policy_none", 788},
    {"policy_offered", 788},
    {"nat_traversal", 809},
    {"pool_none", 720},
    {"pool_unused", 720},
    {"pool_exhausted", 720},
    {"pool_elsewhere", 0},
    {"pool_arp", 0},
    {"key_none", 809},
    {"key_lost", 809},
    {"protocol_l2tp", 788},
    {"logins_none", 691},
    {"group_lock", 691},
    {"filter_missing", 691},
    {"hours_missing", 646},
    {"policy_unused", 0},
    {"split_missing", 0},
    {"users_none", 691},
    {"users_mschap", 691},
    {"servers_none", 691},
    {"servers_key", 691},
    {"servers_failed", 691},
    {"methods_unserved", 691},
    {"methods_windows", 734},
    {"control_plane", 809},
    {"permit_vpn", 0},
    {"nat_exemption", 0},
    {"route_split", 0},
};
#define N_NUMBERS (sizeof numbers / sizeof *numbers)

/* Each check ends an attempt by a reason of the engine's: the number is that of the reason. */
START_TEST(every_check_has_the_number_of_its_reason)
{
	static const struct {
		const char *check;
		enum reason reason;
		enum attempt_stage stage;
		const char *sees;
	} check[] = {
#define CHECK(name, severity, reason, stage, needs, sees)                                          \
	{#name, REASON_##reason, ATTEMPT_##stage, sees},
#include "cli/doctor/checks.def"
#undef CHECK
	};

	ck_assert_uint_eq(sizeof check / sizeof *check, N_NUMBERS);
	for (size_t i = 0; i < N_NUMBERS; i++) {
		ck_assert_str_eq(check[i].check, numbers[i].check);
		ck_assert_msg(
		    (unsigned)client_code(check[i].reason, check[i].stage) == numbers[i].code,
		    "%s", check[i].check);
		ck_assert_msg(
		    (check[i].reason == REASON_NONE) == !numbers[i].code, "%s", check[i].check);
	}
}
END_TEST

/* ---- what is printed ------------------------------------------------------------------------ */

START_TEST(printed)
{
	static const struct msg_rec_vpn_finding rec[] = {{.severity = "prevents",
							     .what = "it is off",
							     .code = 809,
							     .sees = "no answer",
							     .cure = "enter it\n turn it on\n",
							     .advice = ""},
	    {.severity = "advice",
		.what = "odd",
		.sees = "little",
		.cure = "",
		.advice = "look\n"}};
	struct text out = {0};

	show_doctor(&out, rec, 2, 1, 44, 0);
	ck_assert_str_eq(text_str(&out), "1. prevents: it is off\n"
					 "  Client sees : error 809, no answer\n"
					 "  Cure, to be pasted at (config)#:\n"
					 "    enter it\n"
					 "     turn it on\n"
					 "\n"
					 "2. advice: odd\n"
					 "  Client sees : little\n"
					 "  Note:\n"
					 "    look\n"
					 "\n"
					 "1 problem found in 44 checks.\n");
	text_clear(&out);
	show_doctor(&out, rec, 1, 2, 40, 4);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&out), "\n2 problems found in 40 checks; 4 could not be made.\n"));
	text_clear(&out);
	show_doctor(&out, rec + 1, 1, 0, 44, 0);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&out), "\nNo problem found in 44 checks: clients can connect"));
	text_clear(&out);
	show_doctor(&out, rec + 1, 1, 0, 40, 4);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&out), "\nNo problem found in 40 checks; 4 could not be made.\n"));
	text_clear(&out);
	show_doctor(&out, NULL, 0, 0, 44, 0);
	ck_assert_str_eq(text_str(&out),
	    "No problem found in 44 checks: clients can connect as far as the configuration and "
	    "the host say.\n");
	text_free(&out);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doctor_told");
	TCase *tc = tcase_create("doctor_told");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, every_check_has_the_number_of_its_reason);
	tcase_add_test(tc, printed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
