/* What each privilege level may type, sees and is refused. */
#include <check.h>
#include <string.h>

#include "cli/disk/disk.h"
#include "cli/login/login.h"
#include "db/internal.h"
#include "tests/support/screens.h"
#include "tests/support/unread.h"

static struct screens w;
static struct screen s, t;
static struct operator* script, *person;

static void say(const char *line)
{
	ck_assert_str_eq(screen_type(script, &t, line), "");
}

static void setup(void)
{
	screens_setup(&w);
	script = screen_enter(&w, &t, CONSOLE_KIND_SCRIPT);
	say("configure terminal");
	say("enable password five5 level 5");
	person = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);
}

static void teardown(void)
{
	screen_leave(person, &s);
	screen_leave(script, &t);
	screens_teardown(&w);
}

static void enable_5(void)
{
	screen_type(person, &s, "enable 5");
	screen_answer(person, &s, "five5");
	screen_wait(person, &s);
	ck_assert_str_eq(s.prompt, "ciscoasa# ");
}

static bool helps(const char *text, const char *word)
{
	text_clear(&s.t);
	operator_help(person, text, strlen(text));
	return strstr(text_str(&s.t), word) != NULL;
}

#define REFUSED "Command authorization failed\n"

START_TEST(without_authorization_all_is_open_to_the_enabled)
{
	say("privilege cmd level 14 mode exec command configure");
	enable_5();
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), "");
	ck_assert_str_eq(screen_type(person, &s, "hostname fw1"), "");
	ck_assert(helps("", "hostname"));
	screen_type(person, &s, "disable");
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "configure terminal"), "ERROR"));
}
END_TEST

START_TEST(levels_hold)
{
	screen_type(script, &t, "aaa authorization command LOCAL");
	enable_5();
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), REFUSED);
	ck_assert_uint_eq(s.status, 1);
	ck_assert(!helps("", "configure"));
	say("privilege cmd level 5 mode exec command configure");
	say("privilege cmd level 5 mode configure command hostname");
	ck_assert(helps("", "configure"));
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), "");
	ck_assert_str_eq(screen_type(person, &s, "hostname fw1"), "");
	ck_assert_str_eq(screen_type(person, &s, "no hostname"), "");
	ck_assert_str_eq(screen_type(person, &s, "username x nopassword"), REFUSED);
	ck_assert(!helps("", "username"));
	ck_assert_str_eq(screen_type(person, &s, "exit"), ""); /* nobody is caught in a mode */
	ck_assert_str_eq(screen_type(person, &s, "show curpriv | include level"),
	    "Current privilege level : 5\n");
	say("no privilege cmd level 5 mode exec command configure");
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), REFUSED);
	screen_type(script, &t, "no aaa authorization command LOCAL");
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), "");
}
END_TEST

static int unreadable(void *arg, int what, const char *table, const char *column, const char *db,
    const char *by)
{
	(void)arg, (void)table, (void)column, (void)db, (void)by;
	return what == SQLITE_READ ? SQLITE_DENY : SQLITE_OK;
}

/* A database that cannot be read opens nothing: what was known holds until it can be again. */
START_TEST(what_cannot_be_read_opens_nothing)
{
	sqlite3 *sql = w.m->running.db->sql;
	struct screen u;
	struct operator* other;

	screen_type(script, &t, "aaa authorization command LOCAL");
	say("privilege cmd level 5 mode exec command configure");
	enable_5();
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), "");
	ck_assert_str_eq(screen_type(person, &s, "end"), "");
	say("no privilege cmd level 5 mode exec command configure");
	sqlite3_set_authorizer(sql, unreadable, NULL);
	w.m->running.delivery.own.rights++; /* a line has changed something */
	ck_assert(!login_setting(w.m, "command", NULL, 0));
	ck_assert_str_eq(screen_type(person, &s, "reload noconfirm"), REFUSED);
	other = screen_enter(&w, &u, CONSOLE_KIND_CONSOLE);
	ck_assert_str_ne(u.prompt, "ciscoasa> "); /* he has to say who he is */
	screen_leave(other, &u);
	sqlite3_set_authorizer(sql, NULL, NULL);
	ck_assert_str_eq(screen_type(person, &s, "configure terminal"), REFUSED);
}
END_TEST

/* Where nothing was known before, nobody below the highest level may do anything but go. */
START_TEST(what_has_never_been_read)
{
	struct db *db = w.m->running.db;

	enable_5();
	unread_table(db, "privilege_level");
	screen_type(script, &t, "aaa authorization command LOCAL");
	ck_assert_str_eq(screen_type(person, &s, "show access-list"), REFUSED);
	ck_assert_ptr_null(strstr(screen_type(person, &s, "enable"), REFUSED)); /* at any level */
	operator_interrupt(person);
	unread_table(db, NULL);
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "show curpriv"), "level : 5\n"));
	say("no aaa authorization command LOCAL");
	w.m->running.delivery.own.known = false; /* nor who authorizes */
	ck_assert_str_eq(screen_type(person, &s, "show curpriv"),
	    "Command authorization failed: the configuration cannot be read\n");
	ck_assert_str_eq(screen_type(script, &t, "show clock | exclude ."), "");
	w.m->running.delivery.own.known = true;
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "show curpriv"), "level : 5\n"));
	screen_type(person, &s, "exit");
}
END_TEST

/* Where a login is asked for it is, also when that line cannot be read. */
START_TEST(enable_without_its_line)
{
	screen_type(script, &t, "aaa authentication enable console LOCAL");
	unread_table(w.m->running.db, "aaa");
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "enable"), "Username: "));
	operator_interrupt(person);
	unread_table(w.m->running.db, NULL);
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "enable"), "Username: "));
	operator_interrupt(person);
}
END_TEST

/* A name of an address that is not found: it is told why. */
START_TEST(a_name_that_cannot_be_read)
{
	say("names");
	say("name 10.1.1.1 server");
	unread_table(w.m->running.db, "name");
	ck_assert_ptr_nonnull(
	    strstr(screen_type(script, &t, "route inside 10.2.0.0 255.255.0.0 server"),
		"ERROR: Unable to read the configuration: "));
	unread_table(w.m->running.db, NULL);
}
END_TEST

/* He is asked, and meanwhile another session reads in vain: that is not told to him. */
START_TEST(what_another_cannot_read)
{
	for (int broken_off = 0; broken_off <= 1; broken_off++) {
		screen_type(person, &s, "enable 5");
		unread_table(w.m->running.db, "aaa");
		ck_assert(!login_setting(w.m, "command", NULL, 0));
		unread_table(w.m->running.db, NULL);
		text_clear(&s.t);
		if (broken_off)
			operator_interrupt(person);
		else
			screen_answer(person, &s, "five5");
		screen_wait(person, &s);
		ck_assert_ptr_null(strstr(text_str(&s.t), "Unable to read"));
	}
}
END_TEST

/* What he may not type is not his to copy into what runs either. */
START_TEST(files_hold_to_the_level)
{
	static const char file[] = "hostname fw2\nusername mallory nopassword privilege 15\n";
	struct disk_writer d;

	ck_assert(disk_begin(&d, w.m->state, "x.cfg", sizeof file - 1));
	ck_assert(disk_put(&d, file, sizeof file - 1) && disk_end(&d));
	screen_type(script, &t, "aaa authorization command LOCAL");
	say("privilege cmd level 5 mode exec command copy");
	say("privilege cmd level 5 mode configure command hostname");
	enable_5();
	ck_assert_ptr_nonnull(strstr(
	    screen_type(person, &s, "copy /noconfirm disk0:x.cfg running-config"), "ERROR"));
	ck_assert_str_eq(w.m->running.delivery.own.hostname, "fw2");
	ck_assert_str_eq(screen_type(script, &t, "show running-config username"), "");
	screen_type(script, &t, "copy /noconfirm disk0:x.cfg running-config");
	ck_assert_ptr_nonnull(
	    strstr(screen_type(script, &t, "show running-config username"), "mallory"));
}
END_TEST

START_TEST(the_more_exact_line_holds)
{
	screen_type(script, &t, "aaa authorization command LOCAL");
	say("privilege level 6 command running-config");
	enable_5();
	ck_assert_str_eq(screen_type(person, &s, "show running-config hostname"), REFUSED);
	say("privilege show level 5 mode exec command running-config");
	ck_assert_str_eq(
	    screen_type(person, &s, "show running-config hostname"), "hostname ciscoasa\n");
	ck_assert_ptr_nonnull(strstr(screen_type(script, &t, "show running-config privilege"),
	    "privilege show level 5 mode exec command running-config\n"));
}
END_TEST

/* A line that only fits once a name in it was resolved is no way around. */
START_TEST(names_are_no_way_around)
{
	say("names");
	say("name 10.77.0.1 srv");
	say("privilege cmd level 5 mode exec command configure");
	screen_type(script, &t, "aaa authorization command LOCAL");
	enable_5();
	screen_type(person, &s, "configure terminal");
	ck_assert_str_eq(
	    screen_type(person, &s, "route outside srv 255.255.255.255 10.77.0.2"), REFUSED);
	ck_assert_str_eq(screen_type(script, &t, "show running-config route"), "");
}
END_TEST

START_TEST(user_mode_gets_what_it_is_given)
{
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "show logging"), "^"));
	say("privilege show level 1 command logging");
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "show logging"), "^"));
	screen_type(script, &t, "aaa authorization command LOCAL");
	ck_assert_ptr_nonnull(strstr(screen_type(person, &s, "show logging"), "Syslog logging"));
	say("privilege cmd level 15 command ping");
	ck_assert(!helps("", "ping"));
}
END_TEST

int main(void)
{
	Suite *all = suite_create("cli_privilege");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, without_authorization_all_is_open_to_the_enabled);
	tcase_add_test(c, levels_hold);
	tcase_add_test(c, what_cannot_be_read_opens_nothing);
	tcase_add_test(c, what_has_never_been_read);
	tcase_add_test(c, enable_without_its_line);
	tcase_add_test(c, a_name_that_cannot_be_read);
	tcase_add_test(c, what_another_cannot_read);
	tcase_add_test(c, files_hold_to_the_level);
	tcase_add_test(c, the_more_exact_line_holds);
	tcase_add_test(c, names_are_no_way_around);
	tcase_add_test(c, user_mode_gets_what_it_is_given);
	suite_add_tcase(all, c);
	r = srunner_create(all);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
