/*
 * What stands in the state directory is gone, damaged, or cannot be read: it is said, nothing
 * is taken for "there is none", what is left is used, and no save takes the place of more than
 * it holds.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/db.h"
#include "tests/support/box.h"

static struct box box;

static void setup(void)
{
	box_setup(&box);
	box_ok(&box, "configure terminal");
}

static void teardown(void)
{
	box_teardown(&box);
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
	return strstr(trail_text(&box.trail), what) != NULL;
}

/* ---- the key ---------------------------------------------------------------------------- */

static void keys(const char *saved, const char *unsaved)
{
	char line[100];

	box_ok(&box, "tunnel-group DefaultRAGroup ipsec-attributes");
	snprintf(line, sizeof line, "ikev1 pre-shared-key %s", saved);
	box_ok(&box, line);
	box_ok(&box, "username kept password test mschap");
	box_ok(&box, "write memory");
	if (!unsaved)
		return;
	box_ok(&box, "tunnel-group Other type remote-access");
	box_ok(&box, "tunnel-group Other ipsec-attributes");
	snprintf(line, sizeof line, "ikev1 pre-shared-key %s", unsaved);
	box_ok(&box, line);
}

START_TEST(a_lost_key_is_said_and_the_startup_config_helps)
{
	keys("Saved-1", "Unsaved-1");
	box_stop(&box);
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	box_up(&box, "boot");
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-1\n"));
	ck_assert(box_shows(
	    &box, "more system:running-config", "username kept password DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(!box_shows(&box, "more system:running-config", "Unsaved-1"));
	ck_assert(
	    greeted_with("WARNING: the secret of 'tunnel-group DefaultRAGroup ipsec-attributes / "
			 "ikev1 pre-shared-key *****' was lost with secret.key and is that of the "
			 "startup-config again\n"));
	ck_assert(greeted_with(
	    "WARNING: the secret of 'tunnel-group Other ipsec-attributes / ikev1 "
	    "pre-shared-key *****' was lost with secret.key: it is unset until it is entered "
	    "again\n"));
	ck_assert(
	    logged("'tunnel-group Other ipsec-attributes / ikev1 pre-shared-key *****' was lost"));
	box_refused(&box, "write memory", "1 secret of the running configuration cannot be read");
	box_refused(&box, "copy running-config startup-config /noconfirm", "enter it again");
	ck_assert(box_shows(&box, "show startup-config", "ikev1 pre-shared-key *****"));
	box_ok(&box, "configure terminal");
	box_ok(&box, "tunnel-group Other ipsec-attributes");
	box_ok(&box, "ikev1 pre-shared-key Again-1");
	box_ok(&box, "write memory");
	ck_assert(!greeted_with("WARNING"));
	box_again(&box, "another boot");
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Again-1\n"));
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-1\n"));
}
END_TEST

/* Removed while it is in use: what is entered or saved from then on is not sealed with a key that
 * only lives as long as the process. */
START_TEST(a_key_removed_in_use_is_written_again)
{
	keys("Saved-3", "Unsaved-3");
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	box_ok(&box, "ikev1 pre-shared-key Later-3");
	ck_assert(logged("secret.key was removed: it is there again"));
	box_again(&box, "boot");
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-3\n"));
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Later-3\n"));
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	box_ok(&box, "write memory");
	ck_assert_int_eq(access(path_of("secret.key"), F_OK), 0);
}
END_TEST

START_TEST(a_key_that_comes_back_brings_its_secrets)
{
	keys("Saved-2", "Unsaved-2");
	box_stop(&box);
	hide("secret.key");
	box_up(&box, "boot");
	ck_assert(!box_shows(&box, "more system:running-config", "Unsaved-2"));
	box_stop(&box);
	show_again("secret.key");
	box_up(&box, "boot");
	ck_assert(
	    box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Unsaved-2\n"));
	/* The other one was sealed anew meanwhile, with the key that went: it comes from the file
	 * again. */
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-2\n"));
	box_ok(&box, "write memory");
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
	box_up(&box, "boot");
	ck_assert(greeted_with("WARNING: secret.key cannot be used ("));
	ck_assert(greeted_with("was put aside as secret.key.bad, and a new one made\n"));
	ck_assert_int_eq(access(path_of("secret.key.bad"), F_OK), 0);
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-3\n"));
	box_ok(&box, "write memory");
	aside = box_slurp(&box, "secret.key");
	free(aside);
	box_again(&box, "boot");
	ck_assert(!greeted_with("WARNING"));
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-3\n"));
}
END_TEST

/* A key of the right size with other bits. */
START_TEST(a_changed_key_unseals_nothing)
{
	char bytes[32] = "another key";

	keys("Saved-4", "Unsaved-4");
	box_stop(&box);
	write_file("secret.key", bytes, sizeof bytes);
	box_up(&box, "boot");
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-4\n"));
	ck_assert(greeted_with("ikev1 pre-shared-key *****' was lost"));
	box_refused(&box, "write memory", "cannot be read with this secret.key");
}
END_TEST

/* An enable password that cannot be read is not "none was set": nobody comes in with an empty one.
 */
START_TEST(a_lost_password_lets_nobody_in)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_CONSOLE};
	struct operator *script;

	box_ok(&box, "enable password Locked-5");
	box_stop(&box);
	ck_assert_int_eq(unlink(path_of("secret.key")), 0);
	box_up(&box, "boot");
	script = box.op;
	box.op = operator_new(box.m, &hello, box_show, &box);
	box_send(&box, "enable");
	ck_assert(box.question);
	for (int i = 0; i < 3; i++) {
		box.question = false;
		operator_answer(box.op, "", 0);
		while (!box.question && !strstr(text_str(&box.screen), "Access denied."))
			uv_run(box.m->loop, UV_RUN_ONCE);
	}
	ck_assert_ptr_nonnull(strstr(text_str(&box.screen), "Access denied."));
	ck_assert_int_eq(box.op->session.privilege, PRIVILEGE_USER);
	operator_free(box.op);
	box.op = script;
	box_ok(&box, "configure terminal"); /* root's way: a script has privilege 15 */
	box_ok(&box, "enable password New-5");
	box_ok(&box, "write memory");
}
END_TEST

/* ---- the database ----------------------------------------------------------------------- */

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
	box_ok(&box, "hostname saved");
	box_ok(&box, "write memory");
	box_ok(&box, "hostname unsaved");
	box_stop(&box);
	if (_i == 0)
		damage(0, 4096); /* no database at all */
	else
		damage(4096, 1 << 30); /* the head is right, the pages are not */
	box_up(&box, "boot");
	ck_assert(box_shows(&box, "show hostname", "saved\n"));
	ck_assert(box_shows(&box, "more system:running-config", "ikev1 pre-shared-key Saved-6\n"));
	ck_assert(greeted_with("WARNING: running.db is damaged ("));
	ck_assert_int_eq(access(path_of("running.db.bad"), F_OK), 0);
	box_ok(&box, "write memory");
	box_stop(&box);
	damage(0, 4096); /* once more: the first one is not written over */
	box_up(&box, "boot");
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

	box_ok(&box, "hostname saved");
	box_ok(&box, "write memory");
	box.m->gram = NULL; /* is still needed */
	box_stop(&box);
	db = db_open(&config, "next boot", &opened, error, sizeof error);
	ck_assert_msg(db != NULL, "%s", error);
	ck_assert_int_eq(opened, DB_FRESH);
	db_close(db);
	gram_free(g);
	box_up(&box, "next boot");
	ck_assert(box_shows(&box, "show hostname", "saved\n"));
}
END_TEST

/* ---- the startup-config ----------------------------------------------------------------- */

START_TEST(a_startup_config_that_cannot_be_read_is_spared)
{
	box_ok(&box, "hostname saved");
	box_ok(&box, "write memory");
	box_stop(&box);
	hide("startup-config");
	ck_assert_int_eq(mkdir(path_of("startup-config"), 0700), 0);
	box_up(&box, "next boot");
	ck_assert(greeted_with("WARNING: the startup-config could not be read (Is a directory)\n"));
	box_refused(&box, "show startup-config",
	    "ERROR: Unable to read the startup-config: Is a directory");
	box_ok(&box, "configure terminal");
	box_ok(&box, "hostname other");
	box_refused(&box, "write memory",
	    "the startup-config could not be read (Is a directory) and is not replaced");
	/* It can be read again, but was not loaded: still not; not even by a manager that comes
	 * back. */
	ck_assert_int_eq(rmdir(path_of("startup-config")), 0);
	show_again("startup-config");
	box_refused(&box, "write memory", "is not replaced");
	box_again(&box, "next boot");
	ck_assert(box_shows(&box, "show hostname", "other\n"));
	box_refused(&box, "write memory", "is not replaced");
	ck_assert(box_shows(&box, "show startup-config", "hostname saved\n"));
	box_ok(&box, "write erase noconfirm");
	box_ok(&box, "write memory");
	ck_assert(box_shows(&box, "show startup-config", "hostname other\n"));
}
END_TEST

START_TEST(what_stands_in_its_place_is_put_aside)
{
	box_stop(&box);
	ck_assert_int_eq(mkdir(path_of("startup-config"), 0700), 0);
	box_up(&box, "next boot");
	box_refused(&box, "write memory", "is not replaced");
	box_ok(&box, "write erase noconfirm");
	ck_assert_int_eq(access(path_of("startup-config.bad"), F_OK), 0);
	box_ok(&box, "write memory");
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
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
