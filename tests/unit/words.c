/*
 * Whole configurations of the kind that operators paste, line by line: which lines are taken, what
 * is said to each of them and what `show running-config` makes of the rest. A case is a pair of
 * files in tests/data/cases: NAME.cfg is the text, NAME.out the transcript:
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

#include "cli/access_words.h"
#include "tests/support/config.h"

static const char *const cases[] = {"transform-append", "lists", "none-word", "none-names",
    "l2tp-82", "old-words", "wrongly-accepted", "addresses", "acl-words", "ports", "route-zero-gateway",
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

/* ---- secrets and words of the whole grammar ---------------------------------------- */

/* The line with the value at `offset` masked, as `show running-config` has it. */
static void mask(const char *line, unsigned offset, char *buf, size_t size)
{
	snprintf(buf, size, "%.*s*****%s", (int)offset, line, line + offset + strcspn(line + offset, " "));
}

/* No command takes what only stands for a secret. */
START_TEST(masked_secrets)
{
	struct config_test c = {0};
	unsigned found = 0;

	config_open(&c);
	for (unsigned i = 0; i < c.gram->n_commands; i++) {
		const struct gram_command *of = c.gram->commands[i];

		for (char **e = of->examples; of->table && e && *e; e++) {
			struct gram_match m;
			char line[GRAM_LINE_MAX];

			config_reset(&c);
			for (char **lead = of->mode->example; lead && *lead; lead++)
				config_line(&c, *lead);
			gram_match(c.gram, &c.state, 15, *e, &m);
			ck_assert_int_eq(m.status, GRAM_OK);
			for (unsigned k = 0; k < m.n_args; k++) {
				const struct gram_type *type = m.args[k].type;

				if (!type || (type->kind != KIND_SECRET && type->kind != KIND_HASH))
					continue;
				found++;
				mask(*e, m.args[k].offset, line, sizeof line);
				ck_assert_msg(config_line(&c, line) == DB_REFUSED, "%s", line);
				ck_assert_str_eq(text_str(&c.out), "ERROR: ***** only stands for a secret that is not "
				    "shown; type the secret itself\n");
			}
			gram_match_done(&m);
		}
	}
	ck_assert_uint_ge(found, 6);
	config_close(&c);
}
END_TEST

static void word_name(const struct gram_type *t, const char *word, bool *known)
{
	for (unsigned i = 0; i < t->n_extra; i++)
		*known = *known || strcmp(t->extra[i], word) == 0;
}

/* The grammar and the table of numbers know the same words for ports. */
START_TEST(port_words_agree)
{
	static const char *const columns[] = {"src_port", "src_high", "port", "port_high"};
	struct config_test c = {0};
	unsigned n = 0;

	config_open(&c);
	for (const struct port_word *p = port_words; p->word; p++, n++)
		ck_assert(p->tcp || p->udp);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		const struct gram_table *t = gram_table(c.gram, "access_list");
		const struct gram_type *type = &t->columns[gram_column(t, columns[i])].type;

		ck_assert_uint_eq(type->n_extra, n);
		for (const struct port_word *p = port_words; p->word; p++) {
			bool known = false;

			word_name(type, p->word, &known);
			ck_assert_msg(known, "%s: %s", columns[i], p->word);
		}
	}
	config_close(&c);
}
END_TEST

/* Every word of a port is printed for its number where it is the first, and means it. */
START_TEST(port_words_are_numbers)
{
	for (const struct port_word *p = port_words; p->word; p++) {
		const char *word = port_word(p->number, p->tcp);

		ck_assert_uint_eq(port_number(p->word), p->number);
		ck_assert_ptr_nonnull(word);
		ck_assert_uint_eq(port_number(word), p->number);
		ck_assert(port_fits(p->word, true) == p->tcp && port_fits(p->word, false) == p->udp);
	}
	ck_assert_uint_eq(port_number("4500"), 4500);
	ck_assert_ptr_null(port_word(4500, false));
	ck_assert(port_fits("4500", true));
	ck_assert_uint_eq(protocol_number("esp"), 50);
	ck_assert_uint_eq(protocol_number("200"), 200);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("words");
	TCase *tc = tcase_create("cases");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, a_case, 0, sizeof cases / sizeof *cases);
	tcase_add_test(tc, masked_secrets);
	tcase_add_test(tc, port_words_agree);
	tcase_add_test(tc, port_words_are_numbers);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
