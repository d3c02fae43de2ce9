/*
 * Whatever is refused: the lines indented below it change nothing, whatever mode they are of, typed
 * or in a file; and what stands behind them in the head's own column means what it always means.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"
#include "tests/support/config.h"
#include "tests/support/grammar.h"

static struct config_test t;

static void setup(void)
{
	memset(&t, 0, sizeof(t));
	config_open(&t);
	config_paste(&t, config_prelude);
}

static void teardown(void)
{
	config_close(&t);
}

/* A line that nothing takes, out of one of any mode: a letter lost, two exchanged, the end cut
 * off. */
static bool spoil(char *line, uint64_t *seed)
{
	size_t word = strcspn(line, " "), at = test_random(seed, (uint32_t)word);
	char was;

	switch (test_random(seed, 4)) {
	case 0:
		memmove(line + at, line + at + 1, strlen(line + at));
		break;
	case 1:
		if (at + 1 < word) {
			was = line[at];
			line[at] = line[at + 1];
			line[at + 1] = was;
		}
		break;
	case 2:
		line[word] = '\0';
		break;
	default:
		strcat(line, " \x7f");
	}
	return *line && *line != ' ';
}

static const char *any_example(uint64_t *seed, const struct gram_mode **mode)
{
	for (;;) {
		const struct gram_command *c =
		    t.gram->commands[test_random(seed, t.gram->n_commands)];
		unsigned n = 0;

		while (c->examples && c->examples[n])
			n++;
		if (!n || c->run || c->mode == t.gram->exec)
			continue;
		*mode = c->mode;
		return c->examples[test_random(seed, n)];
	}
}

static void stand_somewhere(uint64_t *seed)
{
	const struct gram_mode *mode;

	do
		mode = t.gram->modes[test_random(seed, t.gram->n_modes)];
	while (mode == t.gram->exec);
	parse_state_init(&t.state, t.gram, true);
	for (char **e = mode->example; e && *e; e++)
		config_line(&t, *e);
}

START_TEST(indented_below_a_refused_line)
{
	uint64_t seed = (uint64_t)_i * 7919 + 3;
	unsigned tried = 0;

	while (tried < 60) {
		char head[GRAM_LINE_MAX], line[GRAM_LINE_MAX], *before;
		const struct gram_mode *mode;
		unsigned lines = 1 + test_random(&seed, 6);

		stand_somewhere(&seed);
		snprintf(head, sizeof(head) - 4, "%s", any_example(&seed, &mode));
		if (!spoil(head, &seed))
			continue;
		before = strdup(config_show(&t, RENDER_CLEAR, ""));
		if (config_line(&t, head) != DB_REFUSED) {
			free(before);
			continue;
		}
		for (unsigned i = 0; i < lines; i++) {
			snprintf(line, sizeof(line), "%*s%s", 1 + (int)test_random(&seed, 3), "",
			    any_example(&seed, &mode));
			config_line(&t, line);
			ck_assert_msg(
			    strcmp(config_show(&t, RENDER_CLEAR, ""), before) == 0,
			    "below `%s`, `%s` has changed something", head, line);
		}
		free(before);
		tried++;
	}
}
END_TEST

/* The same in a file. */
START_TEST(indented_in_a_file)
{
	uint64_t seed = (uint64_t)_i * 104729 + 11;

	for (unsigned tried = 0; tried < 60;) {
		char head[GRAM_LINE_MAX], *before;
		const struct gram_mode *mode;
		struct text file = {0};
		unsigned lines = 1 + test_random(&seed, 6);

		snprintf(head, sizeof(head) - 4, "%s", any_example(&seed, &mode));
		if (!spoil(head, &seed))
			continue;
		before = strdup(config_show(&t, RENDER_CLEAR, ""));
		parse_state_init(&t.state, t.gram, true);
		if (config_line(&t, head) == DB_REFUSED) {
			text_addf(&file, "%s\n", head);
			while (lines--)
				text_addf(&file, "%*s%s\n", 1 + (int)test_random(&seed, 3), "",
				    any_example(&seed, &mode));
			db_apply(t.db, text_str(&file), file.len, 15, 0, NULL);
			ck_assert_msg(strcmp(config_show(&t, RENDER_CLEAR, ""), before) == 0,
			    "changed by:\n%s", text_str(&file));
			tried++;
		}
		text_free(&file);
		free(before);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("orphans_property");
	TCase *tc = tcase_create("orphans_property");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, indented_below_a_refused_line, 0, 12);
	tcase_add_loop_test(tc, indented_in_a_file, 0, 12);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
