/* What is said of a wrong grammar, to the letter: each mistake once, where it stands, and nothing
 * that only follows from it. tests/data/grammar_errors: a text, `----`, what is said of it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/nearest.h"
#include "tests/support/config.h"
#include "tests/support/grammar.h"

static const char base[] = "#file a.gram\n"
			   "table t\n"
			   "\tkey k name\n"
			   "\tcol c int 1-5 9, none default 3\n"
			   "mode exec\n"
			   "mode config\n"
			   "\tparent exec\n"
			   "#file b.gram\n";

static char text[20000];

/* "OK", or what is said. */
static const char *read_with(const char *more)
{
	static char error[4000];
	int n = snprintf(text, sizeof(text), "%s%s\n", base, more);
	struct gram *g = gram_read(text, (size_t)n, error, sizeof(error));

	gram_free(g);
	return g ? "OK" : error;
}

START_TEST(each_mistake_once)
{
	char *cases = config_file("tests/data/grammar_errors"), *next, *says;
	unsigned n = 0;

	for (char *at = cases; *at; at = next, n++) {
		says = strstr(at, "\n----\n");
		next = strstr(at, "\n====\n");
		ck_assert(says && next && says < next);
		*says = *next = '\0';
		says += 6;
		next += 6;
		ck_assert_msg(
		    !strcmp(read_with(at), says), "%s\nsays: %s\nnot: %s", at, read_with(at), says);
	}
	ck_assert_uint_gt(n, 100);
	free(cases);
}
END_TEST

START_TEST(two_modes_there_must_be)
{
	static const char *const texts[] = {"", "mode exec\n", "mode config\n parent config\n"};
	char error[100];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_ptr_null(gram_read(texts[i], strlen(texts[i]), error, sizeof(error)));
		ck_assert_ptr_nonnull(strstr(error, "the modes exec and config are missing"));
	}
}
END_TEST

/* As much of the list of errors as there is room for. */
START_TEST(errors_are_cut_where_the_room_ends)
{
	static const char wrong[] = "table u\n\tkey k nome\nmode m\nnonsense\n";
	char all[300], part[300];
	size_t len;

	ck_assert_ptr_null(gram_read(wrong, sizeof(wrong) - 1, all, sizeof(all)));
	len = strlen(all);
	ck_assert_str_eq(all, "grammar:2: `nome` is no type; did you mean `name`?\n"
			      "grammar:4: `nonsense` opens no block\n"
			      "grammar:3: mode m: no parent\n"
			      "grammar:3: the modes exec and config are missing");
	for (size_t size = 0; size <= len + 2; size++) {
		memset(part, 'x', sizeof(part));
		ck_assert_ptr_null(gram_read(wrong, sizeof(wrong) - 1, part, size));
		ck_assert_int_eq(part[size], 'x');
		if (!size)
			continue;
		ck_assert_uint_eq(strlen(part), size <= len ? size - 1 : len);
		ck_assert_int_eq(strncmp(part, all, strlen(part)), 0);
	}
}
END_TEST

/* `n` times, with its number for a `%d`. */
static void times(char *to, int n, const char *format)
{
	to += strlen(to);
	for (int i = 0; i < n; i++)
		to += sprintf(to, format, i);
}

static void limit(
    const char *head, const char *format, const char *tail, int most, const char *says)
{
	static char more[15000];

	for (int n = most; n <= most + 1; n++) {
		strcpy(more, head);
		times(more, n, format);
		strcat(more, tail);
		if (n == most)
			ck_assert_str_eq(read_with(more), "OK");
		else
			ck_assert_msg(strstr(read_with(more), says) != NULL, "%s, not %s",
			    read_with(more), says);
	}
}

START_TEST(columns_keys_orders)
{
	char keys[2000] = "table u\n", more[400];

	limit("table u\n\tkey k name\n", "\tcol c%d bool\n", "", GRAM_COLS_MAX - 1,
	    "too many columns");
	limit("table u\n", "\tkey k%d bool\n", "", GRAM_KEYS_MAX, "too many columns");
	times(keys, GRAM_KEYS_MAX - 1, "\tkey k%d bool\n");
	strcat(keys, "\tcol a bool\n\torder ");
	limit(keys, "a ", "\n", 1, "table u: an order by more than 24 columns");
	limit("table u\n\tkey k bool\n\torder ", "k ", "\n", GRAM_KEYS_MAX,
	    "b.gram:3: an order by more than 24 columns");
	for (int n = 0; n < 2; n++) { /* GRAM_ROW_MAX, each with its NUL */
		snprintf(more, sizeof(more),
		    "table u\n\tkey a text 255\n\tkey b text %d\n"
		    "mode u\n\tparent config\n\trow u\n",
		    255 + n);
		ck_assert_str_eq(read_with(more),
		    n ? "b.gram:4: mode u: the keys of its row may be too long" : "OK");
	}
}
END_TEST

START_TEST(lines_and_levels)
{
	static const char set[] = "command config\n\tset <k> ", row[] = "\n\t- row t\n";
	char more[4000] = "command config\n\tset <k> { ", *end;

	limit("command config\n\tset <k>\n\t{& ", "a%d | ", "z }\n\t- row t\n", 15,
	    "more than 16 parts");
	/* Of 512 instructions two are those of `set <k>`, three of each alternative, one of the
	 * last, one of the end. */
	times(more, 169, "a%d | ");
	strcat(more, "z }\n\t");
	limit(more, "x ", row, 1, "the command is too long");
	for (int n = 0; n < 2; n++) {
		end = more + sprintf(more, "%s", set);
		memset(end, 'w', 1007);
		sprintf(end + 1007, "%s%s", n ? "w" : "", row);
		ck_assert_str_eq(
		    read_with(more), n ? "b.gram:2: the command has too many words" : "OK");
		strcpy(more, set);
		times(more, 23 + n, "[ x ");
		times(more, 23 + n, "] ");
		strcat(more, row);
		ck_assert_str_eq(read_with(more), n ? "b.gram:2: brackets too deep\n"
						      "b.gram:3: a bracket is left open"
						    : "OK");
	}
	strcpy(more, "command config\n\t- row t\n");
	for (int n = 0; n < 12; n++) {
		times(more, n + 1, " ");
		strcat(more, n ? "w\n" : "set <k>\n");
	}
	ck_assert_str_eq(read_with(more), "OK");
	strcat(more, "             w\n");
	ck_assert_str_eq(read_with(more), "b.gram:15: more than 12 levels");
}
END_TEST

/* Which word was meant: by letters left out, added, changed or swapped; of the nearest the first;
 * none beyond half of the letters. */
START_TEST(the_word_that_was_meant)
{
	static const struct {
		const char *typed, *meant; /* NULL: none of them */
	} rows[] = {
	    {"alpha", "alpha"},
	    {"alpa", "alpha"},
	    {"allpha", "alpha"},
	    {"aplha", "alpha"},
	    {"alphx", "alpha"},
	    {"lapha", "alpha"},
	    {"alpah", "alpha"},
	    {"alqqa", "alpha"},
	    {"xyzha", "alpha"},
	    {"xyzwa", NULL},
	    {"", NULL},
	    {"b", NULL},
	    {"bb", "b1"},
	    {"1b", "b1"},
	    {"xx", NULL},
	    {"b2", "b1"},
	    {"gammas", "gamma"},
	    {"gam", "gamma"},
	    {"ga", NULL},
	    {"mm", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nearest n;
		const char *best;

		nearest_init(&n, rows[i].typed);
		nearest_offer(&n, "alpha");
		nearest_offer(&n, "b1");
		nearest_offer(&n, "b3");
		for (unsigned k = 0; k < 2 * NEAREST_KEPT; k++)
			nearest_offer(&n, "something else");
		nearest_offer(&n, "gamma");
		best = nearest_best(&n);
		ck_assert_msg(rows[i].meant ? best && !strcmp(best, rows[i].meant) : !best,
		    "%s: %s", rows[i].typed, best ? best : "none");
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_errors");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, each_mistake_once);
	tcase_add_test(t, two_modes_there_must_be);
	tcase_add_test(t, errors_are_cut_where_the_room_ends);
	tcase_add_test(t, columns_keys_orders);
	tcase_add_test(t, lines_and_levels);
	tcase_add_test(t, the_word_that_was_meant);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
