/*
 * What stands in the state directory is gone, damaged, or cannot be read: it is
 * said, nothing is taken for "there is none", what is left is used, and no save
 * takes the place of more than it holds. And what is still being settled is in
 * no saved or shown configuration. /
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"
#include "tests/support/box.h"
#include "tests/support/grammar.h"

static struct box box;

static void up(const char *boot)
{
	char error[500];

	ck_assert_msg(box_start(&box, boot, error, sizeof error), "%s", error);
}

static void again(const char *boot)
{
	box_stop(&box);
	up(boot);
}

static void ok(const char *line)
{
	const char *said = box_type(&box, line);

	ck_assert_msg(box.status == 0, "%s: %s", line, said);
}

static void refused(const char *line, const char *why)
{
	const char *said = box_type(&box, line);

	ck_assert_msg(box.status && strstr(said, why), "%s: %s", line, said);
}

static bool shows(const char *line, const char *what)
{
	return strstr(box_type(&box, line), what) != NULL;
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", box.dir, name);
	return path;
}

/* Under a name of nobody's in the same folder, and back: tests that run side by side do not meet.
 */
static void hide(const char *name)
{
	char to[140];

	snprintf(to, sizeof to, "%s/hidden", box.dir);
	ck_assert_int_eq(rename(path_of(name), to), 0);
}

static void show_again(const char *name)
{
	char from[140];

	snprintf(from, sizeof from, "%s/hidden", box.dir);
	ck_assert_int_eq(rename(from, path_of(name)), 0);
}

static void write_file(const char *name, const char *text, size_t len)
{
	FILE *f = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	fclose(f);
}

/* What a person sees who logs in now. */
static bool greeted_with(const char *what)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_CONSOLE};
	struct operator *script = box.op;
	bool is;

	text_clear(&box.screen);
	box.op = operator_new(box.m, &hello, box_show, &box);
	is = strstr(text_str(&box.screen), what) != NULL;
	operator_free(box.op);
	box.op = script;
	return is;
}

static bool logged(const char *what)
{
	struct text t = {0};
	bool is;

	audit_show(&box.m->audit, &t);
	is = strstr(text_str(&t), what) != NULL;
	text_free(&t);
	return is;
}

static void setup(void)
{
	memset(&box, 0, sizeof box);
	uv_loop_init(&box_loop);
	box_folder(&box);
	up("boot");
	ok("configure terminal");
}

static void teardown(void)
{
	box_stop(&box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	box_remove(&box);
}

/* ---- the key ---------------------------------------------------------------------------- */

static void keys(const char *saved, const char *unsaved)
{
	char line[100];

	ok("tunnel-group DefaultRAGroup ipsec-attributes");
	snprintf(line, sizeof line, "ikev1 pre-shared-key %s", saved);
	ok(line);
	ok("username kept password test mschap");
	ok("write memory");
	if (!unsaved)
		return;
	ok("tunnel-group Other type remote-access");
	ok("tunnel-group Other ipsec-attributes");
	snprintf(line, sizeof line, "ikev1 pre-shared-key %s", unsaved);
	ok(line);
}

START_TEST(a_lost_key_is_said_and_the_startup_config_helps)
{
	keys("Saved-1", "Unsaved-1");
	box_stop(&box);
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	up("boot");
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-1\n"));
	ck_assert(
	    shows("more system:running-config", "username kept password DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(!shows("more system:running-config", "Unsaved-1"));
	ck_assert(greeted_with(
	    "WARNING: the secret of 'tunnel-group DefaultRAGroup ipsec-attributes / "
	    "ikev1 pre-shared-key *****' was lost with secret.key and is that of the "
	    "startup-config again\n"));
	ck_assert(greeted_with(
	    "WARNING: the secret of 'tunnel-group Other ipsec-attributes / ikev1 "
	    "pre-shared-key *****' was lost with secret.key: it is unset until it is entered "
	    "again\n"));
	ck_assert(
	    logged("'tunnel-group Other ipsec-attributes / ikev1 pre-shared-key *****' was lost"));
	refused("write memory", "1 secret of the running configuration cannot be read");
	refused("copy running-config startup-config /noconfirm", "enter it again");
	ck_assert(shows("show startup-config", "ikev1 pre-shared-key *****"));
	ok("configure terminal");
	ok("tunnel-group Other ipsec-attributes");
	ok("ikev1 pre-shared-key Again-1");
	ok("write memory");
	ck_assert(!greeted_with("WARNING"));
	again("another boot");
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Again-1\n"));
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-1\n"));
}
END_TEST

/* Removed while it is in use: what is entered or saved from then on is not sealed with a key that
 * only lives as long as the process. */
START_TEST(a_key_removed_in_use_is_written_again)
{
	keys("Saved-3", "Unsaved-3");
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	ok("ikev1 pre-shared-key Later-3");
	ck_assert(logged("secret.key was removed: it is there again"));
	again("boot");
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-3\n"));
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Later-3\n"));
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	ok("write memory");
	ck_assert_int_eq(access(path_of("secret.key"), F_OK), 0);
}
END_TEST

START_TEST(a_key_that_comes_back_brings_its_secrets)
{
	keys("Saved-2", "Unsaved-2");
	box_stop(&box);
	hide("secret.key");
	up("boot");
	ck_assert(!shows("more system:running-config", "Unsaved-2"));
	box_stop(&box);
	show_again("secret.key");
	up("boot");
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Unsaved-2\n"));
	/* The other one was sealed anew meanwhile, with the key that went: it comes from the file
	 * again. */
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-2\n"));
	ok("write memory");
}
END_TEST

/* Damaged in four ways. */
START_TEST(a_key_that_is_none_is_put_aside)
{
	static const char bytes[64] = "not what it was";
	char *aside;

	keys("Saved-3", NULL);
	box_stop(&box);
	if (_i < 3) {
		write_file("secret.key", bytes, (size_t[]){0, 10, 64}[_i]);
	} else {
		ck_assert_int_eq(unlink(path_of("secret.key")), 0);
		ck_assert_int_eq(mkdir(path_of("secret.key"), 0700), 0);
	}
	up("boot");
	ck_assert(greeted_with("WARNING: secret.key cannot be used ("));
	ck_assert(greeted_with("was put aside as secret.key.bad, and a new one made\n"));
	ck_assert_int_eq(access(path_of("secret.key.bad"), F_OK), 0);
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-3\n"));
	ok("write memory");
	aside = box_slurp(&box, "secret.key");
	free(aside);
	again("boot");
	ck_assert(!greeted_with("WARNING"));
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-3\n"));
}
END_TEST

/* A key of the right size with other bits. */
START_TEST(a_changed_key_unseals_nothing)
{
	char bytes[32] = "another key";

	keys("Saved-4", "Unsaved-4");
	box_stop(&box);
	write_file("secret.key", bytes, sizeof bytes);
	up("boot");
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-4\n"));
	ck_assert(greeted_with("ikev1 pre-shared-key *****' was lost"));
	refused("write memory", "cannot be read with this secret.key");
}
END_TEST

/* An enable password that cannot be read is not "none was set": nobody comes in with an empty one.
 */
START_TEST(a_lost_password_lets_nobody_in)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_CONSOLE};
	struct operator *script;

	ok("enable password Locked-5");
	box_stop(&box);
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	up("boot");
	script = box.op;
	box.op = operator_new(box.m, &hello, box_show, &box);
	box_send(&box, "enable");
	ck_assert(box.question);
	for (int i = 0; i < 3; i++)
		operator_answer(box.op, "", 0);
	ck_assert_ptr_nonnull(strstr(text_str(&box.screen), "Access denied."));
	ck_assert_int_eq(box.op->session.privilege, PRIVILEGE_USER);
	operator_free(box.op);
	box.op = script;
	ok("configure terminal"); /* root's way: a script has privilege 15 */
	ok("enable password New-5");
	ok("write memory");
}
END_TEST

/* ---- the database -------------------------------------------------------------------------- */

static void damage(off_t from, size_t len)
{
	static char noise[65536];
	struct stat st;
	int fd = open(path_of("running.db"), O_RDWR);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	memset(noise, 0x5a, sizeof noise);
	for (off_t at = from; at < st.st_size && at < from + (off_t)len;
	     at += (off_t)sizeof noise) {
		size_t n = sizeof noise < (size_t)(st.st_size - at) ? sizeof noise
								    : (size_t)(st.st_size - at);

		ck_assert_int_eq(pwrite(fd, noise, n, at), (ssize_t)n);
	}
	close(fd);
}

START_TEST(a_damaged_database_is_put_aside)
{
	keys("Saved-6", NULL);
	ok("hostname saved");
	ok("write memory");
	ok("hostname unsaved");
	box_stop(&box);
	if (_i == 0)
		damage(0, 4096); /* no database at all */
	else
		damage(4096, 1 << 30); /* the head is right, the pages are not */
	up("boot");
	ck_assert(shows("show hostname", "saved\n"));
	ck_assert(shows("more system:running-config", "ikev1 pre-shared-key Saved-6\n"));
	ck_assert(greeted_with("WARNING: running.db is damaged ("));
	ck_assert_int_eq(access(path_of("running.db.bad"), F_OK), 0);
	ok("write memory");
	box_stop(&box);
	damage(0, 4096); /* once more: the first one is not written over */
	up("boot");
	ck_assert_int_eq(access(path_of("running.db.bad2"), F_OK), 0);
}
END_TEST

/* A manager that dies while it loads its first configuration leaves no empty one behind. */
START_TEST(a_start_that_was_cut_off_is_done_again)
{
	const struct db_config config = {.dir = box.dir, .gram = box.m->gram};
	struct gram *g = box.m->gram;
	enum db_opened opened;
	char error[300];
	struct db *db;

	ok("hostname saved");
	ok("write memory");
	box.m->gram = NULL; /* is still needed */
	box_stop(&box);
	db = db_open(&config, "next boot", &opened, error, sizeof error);
	ck_assert_msg(db != NULL, "%s", error);
	ck_assert_int_eq(opened, DB_FRESH);
	db_close(db);
	gram_free(g);
	up("next boot");
	ck_assert(shows("show hostname", "saved\n"));
}
END_TEST

/* ---- the startup-config -----------------------------------------------------------------------
 */

START_TEST(a_startup_config_that_cannot_be_read_is_spared)
{
	ok("hostname saved");
	ok("write memory");
	box_stop(&box);
	hide("startup-config");
	ck_assert_int_eq(mkdir(path_of("startup-config"), 0700), 0);
	up("next boot");
	ck_assert(greeted_with("WARNING: the startup-config could not be read (Is a directory)\n"));
	refused("show startup-config", "ERROR: Unable to read the startup-config: Is a directory");
	ok("configure terminal");
	ok("hostname other");
	refused("write memory",
	    "the startup-config could not be read (Is a directory) and is not replaced");
	/* It can be read again, but was not loaded: still not; not even by a manager that comes
	 * back. */
	ck_assert_int_eq(rmdir(path_of("startup-config")), 0);
	show_again("startup-config");
	refused("write memory", "is not replaced");
	again("next boot");
	ck_assert(shows("show hostname", "other\n"));
	refused("write memory", "is not replaced");
	ck_assert(shows("show startup-config", "hostname saved\n"));
	ok("write erase noconfirm");
	ok("write memory");
	ck_assert(shows("show startup-config", "hostname other\n"));
}
END_TEST

START_TEST(what_stands_in_its_place_is_put_aside)
{
	box_stop(&box);
	ck_assert_int_eq(mkdir(path_of("startup-config"), 0700), 0);
	up("next boot");
	refused("write memory", "is not replaced");
	ok("write erase noconfirm");
	ck_assert_int_eq(access(path_of("startup-config.bad"), F_OK), 0);
	ok("write memory");
}
END_TEST

/* ---- what waits
 * ----------------------------------------------------------------------------------- */

/* A second operator, with a screen of his own. */
static struct box other;

static void enter_other(void)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_CONSOLE};

	memset(&other, 0, sizeof other);
	other.m = box.m;
	other.op = operator_new(box.m, &hello, box_show, &other);
	operator_set_privilege(other.op, PRIVILEGE_MAX);
}

static void leave_other(void)
{
	operator_free(other.op);
	text_free(&other.screen);
}

/* A route that the keeper thinks about, and will refuse. */
static void line_that_waits(void)
{
	ok("interface GigabitEthernet0/0");
	ok("nameif outside");
	ok("ip address 10.0.0.1 255.255.255.0");
	ok("exit");
	box.mute = true;
	box_send(&box, "route outside 10.5.0.0 255.255.0.0 10.0.0.9");
	box_turn();
	ck_assert(box.m->running.settle.turns.taken);
}

static void keeper_refuses(void)
{
	box.error = 101;
	box_answer(&box);
	box.error = 0;
	ck_assert(!box.m->running.settle.turns.taken);
	ck_assert(strstr(text_str(&box.screen), "ERROR: the kernel said no"));
}

START_TEST(the_answer_to_an_open_question_waits)
{
	char *text;

	enter_other();
	box_send(&other, "copy running-config startup-config");
	ck_assert(other.question);
	line_that_waits();
	operator_answer(other.op, "", 0);
	box_turn();
	text = box_slurp(&box, "startup-config");
	ck_assert_str_eq(text, "");
	free(text);
	keeper_refuses();
	ck_assert(strstr(text_str(&other.screen), "[OK]"));
	text = box_slurp(&box, "startup-config");
	ck_assert(strstr(text, "10.0.0.1"));
	ck_assert(!strstr(text, "10.5.0.0"));
	free(text);
	leave_other();
}
END_TEST

START_TEST(reload_that_saves_waits)
{
	char *text;

	enter_other();
	ok("hostname changed");
	box_send(&other, "reload");
	ck_assert(strstr(text_str(&other.screen), "Save?"));
	line_that_waits();
	operator_answer(other.op, "y", 1);
	operator_answer(other.op, "y", 1); /* nothing is answered twice */
	box_turn();
	ck_assert(!strstr(text_str(&other.screen), "Proceed"));
	keeper_refuses();
	ck_assert(strstr(text_str(&other.screen), "Proceed with reload? [confirm]"));
	text = box_slurp(&box, "startup-config");
	ck_assert(!strstr(text, "10.5.0.0"));
	free(text);
	operator_interrupt(other.op);
	leave_other();
}
END_TEST

START_TEST(an_answer_that_waits_may_be_broken_off)
{
	char *text;

	enter_other();
	box_send(&other, "copy running-config startup-config");
	line_that_waits();
	operator_answer(other.op, "", 0);
	operator_interrupt(other.op);
	ck_assert_uint_eq(other.done, 2);
	keeper_refuses();
	text = box_slurp(&box, "startup-config");
	ck_assert_str_eq(text, "");
	free(text);
	leave_other();
}
END_TEST

/* SQLite tells of every statement. */
static unsigned statements;

static int traced(unsigned what, void *ctx, void *statement, void *text)
{
	(void)what;
	(void)ctx;
	(void)statement;
	(void)text;
	statements++;
	return 0;
}

/*
 * Every act of the grammar by random lines, while a line settles: what is let through looks at
 * nothing that is stored, all others wait, and nothing that was shown or saved knew of the line.
 */
START_TEST(whatever_looks_at_the_configuration_waits)
{
	const struct gram *g = box.m->gram;
	unsigned waited = 0, passed = 0;
	char line[GRAM_LINE_MAX];
	uint64_t seed = 1;

	line_that_waits();
	sqlite3_trace_v2(box.m->running.db->sql, SQLITE_TRACE_STMT, traced, NULL);
	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_command *c = g->commands[i];

		for (int k = 0; k < 10 && c->run && c->mode == g->exec; k++) {
			if (!gram_random_line(c, &seed, NULL, NULL, line, sizeof line))
				continue;
			enter_other();
			statements = 0;
			operator_line(other.op, line, strlen(line));
			waited += other.op->turn.waiting;
			passed += !other.op->turn.waiting;
			box_turn();
			ck_assert_msg(!statements, "%s looked at what may be taken back", line);
			leave_other();
		}
	}
	ck_assert_uint_gt(waited, 5);
	ck_assert_uint_gt(passed, 5);
	sqlite3_trace_v2(box.m->running.db->sql, 0, NULL, NULL);
	keeper_refuses();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("config_lost");
	TCase *tc = tcase_create("config_lost");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_lost_key_is_said_and_the_startup_config_helps);
	tcase_add_test(tc, a_key_removed_in_use_is_written_again);
	tcase_add_test(tc, a_key_that_comes_back_brings_its_secrets);
	tcase_add_loop_test(tc, a_key_that_is_none_is_put_aside, 0, 4);
	tcase_add_test(tc, a_changed_key_unseals_nothing);
	tcase_add_test(tc, a_lost_password_lets_nobody_in);
	tcase_add_loop_test(tc, a_damaged_database_is_put_aside, 0, 2);
	tcase_add_test(tc, a_start_that_was_cut_off_is_done_again);
	tcase_add_test(tc, a_startup_config_that_cannot_be_read_is_spared);
	tcase_add_test(tc, what_stands_in_its_place_is_put_aside);
	tcase_add_test(tc, the_answer_to_an_open_question_waits);
	tcase_add_test(tc, reload_that_saves_waits);
	tcase_add_test(tc, an_answer_that_waits_may_be_broken_off);
	tcase_add_test(tc, whatever_looks_at_the_configuration_waits);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
