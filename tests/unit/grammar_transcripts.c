/*
 * Typed transcripts (the files of tests/transcripts): what a terminal shows when lines are typed
 * with `?` and Tab. A line that begins with the prompt is typed; what follows it is what must be
 * printed.
 *
 *   ciscoasa(config)# crypto ik?      help; the line is then erased
 *   ciscoasa(config)# crypto ik<TAB>  completion: the next line goes on from what stands there then
 *   ciscoasa(config)# hostname x      Enter
 */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

#define HOST "ciscoasa"

static void add(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

static void prompt(const struct config_test *t, struct text *shown)
{
	text_addf(shown, HOST "%s# ", parse_state_prompt(&t->state));
}

/* One typed line; what the terminal shows for it goes to `shown`, what Tab has made of the line
 * that is still being typed to `open`. */
static void type(struct config_test *t, const char *typed, struct text *shown, struct text *open)
{
	struct gram_names names = db_names(t->db);
	struct gram_out out = { add, shown };
	size_t n = strlen(typed);
	char line[GRAM_LINE_MAX], rest[128];
	unsigned width = (unsigned)(strlen(HOST) + strlen(parse_state_prompt(&t->state)) + 2);

	snprintf(line, sizeof line, "%s", typed);
	if (n && line[n - 1] == '?') {
		line[n - 1] = 0;
		text_addf(shown, "%s\n", typed);
		gram_help(t->gram, &t->state, 15, line, &names, 80, &out);
	} else if (n >= 5 && strcmp(line + n - 5, "<TAB>") == 0) {
		line[n - 5] = 0;
		text_addf(shown, "%s\n", typed);
		gram_complete(t->gram, &t->state, 15, line, &names, rest, sizeof rest);
		text_addf(open, "%s%s", line, rest);
	} else {
		text_addf(shown, "%s\n", typed);
		text_clear(&t->out);
		db_line(t->db, &t->state, 15, line, width, &t->match, &out);
		gram_match_done(&t->match);
	}
}

/* Where two texts part: the lines there. */
static void same_text(const char *want, const char *got, const char *path)
{
	size_t at = 0, line = 0;

	for (; want[at] && want[at] == got[at]; at++)
		if (want[at] == '\n')
			line = at + 1;
	ck_assert_msg(want[at] == got[at], "%s\nwanted: %.300s\nshown:  %.300s", path, want + line,
	    got + line);
}

static void play(const char *path)
{
	struct config_test t = {0};
	struct text shown = {0}, open = {0};
	char *script = config_file(path), *line, *rest = script;

	config_open(&t);
	while ((line = strsep(&rest, "\n"))) {
		const char *typed;
		size_t at;

		if (!*line && !rest)
			break;
		if (strncmp(line, HOST "(", strlen(HOST) + 1) != 0 &&
		    strncmp(line, HOST "#", 9) != 0)
			continue;
		at = shown.len;
		prompt(&t, &shown);
		ck_assert_msg(strncmp(line, shown.p + at, shown.len - at) == 0,
		    "%s: %s\nprompt: %s", path, line, shown.p + at);
		typed = line + (shown.len - at);
		ck_assert_msg(strncmp(typed, text_str(&open), open.len) == 0, "%s: %s\nstands: %s",
		    path, typed, text_str(&open));
		text_clear(&open);
		type(&t, typed, &shown, &open);
	}
	free(script);
	script = config_file(path);
	same_text(script, text_str(&shown), path);
	free(script);
	text_free(&shown);
	text_free(&open);
	config_close(&t);
}

START_TEST(transcripts)
{
	glob_t g;

	ck_assert_int_eq(glob("tests/transcripts/*.txt", 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++)
		play(g.gl_pathv[i]);
	globfree(&g);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_transcripts");
	TCase *c = tcase_create("grammar_transcripts");
	SRunner *r;
	int failed;

	tcase_add_test(c, transcripts);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
