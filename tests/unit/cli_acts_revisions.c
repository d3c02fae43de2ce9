/* What a person is asked and told of revisions, of the way back, and of a change that undoes
 * itself. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "tests/support/one_act.h"
#include "tests/support/unread.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

static bool says(const char *line, const char *what)
{
	one_act_run(&one, line);
	return strstr(one_act_said(&one), what) != NULL;
}

static const char *hostname(void)
{
	return one.box.m->running.delivery.own.hostname;
}

START_TEST(checkpoints_are_listed)
{
	ck_assert(says("show configuration checkpoints", ""));
	ck_assert_str_eq(one_act_said(&one), "");
	ck_assert(says("configure checkpoint", "Checkpoint is revision 1\n"));
	one_act_run(&one, "write memory");
	ck_assert(says("configure checkpoint named", "Checkpoint is revision 3\n"));
	one_act_run(&one, "show configuration checkpoints");
	ck_assert_ptr_null(strstr(one_act_said(&one), "(saved)"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "\n     1  -  "));
	ck_assert(says("show configuration revisions", "     2  (saved)  "));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "     3  named  "));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "enable_15"));
	ck_assert(!one.act.refused);
}
END_TEST

START_TEST(names_that_stand_for_something_else)
{
	static const char *const names[] = {"7", "startup", "running"};
	char line[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(line, sizeof line, "configure checkpoint %s", names[i]);
		ck_assert(says(line, "cannot be the name of a checkpoint\n"));
		ck_assert(one.act.refused);
	}
}
END_TEST

START_TEST(differences)
{
	ck_assert(says("show configuration diff", "No Configuration\n"));
	ck_assert(one.act.refused);
	one_act_run(&one, "write memory");
	ck_assert(says("show configuration diff", "No differences\n"));
	one_act_run(&one, "configure checkpoint first");
	box_type(&one.box, "hostname second");
	one_act_run(&one, "show configuration diff");
	ck_assert_str_eq(one_act_said(&one), "-hostname ciscoasa\n+hostname second\n");
	one_act_run(&one, "configure checkpoint second");
	one_act_run(&one, "show configuration diff second first");
	ck_assert_str_eq(one_act_said(&one), "-hostname second\n+hostname ciscoasa\n");
	one_act_run(&one, "show configuration diff running startup");
	ck_assert_str_eq(one_act_said(&one), "-hostname second\n+hostname ciscoasa\n");
	ck_assert(says("show configuration diff third", "ERROR: There is no revision third\n"));
	ck_assert(says("show configuration diff 1 9", "ERROR: There is no revision 9\n"));
}
END_TEST

/* No secret is shown, whatever form a person has given it in a file of his. */
START_TEST(secrets_are_compared_but_not_shown)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/startup-config", one.box.dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs("username eve password hidden1\ntunnel-group DefaultRAGroup ipsec-attributes\n"
	      " ikev1 pre-shared-key hidden2\nenable passwrd hidden3\n",
	    f);
	fclose(f);
	one_act_run(&one, "show configuration diff startup running");
	ck_assert_ptr_null(strstr(one_act_said(&one), "hidden"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "-username eve password *****\n"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "\n -ikev1 pre-shared-key *****\n"));
}
END_TEST

START_TEST(going_back_asks)
{
	one_act_run(&one, "configure checkpoint here");
	ck_assert(says("configure rollback here", "No differences\n"));
	box_type(&one.box, "hostname there");
	one_act_run(&one, "configure rollback here");
	ck_assert_str_eq(one_act_said(&one),
	    "-hostname there\n+hostname ciscoasa\nLines removed: 1, added: 1\n");
	ck_assert_str_eq(text_str(&one.question), "Proceed with rollback? [confirm]");
	one_act_person(&one, "n");
	ck_assert_str_eq(hostname(), "there");
	one_act_run(&one, "configure rollback here");
	one_act_person(&one, NULL); /* broken off */
	ck_assert_str_eq(hostname(), "there");
	parse_state_init(&one.session.place, one.box.m->gram, true);
	one_act_run(&one, "configure rollback here");
	one.session.place.depth = 2; /* in a block */
	one_act_person(&one, "");
	ck_assert_str_eq(hostname(), "ciscoasa");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "[OK]\n"));
	ck_assert_uint_eq(one.session.place.depth, 1); /* which may be gone */
	box_type(&one.box, "hostname there");
	ck_assert(says("configure rollback 1 noconfirm", "[OK]\n"));
	ck_assert_str_eq(hostname(), "ciscoasa");
	ck_assert(says("configure rollback 2", "ERROR: There is no revision 2\n"));
	ck_assert(one.act.refused);
	ck_assert(
	    says("show configuration history 1", "  configure rollback 1\n  -hostname there\n"));
}
END_TEST

START_TEST(a_change_that_undoes_itself)
{
	struct revert *r = &one.box.m->running.revert;

	ck_assert(says("show configuration revert", "No change is waiting to be confirmed\n"));
	ck_assert(says("configure confirm", "ERROR: No change is waiting to be confirmed\n"));
	ck_assert(says("configure revert now", "ERROR: No change is waiting to be confirmed\n"));
	ck_assert(says("configure revert timer 90",
	    "In 1:30:00 the configuration goes back to revision 1, unless 'configure confirm'"));
	ck_assert(says("configure revert timer 0:10:05", "In 0:10:05 "));
	ck_assert_int_eq(r->number, 1); /* the way back is still the same */
	ck_assert(says("show configuration revert", "Started by enable_15\n"));
	ck_assert(says("write memory", "WARNING: the change is not confirmed"));
	box_type(&one.box, "hostname there");
	ck_assert(says("configure revert now", "[OK]\n"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "so did the startup-config"));
	ck_assert_str_eq(hostname(), "ciscoasa");
	ck_assert_int_eq(r->number, 0);
	one_act_run(&one, "configure revert timer 10");
	box_type(&one.box, "hostname there");
	ck_assert(says("configure confirm", "The change stays."));
	ck_assert_str_eq(hostname(), "there");
	one_act_run(&one, "configure revert timer 10");
	ck_assert(says("configure revert cancel", "The change stays."));
	ck_assert(!uv_is_active((uv_handle_t *)&r->timer));
}
END_TEST

/* It has gone back; that this cannot be noted is no reason to go back again. */
START_TEST(undone_once)
{
	static const char no_note[] =
	    "CREATE TEMP TRIGGER no_note BEFORE INSERT ON main.meta WHEN NEW.name='note-revision' "
	    "BEGIN SELECT RAISE(FAIL, 'no'); END";
	struct revert *r = &one.box.m->running.revert;

	one_act_run(&one, "configure revert timer 10");
	box_type(&one.box, "hostname there");
	ck_assert_int_eq(sqlite3_exec(one.box.m->running.db->sql, no_note, NULL, NULL, NULL), 0);
	one_act_run(&one, "configure revert now");
	ck_assert_str_eq(hostname(), "ciscoasa");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "could not be stored: it may go back"));
	ck_assert_int_eq(r->number, 0);
	ck_assert(!uv_is_active((uv_handle_t *)&r->timer));
}
END_TEST

/* Whether a change waits cannot be read: nobody is told that there is none. */
START_TEST(it_cannot_be_read_yet)
{
	static const char *const lines[] = {"configure confirm", "configure revert now",
	    "configure revert timer 5", "show configuration revert", "write memory"};
	struct revert *r = &one.box.m->running.revert;

	one_act_run(&one, "configure revert timer 10");
	uv_timer_stop(&r->timer);
	r->number = 0; /* as in a new process */
	unread_table(one.box.m->running.db, "meta");
	revert_resume(r);
	unread_table(one.box.m->running.db, NULL);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(
		    says(lines[i], "hether a change is waiting to be confirmed cannot be read"),
		    "%s: %s", lines[i], one_act_said(&one));
	ck_assert(uv_is_active((uv_handle_t *)&r->timer));
	revert_resume(r);
	ck_assert_int_eq(r->number, 1);
	ck_assert(says("configure confirm", "The change stays."));
	ck_assert(says("show configuration revert", "No change is waiting to be confirmed\n"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_revisions");
	TCase *tc = tcase_create("cli_acts_revisions");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, undone_once);
	tcase_add_test(tc, it_cannot_be_read_yet);
	tcase_add_test(tc, checkpoints_are_listed);
	tcase_add_test(tc, names_that_stand_for_something_else);
	tcase_add_test(tc, differences);
	tcase_add_test(tc, secrets_are_compared_but_not_shown);
	tcase_add_test(tc, going_back_asks);
	tcase_add_test(tc, a_change_that_undoes_itself);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
