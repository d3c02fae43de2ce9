/* What outlives the process: kept rows, the startup-config, its errors, revisions, sealed secrets.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"
#include "tests/support/database.h"
#include "tests/support/grammar.h"

static struct gram *g;
static struct test_db t;

static void start(void)
{
	memset(&t, 0, sizeof(t));
	test_db_open(&t, g, "boot-1");
}

static void stop(void)
{
	test_db_close(&t);
	test_db_remove(&t);
}

static void ok(const char *line)
{
	ck_assert_msg(test_line(&t, line) == DB_OK, "%s: %s", line, t.said);
}

static void reopen(const char *boot)
{
	test_db_close(&t);
	test_db_open(&t, g, boot);
}

static mode_t mode_of(const char *file)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", t.dir, file);
	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static bool file_has(const char *file, const char *needle)
{
	static char text[4000000];
	char path[128];
	size_t n, len = strlen(needle);
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", t.dir, file);
	f = fopen(path, "r");
	n = f ? fread(text, 1, sizeof(text), f) : 0;
	if (f)
		fclose(f);
	for (size_t i = 0; i + len <= n; i++)
		if (!memcmp(text + i, needle, len))
			return true;
	return false;
}

static char error[200];

START_TEST(rows_outlive_the_process_but_not_the_boot)
{
	ck_assert_int_eq(t.opened, DB_FRESH);
	ok("hostname kept");
	reopen("boot-1");
	ck_assert_int_eq(t.opened, DB_KEPT);
	ck_assert(db_modified(t.db));
	ck_assert_str_eq(test_render(&t, 0, "show run hostname"), "hostname kept\n");
	reopen("boot-2");
	ck_assert_int_eq(t.opened, DB_FRESH);
	ck_assert_str_eq(test_render(&t, 0, "show run hostname"), "hostname ciscoasa\n");
}
END_TEST

START_TEST(secrets_are_sealed_and_files_private)
{
	ok("tunnel-group DefaultRAGroup ipsec-attributes");
	ok("ikev1 pre-shared-key Needle-In-A-Haystack");
	ck_assert_int_gt(db_save(t.db, ": Saved\n", "enable_15", 1000, error, sizeof(error)), 0);
	ck_assert(file_has("startup-config", "Needle-In-A-Haystack"));
	ck_assert(!file_has("running.db-wal", "Needle-In-A-Haystack"));
	ck_assert(file_has("running.db-wal", "DefaultRAGroup"));
	ck_assert_uint_eq(mode_of("startup-config"), 0600);
	ck_assert_uint_eq(mode_of("running.db"), 0600);
	ck_assert_uint_eq(mode_of("running.db-wal"), 0600);
	ck_assert_uint_eq(mode_of("secret.key"), 0600);
	reopen("boot-1");
	ck_assert_ptr_nonnull(strstr(test_render(&t, RENDER_CLEAR, NULL), "Needle-In-A-Haystack"));
	ck_assert_ptr_null(strstr(test_render(&t, 0, NULL), "Needle"));
}
END_TEST

static unsigned reported;

static void report(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	(void)ctx;
	(void)text;
	if (!refused)
		return;
	reported = number;
	ck_assert_str_eq(line, "flux capacitor enable");
}

/* Kept sealed, told in clear. */
static void startup_error(void *ctx, unsigned number, const char *line)
{
	ck_assert_uint_eq(number, *(unsigned *)ctx);
	ck_assert_str_eq(line, "flux capacitor enable");
}

START_TEST(startup_saves_and_loads)
{
	char before[33], after[33], path[128];
	struct db_report r = {.line = report};
	FILE *f;

	ck_assert_int_eq(db_load_startup(t.db, NULL), DB_LOAD_NONE);
	ok("hostname saved");
	ok("interface g0/0");
	ok("nameif outside");
	ok("no shutdown");
	ck_assert(db_modified(t.db));
	db_checksum(t.db, before);
	ck_assert_int_gt(db_save(t.db, ": Saved\n:\nASA Version 9.7(1) \n!\n", "me", 5, error,
	    sizeof(error)), 0);
	ck_assert(!db_modified(t.db));
	snprintf(path, sizeof(path), "%s/startup-config", t.dir);
	f = fopen(path, "a");
	fputs("flux capacitor enable\n", f);
	fclose(f);
	reopen("boot-2");
	ck_assert_int_eq(db_load_startup(t.db, &r), DB_LOAD_DONE);
	ck_assert_uint_eq(r.refused, 1);
	ck_assert_uint_eq(reported, r.lines);
	db_checksum(t.db, after);
	ck_assert_str_eq(before, after);
	ck_assert(!db_modified(t.db));
	ck_assert_uint_eq(db_startup_errors(t.db, NULL, NULL), 1);
	ck_assert_uint_eq(db_startup_errors(t.db, startup_error, &reported), 1);
	ck_assert(db_erase_startup(t.db));
	ck_assert_int_eq(db_load_startup(t.db, NULL), DB_LOAD_NONE);
}
END_TEST

/* What stands there and cannot be read is not replaced until it is erased; nor is it forgotten. */
START_TEST(an_unreadable_startup_is_held_back)
{
	static const char header[] = ": Saved\n:\nASA Version 9.7(1) \n!\n";
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/startup-config", t.dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(db_load_startup(t.db, NULL), DB_LOAD_FAILED);
	ok("hostname other");
	for (int i = 0; i < 2; i++) {
		error[0] = 0;
		ck_assert_int_eq(db_save(t.db, header, "me", 5, error, sizeof(error)), -1);
		ck_assert_str_eq(error, "the startup-config could not be read (Is a directory) and "
		    "is not replaced. Use 'reload' to load it, or 'write erase' to remove it "
		    "first");
		reopen("boot-1"); /* the same boot goes on */
	}
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert(db_erase_startup(t.db));
	ck_assert_int_ne(stat(path, &st), 0);
	ck_assert_int_gt(db_save(t.db, header, "me", 5, error, sizeof(error)), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_int_eq(db_load_startup(t.db, NULL), DB_LOAD_DONE);
}
END_TEST

static int64_t numbers[4];
static unsigned n_numbers;

static void revision(void *ctx, const struct db_revision *r)
{
	(void)ctx;
	numbers[n_numbers++] = r->number;
	ck_assert_str_eq(r->who, "me");
}

START_TEST(revisions_are_numbered)
{
	char *text;

	ok("hostname first");
	db_save(t.db, "", "me", 1, error, sizeof(error));
	ok("hostname second");
	db_save(t.db, "", "me", 2, error, sizeof(error));
	db_revisions(t.db, revision, NULL);
	ck_assert_uint_eq(n_numbers, 2);
	ck_assert_int_gt(numbers[0], numbers[1]);
	text = db_revision_text(t.db, numbers[1]);
	ck_assert_ptr_nonnull(strstr(text, "hostname first\n"));
	free(text);
	ck_assert_ptr_null(db_revision_text(t.db, 99));
}
END_TEST

/* What was sealed with another key has been read: the database has not failed. */
START_TEST(a_revision_of_another_key)
{
	const char *why;
	unsigned before;

	ok("hostname first");
	db_save(t.db, "", "me", 1, error, sizeof(error));
	n_numbers = 0;
	db_revisions(t.db, revision, NULL);
	before = db_unread(t.db, &why);
	ck_assert_int_eq(sqlite3_exec(t.db->sql, "UPDATE revision SET text=zeroblob(length(text))",
			     NULL, NULL, NULL), SQLITE_OK);
	ck_assert_ptr_null(db_revision_text(t.db, numbers[0]));
	ck_assert_str_eq(db_fault(t.db), "it was sealed with another secret.key");
	ck_assert_uint_eq(db_unread(t.db, &why), before);
	ck_assert_int_eq(db_revision_find(t.db, "99"), -1);
	ck_assert_ptr_null(db_fault(t.db));
}
END_TEST

static unsigned rows;

static void count(void *ctx, const struct db_row *r)
{
	(void)ctx;
	rows++;
	ck_assert_ptr_nonnull(r->table);
}

START_TEST(snapshot_and_single_values)
{
	const char *key = "DfltGrpPolicy";
	char buf[64];

	db_each(t.db, gram_table(g, "group_policy"), count, NULL);
	ck_assert_uint_eq(rows, 1);
	ck_assert(db_get(t.db, "group_policy", "logins", &key, 1, buf, sizeof(buf)));
	ck_assert_str_eq(buf, "3");
	ck_assert(db_get(t.db, "system", "hostname", NULL, 0, buf, sizeof(buf)));
	ck_assert_str_eq(buf, "ciscoasa");
	ck_assert(!db_get(t.db, "group_policy", "domain", &key, 1, buf, sizeof(buf)));
	key = "None";
	ck_assert(!db_find(t.db, "group_policy", &key, 1, count, NULL));
}
END_TEST

START_TEST(a_broken_file_is_put_aside)
{
	char path[128];
	FILE *f;

	test_db_close(&t);
	snprintf(path, sizeof(path), "%s/running.db", t.dir);
	f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database ", f);
	fclose(f);
	test_db_open(&t, g, "boot-1");
	ck_assert_int_eq(t.opened, DB_FRESH);
	ok("hostname works");
	ck_assert(file_has("running.db.bad", "this is no database"));
}
END_TEST

START_TEST(a_second_owner_is_refused)
{
	struct db_config config = {.dir = t.dir, .gram = g};
	enum db_opened opened;

	ok("hostname mine");
	ck_assert_ptr_null(db_open(&config, "boot-1", &opened, error, sizeof(error)));
	ck_assert_ptr_nonnull(strstr(error, "locked"));
	reopen("boot-1");
	ck_assert_str_eq(test_render(&t, 0, "show run hostname"), "hostname mine\n");
}
END_TEST

/* Random legal lines of all commands: what was accepted must come back from its own text. */
START_TEST(random_configurations_round_trip)
{
	static char text[400000];
	uint64_t seed = (uint64_t)_i + 1;
	char line[GRAM_LINE_MAX], before[33], after[33];

	for (int i = 0; i < 400; i++) {
		const struct gram_command *c = g->commands[test_random(&seed, g->n_commands)];

		if (!c->table)
			continue;
		parse_state_init(&t.state, g, true);
		for (char **x = gram_lead(c); x && *x; x++)
			test_line(&t, *x);
		strcpy(line, test_random(&seed, 8) ? "" : "no ");
		if (gram_random_line(c, &seed, NULL, NULL, line + strlen(line),
			sizeof(line) - strlen(line)))
			test_line(&t, line);
	}
	db_checksum(t.db, before);
	strcpy(text, test_render(&t, RENDER_CLEAR, NULL));
	db_clear(t.db);
	ck_assert_int_eq(db_apply(t.db, text, strlen(text), 15, DB_APPLY_WHOLE, NULL), 0);
	ck_assert_str_eq(test_render(&t, RENDER_CLEAR, NULL), text);
	db_checksum(t.db, after);
	ck_assert_str_eq(before, after);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("db_startup");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	g = test_grammar();
	tcase_add_checked_fixture(c, start, stop);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, rows_outlive_the_process_but_not_the_boot);
	tcase_add_test(c, secrets_are_sealed_and_files_private);
	tcase_add_test(c, startup_saves_and_loads);
	tcase_add_test(c, an_unreadable_startup_is_held_back);
	tcase_add_test(c, revisions_are_numbered);
	tcase_add_test(c, a_revision_of_another_key);
	tcase_add_test(c, snapshot_and_single_values);
	tcase_add_test(c, a_broken_file_is_put_aside);
	tcase_add_test(c, a_second_owner_is_refused);
	tcase_add_loop_test(c, random_configurations_round_trip, 0, 8);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	gram_free(g);
	return failed ? 1 : 0;
}
