/* Rules of lines and rows at their edges, on a grammar made for it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/text.h"
#include "tests/support/database.h"

static const char text[] =
    "table sys single\n col a int 1-99\n col b int 1-99\n"
    " col x1 text 2047\n col x2 text 2047\n col x3 text 2047\n col x4 text 2047\n"
    " col x5 text 2047\n"
    "table item\n key k name 300\n col v name\n col s secret 100\n missing \"none: %s\"\n"
    "table multi\n key k name\n col kind word one two\n col v int 1-99\n"
    "table list\n key name name 300\n key what name\n col at int 1-999 sequence\n order name at\n"
    "table zone\n key k name\n col v int 1-99 default 5\n"
    "table quiet\n key k name\n col v int 1-99 default 5\n"
    "table uses\n key k name\n col of list 1-4 ref item.k\n"
    "preset zone Z\npreset quiet Q v=7\n"
    "mode exec\nmode config\n parent exec\nmode sub\n parent config\n"
    "mode zone\n parent config\n row zone\nmode quiet\n parent config\n row quiet\n"
    "section all\n"
    "command exec\n show running-config [ <what:family> ]\n - family show\n - run show\n"
    "command exec\n clear configure { all | <what:family> }\n - family clear\n"
    "command config\n sub\n - enter sub\n"
    "command config\n both <a>\n - row sys\n"
    "command sub\n both <b>\n - row sys\n"
    "command config\n long <x1>\n - row sys\n"
    "command config\n fill <a> <b>\n - row sys\n - store fill\n"
    "command config\n loud <a>\n - row sys\n - check loud\n"
    "command config\n item <k> [ value <v> ] [ secret <s> ]\n - row item\n - no delete\n"
    "command config\n one <k> <v>\n - row multi\n - set kind=one\n - no delete\n"
    "command config\n two <k> <v>\n - row multi\n - set kind=two\n - no delete\n"
    "command config\n list <name> [ line <at> ] <what>\n - row list\n - no delete\n"
    "command config\n zone <k>\n - enter zone\n - show always\n"
    "command zone\n value <v>\n"
    "command config\n quiet <k>\n - enter quiet\n"
    "command quiet\n value <v>\n"
    "command config\n uses <k> with <of>\n - row uses\n"
    "#file order\nall\n";

static struct gram *g;
static struct test_db t;

/* `fill A B`: A texts as long as a line may be; one of B bytes with its NUL, more than one. */
static bool fill(struct db_line *l)
{
	static const char *const columns[] = {"x1", "x2", "x3", "x4", "x5"};
	char longest[GRAM_LINE_MAX];
	int64_t n = db_int(&l->row, "a", 0), more = db_int(&l->row, "b", 0);

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	db_put(l, "nothing", longest);
	for (int64_t i = 0; i < n; i++)
		db_put(l, columns[i], longest);
	longest[more - 1] = '\0';
	if (more > 1)
		db_put(l, columns[n], longest);
	return true;
}

/* Says twice 3,000 characters. */
static bool loud(struct db_line *l)
{
	db_say(l, "%3000s", "a");
	db_say(l, "%3000s", "b");
	return true;
}

static const struct db_named_function functions[] = {{"fill", fill}, {"loud", loud}, {NULL, NULL}};

static void start(void)
{
	char error[400];

	g = gram_read(text, sizeof(text) - 1, error, sizeof(error));
	ck_assert_msg(g != NULL, "%s", error);
	memset(&t, 0, sizeof(t));
	t.functions = functions;
	test_db_open(&t, g, "boot");
}

static void stop(void)
{
	test_db_close(&t);
	test_db_remove(&t);
	gram_free(g);
}

static void ok(const char *typed)
{
	enum db_status s = test_line(&t, typed);

	ck_assert_msg(s == DB_OK && !*t.said, "%s: %d %s", typed, s, t.said);
}

static void refused(const char *typed, const char *says)
{
	ck_assert_msg(test_line(&t, typed) == DB_REFUSED, "%s", typed);
	ck_assert_str_eq(t.said, says);
}

/* Of a single table; "" = unset. */
static const char *value(const char *column)
{
	static char buf[GRAM_LINE_MAX];

	return db_get(t.db, "sys", column, NULL, 0, buf, sizeof(buf)) ? buf : "";
}

static const char *show(unsigned flags)
{
	return test_render(&t, flags, NULL);
}

/* A text whose lines are indented, by one blank as they are printed, says where a line in column 0
 * belongs, however its lines end. */
START_TEST(indented_texts)
{
	static const struct {
		const char *lines, *a,
		    *b; /* the last value of `both` in global configuration, in sub */
	} rows[] = {
	    {"sub\nboth 1\nboth 2\n", "", "2"},
	    {"sub\n both 1\nboth 2\n", "2", "1"},
	    {"sub\n both 1\nboth 2", "2", "1"},
	    {"sub\r both 1\rboth 2\r", "2", "1"},
	    {"sub\r\n both 1\r\nboth 2\r\n", "2", "1"},
	    {" sub\nboth 2\n", "", "2"},
	    {"sub\n\tboth 1\nboth 2\n", "", "2"},
	    {"sub\n  both 1\nboth 2\n", "", "2"},
	    {"sub x\nsub\nboth 2\n ", "", "2"},
	    {"sub\nboth 2\n  \n", "", "2"},
	    {"sub\nboth 2\n x", "2", ""},
	    {"sub\nboth 2\n exit", "2", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert(db_clear(t.db));
		db_apply(t.db, rows[i].lines, strlen(rows[i].lines), 15, 0, NULL);
		ck_assert_msg(!strcmp(value("a"), rows[i].a), "row %zu: a %s", i, value("a"));
		ck_assert_msg(!strcmp(value("b"), rows[i].b), "row %zu: b %s", i, value("b"));
	}
}
END_TEST

static struct text reported;

static void report_line(void *ctx, unsigned n, const char *of, bool is_refused, const char *says)
{
	(void)ctx;
	(void)of;
	text_clear(&reported);
	text_addf(&reported, "%u %s%s", n, is_refused ? "refused " : "", says);
}

/* A line of a text may be as long as a typed one, and not longer; nor is what is said of it. */
START_TEST(long_lines_of_a_text)
{
	struct db_report report = {.line = report_line};
	char *lines = malloc(6000);

	for (size_t len = GRAM_LINE_MAX - 2; len <= GRAM_LINE_MAX + 2; len++) {
		bool fits = len < GRAM_LINE_MAX;

		text_clear(&reported);
		strcpy(lines, "both 1\n");
		memset(lines + 7, 'x', len);
		memcpy(lines + 7, "long ", 5);
		strcpy(lines + 7 + len, "\nboth 2\n");
		ck_assert_int_eq(
		    db_apply(t.db, lines, strlen(lines), 15, 0, &report), fits ? 0 : 1);
		ck_assert_uint_eq(report.lines, 3);
		ck_assert_str_eq(
		    text_str(&reported), fits ? "" : "2 refused ERROR: % Line too long\n");
		ck_assert_uint_eq(strlen(value("x1")), fits ? len - 5 : GRAM_LINE_MAX - 6);
		ck_assert_str_eq(value("a"), "2");
	}
	strcpy(lines, "loud 1\n");
	ck_assert_int_eq(db_apply(t.db, lines, 7, 15, 0, &report), 0);
	ck_assert_uint_eq(reported.len, 2 + 4095);
	ck_assert_int_eq(reported.p[2 + 3001], ' ');
	text_free(&reported);
	free(lines);
}
END_TEST

/* What a `store` function puts has its room, to the last byte; beyond it the line is refused. */
START_TEST(room_for_what_is_put)
{
	ok("fill 3 2");
	ck_assert_uint_eq(strlen(value("x3")), GRAM_LINE_MAX - 1);
	ck_assert_str_eq(value("x4"), "x");
	ok("fill 4 1");
	ck_assert_uint_eq(strlen(value("x4")), GRAM_LINE_MAX - 1);
	refused("fill 4 2", "ERROR: % Line too long\n");
	ck_assert_str_eq(value("x5"), "");
}
END_TEST

/* Its place in a list is kept, however long the name of the list is. */
START_TEST(names_of_lists)
{
	for (int len = 254; len <= 258; len++) {
		char typed[400], want[2000];

		ck_assert(db_clear(t.db));
		ck_assert(db_begin(t.db));
		for (int i = 0; i < 3; i++) {
			snprintf(typed, sizeof(typed), "list %0*d r%d", len, 0, i);
			ok(typed);
			snprintf(typed, sizeof(typed), "list B r%d", i);
			ok(typed);
		}
		snprintf(typed, sizeof(typed), "list %0*d line 2 new", len, 0);
		ok(typed);
		snprintf(typed, sizeof(typed), "no list %0*d r0", len, 0);
		ok(typed);
		snprintf(typed, sizeof(typed), "list %0*d r9", len, 0);
		ok(typed);
		ck_assert(db_commit(t.db));
		snprintf(want, sizeof(want),
		    "list %0*d new\nlist %0*d r1\nlist %0*d r2\nlist %0*d r9\n"
		    "list B r0\nlist B r1\nlist B r2\nzone Z\n",
		    len, 0, len, 0, len, 0, len, 0);
		ck_assert_str_eq(show(0), want);
	}
}
END_TEST

/* What a transaction did and undid is not told; a row is told once. */
START_TEST(what_is_delivered)
{
	ok("item old value a");
	ck_assert_str_eq(t.changes, "+item:old |");
	ck_assert(db_begin(t.db));
	ok("item new");
	ok("no item new");
	ok("item old value b");
	ok("item old value a");
	ok("item both value a");
	ok("item both value b");
	ok("no item old");
	ok("item old value a");
	ck_assert(db_commit(t.db));
	ck_assert_str_eq(t.changes, "+item:both |");
	ok("item old value a");
	ck_assert_str_eq(t.changes, "");
	ok("no item old");
	ck_assert_str_eq(t.changes, "-item:old |");
	refused("no item old", "none: old\n");
	ok("item new");
	ck_assert(db_begin(t.db));
	t.changes[0] = '\0';
	ck_assert(db_clear(t.db));
	ck_assert_str_eq(t.changes, "");
	ck_assert(db_commit(t.db));
	ck_assert(strstr(t.changes, "-item:new ") && strchr(t.changes, '|')[1] == '\0');
}
END_TEST

#define INVALID "^\nERROR: % Invalid input detected at '^' marker.\n"

/* The caret stands under the name that is not there, not under one that it begins or ends. */
START_TEST(the_unknown_name)
{
	ok("item abc");
	ok("item cab");
	ok("uses x with abc cab");
	refused("uses ab with abc ab cab", "                 " INVALID);
	refused("uses ab with abc cab ab", "                     " INVALID);
	refused("uses ab with ab", "             " INVALID);
	refused("uses c with cab abc\tc\tcab", "                    " INVALID);
	refused("uses c with c abc", "            " INVALID);
}
END_TEST

/* `clear configure` of a line takes what has all its values: those typed, those that it sets, and
 * whatever secret. */
START_TEST(what_is_cleared)
{
	static const char none[] = "ERROR: the configuration has no such line\n";

	ok("one A 1");
	ok("two B 1");
	refused("clear configure two A 1", none);
	refused("clear configure one A 2", none);
	refused("clear configure two A", none);
	ok("clear configure one A 1");
	ck_assert_str_eq(t.changes, "-multi:A |");
	ok("clear configure two B");
	ck_assert_str_eq(t.changes, "-multi:B |");
	ok("item I value v secret s3cret");
	refused("clear configure item I value w secret s3cret", none);
	refused("clear configure item J secret s3cret", none);
	ok("clear configure item I value v secret other");
	ok("item I");
	ok("item K");
	ok("uses x with I");
	refused("clear configure item", "ERROR: I is being used\n");
	ok("clear configure item K");
	refused("clear configure item I", "ERROR: I is being used\n");
	ok("clear configure uses");
	ok("clear configure item");
}
END_TEST

/* The head of a row that is there from the start is printed when it is always, or has changed. */
START_TEST(heads_of_presets)
{
	ck_assert_str_eq(show(0), "zone Z\n");
	ck_assert_str_eq(show(RENDER_ALL), "zone Z\n value 5\nquiet Q\n value 7\n");
	ok("quiet Q");
	ck_assert_str_eq(show(0), "zone Z\n");
	ok("value 5");
	ok("zone Y");
	ok("quiet P");
	ck_assert_str_eq(show(0), "zone Y\nzone Z\nquiet P\nquiet Q\n value 5\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("db_rules");
	TCase *c = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(c, start, stop);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, indented_texts);
	tcase_add_test(c, long_lines_of_a_text);
	tcase_add_test(c, room_for_what_is_put);
	tcase_add_test(c, names_of_lists);
	tcase_add_test(c, what_is_delivered);
	tcase_add_test(c, the_unknown_name);
	tcase_add_test(c, what_is_cleared);
	tcase_add_test(c, heads_of_presets);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
