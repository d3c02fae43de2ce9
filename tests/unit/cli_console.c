/* The console protocol's codec, the pager and the output filters. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/operator/console.h"
#include "cli/gatesh/pager.h"
#include "cli/operator/pipe_filter.h"

static void feed(struct console_reader *r, const void *bytes, size_t n)
{
	size_t room;
	uint8_t *to = console_reader_room(r, n, &room);

	ck_assert_ptr_nonnull(to);
	ck_assert_uint_ge(room, n);
	memcpy(to, bytes, n);
	console_reader_added(r, n);
}

START_TEST(frames_survive_any_cut)
{
	uint8_t stream[64];
	struct console_reader r = {0};
	struct console_frame f;

	console_head(stream, CONSOLE_LINE, 7);
	memcpy(stream + CONSOLE_HEAD, "show ve", 7);
	console_head(stream + 12, CONSOLE_BYE, 0);
	for (size_t cut = 0; cut < 17; cut++) {
		int frames = 0;

		if (cut) {
			feed(&r, stream, cut);
			while (console_reader_next(&r, &f) > 0)
				frames++;
		}
		feed(&r, stream + cut, 17 - cut);
		while (console_reader_next(&r, &f) > 0) {
			if (++frames == 1) {
				ck_assert_int_eq(f.type, CONSOLE_LINE);
				ck_assert_mem_eq(f.data, "show ve", 7);
			}
		}
		ck_assert_int_eq(frames, 2);
		ck_assert_int_eq(f.type, CONSOLE_BYE);
	}
	console_reader_free(&r);
}
END_TEST

START_TEST(long_and_unknown_frames_break_the_stream)
{
	struct console_reader r = {0};
	struct console_frame f;
	uint8_t head[CONSOLE_HEAD];

	console_head(head, CONSOLE_LINE, CONSOLE_LINE_MAX + 1);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), -1);
	console_reader_free(&r);
	console_head(head, 200, 0);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), -1);
	console_reader_free(&r);
	console_head(head, CONSOLE_FILE, CONSOLE_FILE_MAX);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), 0);
	console_reader_free(&r);
}
END_TEST

START_TEST(hello_is_checked)
{
	struct console_hello h = {CONSOLE_KIND_SCRIPT, 1, 511, 24}, got;
	uint8_t bytes[CONSOLE_HELLO_LEN];
	struct console_frame f = {CONSOLE_HELLO, sizeof(bytes), bytes};

	console_hello_encode(&h, bytes);
	ck_assert(console_hello_decode(&f, &got));
	ck_assert_mem_eq(&h, &got, sizeof(h));
	f.len--;
	ck_assert(!console_hello_decode(&f, &got));
	f.len++;
	bytes[0] = 9;
	ck_assert(!console_hello_decode(&f, &got));
}
END_TEST

static struct text taken;

static const char *take(struct pager *p)
{
	const char *s;
	size_t len;

	text_clear(&taken);
	while ((s = pager_take(p, &len)))
		text_addn(&taken, s, len);
	return text_str(&taken);
}

START_TEST(pager_pages)
{
	struct pager p = {.lines = 3, .width = 10};

	pager_begin(&p);
	pager_put(&p, "1\n2\n3\n", 6);
	ck_assert_str_eq(take(&p), "1\n2\n3\n");
	ck_assert(!p.waiting); /* a full screen alone asks nothing */
	pager_put(&p, "4\n5\n6\n7\n8\n9\n", 12);
	ck_assert_str_eq(take(&p), "");
	ck_assert(p.waiting);
	ck_assert(!pager_key(&p, 'x'));
	ck_assert(pager_key(&p, '\r'));
	ck_assert_str_eq(take(&p), "4\n");
	ck_assert(p.waiting);
	ck_assert(pager_key(&p, ' '));
	ck_assert_str_eq(take(&p), "5\n6\n7\n");
	ck_assert(pager_key(&p, 'q'));
	ck_assert_str_eq(take(&p), "");
	ck_assert(!p.waiting);
	pager_put(&p, "more\n", 5);
	ck_assert_str_eq(take(&p), "");
	pager_begin(&p); /* wrapped lines count by the rows they take */
	pager_put(&p, "0123456789abcdefghi\nx\ny\n", 24);
	ck_assert_str_eq(take(&p), "0123456789abcdefghi\nx\n");
	ck_assert(p.waiting);
	p.lines = 0;
	pager_begin(&p);
	pager_put(&p, "1\n2\n3\n4\n5", 9);
	ck_assert_str_eq(take(&p), "1\n2\n3\n4\n5");
	pager_free(&p);
}
END_TEST

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

START_TEST(filters_refuse)
{
	struct pipe_filter f;
	const char *rest, *why;
	size_t at;

	ck_assert_uint_eq(pipe_filter_split("show run  | inc x", &rest), 8);
	ck_assert_uint_eq(pipe_filter_split("username a password b|c", &rest), 23);
	ck_assert_ptr_null(rest);
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
	Suite *s = suite_create("cli_console");
	TCase *tc = tcase_create("cli_console");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, frames_survive_any_cut);
	tcase_add_test(tc, long_and_unknown_frames_break_the_stream);
	tcase_add_test(tc, hello_is_checked);
	tcase_add_test(tc, pager_pages);
	tcase_add_test(tc, filters_filter);
	tcase_add_test(tc, patterns_are_bounded);
	tcase_add_test(tc, long_outputs_are_filtered);
	tcase_add_test(tc, filters_refuse);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	text_free(&taken);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
