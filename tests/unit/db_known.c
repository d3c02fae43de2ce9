/* What is remembered of rows while lines come: no answer outlives what it was about. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

static struct config_test t;

static void start(void)
{
	memset(&t, 0, sizeof(t));
	config_open(&t);
}

static void stop(void)
{
	config_close(&t);
}

static void ok(const char *line)
{
	enum db_status s = config_line(&t, line);

	ck_assert_msg(s == DB_OK, "%s: %d %s", line, s, text_str(&t.out));
}

/* Asked twice: the second answer may be the remembered one. */
static bool any(const char *table, const char *a, const char *x, const char *b, const char *y)
{
	const char *const columns[] = {a, b}, *const texts[] = {x, y};
	unsigned n = b ? 2 : 1;
	bool found = db_any(t.db, gram_table(t.gram, table), columns, texts, n);

	ck_assert_int_eq(db_any(t.db, gram_table(t.gram, table), columns, texts, n), found);
	return found;
}

static bool list(const char *name, const char *kind)
{
	return any("access_list", "name", name, "kind", kind);
}

static bool nameif(const char *name)
{
	return any("interface", "nameif", name, NULL, NULL);
}

START_TEST(rows_that_come_and_go)
{
	ck_assert(!list("A", "standard"));
	ok("access-list B standard permit any4");
	ok("access-list A extended permit ip any any");
	ok("access-list AA standard permit any4");
	ck_assert(!list("A", "standard"));
	ok("clear configure access-list A");
	ck_assert(!list("A", "standard"));
	ok("access-list A standard permit any4");
	ck_assert(list("A", "standard"));
	ok("access-list A standard permit host 10.0.0.1");
	ok("no access-list A standard permit any4");
	ck_assert(list("A", "standard"));
	ok("no access-list A standard permit host 10.0.0.1");
	ck_assert(!list("A", "standard"));
}
END_TEST

START_TEST(values_that_change)
{
	ck_assert(!nameif("inside"));
	ok("interface g0/1");
	ok("nameif inside");
	ck_assert(nameif("inside"));
	ok("shutdown");
	ck_assert(nameif("inside"));
	ok("nameif lan");
	ck_assert(!nameif("inside"));
	ck_assert(nameif("lan"));
	ok("no nameif");
	ck_assert(!nameif("lan"));
}
END_TEST

START_TEST(what_is_taken_back)
{
	ck_assert(!list("A", "standard"));
	ck_assert(db_begin(t.db));
	ok("access-list A standard permit any4");
	ck_assert(list("A", "standard"));
	db_abort(t.db);
	ck_assert(!list("A", "standard"));
	ok("access-list A standard permit any4");
	ck_assert(list("A", "standard"));
	ck_assert(db_begin(t.db));
	ok("no access-list A standard permit any4");
	ck_assert(!list("A", "standard"));
	db_abort(t.db);
	ck_assert(list("A", "standard"));
	/* a line that is refused after it was written */
	ck_assert(!list("A", "extended"));
	ck_assert_int_eq(config_line(&t, "access-list A extended permit ip any any"), DB_REFUSED);
	ck_assert(!list("A", "extended"));
	ck_assert(db_begin(t.db));
	ck_assert_int_eq(config_line(&t, "access-list A extended permit ip any any"), DB_REFUSED);
	ck_assert(!list("A", "extended"));
	ck_assert(db_commit(t.db));
	ck_assert(!list("A", "extended"));
}
END_TEST

static void count(void *ctx, unsigned number, const char *line, bool is_refused, const char *text)
{
	(void)number;
	(void)line;
	(void)text;
	*(unsigned *)ctx += !is_refused;
}

/* Lines that make rows, among them some whose row is there: changed, repeated, moved, refused. */
START_TEST(a_file_makes_rows_and_finds_some)
{
	static const char text[] = "access-list A extended permit ip host 10.0.0.1 any\n"
	    "access-list A extended permit ip host 10.0.0.2 any \n"
	    "access-list A extended permit ip host 10.0.0.1 any log interval 60 \n"
	    "access-list A line 1 extended permit ip host 10.0.0.3 any \n"
	    "access-list A standard permit host 10.0.0.9\n"
	    "access-list A extended permit ip host 10.0.0.4 any \n"
	    "access-list A extended permit ip host 10.0.0.2 any \n"
	    "access-list A line 9 extended permit ip host 10.0.0.5 any \n"
	    "access-list B line 2 extended permit ip host 10.0.0.1 any \n"
	    "no access-list A extended permit ip host 10.0.0.4 any\n"
	    "access-list A extended permit ip host 10.0.0.4 any \n";
	unsigned warned = 0;
	struct db_report report = {.line = count, .ctx = &warned};

	ck_assert_int_eq(db_apply(t.db, text, sizeof(text) - 1, 15, 0, &report), 1);
	ck_assert_uint_eq(warned, 1); /* the repeated one */
	ck_assert_str_eq(config_show(&t, 0, "access-list"),
	    "access-list A extended permit ip host 10.0.0.3 any \n"
	    "access-list A extended permit ip host 10.0.0.1 any log interval 60 \n"
	    "access-list A extended permit ip host 10.0.0.2 any \n"
	    "access-list A extended permit ip host 10.0.0.5 any \n"
	    "access-list A extended permit ip host 10.0.0.4 any \n"
	    "access-list B extended permit ip host 10.0.0.1 any \n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("db_known");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, start, stop);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, rows_that_come_and_go);
	tcase_add_test(c, values_that_change);
	tcase_add_test(c, what_is_taken_back);
	tcase_add_test(c, a_file_makes_rows_and_finds_some);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
