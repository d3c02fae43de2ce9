/* The state directory and the console socket: who may have them, what root leaves alone there. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/keeper/identity.h"
#include "engine/keeper/places.h"

static char dir[] = "/tmp/places.XXXXXX", state[64], console[64];
static struct places p;

static void setup(void)
{
	strcpy(dir, "/tmp/places.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(state, sizeof state, "%s/a/b/state", dir);
	snprintf(console, sizeof console, "%s/run/c/socket", dir);
}

static void teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static const char *in_state(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", state, name);
	return path;
}

static struct stat of(const char *path)
{
	struct stat st;

	ck_assert_msg(lstat(path, &st) == 0, "%s: %s", path, strerror(errno));
	return st;
}

static int speaks_to(const char *path, bool listens)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), ok;

	strcpy(a.sun_path, path);
	if (listens)
		ok = bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 1) == 0;
	else
		ok = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
	if (ok)
		return fd;
	close(fd);
	return -1;
}

static bool nothing_open(void)
{
	return p.lock < 0 && p.console < 0 && p.config < 0 && p.tokens < 0;
}

START_TEST(opened_and_closed)
{
	char tokens[128];
	struct stat st;
	int fd;

	snprintf(tokens, sizeof tokens, "%s.token", console);
	ck_assert(places_open(&p, state, console, NULL));
	ck_assert_int_eq(p.config, -1);
	st = of(state);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	ck_assert_uint_eq(st.st_uid, identity_uid(ROLE_MANAGER));
	ck_assert_uint_eq(of(in_state("..")).st_mode & 07777, 0755);
	ck_assert_uint_eq(of(console).st_mode & 0007, 0); /* nobody else's */
	fd = speaks_to(console, false);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_uint_eq(of(tokens).st_mode & 07777, 0600);
	fd = speaks_to(tokens, false);
	ck_assert_int_ge(fd, 0);
	close(fd);
	places_close(&p);
	ck_assert(nothing_open());
	ck_assert_int_ne(access(console, F_OK), 0);
	ck_assert_int_ne(access(tokens, F_OK), 0);
	places_close(&p);				  /* once more is nothing */
	ck_assert(places_open(&p, state, console, NULL)); /* the lock was given back */
	places_close(&p);
}
END_TEST

/* Who listens there is about to end. */
START_TEST(the_last_of_another)
{
	int fd[2], status;
	pid_t child;
	char c;

	ck_assert(places_open(&p, state, console, NULL));
	ck_assert_int_eq(pipe(fd), 0);
	child = fork();
	if (child == 0) { /* has the console from us */
		close(fd[1]);
		(void)!read(fd[0], &c, 1);
		usleep(1500000); /* it is a busy machine */
		_exit(0);
	}
	close(p.console);
	ck_assert_int_eq(flock(p.lock, LOCK_UN), 0);
	close(p.lock);
	close(fd[0]);
	close(fd[1]);
	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
}
END_TEST

START_TEST(one_instance)
{
	struct places other;
	char elsewhere[64], free_socket[64];
	int fd;

	snprintf(elsewhere, sizeof elsewhere, "%s/other", dir);
	snprintf(free_socket, sizeof free_socket, "%s/run/free", dir);
	ck_assert(places_open(&p, state, console, NULL));
	ck_assert(!places_open(&other, state, free_socket, NULL)); /* its state */
	ck_assert_int_ne(access(free_socket, F_OK), 0);
	ck_assert(!places_open(&other, elsewhere, console, NULL)); /* its console */
	fd = speaks_to(console, false);
	ck_assert_int_ge(fd, 0); /* which still answers */
	close(fd);
	ck_assert(places_open(&other, elsewhere, free_socket, NULL));
	places_close(&other);
	places_close(&p);
}
END_TEST

/* A socket that a killed instance left is taken over, a living one's is not. */
START_TEST(a_socket_that_was_left)
{
	int fd;

	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	fd = speaks_to(console, true);
	ck_assert_int_ge(fd, 0);
	ck_assert(!places_open(&p, state, console, NULL));
	ck_assert(nothing_open());
	ck_assert_int_eq(access(console, F_OK), 0);
	close(fd);
	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
}
END_TEST

START_TEST(paths_that_cannot_be)
{
	char long_path[160], file[64];
	int fd;

	/* sun_path has 108 bytes, one of them the end. */
	for (size_t len = 106; len <= 110; len++) {
		size_t n = (size_t)snprintf(long_path, sizeof long_path, "%s/", dir);

		memset(long_path + n, 'x', len - n);
		long_path[len] = 0;
		ck_assert_int_eq(places_open(&p, state, long_path, NULL), len < 108);
		if (len < 108)
			places_close(&p);
		ck_assert(nothing_open());
	}
	snprintf(file, sizeof file, "%s/file", dir);
	fd = open(file, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert(!places_open(&p, file, console, NULL)); /* is no directory */
	snprintf(long_path, sizeof long_path, "%s/file/below", dir);
	ck_assert(!places_open(&p, long_path, console, NULL));
	ck_assert(!places_open(&p, state, long_path, NULL));
	ck_assert(!places_open(&p, state, dir, NULL)); /* a directory is no socket */
	ck_assert(nothing_open());
	ck_assert(!places_open(&p, state, console, in_state("no such file")));
	ck_assert(nothing_open());
	ck_assert(places_open(&p, state, console, file));
	ck_assert_int_ge(p.config, 0);
	places_close(&p);
	ck_assert(nothing_open());
}
END_TEST

START_TEST(why_it_cannot_be)
{
	char long_path[160], said[512] = "";
	FILE *f = tmpfile();
	int was = dup(STDERR_FILENO);

	memset(long_path, 'x', sizeof long_path - 1);
	long_path[sizeof long_path - 1] = '\0';
	fflush(stderr);
	dup2(fileno(f), STDERR_FILENO);
	ck_assert(!places_open(&p, state, long_path, NULL));
	fflush(stderr);
	dup2(was, STDERR_FILENO);
	rewind(f);
	ck_assert_ptr_nonnull(fgets(said, sizeof said, f));
	ck_assert_ptr_nonnull(strstr(said, strerror(ENAMETOOLONG)));
	fclose(f);
	close(was);
}
END_TEST

/* Root writes through no link that the manager, or whoever had the directory, put there. */
START_TEST(no_link_is_followed)
{
	char secret[64], link_path[128];

	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	snprintf(secret, sizeof secret, "%s/secret", dir);
	strcpy(link_path, in_state("lock"));
	ck_assert_int_eq(unlink(link_path), 0);
	ck_assert_int_eq(symlink(secret, link_path), 0);
	ck_assert(!places_open(&p, state, console, NULL));
	ck_assert_int_ne(access(secret, F_OK), 0);
}
END_TEST

/* What was copied in by root becomes the manager's; nothing else changes hands. */
START_TEST(files_that_change_hands)
{
	static const struct {
		const char *name, *make;
		bool given;
	} row[] = {
	    {"startup-config", "touch %s", true},
	    {"was.manager", "touch %s; chown 64101 %s", true},
	    {"others", "touch %s; chown 12345 %s", false},
	    {"card.keeper", "touch %s", false}, /* the keeper's own book */
	    {".keeper", "touch %s", true},	/* too short for one */
	    {"keeper", "touch %s", true},
	    {"fifo", "mkfifo %s", false},
	    {"directory", "mkdir %s", false},
	    {"two-names", "touch %s; ln %s ../two-names", false},
	    {"last", "touch %s", true},
	};
	char command[512];
	uid_t uid = identity_uid(ROLE_MANAGER);

	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	ck_assert_int_eq(chdir(state), 0);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *n = row[i].name;

		snprintf(command, sizeof command, row[i].make, n, n);
		ck_assert_int_eq(system(command), 0);
	}
	ck_assert_int_eq(symlink("others", "link"), 0);
	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg((of(row[i].name).st_uid == uid) == row[i].given, "%s", row[i].name);
	ck_assert_uint_eq(of("link").st_uid, 0);
	ck_assert_uint_eq(of("others").st_uid, 12345);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

/* The manager had another number when the directory was made: its files follow it. */
START_TEST(a_manager_of_another_number)
{
	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	ck_assert_int_eq(chown(state, 12345, 12345), 0);
	ck_assert_int_eq(chdir(state), 0);
	ck_assert_int_eq(
	    system("touch running.db others; chown 12345 running.db; chown 54321 others"), 0);
	ck_assert(places_open(&p, state, console, NULL));
	places_close(&p);
	ck_assert_uint_eq(of("running.db").st_uid, identity_uid(ROLE_MANAGER));
	ck_assert_uint_eq(of("others").st_uid, 54321);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_places");
	TCase *tc = tcase_create("places");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, opened_and_closed);
	tcase_add_test(tc, one_instance);
	tcase_add_test(tc, the_last_of_another);
	tcase_add_test(tc, a_socket_that_was_left);
	tcase_add_test(tc, paths_that_cannot_be);
	tcase_add_test(tc, why_it_cannot_be);
	tcase_add_test(tc, no_link_is_followed);
	tcase_add_test(tc, files_that_change_hands);
	tcase_add_test(tc, a_manager_of_another_number);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
