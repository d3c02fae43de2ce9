/*
 * Lines under a head that was refused change nothing: in files, pasted and typed without
 * indentation, as a startup-config; and texts as editors leave them.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/cases.h"

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

static const char *const cases[] = {"host-typo", "orphan-block", "certificate-quit", "bom", "bom2",
    "crlf", "failover-subif", "nested"};

START_TEST(a_case)
{
	case_play(&t, cases[_i], 0);
}
END_TEST

/* ---- the ways of a text ----------------------------------------------------------------- */

struct numbers {
	unsigned n, at[200];
	char text[40]; /* of the last */
};

static void number(void *ctx, unsigned line, const char *text, bool refused, const char *says)
{
	struct numbers *n = ctx;

	(void)text;
	if (!refused)
		return;
	ck_assert_uint_lt(n->n, 200);
	n->at[n->n++] = line;
	snprintf(n->text, sizeof(n->text), "%s", says);
}

/* Applies a text; the numbers of the lines that were refused. */
static void apply(const char *text, size_t len, unsigned flags, struct numbers *n)
{
	struct db_report report = {.line = number, .ctx = n};

	n->n = 0;
	config_reset(&t);
	ck_assert_int_eq(db_apply(t.db, text, len, 15, flags, &report), (int)n->n);
}

/* The text with other line ends, or something before it. */
static void ck_same_result(const char *text, size_t len, const struct numbers *n, const char *show)
{
	struct numbers other;

	apply(text, len, 0, &other);
	ck_assert_uint_eq(other.n, n->n);
	for (unsigned i = 0; i < n->n; i++)
		ck_assert_uint_eq(other.at[i], n->at[i]);
	ck_assert_str_eq(config_show(&t, 0, ""), show);
}

static void replace_ends(const char *text, const char *end, struct text *to)
{
	text_clear(to);
	for (; *text; text++)
		if (*text == '\n')
			text_add(to, end);
		else if (*text != '\r')
			text_addc(to, *text);
}

/* However its lines end, with a mark or without, a text means the same. */
START_TEST(ends_and_marks_mean_nothing)
{
	static const char *const ends[] = {"\n", "\r\n", "\r", "\r\r\n"};
	char *text = case_text(cases[_i]), *show;
	struct text other = {0};
	struct numbers n;

	apply(text, strlen(text), 0, &n);
	show = strdup(config_show(&t, 0, ""));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t len;

		replace_ends(text, ends[i], &other);
		ck_same_result(text_str(&other), other.len, &n, show);
		len = other.len - strlen(ends[i]); /* the last line ends with the text */
		ck_same_result(text_str(&other), len, &n, show);
	}
	text_clear(&other);
	if (strncmp(text, "\xef\xbb\xbf", 3) != 0)
		text_add(&other, "\xef\xbb\xbf");
	text_add(&other, text);
	ck_same_result(text_str(&other), other.len, &n, show);
	text_free(&other);
	free(show);
	free(text);
}
END_TEST

static void kept(void *ctx, unsigned line, const char *text)
{
	struct numbers *n = ctx;

	ck_assert_uint_lt(n->n, 200);
	ck_assert_uint_eq(line, n->at[n->n++]);
	ck_assert_ptr_nonnull(text);
}

/* As a startup-config: what was refused is kept with its number. */
START_TEST(what_is_refused_is_kept)
{
	char *text = case_text(cases[_i]);
	struct numbers n;
	unsigned refused;

	apply(text, strlen(text), DB_APPLY_WHOLE | DB_APPLY_KEEP, &n);
	refused = n.n;
	n.n = 0;
	ck_assert_uint_eq(db_startup_errors(t.db, kept, &n), refused);
	free(text);
}
END_TEST

/* A command that is no configuration is refused in a file, but no block begins with it. */
START_TEST(no_block_begins_with_an_act)
{
	static const char text[] =
	    "configure terminal\n hostname under\n show version\n  domain-name d\nend\n"
	    "hostname behind\n";
	struct numbers n;

	apply(text, sizeof(text) - 1, 0, &n);
	ck_assert_uint_eq(n.n, 2);
	ck_assert_uint_eq(n.at[0], 1);
	ck_assert_uint_eq(n.at[1], 3);
	ck_assert_str_eq(config_show(&t, 0, "hostname"), "hostname behind\n");
	ck_assert_str_eq(config_show(&t, 0, "domain-name"), "domain-name d\n");
}
END_TEST

/* ---- typed ------------------------------------------------------------------------------ */

/* Types all lines of a text, `strip`: without their indentation, up to line `last`. */
static void type_text(const char *text, bool strip, unsigned last)
{
	char line[GRAM_LINE_MAX];

	for (unsigned i = 0; *text && i < last; i++) {
		size_t n = strcspn(text, "\n");
		size_t blanks = strip ? strspn(text, " ") : 0;

		snprintf(line, sizeof(line), "%.*s", (int)(n - blanks), text + blanks);
		config_line(&t, line);
		text += n + (text[n] == '\n');
	}
}

START_TEST(a_paste_is_like_a_file)
{
	static const char *const pasted[] = {
	    "host-typo", "orphan-block", "certificate-quit", "nested"};
	char *text = case_text(pasted[_i]), *show;
	struct numbers n;

	apply(text, strlen(text), 0, &n);
	show = strdup(config_show(&t, 0, ""));
	config_reset(&t);
	type_text(text, false, UINT32_MAX);
	ck_assert_str_eq(config_show(&t, 0, ""), show);
	ck_assert_str_ne(parse_state_prompt(&t.state), "");
	free(show);
	free(text);
}
END_TEST

/* Without indentation the heads alone protect: all up to the line whose head nobody knows. */
START_TEST(typed_without_indentation)
{
	static const char *const typed[] = {"host-typo", "orphan-block", "certificate-quit"};
	static const unsigned last[] = {UINT32_MAX, 27, UINT32_MAX};
	char *text = case_text(typed[_i]), *show;
	struct numbers n;

	apply(text, strlen(text), 0, &n);
	show = strdup(config_show(&t, 0, ""));
	config_reset(&t);
	type_text(text, true, last[_i]);
	ck_assert_str_eq(config_show(&t, 0, ""), show);
	free(show);
	free(text);
}
END_TEST

/* ---- bytes ------------------------------------------------------------------------------ */

START_TEST(bytes_that_are_no_text)
{
	static const char text[] = "\xef\xbb\xbfhostname one\r\n"
				   "domain\0-name x\n"
				   "domain-name \xff\xfe\n"
				   "domain-name a\033[31m\n"
				   "domain-name \xc2\x9b"
				   "31m\n"
				   "domain-name \xed\xa0\x80\n"
				   "domain-name \xc0\xaf\n"
				   "\xef\xbb\xbfinterface g0/1\n"
				   " description caf\xc3\xa9 \xe2\x80\x94 \xf0\x9f\x98\x80\n"
				   "\0\n"
				   " nameif x\n"
				   "hostname two\r";
	static const unsigned refused[] = {2, 3, 4, 5, 6, 7, 10};
	struct numbers n;

	apply(text, sizeof(text) - 1, 0, &n);
	ck_assert_uint_eq(n.n, sizeof(refused) / sizeof(refused[0]));
	for (unsigned i = 0; i < n.n; i++)
		ck_assert_uint_eq(n.at[i], refused[i]);
	ck_assert_str_eq(config_show(&t, 0, "hostname"), "hostname two\n");
	ck_assert_str_eq(config_show(&t, 0, "domain-name"), "");
	ck_assert_ptr_nonnull(strstr(config_show(&t, 0, "interface"),
	    "\n description caf\xc3\xa9 \xe2\x80\x94 \xf0\x9f\x98\x80\n"));
	apply("domain\0-name x", 14, 0, &n);
	ck_assert_int_eq(strncmp(n.text, GRAM_NUL_ERROR, strlen(n.text)), 0);
	ck_assert_uint_gt(strlen(n.text), 20);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("orphans");
	TCase *tc = tcase_create("orphans");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, a_case, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, ends_and_marks_mean_nothing, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, what_is_refused_is_kept, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, no_block_begins_with_an_act);
	tcase_add_loop_test(tc, a_paste_is_like_a_file, 0, 4);
	tcase_add_loop_test(tc, typed_without_indentation, 0, 3);
	tcase_add_test(tc, bytes_that_are_no_text);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
