/* What the manager says of its machine: the processor and the serial number. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "cli/manager/machine.h"

#if defined(__x86_64__)
/* The processor's own name for itself, without the spaces that some have around it. */
START_TEST(the_processor_is_called_by_its_name)
{
	char dir[] = "/tmp/gatehouse-unit.XXXXXX", path[64];
	struct machine m = {0};
	unsigned r[4 * 3 + 1] = {0};
	const char *brand = (const char *)r;

	for (unsigned i = 0; i < 3; i++)
		ck_assert(__get_cpuid(
		    0x80000002 + i, &r[4 * i], &r[4 * i + 1], &r[4 * i + 2], &r[4 * i + 3]));
	ck_assert_ptr_nonnull(mkdtemp(dir));
	machine_read(&m, dir);
	ck_assert_str_ne(m.cpu, "");
	brand += strspn(brand, " ");
	ck_assert_int_eq(strncmp(m.cpu, brand, strlen(m.cpu)), 0);
	ck_assert_uint_eq(strspn(brand + strlen(m.cpu), " "), strlen(brand) - strlen(m.cpu));
	snprintf(path, sizeof path, "%s/serial", dir);
	remove(path);
	ck_assert_int_eq(remove(dir), 0);
}
END_TEST
#endif

START_TEST(the_serial_number_is_made_up_once)
{
	char dir[] = "/tmp/gatehouse-unit.XXXXXX", path[64];
	struct machine first = {0}, again = {0};
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/serial", dir);
	machine_read(&first, dir);
	ck_assert_uint_eq(strlen(first.serial), 11);
	ck_assert_uint_eq(strspn(first.serial, "0123456789ABCDEFGHJKLMNPQRSTUVWX"), 11);
	ck_assert_uint_gt(first.memory_mb, 0);
	ck_assert_uint_gt(strlen(first.cpu), 0);
	ck_assert_int_ne(first.cpu[0], ' ');
	ck_assert_int_ne(first.cpu[strlen(first.cpu) - 1], ' ');
	machine_read(&again, dir);
	ck_assert_str_eq(again.serial, first.serial);
	f = fopen(path, "w"); /* damaged: it gets another, for good */
	fputs("short", f);
	fclose(f);
	machine_read(&again, dir);
	ck_assert_uint_eq(strlen(again.serial), 11);
	ck_assert_str_ne(again.serial, first.serial);
	machine_read(&first, dir);
	ck_assert_str_eq(again.serial, first.serial);
	remove(path);
	ck_assert_int_eq(remove(dir), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_machine");
	TCase *tc = tcase_create("cli_machine");
	SRunner *r = srunner_create(s);
	int failed;

#if defined(__x86_64__)
	tcase_add_test(tc, the_processor_is_called_by_its_name);
#endif
	tcase_add_test(tc, the_serial_number_is_made_up_once);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
