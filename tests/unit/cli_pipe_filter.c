/*
 * Output filters behind a bar: where they begin, what they let through, and which patterns
 * there are.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/operator/pipe_filter.h"

static struct text taken;

static const char *filtered(const char *line, const char *in)
{
	struct pipe_filter f;
	const char *rest, *why;
	size_t at;

	pipe_filter_split(line, &rest);
	ck_assert_ptr_nonnull(rest);
	ck_assert(pipe_filter_parse(&f, rest, &at, &why));
	text_clear(&taken);
	pipe_filter_apply(&f, in, &taken);
	pipe_filter_free(&f);
	return text_str(&taken);
}

START_TEST(filters_filter)
{
	static const char in[] = "hostname a\ninterface b\n nameif c\ninterface d";

	ck_assert_str_eq(filtered("show run | include interf", in), "interface b\ninterface d\n");
	ck_assert_str_eq(filtered("sh run | i ^host|meif", in), "hostname a\n nameif c\n");
	ck_assert_str_eq(filtered("sh run|exc interface", in), "hostname a\n nameif c\n");
	ck_assert_str_eq(filtered("sh run | b nameif ", in), " nameif c\ninterface d\n");
	ck_assert_str_eq(filtered("sh run | grep -v a", in), "");
	ck_assert_str_eq(filtered("sh run | grep -v interface", in), "hostname a\n nameif c\n");
	ck_assert_str_eq(filtered("sh run | grep -version", in), "");
	ck_assert_str_eq(filtered("sh run | grep meif", in), " nameif c\n");
	ck_assert_str_eq(filtered("sh run | gr zzz", in), "");
}
END_TEST

/* Where the command ends and the filter begins, and of which commands there is one at all. */
START_TEST(lines_are_split_at_the_bar)
{
	static const struct {
		const char *line, *rest; /* NULL: the line is all command */
		size_t len;
	} row[] = {
	    {"show version", NULL, 12},
	    {"show version |", "", 12},
	    {"show version \t \t| i x", " i x", 12},
	    {"show|i x", "i x", 4},
	    {" \tSHOW run|i x", "i x", 10},
	    {"sh run|i x", "i x", 6},
	    {"s run|i x", NULL, 9},
	    {"shower run|i x", NULL, 14},
	    {"mor f|i x|y", "i x|y", 5},
	    {"mo f|i x", NULL, 8},
	    {"|i x", NULL, 4},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const char *rest;
		size_t len = pipe_filter_split(row[i].line, &rest);

		ck_assert_msg(len == row[i].len, "%s: %zu", row[i].line, len);
		if (row[i].rest)
			ck_assert_pstr_eq(rest, row[i].rest);
		else
			ck_assert_ptr_null(rest);
	}
}
END_TEST

/* What stands around and before the pattern is not part of it. */
START_TEST(patterns_as_typed)
{
	static const struct {
		const char *text, *pattern; /* NULL: it is not there */
		int kind;
		size_t at;
	} row[] = {
	    {"include x", "x", FILTER_INCLUDE, 8},
	    {" \tb \tx y \t\r", "x y", FILTER_BEGIN, 5},
	    {"e x", "x", FILTER_EXCLUDE, 2},
	    {"include -v x", "-v x", FILTER_INCLUDE, 8},
	    {"grep -v x", "x", FILTER_EXCLUDE, 8},
	    {"grep -v\tx", "x", FILTER_EXCLUDE, 8},
	    {"grep -vx", "-vx", FILTER_INCLUDE, 5},
	    {"grep x -v", "x -v", FILTER_INCLUDE, 5},
	    {"grep -v", NULL, 0, 7},
	    {"grep -v \r", NULL, 0, 9},
	    {"grep", NULL, 0, 4},
	    {"include \t ", NULL, 0, 10},
	    {"includes x", NULL, 0, 0},
	    {" ", NULL, 0, 1},
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct pipe_filter f;
		const char *why;
		size_t at;
		bool ok = pipe_filter_parse(&f, row[i].text, &at, &why);

		ck_assert_msg(ok == (row[i].pattern != NULL), "%s", row[i].text);
		ck_assert_msg(at == row[i].at, "%s: %zu", row[i].text, at);
		ck_assert_int_eq(f.kind, row[i].kind);
		if (ok)
			ck_assert_str_eq(f.pattern, row[i].pattern);
		else
			ck_assert_ptr_null(why);
		pipe_filter_free(&f);
	}
}
END_TEST

START_TEST(lines_are_kept_whole)
{
	ck_assert_str_eq(filtered("sh run | i ^$", "a\n\nb\n"), "\n");
	ck_assert_str_eq(filtered("sh run | e a", "a\n\nb\n"), "\nb\n");
	ck_assert_str_eq(filtered("sh run | b b", "a\nb\n\na\n"), "b\n\na\n");
	ck_assert_str_eq(filtered("sh run | i b", ""), "");
}
END_TEST

START_TEST(help_of_filters)
{
	static const struct {
		const char *text, *help;
	} row[] = {
	    {"e", "\n  exclude  Exclude lines that match\n"},
	    {"x", "\n"},
	    {"includes", "\n"},
	    {"include ", "\n  LINE  Regular Expression\n"},
	    {" i x", "\n  LINE  Regular Expression\n"},
	    {"j", "\n  json     The records that the output is made of, as JSON\n"},
	    {" json ", "\n  <cr>\n"},
	};
	struct text t = {0};

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		text_clear(&t);
		pipe_filter_help(row[i].text, &t);
		ck_assert_str_eq(text_str(&t), row[i].help);
	}
	text_free(&t);
}
END_TEST

START_TEST(filters_refuse)
{
	struct pipe_filter f;
	const char *rest, *why;
	size_t at;

	ck_assert_uint_eq(pipe_filter_split("show run  | inc x", &rest), 8);
	ck_assert_uint_eq(pipe_filter_split("username a password b|c", &rest), 23);
	ck_assert_ptr_null(rest);
	ck_assert(!pipe_filter_parse(&f, " json x", &at, &why));
	ck_assert_uint_eq(at, 6);
	ck_assert_ptr_null(why);
	ck_assert(pipe_filter_parse(&f, " js ", &at, &why));
	ck_assert_int_eq(f.kind, FILTER_JSON);
	pipe_filter_free(&f);
	ck_assert(!pipe_filter_parse(&f, " frob x", &at, &why));
	ck_assert_uint_eq(at, 1);
	ck_assert_ptr_null(why);
	ck_assert(!pipe_filter_parse(&f, " include  ", &at, &why));
	ck_assert_uint_eq(at, 10);
	ck_assert(!pipe_filter_parse(&f, " include (", &at, &why));
	ck_assert_str_eq(why, "invalid regular expression");
	text_clear(&taken);
	pipe_filter_help(" ", &taken);
	ck_assert_ptr_nonnull(strstr(text_str(&taken), "  grep     Include"));
	text_clear(&taken);
	pipe_filter_help(" inc", &taken);
	ck_assert_str_eq(text_str(&taken), "\n  include  Include lines that match\n");
}
END_TEST

/* What a pattern costs is told before it is compiled: a line of typing may not cost the appliance
 * seconds, or megabytes. */
START_TEST(patterns_are_bounded)
{
	static const char *const dear[] = {"(((a{1,60}){1,60}){1,60})", "a{600}", "(a{30}){20}",
	    "((((((((a|b){4}){4}){4}){4}){4}))))", "(a*)*\\1", "(a{1,}){600}", "a{1,300}b{1,300}",
	    "((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))",
	    "[[:alpha:]{]{1,600}", "((((((((((a+)+)+)+)+)+)+)+)+)+)+", "a++++++++++", "(a|^|$)*",
	    "(\\ba)+", "((^a)b){2}", "\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<\\<"};
	static const char *const fair[] = {"a{1,60}", "(ab){60}", "[[:alpha:]]{1,200}",
	    "a\\{1,900}", "[{]{3}", "^ip address|^interface", "(a*)*(b|c)+", "x{3,}",
	    "(^| )[0-9]+\\.[0-9]+\\.[0-9]+( |$)", "\\bin(side)?\\b", "(a+)+", "[^$]*$"};
	struct pipe_filter f;
	const char *why;
	char text[600], many[400] = "";
	size_t at;

	for (size_t i = 0; i < sizeof(dear) / sizeof(*dear); i++) {
		snprintf(text, sizeof(text), "include %s", dear[i]);
		ck_assert_msg(!pipe_filter_parse(&f, text, &at, &why), "%s", dear[i]);
		ck_assert_str_eq(why, "the regular expression is too complex");
	}
	for (size_t i = 0; i < sizeof(fair) / sizeof(*fair); i++) {
		snprintf(text, sizeof(text), "include %s", fair[i]);
		ck_assert_msg(pipe_filter_parse(&f, text, &at, &why), "%s: %s", fair[i], why);
		pipe_filter_free(&f);
	}
	memset(many, 'a', 300);
	snprintf(text, sizeof(text), "include %s", many);
	ck_assert(pipe_filter_parse(&f, text, &at, &why)); /* long, and cheap */
	pipe_filter_free(&f);
}
END_TEST

/* Writes `times` times the piece, behind `include `. */
static const char *many(const char *piece, unsigned times)
{
	text_clear(&taken);
	text_add(&taken, "include ");
	while (times--)
		text_add(&taken, piece);
	return text_str(&taken);
}

/* A pattern is 512 positions once it is written out, and not one more; an anchor is 32. */
START_TEST(patterns_up_to_the_bound)
{
	static const struct {
		const char *piece;
		unsigned times; /* as often it is fair, once more it is too dear */
	} row[] = {{"a{128}", 4}, {"a{0,128}", 4}, {"a{127,}", 4}, {"a{64}+", 4}, {"^", 16},
	    {"$", 16}, {"\\b", 16}, {"\\B", 16}, {"\\<", 16}, {"\\>", 16}, {"\\`", 16}, {"\\'", 16},
	    {"(a{127})", 4}, {"(a{63}){2}", 4}, {"[[:alpha:]]{128}", 4}, {"\\w{128}", 4},
	    {"(^)", 15}};
	static const char *const fair[] = {"a{512}", "a{0,512}", "a{511,}", "a{512}|", "(a{511})",
	    "a{512}{0}", "a)", "a){3}", "(^a)(b)*", "(^a)|b*", "\\^*", "[$]*", "a{,512}"};
	static const char *const dear[] = {"a{513}", "a{1,513}", "a{512,}", "a{512}b", "(a{512})",
	    "(^ab)*", "(ab$)*", "((^)a)*", "^*", "a\\b+", "(a|^){2}", "(a)\\1", "(a)\\9",
	    "a{1,513}{0}"};
	struct pipe_filter f;
	const char *why;
	size_t at;

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ck_assert_msg(pipe_filter_parse(&f, many(row[i].piece, row[i].times), &at, &why),
		    "%s: %s", row[i].piece, why);
		pipe_filter_free(&f);
		ck_assert_msg(
		    !pipe_filter_parse(&f, many(row[i].piece, row[i].times + 1), &at, &why), "%s",
		    row[i].piece);
		ck_assert_str_eq(why, "the regular expression is too complex");
	}
	for (size_t i = 0; i < sizeof(fair) / sizeof(*fair); i++) {
		ck_assert_msg(
		    pipe_filter_parse(&f, many(fair[i], 1), &at, &why), "%s: %s", fair[i], why);
		pipe_filter_free(&f);
	}
	for (size_t i = 0; i < sizeof(dear) / sizeof(*dear); i++) {
		ck_assert_msg(!pipe_filter_parse(&f, many(dear[i], 1), &at, &why), "%s", dear[i]);
		ck_assert_str_eq(why, "the regular expression is too complex");
	}
}
END_TEST

/* Brackets end where the compiler ends them: what is in them costs nothing. */
START_TEST(brackets_of_patterns)
{
	static const char *const fair[] = {"[]{600}]", "[^]{600}]", "[a{600}]", "[[:alpha:]{600}]",
	    "[[.].]{600}]", "[[=]=]{600}]", "[a[{600}]", "[[a{600}]", "[a:b{600}]", "[:{600}]"};
	static const char *const dear[] = {"[a]{600}", "[]]{600}", "[^]]{600}", "[[:alpha:]]{600}",
	    "[[.].]]{600}", "[[]{600}", "[a[]{600}"};
	struct pipe_filter f;
	const char *why;
	size_t at;

	for (size_t i = 0; i < sizeof(fair) / sizeof(*fair); i++) {
		ck_assert_msg(
		    pipe_filter_parse(&f, many(fair[i], 1), &at, &why), "%s: %s", fair[i], why);
		pipe_filter_free(&f);
	}
	for (size_t i = 0; i < sizeof(dear) / sizeof(*dear); i++) {
		ck_assert_msg(!pipe_filter_parse(&f, many(dear[i], 1), &at, &why), "%s", dear[i]);
		ck_assert_str_eq(why, "the regular expression is too complex");
	}
}
END_TEST

/* Groups in groups up to a depth, patterns up to a length; what is none the compiler tells. */
START_TEST(patterns_that_are_none)
{
	static const char *const none[] = {
	    "(a", "[a", "[[:a", "[[.", "a{1", "a{2,1}", "a\\", "[[:none:]]", ")("};
	struct pipe_filter f;
	struct text t = {0};
	const char *why;
	size_t at;

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		ck_assert_msg(!pipe_filter_parse(&f, many(none[i], 1), &at, &why), "%s", none[i]);
		ck_assert_msg(strcmp(why, "invalid regular expression") == 0, "%s", none[i]);
	}
	for (unsigned depth = 31; depth <= 32; depth++) {
		text_clear(&t);
		text_add(&t, many("(", depth));
		for (unsigned i = 0; i < depth; i++)
			text_addc(&t, ')');
		ck_assert_int_eq(pipe_filter_parse(&f, text_str(&t), &at, &why), depth == 31);
		pipe_filter_free(&f);
	}
	ck_assert_str_eq(why, "the regular expression is too complex");
	ck_assert(pipe_filter_parse(&f, many("x", 511), &at, &why));
	ck_assert_uint_eq(strlen(f.pattern), 511);
	pipe_filter_free(&f);
	ck_assert(!pipe_filter_parse(&f, many("x", 512), &at, &why));
	ck_assert_str_eq(why, "the regular expression is too long");
	text_free(&t);
}
END_TEST

/* A long output, over which the matcher's states are dropped now and then. */
START_TEST(long_outputs_are_filtered)
{
	struct pipe_filter f;
	struct text in = {0}, out = {0};
	const char *why;
	size_t at, n = 0;

	ck_assert(pipe_filter_parse(&f, "include (a|b)*a(a|b){9}$", &at, &why));
	for (unsigned i = 0; i < 20000; i++) {
		char line[17];

		for (unsigned k = 0; k < 16; k++)
			line[k] = i >> k & 1 ? 'a' : 'b';
		line[16] = '\0';
		n += line[6] == 'a';
		text_addf(&in, "%s\n", line);
	}
	pipe_filter_apply(&f, text_str(&in), &out);
	ck_assert_uint_eq(out.len, n * 17);
	pipe_filter_free(&f);
	text_free(&in);
	text_free(&out);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_pipe_filter");
	TCase *tc = tcase_create("cli_pipe_filter");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, filters_filter);
	tcase_add_test(tc, lines_are_split_at_the_bar);
	tcase_add_test(tc, patterns_as_typed);
	tcase_add_test(tc, lines_are_kept_whole);
	tcase_add_test(tc, help_of_filters);
	tcase_add_test(tc, patterns_are_bounded);
	tcase_add_test(tc, patterns_up_to_the_bound);
	tcase_add_test(tc, brackets_of_patterns);
	tcase_add_test(tc, patterns_that_are_none);
	tcase_add_test(tc, long_outputs_are_filtered);
	tcase_add_test(tc, filters_refuse);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	text_free(&taken);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
