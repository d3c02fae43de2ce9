/* The words of the commands: whole configurations of the kind that operators paste
 * (support/cases.h), secrets that only stand for one, ports and protocols by name. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/access_words.h"
#include "tests/support/cases.h"

static const char *const cases[] = {"transform-append", "lists", "none-word", "none-names",
    "l2tp-82", "old-words", "wrongly-accepted", "addresses", "acl-words", "ports",
    "route-zero-gateway", "references", "mschap"};

START_TEST(a_case)
{
	struct config_test c = {0};

	config_open(&c);
	case_play(&c, cases[_i], 0);
	config_close(&c);
}
END_TEST

/* ---- secrets and words of the whole grammar ---------------------------------------- */

/* The line with the value at `offset` masked, as `show running-config` has it. */
static void mask(const char *line, unsigned offset, char *buf, size_t size)
{
	snprintf(buf, size, "%.*s*****%s", (int)offset, line,
	    line + offset + strcspn(line + offset, " "));
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
			for (char **lead = gram_lead(of); lead && *lead; lead++)
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
				ck_assert_str_eq(text_str(&c.out),
				    "ERROR: ***** only stands for a secret that is not "
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
		ck_assert(
		    port_fits(p->word, true) == p->tcp && port_fits(p->word, false) == p->udp);
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
