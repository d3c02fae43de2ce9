/* A scheduled reload, with clocks that only move when the test says so. */
#include <check.h>
#include <string.h>

#include "cli/manager/reload.h"
#include "db/internal.h"
#include "tests/support/one_act.h"
#include "tests/support/unread.h"

static struct one_act one;
static struct reload *r;
static uint64_t boot;
static int64_t wall;
static char gone[200];
static struct text heard;

static uint64_t boot_clock(void)
{
	return boot;
}

static int64_t wall_clock(void)
{
	return wall;
}

static void go(struct manager *m, const char *why)
{
	(void)m;
	snprintf(gone, sizeof gone, "%s", why);
}

static void hears(void *ctx, const char *line, size_t len)
{
	(void)ctx;
	text_addn(&heard, line, len);
}

static struct audit_listener listener = {.heard = hears};
static const struct reload_clocks clocks = {boot_clock, wall_clock};

static void setup(void)
{
	one_act_setup(&one);
	boot = 1000;
	wall = 1600000000;
	gone[0] = 0;
	text_clear(&heard);
	audit_listen(&one.box.m->audit, &listener);
	r = reload_new(one.box.m, go, &clocks);
	ck_assert_ptr_nonnull(r);
}

static void teardown(void)
{
	reload_free(r);
	audit_unlisten(&one.box.m->audit, &listener);
	one_act_teardown(&one);
	text_free(&heard);
}

/* So many times the text was heard. */
static unsigned times(const char *what)
{
	unsigned n = 0;

	for (const char *s = text_str(&heard); (s = strstr(s, what)); s++)
		n++;
	return n;
}

/* Second by second, as the timer may come at any time. */
static void pass(unsigned seconds)
{
	while (seconds--) {
		boot += 1000;
		wall++;
		reload_look(r);
	}
}

START_TEST(it_warns_and_comes)
{
	struct reload_plan p = {.after = boot + 6 * 60000, .who = "admin", .reason = "new cards"};

	ck_assert_ptr_null(reload_planned(r));
	ck_assert(reload_schedule(r, &p));
	ck_assert_int_eq(reload_left(r), 360000);
	ck_assert_uint_eq(times("*** --- SHUTDOWN in 0:06:00 ---\n***\n*** Message to all users:"
				"\n***\n*** new cards\n***\n"),
	    1);
	pass(359);
	ck_assert_uint_eq(times("SHUTDOWN in "), 4);
	ck_assert_uint_eq(times("SHUTDOWN in 0:05:00"), 1);
	ck_assert_uint_eq(times("SHUTDOWN in 0:02:00"), 1);
	ck_assert_uint_eq(times("SHUTDOWN in 0:01:00"), 1);
	ck_assert_str_eq(gone, "");
	pass(1);
	ck_assert_str_eq(gone, "scheduled reload by admin");
	ck_assert_uint_eq(times("START GRACEFUL SHUTDOWN"), 1);
	ck_assert_ptr_null(reload_planned(r));
	gone[0] = 0;
	pass(100);
	ck_assert_str_eq(gone, "");
}
END_TEST

START_TEST(a_time_span_does_not_move_with_the_clock)
{
	struct reload_plan p = {.after = boot + 600000, .who = "admin"};

	ck_assert(reload_schedule(r, &p));
	wall += 86400;
	reload_look(r);
	ck_assert_str_eq(gone, "");
	pass(600);
	ck_assert_str_ne(gone, "");
}
END_TEST

START_TEST(a_time_of_the_clock_does)
{
	struct reload_plan p = {.at = wall + 7200, .who = "admin"};

	ck_assert(reload_schedule(r, &p));
	ck_assert_int_eq(reload_left(r), 7200000);
	wall += 7100; /* somebody sets the clock */
	reload_look(r);
	ck_assert_str_eq(gone, "");
	ck_assert_uint_eq(times("SHUTDOWN in 0:01:40"), 1); /* once, though five were due */
	wall += 100;
	reload_look(r);
	ck_assert_str_ne(gone, "");
}
END_TEST

/* What cannot be forgotten stays: the next process would do it. */
START_TEST(it_cannot_be_taken_back)
{
	struct reload_plan p = {.after = boot + 60000, .who = "admin"};
	sqlite3 *sql = one.box.m->running.db->sql;

	ck_assert(reload_schedule(r, &p));
	ck_assert_int_eq(sqlite3_exec(sql, "PRAGMA query_only=1", NULL, NULL, NULL), SQLITE_OK);
	ck_assert(!reload_cancel(r));
	ck_assert_ptr_nonnull(reload_planned(r));
	ck_assert_uint_eq(times("ABORTED"), 0);
	ck_assert_int_eq(sqlite3_exec(sql, "PRAGMA query_only=0", NULL, NULL, NULL), SQLITE_OK);
	ck_assert(reload_cancel(r));
}
END_TEST

START_TEST(it_is_taken_back)
{
	struct reload_plan p = {.after = boot + 60000, .who = "admin"};

	ck_assert(!reload_cancel(r));
	ck_assert_uint_eq(times("ABORTED"), 0);
	ck_assert(reload_schedule(r, &p));
	ck_assert(reload_cancel(r));
	ck_assert_uint_eq(times("*** --- SHUTDOWN ABORTED ---"), 1);
	pass(100);
	ck_assert_str_eq(gone, "");
	reload_resume(r);
	ck_assert_ptr_null(reload_planned(r));
}
END_TEST

START_TEST(it_outlives_the_process)
{
	struct reload_plan p = {
	    .after = boot + 90000, .save = true, .who = "admin", .reason = "two words"};
	const struct reload_plan *q;

	ck_assert(reload_schedule(r, &p));
	reload_free(r);
	r = reload_new(one.box.m, go, &clocks);
	ck_assert_ptr_null(reload_planned(r));
	unread_table(one.box.m->running.db, "meta");
	reload_resume(r);
	ck_assert_ptr_null(reload_planned(r));
	unread_table(one.box.m->running.db, NULL);
	while (!reload_planned(r)) /* it tries again */
		uv_run(&box_loop, UV_RUN_ONCE);
	q = reload_planned(r);
	ck_assert_ptr_nonnull(q);
	ck_assert(q->save);
	ck_assert_str_eq(q->who, "admin");
	ck_assert_str_eq(q->reason, "two words");
	ck_assert_int_eq(reload_left(r), 90000);
	pass(90);
	ck_assert_str_ne(gone, "");
	/* With what was not saved, now saved. */
	ck_assert(!db_modified(one.box.m->running.db));
}
END_TEST

START_TEST(a_quick_one_is_not_told)
{
	struct reload_plan p = {.after = boot + 120000, .quiet = true, .who = "admin"};

	ck_assert(reload_schedule(r, &p));
	pass(110);
	reload_resume(r);
	ck_assert(reload_planned(r)->quiet);
	pass(10);
	ck_assert_str_ne(gone, "");
	ck_assert_uint_eq(heard.len, 0);
}
END_TEST

START_TEST(it_waits_while_a_change_settles)
{
	struct reload_plan p = {.after = boot + 1000, .who = "admin"};

	ck_assert(reload_schedule(r, &p));
	one.box.m->running.settle.turns.taken = true;
	pass(5);
	ck_assert_str_eq(gone, "");
	one.box.m->running.settle.turns.taken = false;
	pass(1);
	ck_assert_str_ne(gone, "");
}
END_TEST

/* Whether one is scheduled cannot be read: nobody is told that there is none. */
START_TEST(it_cannot_be_read_yet)
{
	struct reload *mine = one.box.m->reload;
	struct reload_plan p = {
	    .after = reload_boot_clock(mine) + 7200000, .who = "admin", .reason = "two words"};

	ck_assert(reload_schedule(r, &p));
	unread_table(one.box.m->running.db, "meta");
	reload_resume(mine);
	for (int cancel = 0; cancel <= 1; cancel++) {
		one_act_run(&one, cancel ? "reload cancel" : "show reload");
		ck_assert_str_eq(one_act_said(&one),
		    "ERROR: Whether a reload is scheduled cannot be read now. Try again\n");
	}
	unread_table(one.box.m->running.db, NULL);
	reload_resume(mine);
	one_act_run(&one, "reload cancel");
	ck_assert_str_eq(one_act_said(&one), "");
	reload_resume(mine);
	one_act_run(&one, "show reload");
	ck_assert_str_eq(one_act_said(&one), "No reload is scheduled.\n");
}
END_TEST

/* ---- as typed --------------------------------------------------------------------------- */

START_TEST(as_typed)
{
	const struct reload_plan *p;

	one_act_run(&one, "show reload");
	ck_assert_str_eq(one_act_said(&one), "No reload is scheduled.\n");
	one_act_run(&one, "reload cancel");
	ck_assert_str_eq(one_act_said(&one), "No reload is scheduled.\n");
	one_act_run(&one, "reload in 1:05 noconfirm save-config reason new cards");
	p = reload_planned(one.box.m->reload);
	ck_assert_ptr_nonnull(p);
	ck_assert(p->save && p->after && !p->at);
	ck_assert_str_eq(p->reason, "new cards");
	one_act_run(&one, "show reload");
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "(in 1 hour and 5 minutes) by enable_15, with save-config\n"
				       "Reload reason: new cards\n"));
	one_act_run(&one, "reload in 10");
	ck_assert_str_eq(
	    text_str(&one.question), "System config has been modified. Save? [Y]es/[N]o:  ");
	one_act_person(&one, "n");
	ck_assert_str_eq(text_str(&one.question), "Proceed with reload? [confirm] ");
	one_act_person(&one, "n");
	ck_assert(reload_planned(one.box.m->reload)->save); /* the old one stays */
	one_act_run(&one, "reload at 03:00 31 Dec noconfirm");
	p = reload_planned(one.box.m->reload);
	ck_assert(!p->after && p->at && !p->save);
	one_act_run(&one, "reload at 0:00 noconfirm");
	ck_assert_int_le(reload_left(one.box.m->reload), 86400000);
	ck_assert_int_gt(reload_left(one.box.m->reload), 0);
	for (size_t i = 0; i < 4; i++) {
		static const char *const wrong[] = {"0", "1:60", "x", "1:"};
		char line[60];

		snprintf(line, sizeof line, "reload in %s noconfirm", wrong[i]);
		one_act_run(&one, line);
		ck_assert_ptr_nonnull(strstr(one_act_said(&one), "is no time of [HH:]MM"));
	}
	one_act_run(&one, "reload cancel");
	ck_assert_ptr_null(reload_planned(one.box.m->reload));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_reload");
	TCase *t = tcase_create("cli_reload");
	SRunner *run = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, it_warns_and_comes);
	tcase_add_test(t, a_time_span_does_not_move_with_the_clock);
	tcase_add_test(t, a_time_of_the_clock_does);
	tcase_add_test(t, it_is_taken_back);
	tcase_add_test(t, it_cannot_be_taken_back);
	tcase_add_test(t, it_outlives_the_process);
	tcase_add_test(t, a_quick_one_is_not_told);
	tcase_add_test(t, it_waits_while_a_change_settles);
	tcase_add_test(t, it_cannot_be_read_yet);
	tcase_add_test(t, as_typed);
	suite_add_tcase(s, t);
	srunner_run_all(run, CK_NORMAL);
	failed = srunner_ntests_failed(run);
	srunner_free(run);
	return failed != 0;
}
