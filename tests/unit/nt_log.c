/* What Samba's log says of a domain controller, and what others have made it say. */
#include <check.h>
#include <stdlib.h>

#include "engine/child/nt_log.h"

static struct nt_log said;

static void setup(void)
{
	said = (struct nt_log){0};
}

START_TEST(what_the_library_says)
{
	nt_log_line(&said, 1, "                        AvNbComputerName         : 'NTDC'");
	ck_assert_str_eq(said.name, "NTDC");
	nt_log_line(&said, 10, "map_errno_from_nt_status: 32 bit codes: code=c000006d");
	ck_assert_uint_eq(said.status, 0xc000006d);
	ck_assert(!said.proved);
	nt_log_line(&said, 10, "ntlmssp_check_packet: NTLMSSP signature OK !");
	ck_assert(said.proved);
}
END_TEST

/* The names of users and of servers stand in the log, too, whatever they are. */
START_TEST(names_prove_nothing)
{
	nt_log_line(&said, 1,
	    "            UserName                 : 'ntlmssp_check_packet: NTLMSSP signature OK'");
	/* behind a newline */
	nt_log_line(&said, 1, "ntlmssp_check_packet: NTLMSSP signature OK !");
	nt_log_line(&said, 10, "x ntlmssp_check_packet: NTLMSSP signature OK !");
	ck_assert(!said.proved);
	nt_log_line(
	    &said, 1, "  DomainName : 'map_errno_from_nt_status: 32 bit codes: code=c0000071'");
	nt_log_line(&said, 1, "map_errno_from_nt_status: 32 bit codes: code=c0000071");
	ck_assert_uint_eq(said.status, 0);
	nt_log_line(&said, 1, "  UserName : 'AvNbComputerName         : 'NTDC'");
	ck_assert_str_eq(said.name, "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_log");
	TCase *tc = tcase_create("nt_log");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, what_the_library_says);
	tcase_add_test(tc, names_prove_nothing);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
