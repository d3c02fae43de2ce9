/* The list of acts against the grammar: each name on both sides, or the start is refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/config/own.h"
#include "parser/parser.h"
#include "tests/support/box.h"

extern const char grammars_all[], grammars_all_end[];

static size_t length(void)
{
	return (size_t)(grammars_all_end - grammars_all);
}

static struct gram *read_grammar(const char *text)
{
	char error[500];
	struct gram *g = gram_read(text, length(), error, sizeof error);

	ck_assert_msg(g != NULL, "%s", error);
	return g;
}

START_TEST(grammar_and_acts_agree)
{
	struct gram *g = read_grammar(grammars_all);
	char error[500] = "";

	ck_assert_msg(!acts_check(g, error, sizeof error), "%s", error);
	gram_free(g);
}
END_TEST

/* A misspelled name: that one is not there, and the right one nobody names any more. */
START_TEST(an_act_that_is_misspelled_is_refused)
{
	char *text = strndup(grammars_all, length()), error[500];
	struct gram *g;

	memcpy(strstr(text, "show_version"), "show_versoin", 12);
	g = read_grammar(text);
	ck_assert_uint_eq(acts_check(g, error, sizeof error), 2);
	ck_assert_ptr_nonnull(strstr(error, ".gram:"));
	ck_assert_ptr_nonnull(strstr(error, "run show_versoin is not there"));
	ck_assert_ptr_nonnull(strstr(error, "\nno line of the grammar runs the act show_version"));
	gram_free(g);
	free(text);
}
END_TEST

/* What takes effect in the manager itself is a column of a table that has one row. */
START_TEST(settings_and_columns_agree)
{
#define REST \
	"\tcol domain_name  name\n" \
	"table terminal single\n\tcol width  int 0-9\n" \
	"table session single\n\tcol console  int 0-9\n\tcol prompt  name\n" \
	"table aaa single\n\tcol acct_ssh  name\n\tcol acct_serial  name\n" \
	"\tcol acct_enable  name\n\tcol acct_command  name\n\tcol acct_level  int 0-9\n" \
	"\tcol command  name\n\tcol command_local  bool\n"
	static const struct {
		const char *table;
		bool fits;
	} row[] = {{"table system single\n\tcol hostname  name\n" REST, true},
	    {"table system single\n\tcol hostnames  name\n" REST, false},
	    {"table system\n\tkey name  name\n\tcol hostname  name\n" REST, false},
	    {"table systems single\n\tcol hostname  name\n" REST, false}};
	static const char missing[] = "cli/config/own.c: no table of one row has this: ";
	char text[700], error[300];
	struct gram *g = read_grammar(grammars_all);

	ck_assert_uint_eq(own_check(g, error, sizeof error), 0);
	gram_free(g);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text,
		    "#file a.gram\n%stable clock single\n\tcol zone  name\n"
		    "mode exec\nmode config\n\tparent exec\n",
		    row[i].table);
		g = gram_read(text, strlen(text), error, sizeof error);
		ck_assert_msg(g != NULL, "%s", error);
		error[0] = '\0';
		if (row[i].fits) {
			ck_assert_uint_eq(own_check(g, error, sizeof error), 0);
			ck_assert_str_eq(error, "");
		} else {
			ck_assert_uint_ge(own_check(g, error, sizeof error), 1);
			ck_assert_int_eq(strncmp(error, missing, sizeof missing - 1), 0);
			ck_assert_int_eq(
			    strncmp(error + sizeof missing - 1, "system.hostname", 15), 0);
		}
		ck_assert_uint_eq(own_check(g, error, 0), 0); /* no room, nothing to tell */
		gram_free(g);
	}
}
END_TEST

/* The manager does not start with it. */
START_TEST(a_start_is_refused)
{
	char *text = strndup(grammars_all, length()), error[1000];
	struct box b = {0};
	struct manager_start s = {.loop = &box_loop, .grammar = text, .grammar_len = length(),
	    .state = b.dir, .boot_id = "boot", .check = acts_check};

	uv_loop_init(&box_loop);
	box_folder(&b);
	memcpy(strstr(text, "show_version"), "show_versoin", 12);
	ck_assert_ptr_null(manager_open(&s, error, sizeof error));
	ck_assert_ptr_nonnull(strstr(error, "run show_versoin is not there"));
	box_turn();
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	box_remove(&b);
	free(text);
}
END_TEST

START_TEST(what_need_not_wait)
{
	ck_assert(acts_find("show_clock")->live);
	ck_assert(acts_find("show_ipsec_sa")->live);
	ck_assert(!acts_find("write_memory")->live);
	ck_assert(!acts_find("exec_enable")->live);
	ck_assert_ptr_null(acts_find("show"));
	ck_assert_ptr_null(acts_find(""));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("acts");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, grammar_and_acts_agree);
	tcase_add_test(tc, an_act_that_is_misspelled_is_refused);
	tcase_add_test(tc, settings_and_columns_agree);
	tcase_add_test(tc, a_start_is_refused);
	tcase_add_test(tc, what_need_not_wait);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
