/* The ways on from a line: what is offered for each kind of value and where its help is broken;
 * and the room that a match, a printed line and an error have. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/text.h"
#include "tests/support/grammar.h"

static const char base[] =
    "#file a.gram\n"
    "table item\n key k name 10\n col v name\n"
    "mode exec\nmode config\n parent exec\n"
    "command exec\n show running-config [ <what:family> ]\n - family show\n - run show\n"
    "command config\n item <k> \"Its name\" [ <v> ]\n - row item\n - section s\n"
    "#file b.gram\n";

static struct gram *g;
static struct text said;

static void out_write(void *ctx, const char *s, size_t len)
{
	(void)ctx;
	text_addn(&said, s, len);
}

static void names(void *ctx, const struct gram_table *t, int column, const struct gram_type *ref,
    const char *prefix, void (*name)(void *to, const char *text), void *to)
{
	static const char *const all[] = {"Abel", "abba", "Beta"};

	(void)ctx;
	(void)ref;
	ck_assert_str_eq(t->name, "item");
	ck_assert_int_eq(column, 0);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strncmp(all[i], prefix, strlen(prefix)))
			name(to, all[i]);
}

static void read_with(const char *more)
{
	char text[8000], error[400];
	int n = snprintf(text, sizeof(text), "%s%s\n", base, more);

	gram_free(g);
	g = gram_read(text, (size_t)n, error, sizeof(error));
	ck_assert_msg(g != NULL, "%s", error);
}

static void stop(void)
{
	gram_free(g);
	g = NULL;
	text_free(&said);
}

static const char *help_at(int privilege, const char *line, unsigned width)
{
	struct gram_out out = {out_write, NULL};
	struct gram_names n = {names, NULL};
	struct parse_state state;

	parse_state_init(&state, g, true);
	text_clear(&said);
	gram_help(g, &state, privilege, line, &n, width, &out);
	return text_str(&said);
}

static const char *help(const char *line, unsigned width)
{
	return help_at(15, line, width);
}

static const char *tab(const char *line, unsigned *count)
{
	static char add[100];
	struct gram_names n = {names, NULL};
	struct parse_state state;

	parse_state_init(&state, g, true);
	*count = gram_complete(g, &state, 15, line, &n, add, sizeof(add));
	return add;
}

/* A value is offered as what may stand there, as long as the letters typed may begin one. */
START_TEST(placeholders)
{
	static const struct {
		const char *type, *typed, *offers; /* NULL: nothing */
	} rows[] = {
	    {"int 1-9 20-29", "", "<1-9 20-29>"},
	    {"int 1-9 15 20-29", "", "<1-9 15 20-29>"},
	    {"int 1-9", "5", "<1-9>"},
	    {"int 1-9", "50", NULL},
	    {"int 1-9", "x", NULL},
	    {"int 1 2 15", "", "1\n  2\n  15"},
	    {"int 1 2 15", "1", "1\n  15"},
	    {"int 1 2 15", "3", NULL},
	    {"int", "", "<0-4294967295>"},
	    {"addr", "", "A.B.C.D"},
	    {"addr", "10.", "A.B.C.D"},
	    {"addr", "x", NULL},
	    {"addr", "1x", NULL},
	    {"net", "1", "A.B.C.D"},
	    {"net", "x", NULL},
	    {"mask", "255.", "A.B.C.D"},
	    {"mask", "x", NULL},
	    {"range", "1.1.1.1-", "A.B.C.D[-E.F.G.H]"},
	    {"range", "a", NULL},
	    {"time", "1:", "hh:mm:ss"},
	    {"time", "a", NULL},
	    {"time", "", "hh:mm:ss"},
	    {"host", "ab", "Hostname or A.B.C.D"},
	    {"host", "a/", NULL},
	    {"paren 1", "", "(WORD)"},
	    {"paren 2", "(a", "(WORD,WORD)"},
	    {"paren 2", "a", NULL},
	    {"text", "a", "LINE"},
	    {"name 3", "abc", "WORD"},
	    {"name 3", "abcd", NULL},
	    {"word one two", "", "one\n  two"},
	    {"word one two", "t", "two"},
	    {"word one two", "x", NULL},
	    {"name, none", "", "WORD\n  none"},
	    {"name, none", "n", "WORD\n  none"},
	    {"name, none", "x", "WORD"},
	    {"bool", "", NULL},
	    {"ref item.k", "", "Abel\n  Beta\n  WORD\n  abba"},
	    {"ref item.k", "A", "Abel\n  WORD"},
	    {"ref item.k", "x", "WORD"},
	};
	char more[200], line[60], want[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(more, sizeof(more), "command config\n set <x:%s>\n - run a", rows[i].type);
		read_with(more);
		snprintf(line, sizeof(line), "set %s", rows[i].typed);
		if (rows[i].offers)
			snprintf(want, sizeof(want), "\nconfig mode commands/options:\n  %s\n",
			    rows[i].offers);
		else
			strcpy(want, "ERROR: % Unrecognized command\n");
		ck_assert_msg(!strcmp(help(line, 80), want), "%s %s: %s", rows[i].type,
		    rows[i].typed, text_str(&said));
	}
}
END_TEST

/* Tab adds the one word that goes on; a key's names are those of rows, a value is none. */
START_TEST(completion)
{
	static const struct {
		const char *line, *add;
		unsigned n;
	} rows[] = {
	    {"ite", "m ", 1},
	    {"item A", "bel ", 1},
	    {"item a", "bba ", 1},
	    {"item x", "", 0},
	    {"item ", "", 0},
	    {"", "", 0},
	    {"set o", "", 2},
	    {"set one", "", 2},
	    {"set onet", "wo ", 1},
	    {"item Beta", " ", 1},
	    {"item Beta x", "", 0},
	};
	unsigned n;

	read_with("command config\n set <x:word one onetwo, oh>\n - run a\n"
		  "command config\n set <y:int 1-9>\n - run b");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *add = tab(rows[i].line, &n);
		unsigned want = rows[i].n + !strcmp(rows[i].line, "set o");

		ck_assert_msg(
		    !strcmp(add, rows[i].add) && n == want, "%s: '%s' of %u", rows[i].line, add, n);
	}
}
END_TEST

/* Help is broken before the last column, at a blank where there is one, and hangs. */
START_TEST(wrapped_help)
{
	static const struct {
		unsigned width;
		const char *text, *shown;
	} rows[] = {
	    /* 20 columns at least, however narrow the terminal */
	    {0, "aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd"},
	    {26, "aaaa bbbb cccc ddddd", "aaaa bbbb cccc ddddd"},
	    {26, "aaaa bbbb cccc dddd e", "aaaa bbbb cccc dddd\n     e"},
	    {27, "aaaa bbbb cccc dddd e", "aaaa bbbb cccc dddd e"},
	    {27, "aaaa bbbb cccc dddd ee", "aaaa bbbb cccc dddd\n     ee"},
	    {26, "aaaa bbbb cccc ddddd eeee", "aaaa bbbb cccc ddddd\n     eeee"},
	    {26, "aaaa bbbb cccc ddddd   eeee", "aaaa bbbb cccc ddddd\n     eeee"},
	    {26, "aaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaa\n     aaaaa"},
	    {26, "a bbbbbbbbbbbbbbbbbbbbbbbbb", "a\n     bbbbbbbbbbbbbbbbbbbb\n     bbbbb"},
	};
	char more[200], want[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(
		    more, sizeof(more), "command config\n set w \"%s\"\n - run a", rows[i].text);
		read_with(more);
		snprintf(want, sizeof(want), "\nconfig mode commands/options:\n  w  %s\n",
		    rows[i].shown);
		ck_assert_str_eq(help("set w", rows[i].width), want);
	}
	/* the words before a line stand before none twice */
	read_with("");
	ck_assert_str_eq(help("no ", 80), "\nconfig mode commands/options:\n  item\n");
	ck_assert_str_eq(help("default ", 80), "\nconfig mode commands/options:\n  item\n");
	ck_assert_str_eq(help("d", 80), "\nconfig mode commands/options:\n"
					"  default  Set a command to its defaults\n");
	ck_assert_str_eq(help("no", 80), "\nconfig mode commands/options:\n"
					 "  no  Negate a command or set its defaults\n");
	/* `<cr>` counts as a word; where one is still being typed it cannot be meant. */
	read_with("command config\n set [ w \"H\" ]\n - run a");
	ck_assert_str_eq(help("set ", 80), "\nconfig mode commands/options:\n  w     H\n  <cr>\n");
	ck_assert_str_eq(help("set w", 80), "\nconfig mode commands/options:\n  w  H\n");
	ck_assert_str_eq(help("set w ", 80), "\nconfig mode commands/options:\n  <cr>\n");
	/* one word of two ways is listed once, with the first help there is */
	read_with("command config\n set <x:int> end\n - run a\n"
		  "command config\n set <y:name> end \"E\"\n - run b\n"
		  "command config\n set <z:host> end \"F\"\n - run c");
	ck_assert_str_eq(help("set 5 ", 80), "\nconfig mode commands/options:\n  end  E\n");
}
END_TEST

/* The longest line there is; trailing blanks are no part of it, and one more is told as such. */
START_TEST(the_longest_line)
{
	struct gram_match *m = calloc(1, sizeof(*m));
	char *line = calloc(1, GRAM_LINE_MAX + 8);
	struct parse_state state;

	read_with("command config\n set <x:text> end\n - run a");
	for (size_t len = GRAM_LINE_MAX - 2; len <= GRAM_LINE_MAX + 1; len++) {
		memset(line, 'x', len);
		memcpy(line, "no-such ", 8);
		strcpy(line + len, "   ");
		parse_state_init(&state, g, true);
		gram_match(g, &state, 15, line, m);
		ck_assert_int_eq(m->status, len < GRAM_LINE_MAX ? GRAM_INVALID : GRAM_TOO_LONG);
		gram_match_done(m);
	}
	free(line);
	free(m);
}
END_TEST

/* As many values as a match can hold; one more is too long, never left out. */
START_TEST(values_of_a_line)
{
	struct gram_match *m = calloc(1, sizeof(*m));
	struct parse_state state;

	for (int n = GRAM_ARGS_MAX; n <= GRAM_ARGS_MAX + 1; n++) {
		char more[1200] = "command config\n set", line[200] = "set", *fit;

		for (int i = 0; i < n; i++) {
			sprintf(strchr(more, '\0'), " <x%d:name>", i);
			strcat(line, " a");
		}
		strcat(more, "\n - run a");
		read_with(more);
		parse_state_init(&state, g, true);
		gram_match(g, &state, 15, line, m);
		ck_assert_int_eq(m->status, n == GRAM_ARGS_MAX ? GRAM_OK : GRAM_TOO_LONG);
		if (m->status != GRAM_OK)
			continue;
		/* another text for a value: as long as there is room */
		m->args[0].column = 7;
		fit = calloc(1, sizeof(m->buffer) + 1);
		memset(fit, 'y', sizeof(m->buffer) - m->used);
		ck_assert(!gram_replace(m, 7, fit));
		ck_assert_str_eq(gram_arg(m, "x0"), "a");
		ck_assert(!gram_replace(m, 8, "b"));
		fit[strlen(fit) - 1] = '\0';
		ck_assert(gram_replace(m, 7, fit));
		ck_assert_str_eq(gram_arg(m, "x0"), fit);
		ck_assert(!gram_replace(m, 7, ""));
		free(fit);
	}
	free(m);
}
END_TEST

/* The help of a value is that of the same value in another line, where it has none of its own. */
START_TEST(help_of_another_line)
{
	static const struct {
		const char *first, *second, *shown; /* what the second alone is explained by */
	} rows[] = {
	    {"<w> \"Name\"", "<w>", "WORD  Name"},
	    {"<w> \"Name\"", "<w> \"Other\"", "WORD  Other"},
	    {"<w> as \"NAME\" \"Name\"", "<w>", "NAME  Name"},
	    {"<w> as \"NAME\" \"Name\"", "<w> as \"MINE\"", "MINE"},
	    {"<w> as \"NAME\" \"Name\"", "<w> \"Other\"", "WORD  Other"},
	    {"<w> \"Name\"", "<w:int 1-9>", "<1-9>"},
	    {"<v> \"one=First\"", "<v> \"two=Second\"", "one  First\n  two  Second"},
	    {"<v> \"one=First\"", "<v> \"one=Mine\"", "one  Mine\n  two"},
	    {"<v> \"Value\"", "<v>", "one  Value\n  two  Value"},
	    {"<v> \"one=First\" \"Value\"", "<v> \"Mine\"", "one  Mine\n  two  Mine"},
	    {"w \"Word\"", "w", "w  Word"},
	};
	char more[400], want[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(more, sizeof(more),
		    "table t single\n col w name\n col v word one two\n"
		    "command config\n set %s aa\n - row t\n - section s\n"
		    "command config\n set %s bb\n - row t\n - section s\n - privilege 1",
		    rows[i].first, rows[i].second);
		read_with(more);
		snprintf(want, sizeof(want), "\nconfig mode commands/options:\n  %s\n",
		    rows[i].shown);
		ck_assert_msg(!strcmp(help_at(1, "set ", 80), want), "%s, %s:%s", rows[i].first,
		    rows[i].second, text_str(&said));
	}
}
END_TEST

/* A line that was not understood: behind a word known for secrets all is taken for one; what would
 * act on a terminal is not shown. */
START_TEST(secrets_of_unknown_lines)
{
	static const struct {
		const char *line, *shown;
	} rows[] = {
	    {"user x pass s", "user x pass *****"}, {"user x pas s", "user x pas s"},
	    {"PASSWORD s more", "PASSWORD *****"}, {"pre- s", "pre- *****"}, {"pre s", "pre s"},
	    {"key s", "key *****"}, {"a-keys s", "a-keys *****"}, {"ke s", "ke s"},
	    {"community s", "community *****"}, {"commu s", "commu *****"}, {"comm s", "comm s"},
	    {"my-pw s", "my-pw *****"}, {"md5 s", "md5 *****"}, {"md5x s", "md5x s"},
	    {"xmd5 s", "xmd5 s"}, {"md s", "md s"}, {"pin s", "pin *****"}, {"pint s", "pint s"},
	    {"auth s", "auth *****"}, {"authentication s", "authentication s"},
	    {"priv s", "priv *****"}, {"sha256 s", "sha256 *****"}, {"sha25 s", "sha25 s"},
	    {"pass", "pass"}, {"pass \t", "pass"}, {"pass  s", "pass *****"},
	    {"\tpass\ts", "\tpass *****"}, {"a\001b\033c", "a?b?c"}, {"a\001", "a?"},
	    {"\001\001", "??"}, {"", ""}, {"a  b ", "a  b "},
	};
	struct gram_out out = {out_write, NULL};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_clear(&said);
		gram_mask_unknown(rows[i].line, &out);
		ck_assert_str_eq(text_str(&said), rows[i].shown);
	}
}
END_TEST

/* A word that does not fit is not printed, no part of one ever; errors are cut. */
START_TEST(room_of_printed_lines)
{
	const char *const values[] = {"abc", "de"};
	struct gram_row row = {values, NULL};
	struct gram_match m = {.status = GRAM_INCOMPLETE};
	static const char error[] = "ERROR: % Incomplete command\n";
	char buf[64];

	read_with("command config\n ends <k>\n - row item\n - trail\n - section s");
	for (size_t size = 9; size <= 13; size++) {
		memset(buf, 'z', sizeof(buf));
		gram_render(g->commands[1], &row, 0, NULL, buf, size);
		ck_assert_str_eq(buf, size < 12 ? "item abc" : "item abc de");
		ck_assert_int_eq(buf[size], 'z');
		gram_render(g->commands[2], &row, 0, NULL, buf, size);
		ck_assert_str_eq(buf, size < 10 ? "ends abc" : "ends abc ");
		ck_assert_int_eq(buf[size], 'z');
	}
	for (size_t size = 1; size <= sizeof(error) + 1; size++) {
		size_t len = size < sizeof(error) ? size - 1 : sizeof(error) - 1;

		memset(buf, 'z', sizeof(buf));
		ck_assert_uint_eq(gram_error(&m, "", 0, buf, size), len);
		ck_assert_uint_eq(strlen(buf), len);
		ck_assert_int_eq(strncmp(buf, error, len), 0);
		ck_assert_int_eq(buf[size], 'z');
	}
}
END_TEST

/* What reads well and is wrong nevertheless. */
START_TEST(what_a_grammar_should_not_have)
{
	static const struct {
		const char *more, *says;
	} rows[] = {
	    {"command config\n more \"M\"\n - run a", ""},
	    {"command config\n more\n - run a", "b.gram:2: `more` has no help text"},
	    {"command config\n itme \"I\" <k>\n - row item\n - section s", ""},
	    {"command config\n item \"I\" <k> a \"A\"\n - row item\n - section s\n"
	     "command config\n item <k> aa\n - row item\n - section s",
		"b.gram:6: `aa` has no help text; did you mean `a`?"},
	    {"table u\n key k name\n col b bool\n"
	     "command config\n u \"U\" <k>\n - row u\n - section s",
		"b.gram:3: no line fills column b of u"},
	    {"table u\n key k name\n col b bool\n"
	     "command config\n u \"U\" <k>\n - row u\n - set b=1\n - section s",
		""},
	    {"table u\n key k name\n col b bool\n"
	     "command config\n u \"U\" <k> [ b(b) \"B\" ]\n - row u\n - section s",
		""},
	    {"table u\n key k word a b a\n"
	     "command config\n u \"U\" <k>\n - row u\n - section s",
		"b.gram:2: k: the word `a` twice"},
	    {"table u\n key k int 1-5, a 9\n"
	     "command config\n u \"U\" <k>\n - row u\n - section s",
		"b.gram:2: k: the number `9` among the words"},
	    {"mode m\n parent config", "b.gram:1: no line enters mode m"},
	    {"mode m\n parent config\ncommand config\n m \"M\"\n - enter m", ""},
	    {"command config\n more \"M\" <x:int 1-9>\n - run a\n - example more 9", ""},
	    {"command config\n more \"M\" <x:int 1-9>\n - run a\n - example more 10",
		"b.gram:2: `more 10` is no example of this line"},
	    {"command config\n more \"M\" <x:int 1-9>\n - run a\n - example item x",
		"b.gram:2: `item x` is no example of this line"},
	    {"mode m\n parent config\n example m\ncommand config\n m \"M\"\n - enter m\n"
	     "command m\n v \"V\"\n - run a\n - example v",
		""},
	    {"mode m\n parent config\n example item m\ncommand config\n m \"M\"\n - enter m\n"
	     "command m\n v \"V\"\n - run a\n - example v",
		"b.gram:1: the examples of mode m do not lead into it"},
	    {"mode m\n parent config\n example x\n example m\ncommand config\n m \"M\"\n"
	     " - enter m\ncommand m\n v \"V\"\n - run a\n - example v",
		"b.gram:1: the examples of mode m do not lead into it"},
	};
	static const char own[] = "a.gram:8: `show` has no help text\n"
				  "a.gram:8: `running-config` has no help text\n"
				  "a.gram:12: `item` has no help text";
	char error[1000];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *mine;

		read_with(rows[i].more);
		gram_check(g, error, sizeof(error));
		mine = strstr(error, "b.gram");
		ck_assert_msg(!strcmp(mine ? strtok(mine, "\n") : "", rows[i].says), "%s\n%s",
		    rows[i].more, error);
	}
	read_with("");
	ck_assert_uint_eq(gram_check(g, error, sizeof(error)), 3);
	ck_assert_str_eq(error, own);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_ways");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, NULL, stop);
	tcase_add_test(t, placeholders);
	tcase_add_test(t, completion);
	tcase_add_test(t, wrapped_help);
	tcase_add_test(t, help_of_another_line);
	tcase_add_test(t, the_longest_line);
	tcase_add_test(t, values_of_a_line);
	tcase_add_test(t, secrets_of_unknown_lines);
	tcase_add_test(t, room_of_printed_lines);
	tcase_add_test(t, what_a_grammar_should_not_have);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
