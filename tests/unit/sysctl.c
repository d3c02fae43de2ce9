/* The kernel's switches: read into what room there is, written, and refused where there is none. */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/sysctl.h"

static void setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
}

START_TEST(read_and_written)
{
	char value[16];

	ck_assert(sysctl_get("ipv4/ip_forward", value, sizeof value));
	ck_assert_str_eq(value, "0");
	ck_assert_int_eq(sysctl_put("ipv4/ip_forward", "1"), 0);
	ck_assert(sysctl_get("ipv4/ip_forward", value, sizeof value));
	ck_assert_str_eq(value, "1");
}
END_TEST

START_TEST(into_the_room_there_is)
{
	char value[16];

	for (size_t size = 1; size <= 6; size++) {
		memset(value, '#', sizeof value);
		ck_assert(sysctl_get("ipv4/ip_local_port_range", value, size) == (size > 1));
		ck_assert_uint_eq(strlen(value), size - 1);
		ck_assert_int_eq(strncmp(value, "32768", size - 1), 0);
		ck_assert_int_eq(value[size], '#');
	}
}
END_TEST

START_TEST(no_such_switch)
{
	char value[16] = "before", path[200];

	ck_assert(!sysctl_get("ipv4/no_such", value, sizeof value));
	ck_assert_str_eq(value, "");
	ck_assert_int_eq(sysctl_put("ipv4/no_such", "1"), ENOENT);
	/* /proc/sys/net/ and the path have 127 bytes at most. */
	for (size_t len = 112; len <= 115; len++) {
		memset(path, 'x', len);
		path[len] = 0;
		ck_assert_int_eq(sysctl_put(path, "1"), len < 114 ? ENOENT : ENAMETOOLONG);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sysctl");
	TCase *tc = tcase_create("sysctl");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, read_and_written);
	tcase_add_test(tc, into_the_room_there_is);
	tcase_add_test(tc, no_such_switch);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
