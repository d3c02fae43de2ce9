/*
 * Whole configurations of the kind that operators paste, line by line: which lines are taken, what
 * is said to each of them and what `show running-config` makes of the rest. A case is a pair of files
 * in tests/data/cases: NAME.cfg is the text, NAME.out the transcript:
 *
 *     LINE             as in the text, and below it, behind a `|`, each line that was said;
 *     | TEXT           the last is `refused` where nothing was stored
 *     ----             then the running-config, to the byte
 */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

static const char *const cases[] = {"transform-append", "lists", "none-word", "none-names", "l2tp-82",
    "old-words", "wrongly-accepted", "addresses", "acl-words", "ports", "route-zero-gateway",
    "references", "mschap"};

struct transcript {
	struct text text;
	const char *at;  /* the next line of the file */
	unsigned number; /* of the line before it */
};

/* Lines up to that one, itself included. */
static void echo(struct transcript *t, unsigned number)
{
	for (; t->number < number && *t->at; t->number++) {
		size_t n = strcspn(t->at, "\n");

		text_addf(&t->text, "%.*s\n", (int)n, t->at);
		t->at += n + (t->at[n] == '\n');
	}
}

static void said(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct transcript *t = ctx;

	(void)line;
	echo(t, number);
	for (size_t n; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		text_addf(&t->text, "| %.*s\n", (int)n, text);
	}
	if (refused)
		text_addf(&t->text, "| refused\n");
}

/* CASES_TO=DIR: what the transcript is now, as a file there, for one who means the change. */
static void keep_whole(const char *text, const char *name)
{
	const char *dir = getenv("CASES_TO");
	char path[256];
	FILE *f;

	if (!dir)
		return;
	snprintf(path, sizeof path, "%s/%s.out", dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* Where two texts part: the lines there. */
static void ck_same_lines(const char *is, const char *should, const char *name)
{
	size_t line = 0;

	if (strcmp(is, should) == 0)
		return;
	for (size_t i = 0; is[i] && is[i] == should[i]; i++)
		if (is[i] == '\n')
			line = i + 1;
	keep_whole(is, name);
	ck_abort_msg("%s\nis:        %.300s\nshould be: %.300s", name, is + line, should + line);
}

/* What is shown is a configuration: loaded anew it is the same. */
static void ck_round_trip(struct config_test *c, const char *name)
{
	char *first = strdup(config_show(c, RENDER_CLEAR, ""));

	ck_assert_msg(config_load(c, first) == 0, "%s: %s", name, text_str(&c->out));
	ck_assert_str_eq(first, config_show(c, RENDER_CLEAR, ""));
	free(first);
}

START_TEST(a_case)
{
	struct transcript t = {0};
	struct db_report report = { .line = said, .ctx = &t };
	struct config_test c = {0};
	char path[128], *text, *should;

	snprintf(path, sizeof path, "tests/data/cases/%s.cfg", cases[_i]);
	text = config_file(path);
	snprintf(path, sizeof path, "tests/data/cases/%s.out", cases[_i]);
	should = config_file(path);
	config_open(&c);
	t.at = text;
	db_apply(c.db, text, strlen(text), 15, 0, &report);
	echo(&t, UINT_MAX);
	text_addf(&t.text, "----\n%s", config_show(&c, 0, ""));
	ck_same_lines(text_str(&t.text), should, cases[_i]);
	ck_round_trip(&c, cases[_i]);
	text_free(&t.text);
	free(text);
	free(should);
	config_close(&c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("words");
	TCase *tc = tcase_create("cases");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, a_case, 0, sizeof cases / sizeof *cases);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
