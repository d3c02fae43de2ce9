/*
 * The history of sessions: told by the engine, stored once, kept over restarts of everybody, and
 * nothing of it lost while the database cannot take it.
 */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/past.h"
#include "db/internal.h"
#include "tests/support/box.h"
#include "tests/support/config.h"

#define LIFE "5FC0FFEE0001"
#define LIFE2 "5FC0FFEE0002"

/* ---- the database ------------------------------------------------------------------------- */

static struct config_test t;
static struct db_past seen[8];
static char seen_key[8][32];
static size_t n_seen;

static void see(void *ctx, const struct db_past *p)
{
	(void)ctx;
	if (n_seen < 8) {
		seen[n_seen] = *p;
		snprintf(seen_key[n_seen], sizeof seen_key[0], "%s", p->key);
	}
	n_seen++;
}

static size_t look(unsigned newest, const char *user)
{
	n_seen = 0;
	ck_assert(db_past(t.db, newest, user, see, NULL));
	return n_seen;
}

static struct db_past row(const char *key, bool ended, int64_t end)
{
	return (struct db_past){.ended = ended,
	    .session = 7,
	    .login = 1000,
	    .end = end,
	    .seconds = end - 1000,
	    .bytes_out = 11,
	    .bytes_in = 22,
	    .key = key,
	    .user = strstr(key, "bob") ? "bob" : "test",
	    .assigned = "192.168.1.1",
	    .public = "10.1.1.2",
	    .client = "Windows 8",
	    .protocol = "L2TPOverIPsec",
	    .tunnel_group = "DefaultRAGroup",
	    .group_policy = "L2TP-VPN",
	    .reason = ended ? "Idle Timeout" : "",
	    .why = ended ? "silent" : ""};
}

static void put(const char *key, bool ended, int64_t end)
{
	struct db_past p = row(key, ended, end);

	ck_assert(db_past_put(t.db, &p));
}

static void db_setup(void)
{
	t = (struct config_test){0};
	config_open(&t);
}

static void db_teardown(void)
{
	config_close(&t);
}

START_TEST(one_row_however_often_it_is_told)
{
	put(LIFE "1", false, 0);
	ck_assert_uint_eq(look(10, NULL), 0);
	put(LIFE "1", true, 1500);
	put(LIFE "1", true, 1900);
	put(LIFE "1", false, 0);
	ck_assert_uint_eq(look(10, NULL), 1);
	ck_assert_int_eq(seen[0].end, 1500);
	ck_assert_int_eq(seen[0].seconds, 500);
	ck_assert_int_eq(seen[0].bytes_in, 22);
	ck_assert_int_eq(seen[0].session, 7);
}
END_TEST

START_TEST(the_last_to_end_comes_first)
{
	put("a", true, 1001);
	put("c-bob", true, 1003);
	put("b", true, 1002);
	ck_assert_uint_eq(look(2, NULL), 2);
	ck_assert_str_eq(seen_key[0], "c-bob");
	ck_assert_str_eq(seen_key[1], "b");
	ck_assert_uint_eq(look(10, "bob"), 1);
	ck_assert_uint_eq(look(10, "nobody"), 0);
}
END_TEST

START_TEST(the_newest_are_kept)
{
	char key[16];

	put("lasts", false, 0);
	for (int i = 0; i < DB_PAST_MAX + 64; i++) {
		snprintf(key, sizeof key, "k%04d", i);
		put(key, true, 2000 + i);
	}
	ck_assert_uint_le(look(100000, NULL), DB_PAST_MAX + 32);
	ck_assert_uint_ge(n_seen, DB_PAST_MAX);
	ck_assert_str_eq(seen_key[0], "k1063");
	put("lasts", true, 9000); /* who was there stays, however many came and went */
	look(1, NULL);
	ck_assert_str_eq(seen_key[0], "lasts");
}
END_TEST

START_TEST(who_is_of_another_life_is_lost)
{
	put(LIFE "1", false, 0);
	put(LIFE2 "1", false, 0);
	put(LIFE "2", true, 1100);
	ck_assert(db_past_lost(t.db, LIFE2, 1400, "Lost Service", "failed"));
	ck_assert_uint_eq(look(10, NULL), 2);
	ck_assert_str_eq(seen_key[0], LIFE "1");
	ck_assert_int_eq(seen[0].seconds, 400);
	ck_assert_int_eq(seen[0].bytes_in, -1);
	put(LIFE2 "2", false, 0);
	ck_assert(db_past_lost(t.db, LIFE, -1, "Lost Service", "failed"));
	look(10, NULL);
	ck_assert_uint_eq(n_seen, 4);
	for (size_t i = 0; i < n_seen; i++)
		if (!strncmp(seen_key[i], LIFE2, strlen(LIFE2)))
			ck_assert_int_eq(seen[i].seconds, -1);
}
END_TEST

START_TEST(a_change_that_may_be_taken_back_takes_none_with_it)
{
	struct db_past p = row("a", true, 1200);

	ck_assert(db_begin(t.db));
	ck_assert(!db_past_put(t.db, &p));
	ck_assert(!db_past_clear(t.db));
	ck_assert(!db_past_lost(t.db, LIFE, -1, "", ""));
	db_abort(t.db);
	ck_assert(db_past_put(t.db, &p));
	ck_assert_uint_eq(look(10, NULL), 1);
	put("b", false, 0);
	ck_assert(db_past_clear(t.db));
	ck_assert_uint_eq(look(10, NULL), 0);
	put("b", true, 1300);
	ck_assert_uint_eq(look(10, NULL), 1);
}
END_TEST

static int count_commit(void *n, sqlite3 *s, const char *name, int pages)
{
	(void)s, (void)name, (void)pages;
	++*(unsigned *)n;
	return SQLITE_OK;
}

static bool two_and(void *goes_on)
{
	put("a", true, 1200);
	put("b", true, 1300);
	return *(bool *)goes_on;
}

START_TEST(together_is_one_transaction_or_none)
{
	unsigned commits = 0;
	bool goes_on = false;

	put("c", true, 1400); /* the table is there */
	sqlite3_wal_hook(t.db->sql, count_commit, &commits);
	ck_assert(!db_past_together(t.db, two_and, &goes_on));
	ck_assert_uint_eq(look(10, NULL), 1);
	goes_on = true;
	ck_assert(db_begin(t.db));
	ck_assert(!db_past_together(t.db, two_and, &goes_on));
	db_abort(t.db);
	ck_assert_uint_eq(look(10, NULL), 1);
	ck_assert_uint_eq(commits, 0);
	ck_assert(db_past_together(t.db, two_and, &goes_on));
	ck_assert_uint_eq(look(10, NULL), 3);
	ck_assert_uint_eq(commits, 1);
	put("d", true, 1500);
	ck_assert_uint_eq(commits, 2);
	sqlite3_wal_hook(t.db->sql, NULL, NULL);
}
END_TEST

static void sql(struct db *db, const char *text)
{
	ck_assert_int_eq(sqlite3_exec(db->sql, text, NULL, NULL, NULL), SQLITE_OK);
}

static int no_page_more(sqlite3 *s, const char **error, const void *api)
{
	(void)error, (void)api;
	return sqlite3_exec(s, "PRAGMA max_page_count=1", NULL, NULL, NULL);
}

/* A file of a build that knew no such table, on a disk that is full: the lines that were not saved
 * are still there, and the history begins when there is room. */
START_TEST(no_room_for_the_table)
{
	struct db_config config = t.db->config;
	struct db_past p = row("a", true, 1200);
	enum db_opened opened;
	char error[200];

	config_paste(&t, "hostname unsaved\n");
	sql(t.db, "DROP TABLE past; VACUUM");
	db_close(t.db);
	sqlite3_auto_extension((void (*)(void))no_page_more);
	t.db = db_open(&config, "test", &opened, error, sizeof error);
	sqlite3_reset_auto_extension();
	ck_assert_msg(t.db != NULL, "%s", error);
	ck_assert_int_eq(opened, DB_KEPT);
	ck_assert_ptr_nonnull(strstr(config_show(&t, 0, ""), "hostname unsaved\n"));
	ck_assert_uint_eq(look(10, NULL), 0);
	ck_assert(!db_past_put(t.db, &p));
	ck_assert(!db_past_lost(t.db, LIFE, -1, "", ""));
	ck_assert(!db_past_clear(t.db));
	sql(t.db, "PRAGMA max_page_count=1000000");
	ck_assert(db_past_put(t.db, &p));
	ck_assert_uint_eq(look(10, NULL), 1);
}
END_TEST

/* ---- the manager -------------------------------------------------------------------------- */

static struct box b;
static struct ipc_channel *engine;
static uint32_t taken[16];
static unsigned n_taken;

static void heard(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)arg;
	(void)ch;
	if (m->type == MSG_SESSION_TAKEN && n_taken < 16)
		taken[n_taken++] = m->session_taken.id;
}

static void gone(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	ipc_channel_close(ch);
	engine = NULL;
}

/* An engine of that life comes; the one before goes. */
static void engine_comes(const char *life)
{
	struct ipc_msg m = {.type = MSG_SESSION_LIFE, .fd = -1, .session_life = {.life = life}};
	struct ipc_channel *theirs;

	ck_assert(ipc_channel_pair(&box_loop, &theirs, &engine));
	ipc_channel_listen(engine, heard, gone, NULL);
	manager_peer(b.m, ROLE_ENGINE, theirs);
	ipc_send(engine, &m);
	box_turn();
}

static void engine_dies(void)
{
	ipc_channel_close(engine);
	engine = NULL;
	box_turn();
}

static void say(uint32_t id, const char *key, bool ended)
{
	struct ipc_msg m = {.type = MSG_SESSION_RECORD,
	    .fd = -1,
	    .session_record = {.id = id,
		.key = key,
		.ended = ended,
		.index = 3,
		.user = "test",
		.client = "Windows 10 or 11",
		.protocol = "L2TPOverIPsecOverNatT",
		.tunnel_group = "DefaultRAGroup",
		.group_policy = "L2TP-VPN",
		.login_time = 1500000000,
		.end_time = ended ? 1500000245 : 0,
		.duration = ended ? 245 : 0,
		.bytes_out = 1708,
		.bytes_in = 1669,
		.reason = ended ? "Idle Timeout" : "",
		.why = ended ? "silent for too long" : ""}};

	ck_assert(addr_parse("192.168.1.1", &m.session_record.assigned));
	ck_assert(addr_parse("10.1.1.2", &m.session_record.public));
	ipc_send(engine, &m);
}

static void tell(uint32_t id, const char *key, bool ended)
{
	say(id, key, ended);
	box_turn();
}

static void until_taken(size_t n)
{
	for (int i = 0; i < 40 && n_taken < n; i++)
		uv_run(&box_loop, UV_RUN_ONCE);
	ck_assert_uint_eq(n_taken, n);
}

static void setup(void)
{
	n_taken = 0;
	box_setup(&b);
	engine_comes(LIFE);
}

static void teardown(void)
{
	if (engine)
		engine_dies();
	box_teardown(&b);
}

START_TEST(shown_when_it_has_ended)
{
	static const char shown[] =
	    "Username     : test                   Index        : 3\n"
	    "Assigned IP  : 192.168.1.1            Public IP    : 10.1.1.2\n"
	    "Client       : Windows 10 or 11       Protocol     : L2TPOverIPsecOverNatT\n"
	    "Group Policy : L2TP-VPN               Tunnel Group : DefaultRAGroup\n"
	    "Bytes Tx     : 1708                   Bytes Rx     : 1669\n"
	    "Login Time   : 02:40:00 UTC Fri Jul 14 2017\n"
	    "Duration     : 0h:04m:05s\n"
	    "Reason       : Idle Timeout\n"
	    "Meaning      : silent for too long\n";

	ck_assert(box_shows(&b, "show vpn-sessiondb history", "no ended sessions"));
	tell(1, LIFE "1", false);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "no ended sessions"));
	tell(2, LIFE "1", true);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", shown));
	ck_assert(box_shows(&b, "show vpn-sessiondb history 5 filter name test", shown));
	ck_assert(box_shows(&b, "show vpn-sessiondb history filter name x", "no ended sessions"));
	ck_assert(box_shows(&b, "show vpn-sessiondb history | json",
	    "\"reason\": \"Idle Timeout\""));
	until_taken(2);
	ck_assert_uint_eq(taken[1], 2);
	box_ok(&b, "clear vpn-sessiondb history");
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "no ended sessions"));
}
END_TEST

static void there_after_a_reboot(void)
{
	engine_dies();
	box_again(&b, "boot-2");
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Idle Timeout"));
}

START_TEST(kept_over_a_restart_and_a_reboot)
{
	tell(1, LIFE "1", true);
	there_after_a_reboot();
}
END_TEST

START_TEST(an_engine_that_dies_has_told_no_end)
{
	tell(1, LIFE "1", false);
	tell(2, LIFE "2", false);
	tell(3, LIFE "2", true);
	engine_dies();
	engine_comes(LIFE2);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Lost Service"));
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Idle Timeout"));
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Bytes Tx     : unknown"));
	ck_assert(!box_shows(&b, "show vpn-sessiondb history", "Duration     : unknown"));
}
END_TEST

START_TEST(the_appliance_was_switched_off)
{
	tell(1, LIFE "1", false);
	engine_dies();
	box_again(&b, "boot-2");
	engine_comes(LIFE2);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Lost Service"));
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Duration     : unknown"));
}
END_TEST

START_TEST(a_manager_that_comes_back_ends_nobodys_session)
{
	tell(1, LIFE "1", false);
	engine_dies();
	box_again(&b, "boot-1");
	engine_comes(LIFE);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "no ended sessions"));
	tell(2, LIFE "1", true);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Idle Timeout"));
}
END_TEST

static void count_due(uv_handle_t *h, void *ms)
{
	if (h->type == UV_TIMER && uv_is_active(h))
		*(uint64_t *)ms += uv_timer_get_due_in((uv_timer_t *)h);
}

/* What all timers have to go, together. */
static uint64_t all_due(void)
{
	uint64_t ms = 0;

	uv_walk(&box_loop, count_due, &ms);
	return ms;
}

/* The keeper stops all: the manager waits for the last words of the engine. One session's end is
 * told, of the other the engine came no further. */
START_TEST(a_stop_is_told)
{
	static const char *const reason[] = {"Administrator Shutdown", "Administrator Reboot"};
	struct ipc_msg stop = {
	    .type = MSG_SHUTDOWN, .fd = -1, .shutdown = {.why = "the end", .restart = (uint8_t)_i}};
	char said[64];
	uint64_t due;

	tell(1, LIFE "1", false);
	tell(2, LIFE "2", false);
	due = all_due();
	ipc_send(b.keeper, &stop);
	box_turn();
	ck_assert_uint_gt(all_due(), due + 4000); /* a busy engine needs its time */
	ck_assert(b.m->stopping);
	ck_assert(!b.m->over);
	tell(3, LIFE "2", true);
	ck_assert(!b.m->over);
	engine_dies();
	ck_assert(b.m->over);
	box_again(&b, "boot-2");
	engine_comes(LIFE2);
	snprintf(said, sizeof said, "Reason       : %s", reason[_i]);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", said));
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Idle Timeout"));
	ck_assert(!box_shows(&b, "show vpn-sessiondb history", "Lost Service"));
	ck_assert(!box_shows(&b, "show vpn-sessiondb history", "Duration     : unknown"));
}
END_TEST

/* An engine that died before is not what the stop ended. */
START_TEST(a_stop_after_a_failure_tells_the_failure)
{
	struct ipc_msg stop = {.type = MSG_SHUTDOWN, .fd = -1, .shutdown = {.why = "the end"}};

	tell(1, LIFE "1", false);
	engine_dies();
	ipc_send(b.keeper, &stop);
	box_turn();
	ck_assert(b.m->over);
	box_again(&b, "boot-2");
	engine_comes(LIFE2);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Lost Service"));
}
END_TEST

/* What is told in one breath is one transaction. */
START_TEST(stored_together)
{
	unsigned commits = 0;

	tell(1, LIFE "1", true);
	until_taken(1);
	sqlite3_wal_hook(b.m->running.db->sql, count_commit, &commits);
	say(2, LIFE "2", true);
	say(3, LIFE "3", true);
	say(4, LIFE "4", true);
	until_taken(4);
	ck_assert_uint_eq(commits, 1);
	sqlite3_wal_hook(b.m->running.db->sql, NULL, NULL);
}
END_TEST

/* Nobody can tell it again. */
START_TEST(stored_when_the_engine_goes)
{
	say(1, LIFE "1", true);
	there_after_a_reboot();
}
END_TEST

START_TEST(what_cannot_be_stored_waits)
{
	ck_assert(db_begin(b.m->running.db));
	tell(1, LIFE "1", true);
	tell(2, LIFE "2", true);
	ck_assert_uint_eq(past_settle(b.m->past), 2);
	ck_assert_uint_eq(n_taken, 0);
	db_abort(b.m->running.db);
	until_taken(2);
	ck_assert_uint_eq(past_settle(b.m->past), 0);
	ck_assert(box_shows(&b, "show vpn-sessiondb history", "Reason       : Idle Timeout"));
}
END_TEST

/* Of many, a disk that is nearly full has room for some. */
START_TEST(many_are_several_transactions)
{
	unsigned commits = 0;
	char key[40];

	tell(1, LIFE "1", true);
	until_taken(1);
	ck_assert(db_begin(b.m->running.db));
	for (uint32_t id = 2; id <= 502; id++) {
		snprintf(key, sizeof key, LIFE "%" PRIu32, id);
		tell(id, key, true);
	}
	while (past_settle(b.m->past) < 501)
		uv_run(&box_loop, UV_RUN_ONCE);
	db_abort(b.m->running.db);
	sqlite3_wal_hook(b.m->running.db->sql, count_commit, &commits);
	ck_assert_uint_eq(past_settle(b.m->past), 0);
	ck_assert_uint_eq(commits, 2);
	sqlite3_wal_hook(b.m->running.db->sql, NULL, NULL);
}
END_TEST

START_TEST(what_the_disk_does_not_take_is_told_once)
{
	static const char line[] = "%ASA-3-199028: The history of sessions cannot be stored: ";
	const char *first;

	tell(1, LIFE "1", true);
	until_taken(1);
	sql(b.m->running.db,
	    "CREATE TEMP TRIGGER full BEFORE INSERT ON past BEGIN SELECT RAISE(ABORT,''); END");
	tell(2, LIFE "2", true);
	past_life(b.m->past, LIFE); /* which tries at once, as the timer does */
	past_life(b.m->past, LIFE);
	first = strstr(trail_text(&b.trail), line);
	ck_assert(first && !strstr(first + 1, line));
	engine_dies();
	engine_comes(LIFE2); /* to whom that number means something else */
	sql(b.m->running.db, "DROP TRIGGER full");
	ck_assert_uint_eq(past_settle(b.m->past), 0);
	tell(7, LIFE2 "7", true);
	until_taken(2);
	ck_assert_uint_eq(taken[1], 7);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("past");
	TCase *db = tcase_create("database"), *manager = tcase_create("manager");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(db, db_setup, db_teardown);
	tcase_add_test(db, one_row_however_often_it_is_told);
	tcase_add_test(db, the_last_to_end_comes_first);
	tcase_add_test(db, the_newest_are_kept);
	tcase_add_test(db, who_is_of_another_life_is_lost);
	tcase_add_test(db, a_change_that_may_be_taken_back_takes_none_with_it);
	tcase_add_test(db, together_is_one_transaction_or_none);
	tcase_add_test(db, no_room_for_the_table);
	suite_add_tcase(s, db);
	tcase_add_checked_fixture(manager, setup, teardown);
	tcase_set_timeout(manager, 60);
	tcase_add_test(manager, shown_when_it_has_ended);
	tcase_add_test(manager, kept_over_a_restart_and_a_reboot);
	tcase_add_test(manager, an_engine_that_dies_has_told_no_end);
	tcase_add_test(manager, the_appliance_was_switched_off);
	tcase_add_test(manager, a_manager_that_comes_back_ends_nobodys_session);
	tcase_add_test(manager, stored_together);
	tcase_add_test(manager, stored_when_the_engine_goes);
	tcase_add_test(manager, what_cannot_be_stored_waits);
	tcase_add_test(manager, many_are_several_transactions);
	tcase_add_test(manager, what_the_disk_does_not_take_is_told_once);
	tcase_add_loop_test(manager, a_stop_is_told, 0, 2);
	tcase_add_test(manager, a_stop_after_a_failure_tells_the_failure);
	suite_add_tcase(s, manager);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
