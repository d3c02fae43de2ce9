/* Rows: asked for, put back, removed, read; on a grammar made for it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/database.h"

static const char text[] =
    "table item\n key k name 300\n col v name\n col s secret 100\n missing \"none: %s\"\n"
    "table list\n key name name 300\n key what name\n col at int 1-999 sequence\n order name at\n"
    "table rule\n key name name\n key kind word in out\n key what name\n"
    " col at int 1-999 sequence\n order name at\n"
    "table flags single\n col f bool default 1\n col g bool default 1\n col h bool default 1\n"
    " col n int 1-9 default 4\n col m int 1-9 default 4\n"
    "table pref\n key k name\n col of ref item.k default D\n"
    "table pool\n key k name\n col r range\n"
    "table told\n key k name\n col w word a b\n notify keeper\n"
    "table zone\n key k name\n col v int 1-99 default 5\n"
    "table quiet\n key k name\n col v int 1-99 default 5\n"
    "preset zone Z\npreset quiet Q v=7\n"
    "mode exec\nmode config\n parent exec\n"
    "mode zone\n parent config\n row zone\nmode quiet\n parent config\n row quiet\n"
    "mode old\n parent config\n row item\n"
    "section all\n"
    "command exec\n show running-config [ <what:family> ]\n - family show\n - run show\n"
    "command exec\n clear configure { all | <what:family> }\n - family clear\n"
    "command config\n item <k> [ value <v> ] [ secret <s> ]\n - row item\n - no delete\n"
    "command config\n list <name> [ line <at> ] <what>\n - row list\n - no delete\n"
    "command config\n zone <k>\n - enter zone\n - show always\n"
    "command zone\n value <v>\n"
    "command config\n quiet <k>\n - enter quiet\n"
    "command quiet\n value <v>\n"
    "command config\n rule <name> <kind> <what>\n - row rule\n - no delete\n"
    "command config\n pref <k> [ of <of> ]\n - row pref\n"
    "command config\n told <k> [ <w> ]\n - row told\n - no delete\n"
    "command config\n pool <k> <r>\n - row pool\n"
    "command config\n f f(f)\n - row flags\n - show never\n"
    "command config\n gn g(g) <n>\n - row flags\n - no clear\n - show never\n"
    "command config\n hm h(h) <m>\n - row flags\n - show never\n"
    "command config\n old <k>\n - enter old\n - existing\n"
    "command old\n value <v>\n"
    "#file order\nall\n";

static struct gram *g;
static struct test_db t;

static void start(void)
{
	char error[400];

	g = gram_read(text, sizeof(text) - 1, error, sizeof(error));
	ck_assert_msg(g != NULL, "%s", error);
	memset(&t, 0, sizeof(t));
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

static const char *show(unsigned flags)
{
	return test_render(&t, flags, NULL);
}

#define INVALID "^\nERROR: % Invalid input detected at '^' marker.\n"

static bool any(const char *table, const char *a, const char *x, const char *b, const char *y)
{
	const char *const columns[] = {a, b}, *const texts[] = {x, y};

	return db_any(t.db, gram_table(g, table), columns, texts, b ? 2 : 1);
}

static void note_key(void *ctx, const struct db_row *row)
{
	strcat(strcat(ctx, db_text(row, "k")), " ");
}

/* Rows in which a column is set, in the order of all. */
START_TEST(rows_that_have_it)
{
	static const struct {
		const char *line, *have;
	} row[] = {{"told z a", "z "}, {"told y", "z "}, {"told x b", "x z "}, {"told z", "x "},
	    {"told w a", "w x "}, {"no told x b", "w "}};
	char have[100];

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		ok(row[i].line);
		have[0] = '\0';
		ck_assert(db_each_set(t.db, gram_table(g, "told"), "w", note_key, have));
		ck_assert_str_eq(have, row[i].have);
	}
}
END_TEST

/* That a row is not there is remembered only until it is made; asked for by all its keys, by the
 * first of them, by others. */
START_TEST(rows_asked_for)
{
	for (int held = 0; held < 2; held++) {
		ck_assert(db_clear(t.db));
		ck_assert(!held || db_begin(t.db));
		ok("rule A out x");
		ck_assert(!any("rule", "name", "A", "kind", "in"));
		ck_assert(!any("rule", "kind", "in", NULL, NULL));
		ck_assert(!any("list", "name", "A", "what", "x"));
		ck_assert(!any("zone", "k", "A", NULL, NULL));
		ok("rule A in x");
		ok("list A x");
		ok("zone A");
		ck_assert(any("rule", "name", "A", "kind", "in"));
		ck_assert(any("rule", "kind", "in", NULL, NULL));
		ck_assert(any("list", "name", "A", "what", "x"));
		ck_assert(any("zone", "k", "A", NULL, NULL));
		ok("no rule A in x");
		ok("no list A x");
		ok("no zone A");
		ck_assert(!any("rule", "name", "A", "kind", "in"));
		ck_assert(!any("rule", "kind", "in", NULL, NULL));
		ck_assert(!any("list", "name", "A", "what", "x"));
		ck_assert(!any("zone", "k", "A", NULL, NULL));
		ck_assert(any("rule", "name", "A", "kind", "out"));
		ck_assert(db_commit(t.db)); /* where none is open, too */
	}
}
END_TEST

static const char *flags(void)
{
	static char buf[40];
	static const char *const columns[] = {"f", "g", "h", "n", "m"};
	size_t used = 0;

	for (size_t i = 0; i < 5; i++) {
		char one[8] = "-";

		db_get(t.db, "flags", columns[i], NULL, 0, one, sizeof(one));
		used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s", one);
	}
	return buf;
}

/* `no` puts out a flag; what else the line sets it clears where it is told to, and puts back to its
 * default otherwise. `default` puts back everything. */
START_TEST(what_no_puts)
{
	ck_assert_str_eq(flags(), "11144");
	ok("no f f");
	ck_assert_str_eq(flags(), "01144");
	ok("default f f");
	ck_assert_str_eq(flags(), "11144");
	ok("gn g 7");
	ok("no gn g 7");
	ck_assert_str_eq(flags(), "101-4");
	ok("default gn g 7");
	ck_assert_str_eq(flags(), "11144");
	ok("no f f");
	ok("hm h 8");
	ck_assert_str_eq(flags(), "01148");
	ok("no hm h 8");
	ck_assert_str_eq(flags(), "01144");
}
END_TEST

/* A row that is there from the start is put back, never removed; a block whose row is another's is
 * emptied. */
START_TEST(rows_that_stay)
{
	ok("zone Z");
	ok("value 9");
	ok("no zone Z");
	ck_assert_str_eq(show(0), "zone Z\n");
	ok("quiet Q");
	ok("value 9");
	ok("clear configure quiet Q");
	ck_assert_str_eq(show(RENDER_ALL), "zone Z\n value 5\nquiet Q\n value 7\n");
	ok("item I value v secret s");
	ok("old I");
	ok("value w");
	ok("no old I");
	ck_assert_str_eq(show(0), "item I secret *****\nzone Z\n");
	ok("old I");
	ok("value w");
	ok("clear configure old");
	ck_assert_str_eq(show(0), "item I secret *****\nzone Z\n");
	refused("old J", "none: J\n");
	refused("no old J", "none: J\n");
}
END_TEST

/* A default names what may not be there: it is no reference. */
START_TEST(defaults_are_no_references)
{
	ok("pref x");
	ok("pref y of D");
	refused("pref z of E", "          " INVALID);
	ok("item I");
	ok("item K");
	ok("pref z of I");
	refused("no item I", "ERROR: I is being used\n");
	refused("clear configure item", "ERROR: I is being used\n");
	ok("no item K");
	ok("no pref z of I");
	ok("clear configure item");
}
END_TEST

static char found[100];

static void note(void *ctx, const struct db_row *row)
{
	(void)ctx;
	strcat(strcat(found, row->values[0]), " ");
}

static const char *near(uint32_t address)
{
	found[0] = '\0';
	ck_assert(db_ranges(t.db, gram_table(g, "pool"), "r", address, note, NULL));
	return found;
}

/* The two that begin nearest at or below an address. */
START_TEST(ranges_of_addresses)
{
	ok("pool A 0.0.0.10-0.0.0.19");
	ok("pool B 0.0.0.200-0.0.0.209");
	ok("pool C 0.0.0.30");
	ck_assert_str_eq(near(9), "");
	ck_assert_str_eq(near(10), "A ");
	ck_assert_str_eq(near(29), "A ");
	ck_assert_str_eq(near(30), "C A ");
	ck_assert_str_eq(near(199), "C A ");
	ck_assert_str_eq(near(200), "B C ");
	ck_assert_str_eq(near(UINT32_MAX), "B C ");
}
END_TEST

/* Values as words, numbers, flags; what is no number, or not there, is unset. */
START_TEST(values_of_a_row)
{
	const char *const values[] = {"ab c", "12", "12x", "", "0", "1", NULL};
	static const char columns[] =
	    "table v single\n col l list 1-3 name\n col n name\n col x name\n col e name\n"
	    " col no bool\n col yes bool\n col u name\nmode exec\nmode config\n parent exec\n";
	char buf[8];
	struct gram *own = gram_read(columns, sizeof(columns) - 1, buf, sizeof(buf));
	struct db_row row = {gram_table(own, "v"), values};

	ck_assert(db_word(&row, "l", 0, buf, 3) && !strcmp(buf, "ab"));
	ck_assert(!db_word(&row, "l", 0, buf, 2));
	ck_assert(db_word(&row, "l", 1, buf, 2) && !strcmp(buf, "c"));
	ck_assert(!db_word(&row, "l", 2, buf, sizeof(buf)));
	ck_assert(!db_word(&row, "e", 0, buf, sizeof(buf)));
	ck_assert(!db_word(&row, "u", 0, buf, sizeof(buf)));
	ck_assert_int_eq(db_int(&row, "n", 7), 12);
	ck_assert_int_eq(db_int(&row, "x", 7), 7);
	ck_assert_int_eq(db_int(&row, "e", 7), 7);
	ck_assert_int_eq(db_int(&row, "u", 7), 7);
	ck_assert_int_eq(db_int(&row, "none", 7), 7);
	ck_assert(db_bool(&row, "yes") && !db_bool(&row, "no") && !db_bool(&row, "u"));
	ck_assert_ptr_null(db_text(&row, "none"));
	ck_assert_str_eq(db_text(&row, "l"), "ab c");
	gram_free(own);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("db_rows");
	TCase *c = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(c, start, stop);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, rows_that_have_it);
	tcase_add_test(c, rows_asked_for);
	tcase_add_test(c, what_no_puts);
	tcase_add_test(c, rows_that_stay);
	tcase_add_test(c, defaults_are_no_references);
	tcase_add_test(c, ranges_of_addresses);
	tcase_add_test(c, values_of_a_row);
	suite_add_tcase(s, c);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
