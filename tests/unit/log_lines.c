/* Lines of the log byte by byte, the buffer's bounds, and the order of what several roles say. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/buffer.h"
#include "cli/log/line.h"

static struct log_settings s;
static struct log_line *line;
static struct text t, out;

static void setup(void)
{
	settings_init(&s);
	line = calloc(1, sizeof *line + 64);
	line->time = 1431922638123456; /* May 18 2015 04:17:18 UTC */
	line->number = 113004;
	line->severity = 6;
	strcpy(line->text, "a text");
}

static void teardown(void)
{
	settings_fini(&s);
	free(line);
	text_free(&t);
	text_free(&out);
}

static const char *text(int severity)
{
	text_clear(&t);
	line_text(&t, &s, line, severity);
	return text_str(&t);
}

static const char *wire(int severity, bool emblem)
{
	text_clear(&t);
	line_wire(&t, &s, line, severity, emblem);
	return text_str(&t);
}

START_TEST(forms)
{
	ck_assert_str_eq(text(6), "%ASA-6-113004: a text");
	ck_assert_str_eq(wire(6, false), "<166>%ASA-6-113004: a text");
	ck_assert_str_eq(wire(6, true), "<166>:%ASA-auth-6-113004: a text");
	s.timestamp = true;
	ck_assert_str_eq(text(6), "May 18 2015 04:17:18: %ASA-6-113004: a text");
	ck_assert_str_eq(wire(3, false), "<163>May 18 2015 04:17:18: %ASA-3-113004: a text");
	ck_assert_str_eq(wire(6, true), "<166>:May 18 04:17:18 UTC: %ASA-auth-6-113004: a text");
	strcpy(s.device, "fw1");
	ck_assert_str_eq(text(6), "May 18 2015 04:17:18 fw1 : %ASA-6-113004: a text");
	s.rfc5424 = true;
	s.facility = 23;
	ck_assert_str_eq(wire(0, false), "<184>2015-05-18T04:17:18Z fw1 : %ASA-0-113004: a text");
	ck_assert_str_eq(
	    wire(7, true), "<191>:fw1 : 2015-05-18T04:17:18Z: %ASA-auth-7-113004: a text");
	s.timestamp = false;
	ck_assert_str_eq(text(6), "fw1 : %ASA-6-113004: a text");
	s.emblem = true;
	ck_assert_str_eq(text(6), "fw1 : %ASA-auth-6-113004: a text");
}
END_TEST

START_TEST(the_journals_fields)
{
	text_clear(&t);
	line_journal(&t, &s, line, 4);
	ck_assert_str_eq(text_str(&t),
	    "PRIORITY=4\nSYSLOG_FACILITY=20\nSYSLOG_IDENTIFIER=gatehouse\n"
	    "SYSLOG_TIMESTAMP=May 18 04:17:18 \nASA_MESSAGE_ID=113004\n"
	    "MESSAGE=%ASA-4-113004: a text\n");
}
END_TEST

START_TEST(a_buffer_keeps_the_newest)
{
	struct log_buffer b;

	buffer_init(&b);
	buffer_bound(&b, 20, 0);
	buffer_add(&b, "123456789"); /* ten bytes with its end */
	buffer_add(&b, "abcdefghi");
	buffer_show(&b, &out);
	ck_assert_str_eq(text_str(&out), "123456789\nabcdefghi\n");
	buffer_add(&b, "x");
	text_clear(&out);
	buffer_show(&b, &out);
	ck_assert_str_eq(text_str(&out), "abcdefghi\nx\n");
	ck_assert_uint_eq(b.bytes, 12);
	buffer_bound(&b, 5, 0);
	ck_assert_uint_eq(b.n, 1);
	buffer_add(&b, "longer than all of it");
	ck_assert_uint_eq(b.n, 0);
	ck_assert_uint_eq(b.bytes, 0);
	buffer_bound(&b, 0, 3);
	for (int i = 0; i < 100; i++) {
		char number[8];

		snprintf(number, sizeof number, "%d", i);
		buffer_add(&b, number);
	}
	text_clear(&out);
	buffer_show(&b, &out);
	ck_assert_str_eq(text_str(&out), "97\n98\n99\n");
	buffer_clear(&b);
	ck_assert_uint_eq(b.n, 0);
}
END_TEST

static void said(void *ctx, const struct log_line *l)
{
	text_addf(ctx, "%u:%s ", l->number, l->text);
}

/* Of one role as it said them, of several as it happened; none comes too late for ORDER_MS. */
START_TEST(lines_of_several_roles)
{
	struct log_order o;
	uv_loop_t loop;

	uv_loop_init(&loop);
	ck_assert(order_init(&o, &loop, said, &out));
	order_add(&o, 100, 5, 1, "a");
	order_add(&o, 300, 5, 2, "d");
	order_add(&o, 200, 5, 3, "b"); /* another role's, a little late */
	order_add(&o, 200, 5, 4, "c");
	order_add(&o, 300, 5, 5, "e");
	ck_assert_str_eq(text_str(&out), "");
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_str_eq(text_str(&out), "1:a 3:b 4:c 2:d 5:e ");
	text_clear(&out);
	order_add(&o, 50, 5, 6, "late");
	order_flush(&o);
	ck_assert_str_eq(text_str(&out), "6:late ");
	text_clear(&out);
	order_add(&o, 1, 5, 7, "last");
	order_fini(&o);
	ck_assert_str_eq(text_str(&out), "7:last ");
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

/* A flood is bounded: the oldest go at once. */
START_TEST(more_than_wait)
{
	struct log_order o;
	uv_loop_t loop;

	uv_loop_init(&loop);
	ck_assert(order_init(&o, &loop, said, &out));
	for (uint64_t i = 0; i < ORDER_MAX + 3; i++)
		order_add(&o, 1000 + i, 5, (uint32_t)i, "x");
	ck_assert_uint_eq(o.n, ORDER_MAX);
	ck_assert_str_eq(text_str(&out), "0:x 1:x 2:x ");
	order_fini(&o);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

/* What a stranger calls himself begins no line, and moves no cursor. */
START_TEST(a_line_is_a_line)
{
	struct log_order o;

	ck_assert(order_init(&o, NULL, said, &out));
	order_add(&o, 1, 5, 1, "a\nb\r\x1b[2J\x7f\tz\xc3\xa4\xc2\x9bK");
	ck_assert_str_eq(text_str(&out), "1:a b  [2J  z\xc3\xa4 K ");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {forms, the_journals_fields, a_buffer_keeps_the_newest,
	    lines_of_several_roles, more_than_wait, a_line_is_a_line};
	Suite *suite = suite_create("log_lines");
	TCase *tc = tcase_create("log_lines");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
