/* Two texts of a configuration, and what is told of their difference. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/diff.h"
#include "parser/text.h"
#include "tests/support/grammar.h"

static struct text told;

static void line(void *ctx, const struct diff_line *l)
{
	(void)ctx;
	for (unsigned i = 0; i < l->depth; i++)
		text_addc(&told, '_');
	text_addc(&told, l->sign);
	text_addn(&told, l->text, l->len);
	text_addc(&told, '\n');
}

static const char *differ(const char *from, const char *to)
{
	text_clear(&told);
	ck_assert(diff_config(from, to, line, NULL));
	return text_str(&told);
}

static const struct {
	const char *from, *to, *told;
} row[] = {
    {"", "", ""},
    {"a\nb\n", "a\nb\n", ""},
    {"a", "a\n", ""},
    {"a\r\n", "a\n", ""},
    {"a\nb\nc\n", "a\nx\nc\n", "-b\n+x\n"},
    {"", "a\nb\n", "+a\n+b\n"},
    {"a\nb\n", "", "-a\n-b\n"},
    /* the frame and separators are no part of it */
    {": Saved\n: \nASA Version 9.12(4) \n!\na\nCryptochecksum:1\n: end\n", "!\n\na\n!\n", ""},
    /* blocks */
    {"i 0\n x\n y\n!\ni 1\n x\n", "i 0\n x\n y\n!\ni 1\n y\n", " i 1\n_-x\n_+y\n"},
    {"i 0\n x\n y\n z\n", "i 0\n a\n y\n b\n", " i 0\n_-x\n_+a\n_-z\n_+b\n"},
    {"i 0\n x\nj\n", "j\n", "-i 0\n_-x\n"},
    {"j\n", "i 0\n x\nj\n", "+i 0\n_+x\n"},
    {"a\n b\n  c\n", "a\n b\n  d\n", " a\n_ b\n__-c\n__+d\n"},
    /* the same words in another block are other lines */
    {"i 0\n x\ni 1\n", "i 0\ni 1\n x\n", " i 0\n_-x\n i 1\n_+x\n"},
    /* order counts */
    {"l 1\nl 2\nl 3\n", "l 2\nl 3\nl 1\n", "-l 1\n+l 1\n"},
    /* a block in two places (an object and its NAT) is one, its head no difference */
    {"o X\n s\n!\no X\n n\n", "o X\n n\n", " o X\n_-s\n"},
    {"o X\n n\n", "o X\n s\n!\no X\n n\n", " o X\n_+s\n"},
    {"o X\n s\no Y\n!\no X\n n\n", "o X\n s\no Y\n!\no X\n m\n", " o X\n_-n\n_+m\n"},
    /* a line twice in a block counts once */
    {"a\na\nb\n", "a\nb\nb\n", ""},
    {"a  \nb\n", "a\nb\n", ""},
};

START_TEST(a_difference)
{
	ck_assert_str_eq(differ(row[_i].from, row[_i].to), row[_i].told);
}
END_TEST

/* Applied to the first text, what is told gives the second: of any two texts. */
static void words(uint64_t *seed, struct text *t, bool in[40])
{
	for (unsigned i = 0; i < 40; i++) {
		in[i] = i % 8 == 0 || test_random(seed, 3) > 0;
		if (in[i])
			text_addf(t, "%sl%u\n", i % 8 ? " " : "", i);
	}
}

static void plain(void *ctx, const struct diff_line *l)
{
	bool *in = ctx;
	int n = atoi(l->text + 1);

	ck_assert_int_lt(n, 40);
	if (l->sign == ' ')
		return;
	ck_assert_int_eq(in[n], l->sign == '-');
	in[n] = l->sign == '+';
}

START_TEST(any_two_texts)
{
	uint64_t seed = (uint64_t)_i + 1;
	struct text a = {0}, b = {0};
	bool of_a[40], of_b[40];

	words(&seed, &a, of_a);
	words(&seed, &b, of_b);
	ck_assert(diff_config(text_str(&a), text_str(&b), plain, of_a));
	ck_assert_mem_eq(of_a, of_b, sizeof of_a);
	text_free(&a);
	text_free(&b);
}
END_TEST

static void count(void *ctx, const struct diff_line *l)
{
	((unsigned *)ctx)[l->sign == '+']++;
}

/* Long texts that share nothing, and long ones that share nearly all. */
START_TEST(long_texts)
{
	struct text a = {0}, b = {0}, c = {0};
	unsigned n[2] = {0};

	for (unsigned i = 0; i < 20000; i++) {
		text_addf(&a, "access-list A extended permit ip host 10.0.%u.%u any\n", i / 256,
		    i % 256);
		text_addf(&b, "access-list B extended permit ip host 10.0.%u.%u any\n", i / 256,
		    i % 256);
		text_addf(&c, "access-list A extended permit ip host 10.0.%u.%u any%s\n", i / 256,
		    i % 256, i == 777 ? " log" : "");
	}
	ck_assert(diff_config(text_str(&a), text_str(&b), count, n));
	ck_assert_uint_eq(n[0], 20000);
	ck_assert_uint_eq(n[1], 20000);
	n[0] = n[1] = 0;
	ck_assert(diff_config(text_str(&a), text_str(&c), count, n));
	ck_assert_uint_eq(n[0], 1);
	ck_assert_uint_eq(n[1], 1);
	text_free(&a);
	text_free(&b);
	text_free(&c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_diff");
	TCase *tc = tcase_create("show_diff");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, a_difference, 0, (int)(sizeof row / sizeof *row));
	tcase_add_loop_test(tc, any_two_texts, 0, 200);
	tcase_add_test(tc, long_texts);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	text_free(&told);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
