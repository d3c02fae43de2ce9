/*
 * Logins: who gets in, who waits, who is locked out; nothing grows with what strangers type, and
 * nothing says which of their names is a user's.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/config/public_key.h"
#include "cli/log/logins.h"
#include "cli/login/login.h"
#include "engine/crypto/base64.h"
#include "tests/support/one_crypto.h"
#include "tests/support/screens.h"
#include "tests/support/unread.h"

static struct screens w;
static struct screen s;
static struct operator* script;

static void setup(void)
{
	screens_setup(&w);
	script = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	screen_type(script, &s, "configure terminal");
	screen_type(script, &s, "username ann password annspw privilege 15");
	screen_type(script, &s, "username bob password bobspw");
	screen_type(script, &s, "aaa authentication ssh console LOCAL");
}

static void teardown(void)
{
	screen_leave(script, &s);
	screens_teardown(&w);
}

struct outcome {
	unsigned called;
	struct login_result r;
};

static void note(void *ctx, const struct login_result *r)
{
	struct outcome *o = ctx;

	o->called++;
	o->r = *r;
}

static struct login *begin(
    const char *user, const char *password, const char *from, struct outcome *o)
{
	struct login_request r = {.way = LOGIN_SSH, .user = user, .password = password};

	addr_parse(from, &r.from);
	return login_begin(w.m, &r, note, o);
}

/* A try from an address of its own, which has to wait for nobody. */
static struct login_result try(const char *user, const char *password)
{
	static unsigned last;
	struct outcome o = {0};
	char from[32];

	snprintf(from, sizeof from, "10.%u.%u.1", last / 250 % 250, last % 250);
	last++;
	ck_assert_ptr_nonnull(begin(user, password, from, &o));
	ck_assert_uint_eq(o.called, 0); /* never from within */
	while (!o.called)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_uint_eq(o.called, 1);
	return o.r;
}

START_TEST(who_gets_in)
{
	struct login_result r = try("ann", "annspw");

	ck_assert(r.accepted && !r.enabled);
	ck_assert_int_eq(r.privilege, 15);
	ck_assert_str_eq(r.user, "ann");
	ck_assert(!try("ann", "bobspw").accepted);
	ck_assert(!try("nobody", "annspw").accepted);
	ck_assert(!try("", "").accepted);
	screen_type(script, &s, "aaa authorization exec LOCAL auto-enable");
	ck_assert(try("ann", "annspw").enabled);
	screen_type(script, &s, "username bob attributes");
	screen_type(script, &s, "service-type nas-prompt");
	r = try("bob", "bobspw");
	ck_assert(r.accepted && !r.enabled);
	screen_type(script, &s, "service-type remote-access");
	ck_assert(!try("bob", "bobspw").accepted);
	screen_type(script, &s, "no aaa authorization exec LOCAL auto-enable");
	ck_assert(try("bob", "bobspw").accepted);
	screen_type(script, &s, "no aaa authentication ssh console LOCAL");
	ck_assert(!try("ann", "annspw").accepted);
}
END_TEST

START_TEST(locked_out_until_somebody_unlocks)
{
	screen_type(script, &s, "aaa local authentication attempts max-fail 2");
	for (int i = 0; i < 2; i++) {
		ck_assert(!try("bob", "wrong").accepted);
		ck_assert(!try("ann", "wrong").accepted);
	}
	ck_assert(!try("bob", "bobspw").accepted);
	ck_assert(try("bob", "bobspw").locked);
	ck_assert(try("ann", "annspw").accepted); /* privilege 15: never */
	ck_assert_ptr_nonnull(
	    strstr(screen_type(script, &s, "show aaa local user locked"), "Y     bob\n"));
	screen_type(script, &s, "clear aaa local user fail-attempts all");
	ck_assert(!try("bob", "bobspw").accepted);
	screen_type(script, &s, "clear aaa local user lockout username bob");
	ck_assert(try("bob", "bobspw").accepted);
	ck_assert_ptr_null(strstr(screen_type(script, &s, "show aaa local user"), "bob"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(script, &s, "clear aaa local user lockout username x"),
		"ERROR: username <x> does not exist"));
}
END_TEST

START_TEST(a_level_by_its_password)
{
	struct login_request r = {
	    .way = LOGIN_ENABLE_PASSWORD, .user = "enable_5", .password = "five5"};
	struct outcome o = {0};

	screen_type(script, &s, "enable password five5 level 5");
	screen_type(script, &s, "enable password other");
	ck_assert_ptr_nonnull(login_begin(w.m, &r, note, &o));
	r.user = "enable_15";
	ck_assert_ptr_nonnull(login_begin(w.m, &r, note, &o));
	ck_assert_ptr_nonnull(login_begin(w.m, &r, note, &o));
	while (o.called < 3)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert(!o.r.accepted);
	r.password = "other";
	login_begin(w.m, &r, note, &o);
	while (o.called < 4)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert(o.r.accepted);
}
END_TEST

/* Names cost nothing that lasts; the address that makes them up waits. */
START_TEST(many_names)
{
	static struct attempts all;
	char name[32];
	uint32_t delay = 0;
	uint64_t now = 1000;

	ck_assert_uint_eq(attempts_wrong(&all, "10.0.0.1", "ann", now), 0);
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof name, "name%d", i);
		delay = attempts_wrong(&all, "10.0.0.2", name, now);
	}
	ck_assert_uint_eq(delay, ATTEMPT_DELAY_MAX);
	ck_assert_int_eq(attempts_hold(&all, "10.0.0.2", now), 0);
	ck_assert_int_eq(attempts_hold(&all, "10.0.0.2", now), ATTEMPT_DELAY_MAX);
	for (int i = 0; i < 2; i++)
		ck_assert_int_gt(attempts_hold(&all, "10.0.0.2", now), 0);
	ck_assert_int_eq(attempts_hold(&all, "10.0.0.2", now), -1);
	ck_assert_int_eq(attempts_hold(&all, "10.0.0.1", now), 0); /* another's turn */
	now += 20 * ATTEMPT_FORGET_MS;
	ck_assert_int_eq(attempts_hold(&all, "10.0.0.2", now), 0);
	ck_assert_int_eq(attempts_hold(&all, "10.0.0.2", now), 0);
}
END_TEST

START_TEST(the_queue_is_bounded_and_strangers_leave_nothing)
{
	enum { N = LOGIN_QUEUE + 100 };
	struct outcome o[N] = {0};
	unsigned refused = 0, called = 0;

	for (unsigned i = 0; i < N; i++) {
		char name[32], from[32];

		snprintf(name, sizeof name, "stranger%u", i);
		snprintf(from, sizeof from, "10.9.%u.%u", i / 200, i % 200 + 1);
		ck_assert_ptr_nonnull(begin(name, "x", from, &o[i]));
	}
	while (called < N) {
		uv_run(&w.loop, UV_RUN_ONCE);
		for (unsigned i = called = 0; i < N; i++)
			called += o[i].called;
	}
	for (unsigned i = 0; i < N; i++)
		refused += !o[i].r.accepted;
	ck_assert_uint_eq(refused, N);
	ck_assert_ptr_null(w.m->logins_open);
	ck_assert_ptr_null(logins_find(&w.m->logins, "stranger1"));
	ck_assert(try("ann", "annspw").accepted);
}
END_TEST

/* Whoever goes before his answer has tried all the same. */
START_TEST(a_cancelled_try_counts)
{
	struct outcome o = {0};
	struct login *l;

	screen_type(script, &s, "aaa local authentication attempts max-fail 1");
	l = begin("bob", "wrong", "10.0.0.9", &o);
	uv_run(&w.loop, UV_RUN_ONCE); /* its turn: aaa is asked */
	login_cancel(l);
	while (w.m->logins_open)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_uint_eq(o.called, 0);
	ck_assert(try("bob", "bobspw").locked);
	ck_assert_uint_eq(logins_find(&w.m->logins, "bob")->failed, 2);
	login_cancel(begin("bob", "bobspw", "10.0.0.9", &o)); /* not asked yet */
	screens_turn(&w);
	ck_assert_ptr_null(w.m->logins_open);
}
END_TEST

static void wonders(void *ctx, const char *text, bool echo)
{
	(void)text, (void)echo;
	++*(unsigned *)ctx;
}

static void note_wonderer(void *ctx, const struct login_result *r)
{
	(void)r;
	*(unsigned *)ctx += 100;
}

/* Who was let wait behind somebody has his turn as soon as that one is asked something. */
START_TEST(a_question_holds_nobody)
{
	unsigned bob = 0;
	struct outcome ann = {0};
	struct login_request r = {
	    .way = LOGIN_SSH, .user = "bob", .password = "bobspw", .asks = wonders};
	struct login *l;

	screen_type(script, &s, "username bob attributes");
	screen_type(script, &s, "otp-secret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	addr_parse("10.0.1.1", &r.from);
	l = login_begin(w.m, &r, note_wonderer, &bob);
	begin("ann", "annspw", "10.0.1.2", &ann);
	while (!bob || !ann.called)
		uv_run(&w.loop, UV_RUN_ONCE);
	screens_turn(&w);
	ck_assert_uint_eq(bob, 1);
	ck_assert_uint_eq(ann.called, 1);
	ck_assert(ann.r.accepted);
	login_cancel(l);
	while (w.m->logins_open)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_uint_eq(bob, 1);
}
END_TEST

/* What aaa was told of a new password, the running-config follows, with what else he has. */
START_TEST(a_new_password)
{
	struct ipc_msg m = {.type = MSG_PASSWORD_CHANGED, .fd = -1,
	    .password_changed = {.user = "bob", .form = "nt-encrypted",
		.password = "DLaUiAX3l78qgoB5c7iVNw=="}};

	screen_type(script, &s, "password-policy lifetime 90 since 2020-01-01");
	screen_type(script, &s, "username bob attributes");
	screen_type(script, &s, "service-type admin");
	screen_type(script, &s, "no service-type");
	ipc_send(w.to_aaa, &m);
	screens_turn(&w);
	ck_assert(try("bob", "test").accepted);
	ck_assert_ptr_nonnull(strstr(screen_type(script, &s, "show running-config username bob"),
	    "username bob attributes\n password-date 20"));
	ck_assert_ptr_nonnull(strstr(
	    trail_text(&w.trail), "User 'bob' executed the 'username bob password *****"));
	m.password_changed.user = "gone";
	ipc_send(w.to_aaa, &m);
	screens_turn(&w);
	ck_assert_ptr_null(strstr(screen_type(script, &s, "show running-config username"), "gone"));
	ck_assert_ptr_null(w.m->passwords);
}
END_TEST

/* Whom somebody removes before its turn has come is not brought back by it. */
START_TEST(a_new_password_of_somebody_removed)
{
	struct ipc_msg m = {.type = MSG_PASSWORD_CHANGED, .fd = -1,
	    .password_changed = {.user = "bob", .form = "nt-encrypted",
		.password = "DLaUiAX3l78qgoB5c7iVNw=="}};
	struct screen t;
	struct operator* op = screen_enter(&w, &t, CONSOLE_KIND_SCRIPT);

	screen_type(op, &t, "configure terminal");
	w.m->running.settle.turns.taken = true; /* a change that is being settled */
	screen_type(op, &t, "no username bob");
	ipc_send(w.to_aaa, &m);
	screens_turn(&w);
	ck_assert_ptr_nonnull(w.m->passwords);
	w.m->running.settle.turns.taken = false;
	turns_next(&w.m->running.settle.turns);
	screens_turn(&w);
	ck_assert_ptr_null(w.m->passwords);
	ck_assert_ptr_null(
	    strstr(screen_type(script, &s, "show running-config username"), "username bob"));
	ck_assert(!try("bob", "test").accepted);
	screen_leave(op, &t);
}
END_TEST

START_TEST(what_a_password_has_to_be)
{
	screen_type(script, &s, "password-policy minimum-length 8");
	screen_type(script, &s, "password-policy minimum-numeric 1");
	ck_assert_str_eq(screen_type(script, &s, "username eve password short"),
	    "ERROR: the password must have at least 8 characters\n");
	ck_assert_str_eq(screen_type(script, &s, "username eve password longenough mschap"),
	    "ERROR: the password must have at least 1 digits\n");
	screen_type(script, &s, "username eve password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted");
	ck_assert(try("eve", "test").accepted); /* a hash says nothing of it */
	screen_type(script, &s, "username eve attributes");
	ck_assert_ptr_nonnull(strstr(screen_type(script, &s, "otp-secret 12345"), "ERROR: "));
	ck_assert_str_eq(
	    screen_type(script, &s, "otp-secret GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "");
	ck_assert_ptr_null(
	    strstr(screen_type(script, &s, "show running-config username eve"), "GEZD"));
	ck_assert(!try("eve", "test").accepted); /* who cannot be asked has to type it along */
	ck_assert_ptr_nonnull(strstr(
	    screen_type(script, &s, "password-date 2026-02-30"), "ERROR: 2026-02-30 is not"));
}
END_TEST

START_TEST(somebody_changes_his_password)
{
	struct screen t;
	struct operator* op = screen_enter(&w, &t, CONSOLE_KIND_CONSOLE);

	ck_assert_ptr_nonnull(strstr(screen_type(op, &t, "change-password"),
	    "ERROR: only who has logged in as a local user"));
	snprintf(op->session.user, sizeof op->session.user, "bob");
	screen_type(script, &s, "password-policy minimum-changes 3");
	screen_type(op, &t, "change-password");
	screen_answer(op, &t, "bobspw");
	screen_answer(op, &t, "bobspw12");
	screen_answer(op, &t, "bobspw12");
	ck_assert_ptr_nonnull(strstr(text_str(&t.t),
	    "ERROR: the password must have at least 3 characters that the old one does not have"));
	unread_table(w.m->running.db, "password_policy");
	screen_type(op, &t, "change-password old-password bobspw new-password bobspw12");
	screen_wait(op, &t);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&t.t), "ERROR: what a password has to be cannot be read now"));
	unread_table(w.m->running.db, NULL);
	screen_type(op, &t, "change-password old-password wrong new-password another-123");
	screen_wait(op, &t);
	ck_assert_ptr_nonnull(strstr(text_str(&t.t), "ERROR: the old password is wrong"));
	screen_type(op, &t, "change-password");
	screen_answer(op, &t, "bobspw");
	screen_answer(op, &t, "another-123");
	screen_answer(op, &t, "another-124");
	ck_assert_ptr_nonnull(strstr(text_str(&t.t), "ERROR: these were two different passwords"));
	screen_type(op, &t, "change-password old-password bobspw new-password another-123");
	screen_wait(op, &t);
	screens_turn(&w);
	ck_assert_uint_eq(t.status, 0);
	ck_assert(try("bob", "another-123").accepted);
	ck_assert(!try("bob", "bobspw").accepted);
	ck_assert_ptr_null(strstr(trail_text(&w.trail), "another"));
	screen_leave(op, &t);
}
END_TEST

START_TEST(public_keys)
{
	static const char line[] =
	    "ssh-ed25519 "
	    "AAAAC3NzaC1lZDI1NTE5AAAAIHNn7bl+HDtOHxEyJiFGwiSjSw0PSBZp9Kg5C0kLXoBt ann@desk";
	struct login_request r = {.way = LOGIN_SSH, .user = "ann"};
	struct login_result out;
	uint8_t blob[PUBLIC_KEY_MAX];
	char typed[200];
	size_t len = public_key_read(line, blob);

	ck_assert_uint_eq(len, 51);
	ck_assert(!login_key_known(w.m, "ann", blob, len));
	screen_type(script, &s, "username ann attributes");
	snprintf(typed, sizeof typed, "ssh authentication publickey %s", line);
	ck_assert_str_eq(screen_type(script, &s, typed), "");
	ck_assert_ptr_nonnull(
	    strstr(screen_type(script, &s, "show running-config username ann"), " hashed\n"));
	ck_assert(login_key_known(w.m, "ann", blob, len));
	ck_assert(!login_key_known(w.m, "bob", blob, len));
	ck_assert(!login_key_known(w.m, "nobody", blob, len));
	blob[50] ^= 1;
	ck_assert(!login_key_known(w.m, "ann", blob, len));
	ck_assert(login_by_key(w.m, &r, &out) && out.accepted && out.privilege == 15);
	for (const char *const *bad =
		 (const char *const[]){"AAAA", "ssh-ed25519", "ssh-dss AAAAB3NzaC1kc3M=",
		     "AAAAC3NzaC1lZDI1NTE5AAAAIHNn7bl+HDtOHxEyJiFGwiSjSw0PSBZp9Kg5C0kLXo==", NULL};
	     *bad; bad++) {
		snprintf(typed, sizeof typed, "ssh authentication publickey %s", *bad);
		ck_assert_ptr_nonnull(strstr(screen_type(script, &s, typed), "ERROR"));
	}
	screen_type(script, &s, "no ssh authentication publickey");
	blob[50] ^= 1;
	ck_assert(!login_key_known(w.m, "ann", blob, len));
}
END_TEST

START_TEST(history_outlives_the_manager)
{
	static struct logins l, again;
	char name[32];
	const struct login_record *r;

	logins_open(&l, w.dir);
	logins_add(&l, "ann", "10.0.0.1", 1000000);
	logins_failed(&l, "ann", "10.0.0.2", 1000060);
	logins_failed(&l, "ann", "10.0.0.2", 1000060);
	logins_close(&l);
	logins_open(&again, w.dir);
	r = logins_find(&again, "ann");
	ck_assert_ptr_nonnull(r);
	ck_assert_str_eq(r->from, "10.0.0.1");
	ck_assert_uint_eq(r->failed, 2);
	ck_assert_int_eq(r->failed_at, 1000060);
	ck_assert_uint_eq(logins_within(r, 1, 1000000 + 86399), 1);
	ck_assert_uint_eq(logins_within(r, 1, 1000000 + 86400), 0);
	for (int i = 0; i < 3 * LOGIN_NAMES; i++) {
		snprintf(name, sizeof name, "user%d", i);
		logins_add(&again, name, "console", 2000000 + i);
	}
	ck_assert_uint_eq(again.n, LOGIN_NAMES);
	ck_assert_ptr_null(logins_find(&again, "ann"));
	logins_close(&again);
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("cli_login");
	TCase *t = tcase_create("logins");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, who_gets_in);
	tcase_add_test(t, locked_out_until_somebody_unlocks);
	tcase_add_test(t, a_level_by_its_password);
	tcase_add_test(t, many_names);
	tcase_add_test(t, the_queue_is_bounded_and_strangers_leave_nothing);
	tcase_add_test(t, a_cancelled_try_counts);
	tcase_add_test(t, a_new_password);
	tcase_add_test(t, a_new_password_of_somebody_removed);
	tcase_add_test(t, a_question_holds_nobody);
	tcase_add_test(t, what_a_password_has_to_be);
	tcase_add_test(t, somebody_changes_his_password);
	tcase_add_test(t, public_keys);
	tcase_add_test(t, history_outlives_the_manager);
	tcase_set_timeout(t, 60);
	suite_add_tcase(all, t);
	return all;
}

int main(void)
{
	SRunner *r = srunner_create(suite());
	int failed;

	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
