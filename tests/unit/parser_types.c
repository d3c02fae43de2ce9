/* Values of every kind of type: what is accepted, and how it is stored. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"

static struct gram_range small[] = {{-5, 5}, {100, 199}}, number[] = {{0, 4294967295}};
static char *words[] = {"aes", "aes-192", "aes-256", "des", NULL}, *none[] = {"none", NULL};

static const struct gram_type t_int = {.kind = KIND_INT, .n_ranges = 2, .ranges = small},
	t_number = {.kind = KIND_INT, .n_ranges = 1, .ranges = number,
	    .n_extra = 1, .extra = none},
	t_word = {.kind = KIND_WORD, .n_words = 4, .words = words},
	t_addr = {.kind = KIND_ADDR}, t_net = {.kind = KIND_NET}, t_mask = {.kind = KIND_MASK},
	t_range = {.kind = KIND_RANGE}, t_host = {.kind = KIND_HOST, .max = 12},
	t_time = {.kind = KIND_TIME}, t_one = {.kind = KIND_PAREN, .max = 1},
	t_two = {.kind = KIND_PAREN, .max = 2}, t_bool = {.kind = KIND_BOOL},
	t_name = {.kind = KIND_NAME, .max = 4}, t_family = {.kind = KIND_FAMILY},
	t_list = {.kind = KIND_NAME, .max = 4, .list_min = 1, .list_max = 3},
	t_set = {.kind = KIND_SET, .n_words = 4, .words = words};

static const struct {
	const struct gram_type *type;
	const char *typed, *kept; /* NULL: it is refused */
} row[] = {
	{&t_int, "5", "5"}, {&t_int, "6", NULL}, {&t_int, "-5", "-5"}, {&t_int, "-6", NULL},
	{&t_int, "99", NULL}, {&t_int, "100", "100"}, {&t_int, "199", "199"},
	{&t_int, "200", NULL}, {&t_int, "0003", "3"}, {&t_int, "-", NULL}, {&t_int, "1x", NULL},
	{&t_int, "-0", "0"}, {&t_int, "000000000000000005", "5"},
	{&t_int, "0000000000000000005", NULL}, {&t_int, "-000000000000000005", "-5"},
	{&t_int, "", NULL}, {&t_number, "4294967295", "4294967295"},
	{&t_number, "4294967296", NULL}, {&t_number, "NONE", "none"}, {&t_number, "non", NULL},
	{&t_word, "aes", "aes"}, {&t_word, "AES", "aes"}, {&t_word, "a", NULL},
	{&t_word, "aes-", NULL}, {&t_word, "aes-1", "aes-192"}, {&t_word, "d", "des"},
	{&t_word, "desx", NULL}, {&t_set, "d", "des"},
	{&t_addr, "10.1.2.3", "10.1.2.3"}, {&t_addr, "010.001.02.3", "10.1.2.3"},
	{&t_addr, "255.255.255.255", "255.255.255.255"}, {&t_addr, "256.1.1.1", NULL},
	{&t_addr, "1.1.1", NULL}, {&t_addr, "1.1.1.1.1", NULL}, {&t_addr, "1..1.1", NULL},
	{&t_addr, "1.1.1.", NULL}, {&t_addr, "0001.1.1.1", NULL}, {&t_addr, "1.1.1.a", NULL},
	{&t_addr, "0", NULL}, {&t_net, "0", "0.0.0.0"}, {&t_mask, "0", "0.0.0.0"},
	{&t_net, "00", NULL}, {&t_net, "1", NULL},
	{&t_mask, "255.255.254.0", "255.255.254.0"}, {&t_mask, "255.255.253.0", NULL},
	{&t_mask, "255.255.255.255", "255.255.255.255"}, {&t_mask, "0.0.0.255", NULL},
	{&t_range, "1.1.1.1", "1.1.1.1"}, {&t_range, "1.1.1.1-1.1.1.9", "1.1.1.1-1.1.1.9"},
	{&t_range, "1.1.1.1-1.1.1.1", "1.1.1.1-1.1.1.1"}, {&t_range, "1.1.1.2-1.1.1.1", NULL},
	{&t_range, "1.1.1.2-", NULL}, {&t_range, "-1.1.1.2", NULL},
	{&t_range, "255.255.255.254-255.255.255.255", "255.255.255.254-255.255.255.255"},
	{&t_host, "10.1.2.3", "10.1.2.3"}, {&t_host, "a-b.c_d9", "a-b.c_d9"},
	{&t_host, "10.1.2", NULL}, {&t_host, "7", NULL}, {&t_host, "7a", "7a"},
	{&t_host, "a/b", NULL}, {&t_host, "123456789abc", "123456789abc"},
	{&t_host, "123456789abcd", NULL},
	{&t_time, "0:00:00", "0:00:00"}, {&t_time, "12:5:7", "12:05:07"},
	{&t_time, "1193:0:0", "1193:00:00"}, {&t_time, "1:59:59", "1:59:59"},
	{&t_time, "1:60:00", NULL}, {&t_time, "1:00:60", NULL}, {&t_time, "1:00", NULL},
	{&t_time, "1:00:00x", NULL}, {&t_time, ":00:00", NULL}, {&t_time, "-1:00:00", NULL},
	{&t_time, "1:00:00:00000000000", NULL},
	{&t_one, "(a)", "a"}, {&t_one, "()", NULL}, {&t_one, "(a,b)", NULL}, {&t_one, "a", NULL},
	{&t_one, "(a", NULL}, {&t_one, "a))", NULL}, {&t_two, "(a,b)", "a,b"},
	{&t_two, "(,b)", NULL}, {&t_two, "(a,)", NULL}, {&t_two, "(a,b,c)", NULL},
	{&t_bool, "0", "0"}, {&t_bool, "1", "1"}, {&t_bool, "2", NULL}, {&t_bool, "10", NULL},
	{&t_name, "abcd", "abcd"}, {&t_name, "abcde", NULL}, {&t_name, "", NULL},
	{&t_list, "abcd", "abcd"}, {&t_family, "x", NULL},
};

START_TEST(values)
{
	char buf[64];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		bool ok = gram_value(
		    row[i].type, row[i].typed, strlen(row[i].typed), buf, sizeof buf);

		ck_assert_msg(ok == (row[i].kept != NULL), "\"%s\"", row[i].typed);
		if (ok)
			ck_assert_str_eq(buf, row[i].kept);
	}
}
END_TEST

/* A buffer that is too small refuses, and is not written behind its end. */
START_TEST(room)
{
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		size_t need = row[i].kept ? strlen(row[i].kept) + 1 : 0;
		char buf[64];

		if (!need)
			continue;
		memset(buf, '#', sizeof buf);
		ck_assert_msg(gram_value(row[i].type, row[i].typed, strlen(row[i].typed), buf,
		    need), "\"%s\" into %zu", row[i].typed, need);
		ck_assert_int_eq(buf[need], '#');
		memset(buf, '#', sizeof buf);
		ck_assert_msg(!gram_value(row[i].type, row[i].typed, strlen(row[i].typed), buf,
		    need - 1), "\"%s\" into %zu", row[i].typed, need - 1);
		ck_assert_int_eq(buf[need - 1], '#');
	}
}
END_TEST

START_TEST(longest)
{
	static const struct {
		const struct gram_type *type;
		size_t n;
	} of[] = {{&t_int, 19}, {&t_number, 19}, {&t_word, 7}, {&t_addr, 15}, {&t_mask, 15},
	    {&t_range, 31}, {&t_host, 12}, {&t_time, 10}, {&t_one, GRAM_LINE_MAX}, {&t_bool, 1},
	    {&t_name, 4}, {&t_list, 14}, {&t_set, 31}};

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		ck_assert_msg(type_longest(of[i].type) == of[i].n, "%zu: %zu", i,
		    type_longest(of[i].type));
}
END_TEST

/* A byte order mark is no part of a text, be it all there is; what only begins like one is. */
START_TEST(marks_before_a_text)
{
	static const struct {
		const char *text, *rest;
	} marks[] = {
	    {"\xef\xbb\xbf"
	     "a",
		"a"},
	    {"\xef\xbb\xbf", ""},
	    {"\xef\xbb", "\xef\xbb"},
	    {"", ""},
	    {"\xef\xbb\xbe", "\xef\xbb\xbe"},
	    {"abc", "abc"},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t len = strlen(marks[i].text);
		const char *rest = gram_skip_mark(marks[i].text, &len);

		ck_assert_str_eq(rest, marks[i].rest);
		ck_assert_uint_eq(len, strlen(marks[i].rest));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_types");
	TCase *c = tcase_create("parser_types");
	SRunner *r;
	int failed;

	tcase_add_test(c, values);
	tcase_add_test(c, room);
	tcase_add_test(c, longest);
	tcase_add_test(c, marks_before_a_text);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
