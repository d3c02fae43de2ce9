/* struct text: growth, padding to a column of the last line, formats of any length. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "parser/text.h"

START_TEST(grows_and_keeps)
{
	struct text t = { .secret = true };

	ck_assert_str_eq(text_str(&t), "");
	for (int i = 0; i < 5000; i++)
		text_addf(&t, "%04d", i);
	ck_assert_uint_eq(t.len, 20000);
	ck_assert_int_eq(memcmp(t.p, "00000001", 8), 0);
	ck_assert_str_eq(t.p + t.len - 4, "4999");
	text_clear(&t);
	ck_assert_str_eq(text_str(&t), "");
	text_free(&t);
	ck_assert_ptr_null(t.p);
}
END_TEST

START_TEST(pads_the_last_line)
{
	struct text t = { 0 };

	text_add(&t, "first line\nab");
	text_pad(&t, 5, 0);
	text_add(&t, "c");
	text_pad(&t, 3, 1);
	text_addc(&t, 'd');
	ck_assert_str_eq(text_str(&t), "first line\nab   c d");
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("text");
	TCase *c = tcase_create("text");
	SRunner *r;
	int failed;

	tcase_add_test(c, grows_and_keeps);
	tcase_add_test(c, pads_the_last_line);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
