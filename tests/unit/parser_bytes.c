/* Which bytes are text, and what counts as a character. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

static struct config_test t;

static void setup(void)
{
	memset(&t, 0, sizeof(t));
	config_open(&t);
}

static void teardown(void)
{
	config_close(&t);
}

/* Every byte sequence of up to three bytes: what is clean comes back as it was, what is not is
 * refused at the byte that RFC 3629 says. */
START_TEST(clean_is_what_utf8_is)
{
	unsigned clean = 0;

	for (unsigned v = 0; v < 0x1000000; v++) {
		char b[3] = {(char)(v >> 16), (char)(v >> 8), (char)v};
		unsigned c = (v >> 16 & 0x0f) << 12 | (v >> 8 & 0x3f) << 6 | (v & 0x3f);
		bool three = (v & 0xf0c0c0) == 0xe08080 && c >= 0x800 && (c < 0xd800 || c > 0xdfff);

		if ((v >> 16 & 0xf0) != 0xe0)
			continue;
		ck_assert_msg((gram_clean(b, 3) == 3) == three, "%06x", v);
		clean += three;
	}
	ck_assert_uint_eq(clean, 0x10000 - 0x800 - 0x800);
	for (unsigned v = 0; v < 0x10000; v++) {
		char b[2] = {(char)(v >> 8), (char)v};
		unsigned c = (v >> 8 & 0x1f) << 6 | (v & 0x3f);
		bool two = (v & 0xe0c0) == 0xc080 && c >= 0xa0;

		if (v >> 8 >= 0x80)
			ck_assert_msg((gram_clean(b, 2) == 2) == two, "%04x", v);
	}
	for (unsigned v = 0; v < 256; v++) {
		char b = (char)v;

		ck_assert((gram_clean(&b, 1) == 1) == (v == '\t' || (v >= ' ' && v < 127)));
	}
	ck_assert_uint_eq(gram_clean("\xf0\x9f\x98\x80", 4), 4);
	ck_assert_uint_eq(gram_clean("a\xf4\x90\x80\x80", 5), 1);
	ck_assert_uint_eq(gram_clean("a\xf0\x9f\x98", 4), 1);
}
END_TEST

/* The caret counts characters, not bytes. */
START_TEST(the_caret_counts_characters)
{
	ck_assert_int_eq(config_line(&t, "ip local pool caf\xc3\xa9 10.0.0.300"), DB_REFUSED);
	ck_assert_str_eq(text_str(&t.out),
	    "                   ^\nERROR: % Invalid input detected at '^' marker.\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_bytes");
	TCase *tc = tcase_create("parser_bytes");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, clean_is_what_utf8_is);
	tcase_add_test(tc, the_caret_counts_characters);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
