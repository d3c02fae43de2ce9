/* The files that the keeper opens for aaa: nobody can put another one in the place of ours. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/keeper/files.h"

static char dir[64], path[128];

static void setup(void)
{
	strcpy(dir, "/tmp/gatehouse-files.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/accounting.keeper", dir);
}

static void teardown(void)
{
	char other[128];

	unlink(path);
	snprintf(other, sizeof other, "%s/other", dir);
	unlink(other);
	rmdir(dir);
}

static bool is_ours(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       (st.st_mode & 0777) == 0600 && st.st_size == 0;
}

START_TEST(what_is_known)
{
	int fd;

	ck_assert(files_known("hosts") && files_known("accounting-2"));
	ck_assert(!files_known("/etc/shadow") && !files_known(""));
	ck_assert_int_eq(files_open("/etc/shadow", dir), -1);
	fd = files_open("hosts", dir);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "x", 1), -1);
	close(fd);
	ck_assert_int_eq(files_open("accounting", "/nowhere/at/all"), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(it_stays)
{
	int fd = files_open("accounting", dir);
	char byte = 0;

	ck_assert(is_ours(fd));
	ck_assert_int_eq(write(fd, "x", 1), 1);
	close(fd);
	fd = files_open("accounting", dir);
	ck_assert_int_eq(read(fd, &byte, 1), 1);
	ck_assert_int_eq(byte, 'x');
	close(fd);
}
END_TEST

/* A link to another file, a second name of one, what everybody may write, a FIFO: none is ours. */
START_TEST(another_in_its_place)
{
	char other[128];
	struct stat st;
	int fd;

	snprintf(other, sizeof other, "%s/other", dir);
	fd = open(other, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "secret", 6), 6);
	close(fd);
	if (_i == 0)
		ck_assert_int_eq(symlink(other, path), 0);
	else if (_i == 1)
		ck_assert_int_eq(link(other, path), 0);
	else if (_i == 2)
		ck_assert(rename(other, path) == 0 && chmod(path, 0666) == 0);
	else
		ck_assert_int_eq(mkfifo(path, 0600), 0);
	fd = files_open("accounting", dir);
	ck_assert(is_ours(fd));
	close(fd);
	if (_i < 2) {
		ck_assert_int_eq(stat(other, &st), 0);
		ck_assert_int_eq(st.st_size, 6);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_files");
	TCase *t = tcase_create("files");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_is_known);
	tcase_add_test(t, it_stays);
	tcase_add_loop_test(t, another_in_its_place, 0, 4);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
