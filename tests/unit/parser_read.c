/* Reading a grammar: what is refused, where, and why; and which functions it wants. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grammar.h"

static const char base[] =
    "#file a.gram\n"
    "table t\n"
    "\tkey k name\n"
    "\tcol c int 1-5 9, none default 3\n"
    "mode exec\n"
    "mode config\n"
    "\tparent exec\n"
    "#file b.gram\n";

static struct gram *read_with(const char *more, char error[200])
{
	char text[4000];
	int n = snprintf(text, sizeof(text), "%s%s", base, more);

	error[0] = '\0';
	return gram_read(text, (size_t)n, error, 200);
}

static void good(const char *more)
{
	char error[200];
	struct gram *g = read_with(more, error);

	ck_assert_msg(g != NULL, "%s", error);
	gram_free(g);
}

static void bad(const char *more, const char *why)
{
	char error[200];
	struct gram *g = read_with(more, error);

	ck_assert_msg(g == NULL, "accepted: %s", more);
	ck_assert_msg(strstr(error, why) != NULL, "%s, not %s", error, why);
}

START_TEST(refusals_name_file_and_line)
{
	good("command config\n\tset <k> <c>\n\t- row t\n");
	bad("command config\n\tset <k> <d>\n\t- row t\n", "b.gram:2: <d> is no column");
	bad("command config\n\tset [ <k>\n\t- row t\n", "b.gram:3: a bracket is left open");
	bad("command config\n\tset <k> }\n\t- row t\n", "b.gram:2: `}` closes nothing");
	bad("command config\n\tset <k>\n\t- row u\n", "no table u");
	bad("command nowhere\n\tset <k>\n\t- row t\n", "no mode nowhere");
	bad("command config\n\tset <k>\n\t- row t\n\t- enter void\n", "no mode void");
	bad("command config\n\tset\n", "neither stores nor runs");
	bad("command config\n\t<k>\n\t- row t\n", "starts with a keyword");
	bad("table t\n\tkey k name\n", "a second `t`");
	good(
	    "type port int 1-9,\n\thttp ssh|22\ntable u\n\tkey k port\n"
	    "\tcol c port, x default x\n");
	bad("type port int 1-9,\n\thttp http|\n\ttable u\n", "nothing is of type port");
	bad("type port int 1-9\ntable u\n\tkey k prot\n",
	    "`prot` is no type; did you mean `port`?");
	bad("type port port\ntable u\n\tkey k port\n", "b.gram:1: type port within itself");
	bad("type port ints\ntable u\n\tkey k port\n", "b.gram:1: `ints` is no type");
	bad("type name int 1-9\n", "`name` is a type already");
	bad("table u\n\tkey k nome\n", "`nome` is no type");
	bad("table u\n\tkey k int 5-1\n", "no range");
	bad("table u\n\tcol k int\n", "keys are missing");
	bad("table u\n\tkey k ref v.x\n", "b.gram:2: no table v");
	bad("table u\n\tkey k name\n\tcol c int 1-2 default 3\n", "c cannot be `3`");
	bad("preset t K c=7\n", "c cannot be `7`");
	bad("preset t K d=7\n", "no column d");
	bad("command config\n\tset \"open\n\t- row t\n", "closing quote");
	bad("nonsense\n", "b.gram:1: `nonsense` opens no block");
	good(
	    "device-block router bgp\n\topens address-family\n\tholds x\n"
	    "\tinside config\n\tuntil y\n");
	bad("device-block\n", "b.gram:1: words are missing");
	bad("device-block x\n\topens\n", "b.gram:2: words are missing");
	bad("device-block x\n\tuntil\n", "b.gram:2: until what?");
	bad("device-block x\n\tcloses y\n", "b.gram:2: `closes`: not understood in a device-block");
	bad("device-block x\n\tinside void\n", "b.gram:2: no mode void");
}
END_TEST

/* What has no room is refused, never cut: a number, a length, alternatives, keys. */
START_TEST(limits_are_told)
{
	struct gram_match *m = calloc(1, sizeof(*m));
	char text[3000] = "command config\n\tset\n\t<k>\n\t{ ", error[200], line[64];
	struct parse_state at;
	struct gram *g;

	bad("command config\n\tset <k>\n\t- row t\n\t- privilege 300\n", "no number from 0 to 15");
	bad("table u\n\tkey k name 70000\n", "no number from 1 to");
	bad("table u\n\tkey k name 64x\n", "no number from 1 to");
	bad("table u\n\tkey k list 1-300 name\n", "list wants MIN-MAX");
	bad("table u\n\tkey a text 400\n\tkey b text 400\nmode u\n\tparent config\n\trow u\n",
	    "keys of its row may be too long");
	for (int i = 0; i < 90; i++)
		sprintf(text + strlen(text), "%sword%d(c=%d) ", i ? "| " : "", i, i % 5 + 1);
	strcat(text, "}\n\t- row t\n");
	g = read_with(text, error);
	ck_assert_msg(g != NULL, "%s", error);
	parse_state_init(&at, g, true);
	for (int i = 0; i < 90; i++) {
		snprintf(line, sizeof(line), "set key word%d", i);
		gram_match(g, &at, 15, line, m);
		ck_assert_msg(m->status == GRAM_OK, "%s", line);
		ck_assert_str_eq(m->keywords[1], strrchr(line, ' ') + 1);
		strcat(line, " more");
		gram_match(g, &at, 15, line, m);
		ck_assert_int_eq(m->status, GRAM_INVALID);
	}
	gram_free(g);
	strcpy(text, "command config\n\tset\n\t<k>\n\t{ ");
	for (int i = 0; i < 300; i++)
		sprintf(text + strlen(text), "%sw%d ", i ? "| " : "", i);
	strcat(text, "}\n\t- row t\n");
	bad(text, "the command is too long");
	free(m);
}
END_TEST

START_TEST(help_is_written_once)
{
	good("command config\n\tset \"Help\" one <k>\n\t- row t\n"
	     "command config\n\tset two <k>\n\t- row t\n");
	bad("command config\n\tset \"Help\" one <k>\n\t- row t\n"
	    "command config\n\tset \"Other\" two <k>\n\t- row t\n", "another help text");
}
END_TEST

/* A tree, and a fragment in it, are the lines written out. */
START_TEST(trees_are_lines)
{
	static const char flat[] =
	    "command config\n\tset \"S\" one \"1\" <k>\n\t- row t\n\t- no delete\n\t- trail\n"
	    "command config\n\tset two \"2\" <k> [ <c> \"C\" ]\n\t- row t\n\t- trail\n"
	    "\t- say \"x\"\n\t- example set two a 3\n"
	    "command config\n\tset two <k> off(c=none) \"O\"\n\t- row t\n\t- no clear\n\t- trail\n"
	    "\t- say \"x\"\n\t- example no set two a off\n"
	    "command config\n\tget \"G\" <k>\n\t- row t\n\t- trail\n\t- alias fetch\n";
	static const char tree[] =
	    "fragment rest\n\t[ <c> \"C\"\n\t]\n\t- example 3\n\toff(c=none)\n\t\t\"O\"\n"
	    "\t- no clear\n"
	    "\t- example no off\n"
	    "command config\n\t- row t\n\t- trail\n"
	    "\tset\n\t\"S\"\n"
	    "\t\tone \"1\" <k>\n\t\t- no delete\n\n"
	    "\t\ttwo\n\t\t\"2\"\n\t\t<k>\n\t\t- example set two a\n"
	    "\t\t\t+ rest\n\t\t\t- say \"x\"\n"
	    "\tget\n\t    \"G\"\n\t<k>\n\t- alias fetch\n";
	char error[200], *a, *b;
	struct gram *g = read_with(flat, error);

	ck_assert_msg(g != NULL, "%s", error);
	a = grammar_dump(g, DUMP_ALL);
	gram_free(g);
	g = read_with(tree, error);
	ck_assert_msg(g != NULL, "%s", error);
	b = grammar_dump(g, DUMP_ALL);
	gram_free(g);
	ck_assert_str_eq(a, b);
	free(a);
	free(b);
}
END_TEST

START_TEST(trees_are_held_to_their_form)
{
	good("fragment f\n\t<k>\ncommand config\n\tset\n\t- row t\n\t\t+ f\n");
	bad("fragment f\n\t<k>\n", "b.gram:1: fragment f is used by no line");
	bad("fragment f\n\tx\n\t\t+ f\ncommand config\n\tset\n\t\t+ f\n",
	    "fragment f within itself");
	bad("fragment f\n\tx\nfragment f\n\ty\n", "b.gram:3: a second fragment `f`");
	bad("fragment f\n\t<k>\ncommand config\n\tset\n\t- row t\n\t\t+ f\n\t\t\tdeeper\n",
	    "lines below a fragment stand in the fragment");
	bad("command config\n\tset <k>\n\t\tx\n\t- row t\n", "stands before the lines below them");
	bad("command config\n\tset <k>\n\t\t- row t\n", "stands right below the words");
	bad("command config\n\tset <k>\n\t-row t\n", "a blank stands behind `-`");
	bad("command config\n\tset <k>\n\t- alias get\n\t\tx\n\t\t- row t\n",
	    "an alias is of a whole line");
	bad("command config\n\tset <k>\n\t- row t\n\t\"late\"\n", "without a word before it");
	bad("command config\n\tset <k>\n\t- row t t\n", "`t` is too much here");
}
END_TEST

START_TEST(sections_have_a_place)
{
	good("section here\ncommand config\n\tset <k>\n\t- row t\n#file order\nhere\n");
	bad("section gone\ncommand config\n\tset <k>\n\t- row t\n#file order\nhere\n",
	    "`gone` has no place");
}
END_TEST

static const char *store_name(unsigned i)
{
	return i == 0 ? "store_password" : i == 1 ? "store_name" : NULL;
}

static const char *check_name(unsigned i)
{
	return i == 0 ? "there" : NULL;
}

START_TEST(functions_are_checked)
{
	static const struct gram_foreign_names known[] = {
	    {"store", store_name}, {"check", check_name}, {NULL, NULL}};
	char error[200];
	struct gram *g = read_with(
	    "command config\n\tset <k> <c>\n\t- row t\n\t- store store_nmae\n"
	    "\t- check there\n",
	    error);

	ck_assert_ptr_nonnull(g);
	ck_assert_int_eq(gram_check_foreign(g, known, error, sizeof(error)), 1);
	ck_assert_str_eq(error,
	    "b.gram:4: store store_nmae is not there; did you mean `store_name`?");
	gram_free(g);
}
END_TEST

/* Any cut of a good grammar is read or refused, never worse. */
START_TEST(cut_off_anywhere)
{
	static char text[100000], error[300];
	FILE *f = fopen("tests/support/test.gram", "r");
	size_t len;

	ck_assert_ptr_nonnull(f);
	len = fread(text, 1, sizeof(text), f);
	fclose(f);
	for (size_t n = 0; n < len; n += 97)
		gram_free(gram_read(text, n, error, sizeof(error)));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_read");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, refusals_name_file_and_line);
	tcase_add_test(t, limits_are_told);
	tcase_add_test(t, help_is_written_once);
	tcase_add_test(t, trees_are_lines);
	tcase_add_test(t, trees_are_held_to_their_form);
	tcase_add_test(t, sections_have_a_place);
	tcase_add_test(t, functions_are_checked);
	tcase_add_test(t, cut_off_anywhere);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
