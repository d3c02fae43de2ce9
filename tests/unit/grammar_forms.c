/*
 * Every command in each of its forms, from its example: `?` at every place with a header and a help
 * text for each word, Tab and abbreviations, capitals, a wrong value with the caret under it.
 */
#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/support/config.h"

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

static void stand_in(const struct gram_mode *mode)
{
	parse_state_init(&t.state, t.gram, mode != t.gram->exec);
	for (char **e = mode->example; e && *e; e++) {
		gram_match(t.gram, &t.state, 15, *e, &m);
		ck_assert_msg(m.status == GRAM_OK, "%s of %s", *e, mode->name);
		parse_state_advance(t.gram, &t.state, &m);
		gram_match_done(&m);
	}
}

/* Calls `each` for every example of every command, where it is typed. */
static unsigned examples(void (*each)(const struct gram_command *, const char *line))
{
	unsigned n = 0;

	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];

		for (char **e = c->examples; e && *e && !c->hidden; e++, n++) {
			stand_in(c->mode);
			each(c, *e);
		}
	}
	return n;
}

/* ---- `?` ------------------------------------------------------------------------------- */

static void take(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

static const char *help(const char *line, size_t len)
{
	static struct text said;
	struct gram_out out = {take, &said};
	char begun[GRAM_LINE_MAX];

	snprintf(begun, sizeof(begun), "%.*s", (int)len, line);
	text_clear(&said);
	gram_help(t.gram, &t.state, 15, begun, NULL, 511, &out);
	return text_str(&said);
}

/* The words listed, and that each is explained. */
static unsigned ck_explained(const char *said, const char *where)
{
	unsigned n = 0;

	for (; *said; said += strcspn(said, "\n"), said += *said == '\n') {
		size_t len = strcspn(said, "\n"), word;

		if (len < 3 || strncmp(said, "  ", 2) != 0)
			continue;
		word = 2 + strcspn(said + 2, "\n");
		for (size_t i = 2; i + 1 < len; i++)
			if (said[i] == ' ' && said[i + 1] == ' ') {
				word = i;
				break;
			}
		n++;
		ck_assert_msg(word < len || !strncmp(said, "  <cr>", 6),
		    "`?` behind `%s`: `%.*s` is not explained", where, (int)len, said);
	}
	return n;
}

static void ask_everywhere(const struct gram_command *c, const char *line)
{
	bool quoted = false;

	for (size_t at = 0; line[at]; at++) {
		const char *said;
		char where[GRAM_LINE_MAX];

		quoted ^= line[at] == '"';
		if (quoted || line[at] != ' ' || line[at + 1] == ' ')
			continue;
		said = help(line, at + 1);
		snprintf(where, sizeof(where), "%.*s", (int)at + 1, line);
		ck_assert_msg(strstr(said, " mode commands/options:\n") != NULL,
		    "%s:%d: `?` behind `%s`: %s", c->file, c->line, where, said);
		ck_explained(said, where);
	}
	ck_assert_msg(strncmp(help(line, strlen(line)), "ERROR", 5) != 0,
	    "%s:%d: `?` at the end of `%s`", c->file, c->line, line);
}

START_TEST(help_is_everywhere)
{
	ck_assert_uint_gt(examples(ask_everywhere), 300);
}
END_TEST

START_TEST(every_mode_has_a_title)
{
	for (unsigned i = 0; i < t.gram->n_modes; i++) {
		const struct gram_mode *mode = t.gram->modes[i];
		const char *said;

		stand_in(mode);
		said = help("", 0);
		ck_assert_msg(ck_explained(said, mode->name) > 2, "%s: %s", mode->name, said);
		ck_assert_msg(mode == t.gram->exec || mode == t.gram->config || mode->title,
		    "mode %s has no title", mode->name);
	}
}
END_TEST

/* ---- keywords --------------------------------------------------------------------------- */

static const struct gram_command *means(const char *line)
{
	const struct gram_command *c;

	gram_match(t.gram, &t.state, 15, line, &m);
	c = m.status == GRAM_OK ? m.command : NULL;
	gram_match_done(&m);
	return c;
}

/* Is the word of the line at `at` a keyword of it? */
static bool is_keyword(const struct gram_command *c, const char *line, size_t at, size_t len)
{
	bool found = false;

	if (means(line) != c)
		return false;
	gram_match(t.gram, &t.state, 15, line, &m);
	for (unsigned i = 0; i < m.n_keywords; i++)
		found = found || (strlen(m.keywords[i]) == len &&
				     !strncmp(m.keywords[i], line + at, len));
	for (unsigned i = 0; i < m.n_args; i++)
		found = found && !(m.args[i].type && m.args[i].offset == at);
	for (unsigned i = 0; i < m.n_args; i++) /* texts go to the end of the line */
		found = found && !(m.args[i].type && m.args[i].type->kind == KIND_TEXT &&
				      m.args[i].offset && m.args[i].offset < at);
	gram_match_done(&m);
	return found;
}

/* Each keyword cut short: where `?` knows one word only, it is that one; Tab spells it out. */
static void cut_keywords(const struct gram_command *c, const char *line)
{
	for (size_t at = 0, len; line[at]; at += len + (line[at + len] == ' ')) {
		len = strcspn(line + at, " ");
		if (!len || !is_keyword(c, line, at, len))
			continue;
		for (size_t cut = len - 1; cut; cut--) {
			char begun[GRAM_LINE_MAX], add[GRAM_LINE_MAX], whole[2 * GRAM_LINE_MAX];

			snprintf(begun, sizeof(begun), "%.*s", (int)(at + cut), line);
			if (gram_complete(t.gram, &t.state, 15, begun, NULL, add, sizeof(add)) != 1)
				break;
			ck_assert_msg(strlen(add) == len - cut + 1 &&
					  !strncmp(add, line + at + cut, len - cut),
			    "%s:%d: Tab behind `%s` adds `%s`", c->file, c->line, begun, add);
			snprintf(whole, sizeof(whole), "%s%s", begun, line + at + len);
			ck_assert_msg(means(whole) == c, "%s:%d: `%s` is not `%s`", c->file,
			    c->line, whole, line);
		}
	}
}

START_TEST(keywords_may_be_cut)
{
	examples(cut_keywords);
}
END_TEST

static void in_capitals(const struct gram_command *c, const char *line)
{
	char loud[GRAM_LINE_MAX];

	snprintf(loud, sizeof(loud), "%s", line);
	for (size_t at = 0, len; line[at]; at += len + (line[at + len] == ' ')) {
		len = strcspn(line + at, " ");
		for (size_t i = at; is_keyword(c, line, at, len) && i < at + len; i++)
			loud[i] = (char)toupper((unsigned char)line[i]);
	}
	ck_assert_msg(means(loud) == c, "%s:%d: %s", c->file, c->line, loud);
}

START_TEST(capitals_mean_the_same)
{
	examples(in_capitals);
}
END_TEST

/* ---- wrong values ----------------------------------------------------------------------- */

static bool takes_signs(const struct gram_type *type)
{
	switch (type->kind) {
	case KIND_NAME:
	case KIND_TEXT:
	case KIND_SECRET:
	case KIND_HASH:
	case KIND_REF:
	case KIND_FAMILY:
		return true;
	default:
		return type->list_max != 0 || type->kind == KIND_SET;
	}
}

static unsigned wrong;

/* Each value that cannot be anything replaced by signs: the caret stands under them. */
static void wrong_values(const struct gram_command *c, const char *line)
{
	unsigned n;
	struct {
		uint16_t at;
		bool open;
	} values[GRAM_ARGS_MAX];

	gram_match(t.gram, &t.state, 15, line, &m);
	n = m.status == GRAM_OK && m.command == c ? m.n_args : 0;
	for (unsigned i = 0; i < n; i++) {
		values[i].at = m.args[i].offset;
		values[i].open = !m.args[i].type || takes_signs(m.args[i].type);
	}
	gram_match_done(&m);
	for (unsigned i = 0; i < n; i++) {
		char spoilt[GRAM_LINE_MAX];
		size_t at = values[i].at, len = strcspn(line + at, " ");

		if (values[i].open)
			continue;
		snprintf(spoilt, sizeof(spoilt), "%.*s%%%%%%%s", (int)at, line, line + at + len);
		gram_match(t.gram, &t.state, 15, spoilt, &m);
		if (m.status == GRAM_INVALID) {
			ck_assert_msg(m.caret == at || m.caret > at, "%s:%d: %s: caret at %u",
			    c->file, c->line, spoilt, m.caret);
			wrong++;
		}
		gram_match_done(&m);
	}
}

START_TEST(a_wrong_value_is_pointed_at)
{
	examples(wrong_values);
	ck_assert_uint_gt(wrong, 60);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_forms");
	TCase *tc = tcase_create("grammar_forms");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, help_is_everywhere);
	tcase_add_test(tc, every_mode_has_a_title);
	tcase_add_test(tc, keywords_may_be_cut);
	tcase_add_test(tc, capitals_mean_the_same);
	tcase_add_test(tc, a_wrong_value_is_pointed_at);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
