/*
 * Disk and memory that fail: an operator's session is run again and again, each
 * time with the next step, allocation or write failing, until it comes through
 * untouched. After each fault the database, what the other roles were told, the
 * kernel's objects and what `show running-config` says must be what the accepted
 * lines make of them, and the startup-config the old one or the new one, whole.
 *
 * Two appliances run side by side: in `box` faults happen, `model` is told the
 * lines that `box` accepted.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/config/feed.h"
#include "tests/support/box.h"
#include "tests/support/faults.h"

static struct box box, model;

/* ---- the session ------------------------------------------------------------------------ */

/* With a line's end in it: a file. */
static const char *const script[] = {"configure terminal", "hostname fw",
    "interface GigabitEthernet0/0", "nameif outside", "ip address 10.0.0.1 255.255.255.0",
    "no shutdown", "username someone password abc123 mschap",
    "route outside 10.5.0.0 255.255.0.0 10.0.0.9", "tunnel-group DefaultRAGroup ipsec-attributes",
    "ikev1 pre-shared-key Key-1", "write memory",
    "ip local pool P 10.1.1.1-10.1.1.9\naccess-list A extended permit ip any any\n"
    "access-list A extended deny ip any any\nobject network o\n subnet 10.9.0.0 255.255.0.0\n"
    " nat (outside,outside) dynamic interface\nroute outside 10.6.0.0 255.255.0.0 10.0.0.8\n"
    "group-policy G internal\ngroup-policy G attributes\n vpn-idle-timeout 7\n",
    "access-list A line 1 extended permit tcp any any",
    "no route outside 10.5.0.0 255.255.0.0 10.0.0.9", "write memory",
    "clear configure access-list A", "interface GigabitEthernet0/0",
    "ip address 10.0.0.2 255.255.255.0", "no nameif", "no username someone", "end", NULL};

enum { LINES = sizeof script / sizeof *script - 1 };
#define NOTHING "Nothing of the file was applied"

/* Roles that could not be told everything are told again after a while: at once, here. */
static void refresh(struct box *b)
{
	for (int i = 0; i < 3 && uv_is_active((uv_handle_t *)&b->m->running.delivery.again); i++) {
		uv_timer_set_repeat(&b->m->running.delivery.again, 1);
		uv_timer_again(&b->m->running.delivery.again);
		usleep(2000);
		uv_timer_set_repeat(&b->m->running.delivery.again, 0);
		box_turn();
	}
}

struct anew {
	struct mirror told[ROLE_COUNT];
	struct box *box;
};

static void tell_anew(void *ctx, enum role to, struct ipc_msg *m)
{
	mirror_message(&((struct anew *)ctx)->told[to], m);
}

static const char *device(void *ctx, const char *hardware)
{
	const struct net_link *l = links_find(&((struct anew *)ctx)->box->m->links, hardware);

	return l ? l->device : "";
}

/* What the roles were told step by step is what they would be told if they came now. */
static void roles_agree(struct box *b, const char *when)
{
	struct anew a = {.box = b};
	struct feed_sink sink = {tell_anew, device, &a, NULL, NULL};
	struct feed *f = feed_create(&sink, b->m->gram);

	box_turn();
	for (enum role r = 0; r < ROLE_COUNT; r++) {
		struct text is = {0}, must = {0};

		if (r == ROLE_MANAGER)
			continue;
		ck_assert(feed_snapshot(f, b->m->running.db, r));
		mirror_describe(&b->told[r], &is);
		mirror_describe(&a.told[r], &must);
		ck_assert_msg(
		    is.len == must.len && memcmp(text_str(&is), text_str(&must), is.len) == 0,
		    "%s: role %d was told\n%.1500sbut the configuration is\n%.1500s", when, (int)r,
		    text_str(&is), text_str(&must));
		text_free(&is);
		text_free(&must);
		mirror_clear(&a.told[r]);
	}
	feed_destroy(f);
}

/* A whole text, and the one that was last saved, or would have been. */
static void startup_is_whole(const struct box *b, const char *saved, const char *wanted,
    const char *when)
{
	char *text = box_slurp(b, "startup-config"), *left = box_slurp(b, "startup-config.new");
	bool whole = !strcmp(text, saved) || (*wanted && !strcmp(box_body(text), wanted));

	ck_assert_msg(whole, "%s: the startup-config is\n%.900s\nnot\n%.900s\nor\n%.900s", when,
	    text, saved, wanted);
	ck_assert_msg(!*left, "%s: startup-config.new is left", when);
	free(text);
	free(left);
}

static void add_record(void *ctx, const struct db_record *r)
{
	text_addf(ctx, "%s\n", r->lines);
}

/* Every accepted line has its record, and no other. */
static void records_agree(const char *when)
{
	struct text is = {0}, must = {0};

	ck_assert(db_history(box.m->running.db, 30, add_record, &is));
	ck_assert(db_history(model.m->running.db, 30, add_record, &must));
	ck_assert_msg(!strcmp(text_str(&is), text_str(&must)),
	    "%s: recorded is\n%.1500s\nnot\n%.1500s", when, text_str(&is), text_str(&must));
	text_free(&is);
	text_free(&must);
}

/* All that can be compared. */
static void agree(const char *when)
{
	char *is, *must = box_running(&model);

	refresh(&box);
	is = box_running(&box);
	ck_assert_msg(!strcmp(is, must),
	    "%s: the configuration is\n%.1500s\nbut the lines say\n%.1500s", when, is, must);
	ck_assert_str_eq(box.prompt, model.prompt);
	records_agree(when);
	roles_agree(&box, when);
	free(is);
	free(must);
}

static void saved_or_not(unsigned status, char **saved, const char *when)
{
	char *wanted = box_running(&box);

	startup_is_whole(&box, status ? *saved : "", wanted, when);
	free(wanted);
	free(*saved);
	*saved = box_slurp(&box, "startup-config");
}

/* A line, and what it must have come to. */
static void one_line(const char *line, char **saved, const char *how)
{
	bool save = strcmp(line, "write memory") == 0, file = strchr(line, '\n') != NULL, fault;
	unsigned before = faults_count(), status;
	char when[500], bad[GRAM_LINE_MAX];

	faults_hold(false);
	box_type(&box, line);
	faults_hold(true);
	fault = faults_count() != before;
	status = box.status;
	snprintf(when, sizeof when, "%s at '%.60s' (%s, status %u: %.100s)", how, line,
	    fault ? "a fault" : "no fault", status, text_str(&box.screen));
	ck_assert_msg(!status || strstr(text_str(&box.screen), "ERROR"), "%s", when);
	if (save) {
		ck_assert_msg(!status || fault, "%s", when);
		saved_or_not(status, saved, when);
	} else if (!status || !fault || (file && !strstr(text_str(&box.screen), NOTHING))) {
		/* What was accepted, or refused for another reason than the fault. */
		box_type(&model, line);
		ck_assert_msg(model.status == status &&
				  !strcmp(text_str(&box.screen), text_str(&model.screen)),
		    "%s, not %u: %s", when, model.status, text_str(&model.screen));
	} else if (!file) {
		/* To the model it is refused for its form: lines that follow a refused head go
		 * with it. */
		snprintf(bad, sizeof bad, "%s \x7f", line);
		box_type(&model, bad);
		ck_assert_uint_eq(model.status, 1);
	}
	if (fault)
		agree(when);
}

/* Runs the script; what `box` takes, `model` is told. True when a fault happened. */
static bool session(enum fault kind, unsigned n, unsigned again)
{
	char how[100], *saved = box_slurp(&box, "startup-config");

	snprintf(how, sizeof how, "%s %u and each %u.", faults_name(kind), n, again);
	faults_arm(kind, n, again);
	for (int i = 0; i < LINES; i++)
		one_line(script[i], &saved, how);
	faults_disarm();
	agree(how);
	free(saved);
	return faults_count() > 0;
}

static void empty(struct box *b)
{
	box_type(b, "end");
	box_type(b, "configure terminal");
	box_type(b, "clear configure all");
	ck_assert_msg(b->status == 0, "%s", text_str(&b->screen));
	box_type(b, "end");
}

/* The manager goes and comes back within the same boot: the rows are still those. */
static void come_back(unsigned n)
{
	char error[500], *before = box_running(&box), *after;

	box_stop(&box);
	ck_assert_msg(box_start(&box, "boot", error, sizeof error), "%s", error);
	after = box_running(&box);
	ck_assert_msg(!strcmp(before, after), "%u: kept\n%s\nof\n%s", n, after, before);
	free(before);
	free(after);
}

/* `again` 0 or 1: each n, until a session comes through; else n up to it, so that with the faults
 * behind it each has its turn in fewer sessions. */
static void every_one_fails(enum fault kind, unsigned again)
{
	unsigned n = 1;

	for (; session(kind, n, again) && (again < 2 || n < again); n++) {
		if (n % 5 == 0)
			come_back(n);
		empty(&box);
		empty(&model);
	}
	ck_assert_uint_gt(n, 5);
	empty(&box);
	empty(&model);
	ck_assert(!session(kind, 0, 0));
}

static void setup(void)
{
	char error[500];

	uv_loop_init(&box_loop);
	box_folder(&box);
	box_folder(&model);
	ck_assert_msg(box_start(&box, "boot", error, sizeof error), "%s", error);
	ck_assert_msg(box_start(&model, "boot", error, sizeof error), "%s", error);
}

static void teardown(void)
{
	box_stop(&box);
	box_stop(&model);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	box_remove(&box);
	box_remove(&model);
}

START_TEST(a_step_fails)
{
	every_one_fails(FAULT_STEP, 0);
}
END_TEST

START_TEST(memory_of_the_database_fails)
{
	every_one_fails(FAULT_SQL_MALLOC, 397);
}
END_TEST

START_TEST(a_file_of_the_database_fails)
{
	every_one_fails(FAULT_SQL_FILE, 0);
}
END_TEST

START_TEST(the_disk_is_full)
{
	every_one_fails(FAULT_SQL_FILE, 1);
	every_one_fails(FAULT_FILE, 1);
}
END_TEST

START_TEST(memory_fails)
{
	every_one_fails(FAULT_MALLOC, 0);
}
END_TEST

START_TEST(a_file_fails)
{
	every_one_fails(FAULT_FILE, 0);
}
END_TEST

static void say_nothing(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	(void)text;
	(void)len;
}

/* Without an author a line may be one statement that commits itself: refused, it has not. */
START_TEST(a_statement_of_its_own_is_refused_whole)
{
	struct gram_out out = {say_nothing, NULL};
	static struct gram_match match;
	struct parse_state at;
	char name[64], now[64], line[80];
	enum db_status status;
	bool fault = true;

	box_type(&box, "configure terminal");
	box_type(&box, "domain-name first");
	come_back(0);
	for (unsigned n = 1; fault; n++) {
		db_author(box.m->running.db, NULL, NULL, 0);
		parse_state_init(&at, box.m->gram, true);
		snprintf(name, sizeof name, "host%u", n);
		snprintf(line, sizeof line, "domain-name %s", name);
		faults_arm((enum fault)_i, n, 0);
		status = db_line(box.m->running.db, &at, PRIVILEGE_MAX, line, 0, &match, &out);
		faults_disarm();
		fault = faults_count();
		gram_match_done(&match);
		ck_assert(
		    db_get(box.m->running.db, "system", "domain_name", NULL, 0, now, sizeof now));
		ck_assert_msg((status == DB_OK) == !strcmp(name, now), "%s %u: %d, %s",
		    faults_name((enum fault)_i), n, status, now);
		refresh(&box);
		roles_agree(&box, line);
		if (n % 3 == 0)
			come_back(n); /* nothing is prepared or allocated yet */
	}
}
END_TEST

/* ---- while it starts ------------------------------------------------------------------------ */

static void type_ok(struct box *b, const char *line)
{
	box_type(b, line);
	ck_assert_msg(b->status == 0, "%s: %s", line, text_str(&b->screen));
}

/* A folder with a startup-config, left by a session; and with a change that was not saved. */
static char *left_by_session(bool unsaved)
{
	char error[500], *text;

	ck_assert_msg(box_start(&box, "boot", error, sizeof error), "%s", error);
	for (int i = 0; i < 12; i++)
		box_type(&box, script[i]);
	box_type(&box, "write memory");
	ck_assert_uint_eq(box.status, 0);
	if (unsaved) {
		type_ok(&box, "configure terminal");
		type_ok(&box, "hostname unsaved");
	}
	text = box_running(&box);
	box_stop(&box);
	return text;
}

/* What fails once is no reason to give up a file. */
static void nothing_aside(unsigned n)
{
	static const char *const names[] = {
	    "running.db.bad", "secret.key.bad", "startup-config.bad"};
	char path[128];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", box.dir, names[i]);
		ck_assert_msg(access(path, F_OK) != 0, "%u: %s", n, names[i]);
	}
}

static void boot_with_fault(enum fault kind, unsigned n, const char *boot, const char *must)
{
	char error[500], *is, *saved = box_slurp(&box, "startup-config");
	bool up;

	faults_arm(kind, n, 0);
	up = box_start(&box, boot, error, sizeof error);
	faults_disarm();
	if (up) {
		refresh(&box);
		roles_agree(&box, boot);
		is = box_running(&box);
		ck_assert_msg(
		    !strcmp(is, must), "%s %u: %s\nis\n%s", faults_name(kind), n, must, is);
		free(is);
	}
	box_stop(&box);
	is = box_slurp(&box, "startup-config");
	ck_assert_str_eq(is, saved);
	free(is);
	free(saved);
	nothing_aside(n);
}

/* The n-th fails while a manager starts, in a new boot or in the same one; the next one has it
 * all. */
static void every_start(enum fault kind, bool new_boot)
{
	char error[500], boot[32], *must, *is;
	unsigned n = 1;

	uv_loop_init(&box_loop);
	box_folder(&box);
	must = left_by_session(!new_boot);
	do {
		snprintf(boot, sizeof boot, new_boot ? "boot %u" : "boot", n);
		boot_with_fault(kind, n, boot, must);
		ck_assert_msg(box_start(&box, boot, error, sizeof error), "%s %u: %s",
		    faults_name(kind), n, error);
		is = box_running(&box);
		ck_assert_msg(
		    !strcmp(is, must), "%s %u: %s\nis\n%s", faults_name(kind), n, must, is);
		free(is);
		box_stop(&box);
		n += 1 + n / 40;
	} while (faults_count());
	free(must);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	box_remove(&box);
}

START_TEST(a_start_fails)
{
	every_start((enum fault)(_i / 2), _i % 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("config_faults");
	TCase *sessions = tcase_create("sessions"), *starts = tcase_create("starts");
	SRunner *r = srunner_create(s);
	int failed;

	faults_install();
	tcase_add_checked_fixture(sessions, setup, teardown);
	tcase_set_timeout(sessions, 600);
	tcase_add_test(sessions, a_step_fails);
	tcase_add_test(sessions, memory_of_the_database_fails);
	tcase_add_test(sessions, a_file_of_the_database_fails);
	tcase_add_test(sessions, the_disk_is_full);
	tcase_add_test(sessions, memory_fails);
	tcase_add_test(sessions, a_file_fails);
	tcase_add_loop_test(sessions, a_statement_of_its_own_is_refused_whole, 0, FAULT_KINDS - 1);
	suite_add_tcase(s, sessions);
	tcase_set_timeout(starts, 600);
	tcase_add_loop_test(starts, a_start_fails, 0, 2 * FAULT_KINDS);
	suite_add_tcase(s, starts);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
