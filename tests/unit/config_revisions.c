/*
 * Revisions of the running-config: a rollback gives exactly the text that was kept, touches only
 * what differs, and is all or nothing; the change that undoes itself.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/revisions.h"
#include "tests/support/config.h"
#include "tests/support/grammar.h"
#include "tests/support/running_alone.h"

static struct alone alone;
static struct alone_person person;

static void setup(void)
{
	alone_setup(&alone);
	alone.keeper = false;
	ck_assert(alone_start(&alone, "boot", NULL));
	alone_come(&alone, &person);
}

static void teardown(void)
{
	if (alone.running)
		alone_stop(&alone);
	text_free(&person.screen);
	alone_teardown(&alone);
}

/* ---- helpers ---------------------------------------------------------------------------- */

static struct db *database(void)
{
	return alone.running->db;
}

static int64_t keep(const char *name)
{
	char error[200] = "";
	int64_t number = db_checkpoint(database(), name, "", "me", 1, error, sizeof error);

	ck_assert_msg(number > 0, "%s", error);
	return number;
}

static char *running(void)
{
	struct text t = {0};
	struct gram_out out = text_out(&t);

	ck_assert(db_render(database(), RENDER_CLEAR, NULL, &out));
	return t.p;
}

/* The other configuration in the place of this one, or a list of lines after it. */
static void load(const char *text)
{
	struct config_change c = alone_change(&person);

	settle_file(&alone.running->settle, &c, text, strlen(text));
}

static enum settled go_back(const char *which)
{
	struct config_change c = alone_change(&person);
	struct revision_text now, back;
	struct revision_diff diff;
	char error[200] = "";

	ck_assert(revisions_read(alone.running, "running", &now, error, sizeof error));
	ck_assert_msg(
	    revisions_read(alone.running, which, &back, error, sizeof error), "%s", error);
	ck_assert(revisions_diff(alone.gram, now.text, back.text, MASK_HASHES, &diff));
	c.line = "configure rollback";
	c.place = NULL;
	text_clear(&alone.told);
	text_clear(&person.screen);
	revisions_load(alone.running, &c, &back, &diff);
	revisions_free(&now);
	revisions_free(&back);
	text_free(&diff.lines);
	return person.how;
}

/* Some of the examples of the grammar, in the order of its files. */
static char *some_examples(uint64_t *seed, unsigned one_in)
{
	const struct gram *g = alone.gram;
	struct text t = {0};

	text_add(&t, config_prelude);
	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_command *c = g->commands[i];

		if (!c->table || !c->examples || test_random(seed, one_in))
			continue;
		for (char **e = gram_lead(c); e && *e; e++)
			text_addf(&t, "%s\n", *e);
		text_addf(&t, "%s\n", c->examples[0]);
		for (const struct gram_mode *m = c->mode; m != g->config; m = m->parent)
			text_add(&t, "exit\n");
	}
	return t.p;
}

static void fresh(void)
{
	ck_assert(db_clear(database()));
}

/* ---- rollback ------------------------------------------------------------------------------ */

START_TEST(any_configuration_to_any_other)
{
	uint64_t seed = 1000 + (uint64_t)_i;
	char *lines = some_examples(&seed, 2), *a, *b;

	load(lines);
	free(lines);
	a = running();
	keep("a");
	fresh();
	lines = some_examples(&seed, 3);
	load(lines);
	free(lines);
	b = running();
	keep("b");
	ck_assert_str_ne(a, b);
	ck_assert_int_eq(go_back("a"), SETTLED_DONE);
	free(b);
	b = running();
	ck_assert_str_eq(a, b);
	text_clear(&alone.told);
	ck_assert_int_eq(go_back("a"), SETTLED_DONE);
	ck_assert_str_eq(text_str(&alone.told), ""); /* nothing differs, nobody hears of it */
	free(a);
	free(b);
}
END_TEST

/* Who has to know of a change hears of that alone. */
START_TEST(what_does_not_differ_is_not_told)
{
	uint64_t seed = 1;
	char *lines = some_examples(&seed, 1);
	size_t typed;

	load(lines);
	free(lines);
	keep("all");
	text_clear(&alone.told);
	alone_ok(&alone, &person, "hostname another");
	typed = alone.told.len;
	ck_assert_int_eq(go_back("all"), SETTLED_DONE);
	ck_assert_uint_eq(alone.told.len, typed);
	text_clear(&alone.told);
	alone_ok(&alone, &person, "username zoe password Secret-Secret-1");
	typed = alone.told.len;
	ck_assert_int_eq(go_back("all"), SETTLED_DONE);
	ck_assert_uint_le(alone.told.len, typed);
}
END_TEST

/* What stands there cannot all be taken (any more). */
START_TEST(all_or_nothing)
{
	char *before, *after;

	alone_save(&alone, "hostname other\nfrobnicate\nusername eve password secretsecret\n");
	alone_ok(&alone, &person, "hostname here");
	before = running();
	ck_assert_int_eq(go_back("startup"), SETTLED_REFUSED);
	ck_assert_ptr_nonnull(strstr(text_str(&person.screen), "line 2: frobnicate\n"));
	ck_assert_ptr_nonnull(
	    strstr(text_str(&person.screen), "ERROR: Nothing of it was applied\n"));
	after = running();
	ck_assert_str_eq(before, after);
	ck_assert_str_eq(text_str(&alone.told), "");
	ck_assert(!alone.running->settle.turns.taken);
	ck_assert_str_eq(alone_hostname(&alone), "here");
	free(before);
	free(after);
}
END_TEST

START_TEST(the_keeper_refuses_one_thing)
{
	char buf[32];

	alone_ok(&alone, &person, "interface g0/0");
	alone_ok(&alone, &person, ALONE_ADDRESS);
	keep("address");
	alone_ok(&alone, &person, "no ip address");
	alone_ok(&alone, &person, "hostname here");
	alone.keeper = true;
	ck_assert(alone.running->settle.turns.taken == false);
	for (int refused = 1; refused >= 0; refused--) {
		person.done = 0;
		go_back("address");
		ck_assert_uint_eq(person.done, 0); /* it waits for the keeper */
		ck_assert(alone.running->settle.turns.taken);
		alone_answer(&alone, true, refused ? "in use" : NULL);
		if (alone.held)
			alone_answer(&alone, true, NULL);
		ck_assert_uint_eq(person.done, 1);
		ck_assert_int_eq(person.how, refused ? SETTLED_REFUSED : SETTLED_DONE);
		ck_assert_str_eq(alone_hostname(&alone), refused ? "here" : "ciscoasa");
		ck_assert_str_eq(alone_address(&alone, buf), refused ? "none" : "10.9.8.7");
		ck_assert(alone_logged(
		    &alone, refused ? "end configuration: FAILED" : "end configuration: OK"));
	}
}
END_TEST

static void record(void *ctx, const struct db_record *r)
{
	text_addf(ctx, "%s from %s: %s", r->who, r->from, r->lines);
}

/* The history tells what differed, without secrets. */
START_TEST(what_the_history_tells)
{
	struct text t = {0};

	alone_ok(&alone, &person, "tunnel-group T type remote-access");
	keep("t");
	alone_ok(&alone, &person, "tunnel-group T ipsec-attributes");
	alone_ok(&alone, &person, "ikev1 pre-shared-key hidden");
	alone_ok(&alone, &person, "hostname other");
	ck_assert_int_eq(go_back("t"), SETTLED_DONE);
	ck_assert(db_history(database(), 1, record, &t));
	ck_assert_str_eq(text_str(&t),
	    "me from console: configure rollback\n-hostname other\n+hostname ciscoasa\n"
	    "-tunnel-group T ipsec-attributes\n -ikev1 pre-shared-key *****\n");
	text_free(&t);
	text_clear(&person.screen);
}
END_TEST

static void listed(void *ctx, const struct db_revision *r)
{
	text_addf(
	    ctx, "%lld%s%s ", (long long)r->number, r->name ? ":" : "", r->name ? r->name : "");
}

START_TEST(numbers_and_names)
{
	struct revision_text text;
	struct text t = {0};
	char error[200];

	ck_assert_int_eq(keep("one"), 1);
	ck_assert_int_eq(keep(""), 2);
	ck_assert_int_gt(db_save(database(), "", "me", 2, error, sizeof error), 0);
	ck_assert_int_eq(keep("one"), 4);
	ck_assert(db_revisions(database(), listed, &t));
	ck_assert_str_eq(text_str(&t), "4:one 3 2: 1:one ");
	ck_assert_int_eq(db_revision_find(database(), "one"), 4); /* the newest of that name */
	ck_assert_int_eq(db_revision_find(database(), "1"), 1);
	ck_assert_int_eq(db_revision_find(database(), "5"), -1);
	ck_assert_int_eq(db_revision_find(database(), ""), -1);
	ck_assert_int_eq(db_revision_find(database(), "99999999999999999999999"), -1);
	ck_assert(!revisions_read(alone.running, "two", &text, error, sizeof error));
	ck_assert_str_eq(error, "ERROR: There is no revision two");
	ck_assert(revisions_read(alone.running, "3", &text, error, sizeof error));
	revisions_free(&text);
	text_free(&t);
}
END_TEST

/* Two hundred saves later it is gone, unless it is the way back of a change that waits. */
START_TEST(old_ones_go)
{
	int64_t old = keep("old"), back = keep("back");

	ck_assert(revert_start(&alone.running->revert, back, 3600000, "me"));
	for (int i = 0; i < 201; i++)
		keep("");
	ck_assert_int_eq(db_revision_find(database(), "1"), -1);
	ck_assert_int_eq(db_revision_find(database(), "old"), -1);
	ck_assert_int_eq(db_revision_find(database(), "back"), back);
	ck_assert_int_eq(old, 1);
}
END_TEST

/* A reload loads the startup-config; revisions and history stay. */
START_TEST(they_outlive_a_reload)
{
	int64_t number = keep("kept");
	struct text t = {0};

	alone_save(&alone, "hostname saved\n");
	alone_ok(&alone, &person, "hostname unsaved");
	ck_assert(running_forget(alone.running));
	alone_stop(&alone);
	ck_assert(alone_start(&alone, "boot", NULL));
	ck_assert_str_eq(alone_hostname(&alone), "saved");
	ck_assert_int_eq(db_revision_find(database(), "kept"), number);
	ck_assert(db_history(database(), 10, record, &t));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "hostname unsaved"));
	text_free(&t);
}
END_TEST

/* Who changed it last is known to the process after this one, too. */
START_TEST(the_last_change_of_this_boot)
{
	alone_ok(&alone, &person, "hostname changed");
	ck_assert_int_eq(strncmp(alone.running->settle.modified, "me at ", 6), 0);
	for (int boots = 0; boots <= 2; boots++) {
		alone_stop(&alone);
		ck_assert(alone_start(&alone, boots ? "boot 2" : "boot", NULL));
		ck_assert_int_eq(strncmp(alone.running->settle.modified, "me at ", 6) == 0, !boots);
	}
	alone_ok(&alone, &person, "hostname again");
	alone_stop(&alone);
	ck_assert(alone_start(&alone, "boot 2", NULL));
	ck_assert_int_eq(strncmp(alone.running->settle.modified, "me at ", 6), 0);
}
END_TEST

/* ---- the change that undoes itself ----------------------------------------------------------- */

static struct text heard;

static void hear(void *ctx, const char *line, size_t len)
{
	(void)ctx;
	text_addn(&heard, line, len);
}

static void wait_until_undone(void)
{
	while (alone.running->revert.number)
		uv_run(&alone.loop, UV_RUN_ONCE);
}

START_TEST(unless_it_is_confirmed)
{
	struct audit_listener l = {.heard = hear};

	audit_listen(&alone.audit, &l);
	alone.running->revert.minute = 20;
	alone_ok(&alone, &person, "hostname before");
	ck_assert(revert_start(&alone.running->revert, keep("revert"), 60, "me"));
	alone_ok(&alone, &person, "hostname after");
	wait_until_undone();
	ck_assert_str_eq(alone_hostname(&alone), "before");
	ck_assert_ptr_nonnull(strstr(text_str(&heard), "The configuration goes back in 1 minute"));
	ck_assert_ptr_nonnull(strstr(text_str(&heard), "went back to revision 1"));
	/* he who was locked out reads it when he comes again */
	ck_assert_ptr_nonnull(strstr(text_str(&alone.running->notes),
	    "NOTICE: The configuration went back to revision 1: the change that me began"));
	ck_assert(alone_logged(&alone, "end configuration: OK"));
	audit_unlisten(&alone.audit, &l);
	text_free(&heard);
}
END_TEST

static bool startup_has(const char *what)
{
	size_t len;
	char *text = db_startup_text(database(), &len);
	bool has = text && strstr(text, what);

	free(text);
	return has;
}

/* What was saved in the meantime would bring the change back with the next start. */
START_TEST(a_save_meanwhile_goes_back_too)
{
	char error[200];

	for (int saved = 0; saved <= 1; saved++) {
		alone.running->revert.minute = 20;
		alone_ok(&alone, &person, "hostname before");
		ck_assert_int_gt(db_save(database(), "", "me", 1, error, sizeof error), 0);
		alone_ok(&alone, &person, "hostname unsaved");
		ck_assert(revert_start(&alone.running->revert, keep("revert"), 20, "me"));
		alone_ok(&alone, &person, "hostname after");
		if (saved)
			ck_assert_int_gt(db_save(database(), "", "me", 2, error, sizeof error), 0);
		wait_until_undone();
		ck_assert_str_eq(alone_hostname(&alone), "unsaved");
		ck_assert(startup_has(saved ? "hostname unsaved\n" : "hostname before\n"));
		ck_assert_int_eq(
		    strstr(text_str(&alone.running->notes), "so did the startup-config") != NULL,
		    saved);
		alone_turn(&alone);
	}
}
END_TEST

START_TEST(it_is_confirmed)
{
	alone.running->revert.minute = 20;
	ck_assert(revert_start(&alone.running->revert, keep("revert"), 20, "me"));
	alone_ok(&alone, &person, "hostname after");
	alone.unread = true; /* the next process would undo it: it is still to be confirmed */
	ck_assert(!revert_end(&alone.running->revert));
	ck_assert_int_ne(alone.running->revert.number, 0);
	alone.unread = false;
	ck_assert(revert_end(&alone.running->revert));
	ck_assert(!uv_is_active((uv_handle_t *)&alone.running->revert.timer));
	alone_stop(&alone);
	ck_assert(alone_start(&alone, "boot", NULL)); /* nor in the next process */
	ck_assert_int_eq(alone.running->revert.number, 0);
	ck_assert_str_eq(alone_hostname(&alone), "after");
}
END_TEST

/* The manager dies meanwhile: the next one goes on; after a boot there is nothing to undo. */
START_TEST(the_next_process_goes_on)
{
	for (int rebooted = 0; rebooted <= 1; rebooted++) {
		alone.running->revert.minute = 100;
		ck_assert(revert_start(&alone.running->revert, keep("revert"), 100, "me"));
		alone_ok(&alone, &person, rebooted ? "hostname lost" : "hostname after");
		alone_stop(&alone);
		ck_assert(alone_start(&alone, rebooted ? "boot 2" : "boot", NULL));
		ck_assert_int_eq(alone.running->revert.number != 0, !rebooted);
		ck_assert_str_eq(alone_hostname(&alone), rebooted ? "ciscoasa" : "after");
		wait_until_undone();
		ck_assert_str_eq(alone_hostname(&alone), "ciscoasa");
	}
}
END_TEST

/* A note that cannot be read at once is not forgotten. */
START_TEST(the_next_process_reads_it_later)
{
	struct revert *r = &alone.running->revert;

	alone.running->revert.minute = 100;
	ck_assert(revert_start(r, keep("revert"), 100, "me"));
	alone_ok(&alone, &person, "hostname after");
	uv_timer_stop(&r->timer);
	r->number = 0;
	alone.unread = true;
	revert_resume(r);
	ck_assert_int_eq(r->number, 0);
	alone.unread = false;
	while (strcmp(alone_hostname(&alone), "ciscoasa") != 0)
		uv_run(&alone.loop, UV_RUN_ONCE);
	ck_assert_int_eq(r->number, 0);
}
END_TEST

/* It waits for the change that is being settled, and tries again when it is refused. */
START_TEST(it_waits_for_its_turn)
{
	struct revert *r = &alone.running->revert;
	char buf[32];

	alone.running->revert.minute = 5;
	ck_assert(revert_start(r, keep("revert"), 3600000, "me"));
	alone.keeper = true;
	alone_ask_for(&alone, &person, ALONE_ADDRESS);
	r->due = 0; /* the hour is over */
	uv_timer_start(&r->timer, r->timer.timer_cb, 0, 0);
	while (!alone.running->revert.turn.waiting)
		uv_run(&alone.loop, UV_RUN_ONCE);
	alone_answer(&alone, true, NULL); /* the line is stored; now it is asked for */
	ck_assert_str_eq(alone_address(&alone, buf), "none");
	ck_assert_uint_gt(alone.held, 0);
	alone_answer(&alone, true, "in use");
	if (alone.held)
		alone_answer(&alone, true, NULL);
	ck_assert_str_eq(alone_address(&alone, buf), "10.9.8.7");
	ck_assert(alone_logged(&alone, "could not go back to revision 1: ERROR: in use"));
	while (!alone.held)
		uv_run(&alone.loop, UV_RUN_ONCE);
	alone_answer(&alone, true, NULL);
	ck_assert_int_eq(alone.running->revert.number, 0);
	ck_assert_str_eq(alone_address(&alone, buf), "none");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("config_revisions");
	TCase *tc = tcase_create("config_revisions");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, any_configuration_to_any_other, 0, 10);
	tcase_add_test(tc, what_does_not_differ_is_not_told);
	tcase_add_test(tc, all_or_nothing);
	tcase_add_test(tc, the_keeper_refuses_one_thing);
	tcase_add_test(tc, what_the_history_tells);
	tcase_add_test(tc, numbers_and_names);
	tcase_add_test(tc, old_ones_go);
	tcase_add_test(tc, they_outlive_a_reload);
	tcase_add_test(tc, the_last_change_of_this_boot);
	tcase_add_test(tc, unless_it_is_confirmed);
	tcase_add_test(tc, a_save_meanwhile_goes_back_too);
	tcase_add_test(tc, it_is_confirmed);
	tcase_add_test(tc, the_next_process_goes_on);
	tcase_add_test(tc, the_next_process_reads_it_later);
	tcase_add_test(tc, it_waits_for_its_turn);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
