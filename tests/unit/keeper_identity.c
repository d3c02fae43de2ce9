/* Who a role becomes: by its user where there is one, else by number; what it has given up then. */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/keeper/confine.h"
#include "engine/keeper/identity.h"

static char dir[32];

static void setup(void)
{
	strcpy(dir, "/tmp/identity.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

/* A user database of this process alone; it has root and one line more. */
static void users_are(const char *line)
{
	char path[64];
	FILE *f;

	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	snprintf(path, sizeof path, "%s/passwd", dir);
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	fprintf(f, "root:x:0:0::/root:/bin/sh\n%s\n", line);
	fclose(f);
	ck_assert_int_eq(mount(path, "/etc/passwd", NULL, MS_BIND, NULL), 0);
}

#define MANAGER "_gatehouse-manager"

START_TEST(no_user)
{
	users_are("other:x:990:980::/:/bin/false");
	ck_assert_uint_eq(identity_uid(ROLE_MANAGER), 64101);
	ck_assert_uint_eq(identity_gid(ROLE_MANAGER), 64101);
	ck_assert_uint_eq(identity_uid(ROLE_ENGINE), 64102);
	ck_assert_uint_eq(identity_uid(ROLE_AAA), 64103);
	ck_assert(!identity_was(ROLE_MANAGER, 64101)); /* it is */
	ck_assert(!identity_was(ROLE_MANAGER, 64102));
}
END_TEST

START_TEST(a_user)
{
	users_are(MANAGER ":x:990:980::/:/bin/false");
	ck_assert_uint_eq(identity_uid(ROLE_MANAGER), 990);
	ck_assert_uint_eq(identity_gid(ROLE_MANAGER), 980);
	ck_assert_uint_eq(identity_uid(ROLE_ENGINE), 64102);
	ck_assert(identity_was(ROLE_MANAGER, 64101));
	ck_assert(!identity_was(ROLE_MANAGER, 990));
	ck_assert(!identity_was(ROLE_MANAGER, 64102));
	ck_assert(!identity_was(ROLE_ENGINE, 64102));
}
END_TEST

/* An entry that would make a role root is none. */
START_TEST(never_root)
{
	static const char *const line[] = {
	    MANAGER ":x:0:980::/:/bin/false", MANAGER ":x:990:0::/:/bin/false"};

	users_are(line[_i]);
	ck_assert_uint_eq(identity_uid(ROLE_MANAGER), 64101);
	ck_assert_uint_eq(identity_gid(ROLE_MANAGER), 64101);
}
END_TEST

/* ---- what is given up ------------------------------------------------------------------ */

/* In a child of its own: the status is the number of the first that is not so, 0 = all is. */
static int confined(enum role role)
{
	uid_t r, e, s;
	struct rlimit core;
	struct stat st;

	if (!confine(role, dir))
		return 1;
	if (getresuid(&r, &e, &s) < 0 || r != identity_uid(role) || e != r || s != r)
		return 2;
	if (getegid() != identity_gid(role) || getgroups(0, NULL) != 0)
		return 3;
	if (setuid(0) == 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 4;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 || getrlimit(RLIMIT_CORE, &core) < 0 ||
	    core.rlim_cur != 0 || core.rlim_max != 0)
		return 8; /* what it knows stays in memory */
	if (stat("/etc/passwd", &st) == 0 || stat("/proc", &st) == 0)
		return 5; /* the root is another */
	if (role == ROLE_MANAGER)
		return stat("/mark", &st) == 0 ? 0 : 6; /* the state directory */
	if (stat("/mark", &st) == 0 || open("/file", O_CREAT | O_WRONLY, 0600) >= 0)
		return 7; /* nowhere: nothing is there and nothing can be put there */
	return 0;
}

static int in_child(enum role role)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(confined(role));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_role_gives_up)
{
	static const enum role role[] = {ROLE_MANAGER, ROLE_ENGINE, ROLE_AAA};
	char mark[64];
	unsigned n = 0;
	DIR *d;

	snprintf(mark, sizeof mark, "%s/mark", dir);
	close(open(mark, O_CREAT | O_WRONLY, 0644));
	ck_assert_int_eq(chmod(dir, 0755), 0);
	ck_assert_int_eq(in_child(role[_i]), 0);
	ck_assert_ptr_nonnull(d = opendir(dir));
	while (readdir(d))
		n++;
	closedir(d);
	ck_assert_uint_eq(n, 3); /* ".", "..", "mark": no place is left behind */
}
END_TEST

START_TEST(nowhere_to_go)
{
	static const enum role role[] = {ROLE_MANAGER, ROLE_ENGINE, ROLE_AAA};

	strcat(dir, "-");
	ck_assert_int_eq(in_child(role[_i]), 1);
	dir[strlen(dir) - 1] = 0;
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_identity");
	TCase *tc = tcase_create("identity");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, no_user);
	tcase_add_test(tc, a_user);
	tcase_add_loop_test(tc, never_root, 0, 2);
	tcase_add_loop_test(tc, a_role_gives_up, 0, 3);
	tcase_add_loop_test(tc, nowhere_to_go, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
