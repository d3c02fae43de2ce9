/*
 * How the ways of bulk cryptography are measured and chosen, on a clock that tells what the test
 * has written: OpenSSL and one way beside it, all ciphers and hashes alike.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/crypt_measure.h"
#include "tests/support/one_crypto.h"

#define PROBES (5 + 2 * 5) /* five hashes, five ciphers in two directions */

/* What each run of one probe takes. The clock is read before it and behind it. */
static uint64_t took[24], now;
static size_t n_took, readings;

static uint64_t scripted(void)
{
	if (readings % 2 == 1)
		now += took[readings / 2 % n_took];
	readings++;
	return now;
}

static struct crypt_ways ways;
static enum crypt_way other;
static crypt_table table;

static void setup(void)
{
	memset(&ways, 0, sizeof ways);
	memset(table, 0xff, sizeof table);
	n_took = readings = 0;
	ck_assert(ways_add(&ways, one_crypto(), CRYPT_OPENSSL));
}

static void teardown(void)
{
	for (enum crypt_way way = CRYPT_OPENSSL; way < CRYPT_WAYS; way++)
		ways_drop(&ways, way);
}

/* False on processors that cannot. */
static bool beside_openssl(enum crypt_way way)
{
	other = way;
	return ways_add(&ways, one_crypto(), way);
}

static void runs(uint64_t first, uint64_t second, uint64_t third)
{
	took[n_took++] = first;
	took[n_took++] = second;
	took[n_took++] = third;
}

/* Each suite of a cipher and a hash goes the way of its batch size; without both nothing was
 * measured, and OpenSSL does it. */
static void chosen(const bool wins[CRYPT_SIZES])
{
	for (enum cipher c = 0; c < CIPHER_COUNT; c++)
		for (enum hash h = 0; h < HASH_COUNT; h++)
			for (int e = 0; e < 2; e++)
				for (size_t s = 0; s < CRYPT_SIZES; s++) {
					bool any = c != CIPHER_NULL || h != HASH_NONE;

					ck_assert_uint_eq(table[c][h][e][s],
					    any && wins[s] ? other : CRYPT_OPENSSL);
				}
}

/* The fastest of three counts, the first run of a way does not, and OpenSSL's four packets stand
 * for all its sizes. A draw is OpenSSL's. */
START_TEST(the_fastest_serves)
{
	static const uint64_t fastest[CRYPT_SIZES] = {100, 199, 300, 801, 1500};

	if (!beside_openssl((enum crypt_way)_i))
		return;
	runs(450, 400, 430);
	took[n_took++] = 1000000; /* its code comes from the disk */
	took[n_took++] = 1600;    /* alone as slow as OpenSSL's sixteen: just worth a try */
	for (size_t s = 0; s < CRYPT_SIZES; s++)
		runs(fastest[s] + (s % 2 ? 0 : 50), fastest[s] + 70, fastest[s] + (s % 2 ? 50 : 0));
	ck_assert(crypt_measure(&ways, scripted, table));
	ck_assert_uint_eq(readings, 2 * PROBES * n_took);
	chosen((const bool[]){false, true, true, false, true});
}
END_TEST

/* Slower alone than OpenSSL's largest batch, twice: it is not tried further, and does not win. */
START_TEST(hopeless_ways_are_left)
{
	if (!beside_openssl(CRYPT_MB_SSE))
		return;
	runs(400, 400, 400);
	took[n_took++] = 5;
	took[n_took++] = 1601;
	took[n_took++] = 1601;
	ck_assert(crypt_measure(&ways, scripted, table));
	ck_assert_uint_eq(readings, 2 * PROBES * n_took);
	chosen((const bool[CRYPT_SIZES]){false});
}
END_TEST

/* Once may have been an interruption. */
START_TEST(interrupted_ways_are_tried)
{
	if (!beside_openssl(CRYPT_MB_SSE))
		return;
	runs(400, 400, 400);
	took[n_took++] = 5;
	took[n_took++] = 90000;
	took[n_took++] = 1600;
	for (size_t s = 0; s < CRYPT_SIZES; s++)
		runs(9, 9, 9);
	ck_assert(crypt_measure(&ways, scripted, table));
	ck_assert_uint_eq(readings, 2 * PROBES * n_took);
	chosen((const bool[CRYPT_SIZES]){true, true, true, true, true});
}
END_TEST

/* Where there is nothing else OpenSSL does everything, and its time is taken all the same. */
START_TEST(nothing_but_openssl)
{
	runs(400, 400, 400);
	ck_assert(crypt_measure(&ways, scripted, table));
	ck_assert_uint_eq(readings, 2 * PROBES * n_took);
	chosen((const bool[CRYPT_SIZES]){false});
}
END_TEST

/* The thread's own time goes on with its work and never back. */
START_TEST(time_of_a_thread)
{
	uint64_t before = crypt_thread_time(), after = before;

	while (after == before)
		after = crypt_thread_time();
	ck_assert_uint_gt(after, before);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("crypt_measure");
	TCase *tc = tcase_create("measure");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, the_fastest_serves, CRYPT_MB_SSE, CRYPT_WAYS);
	tcase_add_test(tc, hopeless_ways_are_left);
	tcase_add_test(tc, interrupted_ways_are_tried);
	tcase_add_test(tc, nothing_but_openssl);
	tcase_add_test(tc, time_of_a_thread);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
