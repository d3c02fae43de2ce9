/* A row printed as the line of a command: every form of line for rows that fill it, leave it empty
 * or at its default. tests/data/printed_rows has what each prints, `*` where that is no default. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/text.h"
#include "tests/support/config.h"

static const char grammar[] =
    "table r\n key k name\n col a int 1-9\n col b bool default 1\n col c word x y default x\n"
    " col p paren 2\n col s secret\n col d bool default 0\n col l list 1-3 name\n"
    "preset r P a=5\n"
    "mode exec\nmode config\n parent exec\n"
    "command config\n"
    " line <k> [ a <a> ] [ word <c> ]\n - row r\n - no delete\n"
    " flag <k> b(b)\n - row r\n"
    " value <k> <a>\n - row r\n"
    " choice <k> { x(c) | y(c) also <a> | other <c> }\n - row r\n"
    " perm <k> {& [ a <a> ] | c <c> }\n - row r\n"
    " with <k> <a>\n - row r\n - set c=y\n"
    " trail <k> <a>\n - row r\n - trail\n"
    " unset <k> <a>\n - row r\n - show unset\n"
    " always <k> [ a <a> ] [ b(b) ]\n - row r\n - show always\n"
    " pair <k> <p>\n - row r\n"
    " secret <k> <s>\n - row r\n"
    " never <k> <a>\n - row r\n - show never\n"
    " both <k> a <a> c <c>\n - row r\n"
    " small <k> <a:int 1-3>\n - row r\n"
    " nest <k> [ a <a> [ word <c> ] ]\n - row r\n"
    " exact <k> { word <c> | x(c) | y(c) }\n - row r\n"
    " most <k> { x(c) | word <c> a <a> }\n - row r\n"
    " first <k> { one <c> | two <c> }\n - row r\n"
    " parts <k> {& [ a <a> ] end | c <c> }\n - row r\n"
    " bound here(k=K) <a>\n - row r\n"
    " abbr <k> <c:word xx yy>\n - row r\n"
    " head <k>\n - row r\n - no none\n"
    " row <k>\n - row r\n"
    " off <k> d(d)\n - row r\n"
    " list <k> <l:list 1-2 name>\n - row r\n";

static const char *const names[] = {"line", "flag", "value", "choice", "perm", "with", "trail",
    "unset", "always", "pair", "secret", "never", "both", "small", "nest", "exact", "most", "first",
    "parts", "bound", "abbr", "head", "row", "off", "list"};

/* The columns in order; P is there from the start, with another default. */
static const char *const rows[][8] = {
    {"K", NULL, "1", "x", NULL, NULL, "0", NULL},
    {"K", "5", "0", "y", "a,b", "s", "1", "u v"},
    {"K", "2", NULL, NULL, "", "", "0", NULL},
    {"P", "5", "1", "x", NULL, NULL, "0", NULL},
    {"P", "6", "1", "x", NULL, NULL, "0", NULL},
    {"P", NULL, "0", "y", NULL, NULL, "1", NULL},
    {"P", "5", "1", "y", NULL, NULL, "0", NULL},
    {"K", "5", "1", "x", NULL, NULL, "0", NULL},
};

/* "COMMAND ROW all clear: LINE": the flags where they are given. */
static void print(
    const struct gram *g, unsigned command, unsigned row, unsigned flags, struct text *to)
{
	const char *const *v = rows[row];
	struct gram_row r = {v, *v[0] == 'P' ? g->presets[0].values : NULL};
	char line[200];
	bool changed;
	size_t n = gram_render(g->commands[command], &r, flags, &changed, line, sizeof(line));

	ck_assert_uint_eq(n, n ? strlen(line) : 0);
	if (n)
		text_addf(to, "%s %u%s%s: %s%s\n", names[command], row,
		    flags & RENDER_ALL ? " all" : "", flags & RENDER_CLEAR ? " clear" : "", line,
		    changed ? "*" : "");
	else
		ck_assert(!changed);
}

START_TEST(rows_as_lines)
{
	char error[400], *want = config_file("tests/data/printed_rows");
	struct gram *g = gram_read(grammar, sizeof(grammar) - 1, error, sizeof(error));
	struct text all = {0};

	ck_assert_msg(g != NULL, "%s", error);
	for (unsigned c = 0; c < g->n_commands; c++)
		for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			for (unsigned flags = 0; flags < 4; flags++)
				print(g, c, i, flags, &all);
	if (getenv("PRINTED_TO")) { /* for one who means the change */
		FILE *f = fopen(getenv("PRINTED_TO"), "w");

		fputs(text_str(&all), f);
		fclose(f);
	}
	ck_assert_str_eq(text_str(&all), want);
	text_free(&all);
	free(want);
	gram_free(g);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_render");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, rows_as_lines);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
