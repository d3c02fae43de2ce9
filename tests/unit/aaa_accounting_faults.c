/* Accounting within bounds, on a full disk, with a file that is cut or damaged. */
#include "tests/support/accounting_sim.h"

/* ---- bounds
 * ------------------------------------------------------------------------------------------------
 */

START_TEST(bounded)
{
	static const int none[2] = {-1, -1};
	struct account_record *r;
	char key[16];

	acct_die();
	acct_a = calloc(1, sizeof *acct_a);
	accounting_init(acct_a, &acct_world, acct_find, NULL);
	accounting_open(acct_a, none, true);
	acct_known = false;
	acct_put(ACCOUNT_START, "first", 0);
	acct_put(ACCOUNT_INTERIM, "first", 1);
	acct_put(ACCOUNT_INTERIM, "first", 2);
	for (int i = 3; i < ACCOUNT_RECORDS_MAX; i++) {
		snprintf(key, sizeof key, "k%d", i);
		acct_put(ACCOUNT_STOP, key, 0);
	}
	ck_assert_uint_eq(acct_lost(), 0);
	acct_put(ACCOUNT_STOP, "one more", 0);
	ck_assert_uint_eq(acct_lost(), 1);
	r = TAILQ_FIRST(&account_queue_find(&acct_a->queue, "RAD")->records);
	ck_assert_uint_eq(r->what, ACCOUNT_START);
	acct_put(ACCOUNT_STOP, "one more", 0);
	acct_put(ACCOUNT_STOP, "one more", 0); /* no interim is left */
	acct_put(ACCOUNT_STOP, "one more", 0); /* nor a start */
	ck_assert_uint_eq(acct_lost(), 4);
	ck_assert_uint_eq(acct_waiting(), ACCOUNT_RECORDS_MAX);
	r = TAILQ_FIRST(&account_queue_find(&acct_a->queue, "RAD")->records);
	ck_assert_str_eq(r->key, "k4");
}
END_TEST

/* The file does not grow with what was done with. */
START_TEST(the_file_is_bounded)
{
	struct stat st[2];

	for (int i = 0; i < 1500; i++) {
		acct_cookie_len = 2000;
		acct_put(ACCOUNT_COMMAND, "one", 0);
		acct_said[0][0] = 0;
	}
	ck_assert_int_eq(stat(acct_files[0], &st[0]), 0);
	ck_assert_int_eq(stat(acct_files[1], &st[1]), 0);
	ck_assert_int_lt(st[0].st_size + st[1].st_size, 2200 << 10);
}
END_TEST

/* ---- faults
 * ---------------------------------------------------------------------------------------------- */

/* Records go on their way all the same, and it is said once. */
START_TEST(a_full_disk)
{
	int full[2];

	acct_die();
	full[0] = open("/dev/full", O_RDWR);
	full[1] = open("/dev/full", O_RDWR);
	acct_a = calloc(1, sizeof *acct_a);
	accounting_init(acct_a, &acct_world, acct_find, NULL);
	accounting_open(acct_a, full, true);
	accounting_configured(acct_a);
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_STOP, "one", 20);
	acct_expect(0, "oneS oneP/1/20/2");
	ck_assert_uint_eq(acct_n_logs, 1);
	ck_assert_uint_eq(acct_lost(), 0);
}
END_TEST

static size_t file_size(unsigned i)
{
	struct stat st;

	ck_assert_int_eq(stat(acct_files[i], &st), 0);
	return (size_t)st.st_size;
}

/* Five records that nobody took; the file that has them, whole. */
static unsigned five(uint8_t *copy, size_t *len)
{
	unsigned i;
	char key[8];
	int fd;

	acct_plan[0] = 'S';
	for (int n = 0; n < 5; n++) {
		snprintf(key, sizeof key, "k%d", n);
		acct_put(ACCOUNT_COMMAND, key, 0);
	}
	acct_die();
	i = file_size(1) > file_size(0);
	*len = file_size(i);
	fd = open(acct_files[i], O_RDONLY);
	ck_assert_int_eq(read(fd, copy, *len), (ssize_t)*len);
	close(fd);
	acct_plan[0] = 'A';
	return i;
}

static void put_back(unsigned i, const uint8_t *copy, size_t len)
{
	int fd = open(acct_files[i], O_WRONLY | O_TRUNC | O_CREAT, 0600);

	ck_assert_int_eq(write(fd, copy, len), (ssize_t)len);
	close(fd);
	unlink(acct_files[i ^ 1]);
	acct_said[0][0] = 0;
}

/* A write that was cut anywhere: what was whole before is there, and what comes next is kept. */
START_TEST(torn)
{
	static uint8_t copy[65536];
	static const char all[] = "k0C k1C k2C k3C k4C";
	size_t len, frame, whole;
	unsigned i = five(copy, &len);

	frame = (len - ACCOUNT_HEADER) / 5;
	for (size_t cut = ACCOUNT_HEADER; cut <= len; cut++) {
		put_back(i, copy, cut);
		acct_live(false);
		whole = (cut - ACCOUNT_HEADER) / frame;
		ck_assert_uint_eq(strlen(acct_said[0]), whole ? whole * 4 - 1 : 0);
		ck_assert(strncmp(acct_said[0], all, strlen(acct_said[0])) == 0);
		acct_said[0][0] = 0;
		acct_plan[0] = 'S';
		acct_put(ACCOUNT_COMMAND, "next", 0);
		acct_die();
		acct_plan[0] = 'A';
		acct_live(false);
		acct_expect(0, "nextC");
		acct_die();
	}
	acct_live(false);
}
END_TEST

/* One byte that is another: at most one record is missing, and the rest is in its order. */
START_TEST(damaged)
{
	static uint8_t copy[65536];
	size_t len;
	unsigned i = five(copy, &len);

	for (size_t at = ACCOUNT_HEADER; at < len; at++) {
		copy[at] ^= 0x41;
		put_back(i, copy, len);
		acct_live(false);
		ck_assert_uint_eq(strlen(acct_said[0]), 4 * 4 - 1);
		acct_die();
		copy[at] ^= 0x41;
	}
	/* A header that is none: there is nothing, and it begins anew. */
	copy[3] ^= 1;
	put_back(i, copy, len);
	acct_live(false);
	acct_put(ACCOUNT_COMMAND, "next", 0);
	acct_expect(0, "nextC");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("accounting_faults");
	TCase *t = tcase_create("accounting");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, acct_setup, acct_teardown);
	tcase_add_test(t, bounded);
	tcase_add_test(t, the_file_is_bounded);
	tcase_add_test(t, a_full_disk);
	tcase_add_test(t, torn);
	tcase_add_test(t, damaged);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
