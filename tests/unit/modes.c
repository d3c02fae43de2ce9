/* Whose line it is: what a submode knows is never taken for a command of a mode above that it only
 * abbreviates. Derived from the grammar, for every mode and every keyword of it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parser/internal.h"
#include "tests/support/config.h"
#include "tests/support/grammar.h"

static struct config_test t;
static struct gram_match m;

static void setup(void)
{
	memset(&t, 0, sizeof(t));
	config_open(&t);
}

static void teardown(void)
{
	config_close(&t);
}

/* Stands in the mode, as its example lines lead there. */
static void stand_in(const struct gram_mode *mode)
{
	parse_state_init(&t.state, t.gram, mode != t.gram->exec);
	for (char **e = mode->example; e && *e; e++) {
		gram_match(t.gram, &t.state, 15, *e, &m);
		ck_assert_msg(m.status == GRAM_OK, "%s", *e);
		parse_state_advance(t.gram, &t.state, &m);
	}
	/* The last example may have been a line of it that leads further. */
	while (mode != t.gram->exec && parse_state_mode(&t.state) != mode)
		ck_assert_uint_gt(t.state.depth--, 1);
}

/* Has a mode below level `level` a first keyword that begins with the word, `other` excepted? */
static bool known_below(unsigned level, const char *word, bool whole, const char *other)
{
	size_t len = strlen(word);

	for (unsigned l = level + 1; l <= t.state.depth; l++) {
		const struct gram_mode *mode = t.state.level[l].mode;
		bool known = false, same = false;

		for (unsigned i = 0; i < mode->n_starts; i++) {
			const char *start = mode->starts[i].word;

			known = known ||
				(whole ? !strcasecmp(start, word) : !strncasecmp(start, word, len));
			same = same || !strcasecmp(start, other);
		}
		if (known && !(same && !whole))
			return true;
	}
	return false;
}

static unsigned tried, kept;

/* The line is `word` and what may follow it; is it run by a command that only begins with the
 * word? */
static void check_line(const char *word, const char *line)
{
	const struct gram_command *c;
	const char *first;

	tried++;
	gram_match(t.gram, &t.state, 15, line, &m);
	if (m.status != GRAM_OK || m.level == t.state.depth) {
		gram_match_done(&m);
		return;
	}
	c = m.command;
	first = c->syntax->kids[0]->text;
	if (strcasecmp(first, word)) {
		ck_assert_msg(!known_below(m.level, word, true, first), "%s in %s ran %s", line,
		    parse_state_mode(&t.state)->name, first);
		ck_assert_msg(!known_below(m.level, word, false, first) || !strcmp(first, "show") ||
		    (c->enter && !m.negated && !m.defaulted), "%s in %s ran %s", line,
		    parse_state_mode(&t.state)->name, first);
		kept++;
	}
	gram_match_done(&m);
}

static void check_tail(const char *word, const char *tail)
{
	static const char *const heads[] = {"", "no ", "default "};
	char line[GRAM_LINE_MAX];

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		snprintf(line, sizeof(line), "%s%s%s", heads[i], word, tail);
		check_line(word, line);
	}
}

/* A word of the mode, and behind it all that may follow the commands which the word begins. */
static void check_word(const char *word, uint64_t *seed)
{
	static const char *const tails[] = {"", " garbage", " 10.0.0.300", " 7", " 10.0.0.3 x"};
	char line[GRAM_LINE_MAX];

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		check_tail(word, tails[i]);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];
		const char *first = c->syntax->kids[0]->text;

		if (c->mode != t.gram->config && c->mode != t.gram->exec)
			continue;
		if (strncasecmp(first, word, strlen(word)))
			continue;
		for (char **e = c->examples; e && *e; e++)
			check_tail(word, *e + strcspn(*e, " "));
		for (unsigned k = 0; k < 4; k++)
			if (gram_random_line(c, seed, NULL, NULL, line, sizeof(line)))
				check_tail(word, line + strcspn(line, " "));
	}
}

START_TEST(no_keyword_is_taken_for_another)
{
	uint64_t seed = 11;
	char word[64];

	tried = kept = 0;
	for (unsigned i = 0; i < t.gram->n_modes; i++) {
		const struct gram_mode *mode = t.gram->modes[i];

		if (mode == t.gram->exec)
			continue;
		stand_in(mode);
		for (unsigned k = 0; k < mode->n_starts; k++)
			for (size_t len = strlen(mode->starts[k].word); len; len--) {
				snprintf(
				    word, sizeof(word), "%.*s", (int)len, mode->starts[k].word);
				check_word(word, &seed);
			}
	}
	ck_assert_uint_gt(tried, 10000);
	ck_assert_uint_gt(kept, 10); /* `sh run` in interface mode is still what it was */
}
END_TEST

/* Or has a longer word that begins so: `password` in a group policy is its `password-storage`. */
static bool knows_first(const struct gram_mode *mode, const char *line)
{
	size_t len = strcspn(line, " ");

	for (; mode != t.gram->config; mode = mode->parent)
		for (unsigned i = 0; i < mode->n_starts; i++)
			if (!strncmp(mode->starts[i].word, line, len))
				return true;
	return false;
}

/* A command of global configuration typed in full leaves any submode, unless that has its own. */
START_TEST(a_whole_command_leaves_every_mode)
{
	for (unsigned i = 0; i < t.gram->n_modes; i++) {
		const struct gram_mode *mode = t.gram->modes[i];

		if (mode == t.gram->exec || mode == t.gram->config)
			continue;
		stand_in(mode);
		for (unsigned k = 0; k < t.gram->config->n_commands; k++) {
			const struct gram_command *c = t.gram->config->commands[k];

			for (char **e = c->examples; e && *e; e++) {
				gram_match(t.gram, &t.state, 15, *e, &m);
				if (knows_first(mode, *e + (strncmp(*e, "no ", 3) ? 0 : 3)))
					continue;
				ck_assert_msg(m.status == GRAM_OK &&
						  m.command->mode == t.gram->config && m.global,
				    "%s in %s", *e, mode->name);
			}
		}
	}
}
END_TEST

/* Abbreviations that operators type anywhere. */
START_TEST(habits_work_in_every_mode)
{
	static const char *const habits[] = {"int g0/1", "sh run", "sh ver", "wr mem", "exit",
	    "end", "quit", "ip local pool X 10.0.0.1-10.0.0.9", "conf t", "clea crypto ikev1 sa"};

	for (unsigned i = 0; i < t.gram->n_modes; i++) {
		if (t.gram->modes[i] == t.gram->exec)
			continue;
		stand_in(t.gram->modes[i]);
		for (size_t k = 0; k < sizeof(habits) / sizeof(habits[0]); k++) {
			gram_match(t.gram, &t.state, 15, habits[k], &m);
			ck_assert_msg(
			    m.status == GRAM_OK, "%s in %s", habits[k], t.gram->modes[i]->name);
			gram_match_done(&m);
		}
	}
}
END_TEST

struct refusal {
	const char *line, *says;
};

static void refused(const struct refusal *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(config_line(&t, s[i].line) == DB_REFUSED, "%s", s[i].line);
		ck_assert_str_eq(text_str(&t.out), s[i].says);
	}
}

#define CARET(blanks) blanks "^\nERROR: % Invalid input detected at '^' marker.\n"

START_TEST(the_caret_stands_in_the_submode_s_line)
{
	static const struct refusal host[] = {
		{"host 10.0.0.300", CARET("     ")},
		{"no host 10.0.0.300", CARET("        ")},
		{"default host 10.0.0.300", CARET("             ")},
		{"hos srv1.example.com", CARET("    ")},
		{"h 10.0.0.300", CARET("  ")},
		{"host", "ERROR: % Incomplete command\n"},
		{"r", "ERROR: % Incomplete command\n"}, /* no reload */
	};
	static const struct refusal interface[] = {
		{"ip address 10.0.0.300 255.255.255.0", CARET("           ")},
		{"ip local pool P 10.0.0.300", CARET("                ")},
	};
	static const struct refusal policy[] = {
		{"group P internal", CARET("      ")},
		{"l", "ERROR: % Incomplete command\n"}, /* no logout */
	};

	config_paste(&t, "hostname keepme\nobject network SRV\n");
	refused(host, sizeof(host) / sizeof(host[0]));
	ck_assert_str_eq(config_show(&t, 0, "hostname"), "hostname keepme\n");
	config_paste(&t, "interface g0/1\n");
	refused(interface, sizeof(interface) / sizeof(interface[0]));
	config_paste(&t, "ip local pool P 10.0.0.1-10.0.0.9\n");
	ck_assert_str_eq(parse_state_prompt(&t.state), "(config)");
	config_paste(&t, "crypto ikev1 policy 5\n");
	refused(policy, sizeof(policy) / sizeof(policy[0]));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("modes");
	TCase *c = tcase_create("modes");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c);
	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, no_keyword_is_taken_for_another);
	tcase_add_test(c, a_whole_command_leaves_every_mode);
	tcase_add_test(c, habits_work_in_every_mode);
	tcase_add_test(c, the_caret_stands_in_the_submode_s_line);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
