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

/* Wherever the end of its memory is met, the text is whole; and it grows no earlier. */
START_TEST(ends_anywhere)
{
	static const char from[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
				   "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

	struct text one = {0};

	for (int before = 150; before <= 256; before++)
		for (int n = 0; n <= 104; n++) {
			struct text t = {0};
			size_t len = (size_t)(before + n);

			text_pad(&t, 0, (size_t)before);
			ck_assert_uint_eq(t.size, before < 256 ? 256 : 512);
			text_addf(&t, "%.*s", n, from);
			ck_assert_uint_eq(t.len, len);
			ck_assert_uint_eq(strlen(t.p), len);
			ck_assert_mem_eq(t.p + before, from, (size_t)n);
			ck_assert_uint_eq(t.size, len < 256 && before + 64 < 256 ? 256 : 512);
			text_free(&t);
		}
	text_addn(&one, from, 100);
	text_pad(&one, 0, 155);
	ck_assert_uint_eq(one.size, 256);
	text_clear(&one);
	text_addf(&one, "%511s", "");
	ck_assert_uint_eq(one.size, 512);
	text_free(&one);
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
	tcase_add_test(c, ends_anywhere);
	tcase_add_test(c, pads_the_last_line);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
