/* The keeper's books: what is written down is read again, and nothing but root's own file counts.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/keeper/host_state.h"
#include "engine/keeper/ledger.h"

static char dir[64], file[128];

static void setup(void)
{
	snprintf(dir, sizeof dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof file, "%s/host" LEDGER_SUFFIX, dir);
}

static void teardown(void)
{
	(void)chmod(dir, 0700);
	(void)unlink(file);
	ck_assert_int_eq(rmdir(dir), 0);
}

static struct host_state *again(struct host_state *h)
{
	host_state_close(h);
	h = host_state_open(dir);
	ck_assert_ptr_nonnull(h);
	return h;
}

START_TEST(the_first_value_is_the_hosts)
{
	struct host_state *h = host_state_open(dir);

	ck_assert_int_eq(host_state_remember(h, "link eth0", "down"), 0);
	ck_assert_int_eq(host_state_remember(h, "link eth0", "up"), 0);
	ck_assert_str_eq(host_state_get(h, "link eth0"), "down");
	h = again(h);
	ck_assert_str_eq(host_state_get(h, "link eth0"), "down");
	ck_assert_int_eq(host_state_remember(h, "link eth0", "up"), 0);
	ck_assert_str_eq(host_state_get(h, "link eth0"), "down");
	host_state_forget(h, "link eth0");
	ck_assert_ptr_null(host_state_get(h, "link eth0"));
	h = again(h);
	ck_assert_ptr_null(host_state_get(h, "link eth0"));
	host_state_close(h);
}
END_TEST

struct seen {
	struct host_state *h;
	char keys[100];
	bool forget;
};

static void see(void *arg, const char *key, const char *value)
{
	struct seen *s = arg;

	strcat(strcat(s->keys, key), value);
	if (s->forget)
		host_state_forget(s->h, key);
}

START_TEST(each_may_forget)
{
	struct seen s = {.h = host_state_open(dir)};

	ck_assert_int_eq(host_state_remember(s.h, "lost a", "1"), 0);
	ck_assert_int_eq(host_state_remember(s.h, "link a", "2"), 0);
	ck_assert_int_eq(host_state_remember(s.h, "lost b", "3"), 0);
	host_state_each(s.h, "lost ", see, &s);
	ck_assert_str_eq(s.keys, "lost a1lost b3");
	s.forget = true;
	host_state_each(s.h, "lost ", see, &s);
	s.keys[0] = 0;
	host_state_each(s.h, "", see, &s);
	ck_assert_str_eq(s.keys, "link a2");
	host_state_close(s.h);
}
END_TEST

/* What cannot be written down is not remembered: the caller leaves the change. */
START_TEST(no_room_no_memory)
{
	struct host_state *h = host_state_open(dir);
	char temp[160];

	ck_assert_int_eq(host_state_remember(h, "link eth0", "up"), 0);
	snprintf(temp, sizeof temp, "%s.new", file);
	ck_assert_int_eq(mkdir(temp, 0700), 0); /* in the way of the new file */
	ck_assert_int_ne(host_state_remember(h, "link eth1", "up"), 0);
	ck_assert_ptr_null(host_state_get(h, "link eth1"));
	ck_assert_str_eq(host_state_get(h, "link eth0"), "up");
	host_state_forget(h, "link eth0");
	ck_assert_str_eq(host_state_get(h, "link eth0"), "up");
	ck_assert_int_eq(rmdir(temp), 0);
	ck_assert_int_eq(host_state_remember(h, "link eth1", "up"), 0);
	ck_assert_int_eq(host_state_remember(h, "a\tb", "up"), EINVAL);
	ck_assert_int_eq(host_state_remember(h, "a", "up\nlink x\tup"), EINVAL);
	ck_assert_int_eq(host_state_remember(h, "a", ""), EINVAL);
	host_state_close(h);
}
END_TEST

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

START_TEST(another_boot_another_host)
{
	struct host_state *h;

	write_file("# what the host had; boot 0, network namespace 0\nlink eth0\tdown\n");
	h = host_state_open(dir);
	ck_assert_ptr_null(host_state_get(h, "link eth0"));
	host_state_close(h);
}
END_TEST

/* The directory is the manager's: what he puts in our place counts for nothing. */
START_TEST(only_our_own_file_counts)
{
	char other[160];
	struct ledger *l;

	for (int how = 0; how < 4; how++) {
		snprintf(other, sizeof other, "%s/other", dir);
		write_file("title\nkey\tvalue\n");
		ck_assert_int_eq(chmod(file, 0600), 0);
		if (how == 1)
			ck_assert_int_eq(chmod(file, 0620), 0);
		if (how == 2)
			ck_assert_int_eq(link(file, other), 0);
		if (how == 3) {
			ck_assert_int_eq(rename(file, other), 0);
			ck_assert_int_eq(symlink("other", file), 0);
		}
		l = ledger_open(dir, "host", "title");
		ck_assert_ptr_nonnull(l);
		ck_assert_msg((ledger_get(l, "key") != NULL) == (how == 0), "%d", how);
		ledger_close(l);
		(void)unlink(other);
		ck_assert_int_eq(unlink(file), 0);
	}
	if (geteuid() != 0)
		return;
	write_file("title\nkey\tvalue\n");
	ck_assert_int_eq(chown(file, 64101, 64101), 0);
	l = ledger_open(dir, "host", "title");
	ck_assert_ptr_null(ledger_get(l, "key"));
	ledger_close(l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("host_state");
	TCase *tc = tcase_create("host_state");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_first_value_is_the_hosts);
	tcase_add_test(tc, each_may_forget);
	tcase_add_test(tc, no_room_no_memory);
	tcase_add_test(tc, another_boot_another_host);
	tcase_add_test(tc, only_our_own_file_counts);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
