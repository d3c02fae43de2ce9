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
#define DES_PROBES (2 * 2) /* those of DES and 3DES among them */

#define OPENSSLS 3         /* runs of OpenSSL at the start of a probe */

/* What each run of one probe takes, the first of a probe's being OpenSSL's. Of ways that have
 * nothing but DES, only its probes have the rest; of others, only those of all else. The clock is
 * read before a run and behind it. */
static uint64_t took[24], now;
static size_t n_took, readings;

/* Which run of its probe is that? Of a direction, those of DES and 3DES come first. */
static size_t run_of_probe(size_t run)
{
	size_t hashes = 5 * n_took, des = 2 * OPENSSLS;

	if (run < hashes)
		return run % n_took;
	run = (run - hashes) % (des + 3 * n_took);
	return run < des ? run % OPENSSLS : (run - des) % n_took;
}

/* It costs nothing itself: what it was read for to learn that is no run. */
#define IDLE (2 * 3)

static uint64_t scripted(void)
{
	if (readings >= IDLE && readings % 2 == 1)
		now += took[run_of_probe((readings - IDLE) / 2)];
	readings++;
	return now;
}

static void all_were_read(void)
{
	ck_assert_uint_eq(readings,
	    IDLE + 2 * ((PROBES - DES_PROBES) * n_took + DES_PROBES * OPENSSLS));
}

static struct crypt_ways ways;
static enum crypt_way other;
static struct crypt_table table;

static void setup(void)
{
	memset(&ways, 0, sizeof ways);
	memset(&table, 0xff, sizeof table);
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

/* Ciphers, but DES, and hashes alike, in each direction: from and to which numbers of packets the
 * other way serves, ends with 0. */
static void chosen(const size_t from_to[])
{
	for (size_t n = 1; n <= CRYPT_BATCH; n++) {
		enum crypt_way want = CRYPT_OPENSSL;

		for (size_t i = 0; from_to[i]; i += 2)
			if (n >= from_to[i] && n <= from_to[i + 1])
				want = other;
		for (enum hash h = HASH_MD5; h < HASH_COUNT; h++)
			ck_assert_uint_eq(table.hash[h][n], want);
		for (enum cipher c = CIPHER_DES; c < CIPHER_COUNT; c++) {
			enum crypt_way is = c < CIPHER_AES128 ? CRYPT_OPENSSL : want;

			ck_assert_uint_eq(table.cipher[c][0][n], is);
			ck_assert_uint_eq(table.cipher[c][1][n], is);
		}
	}
}

/* The fastest of three counts, the first run of a way does not, and OpenSSL's four packets stand
 * for all its sizes, at a hundred each. Between the sizes that are measured, and beyond, it is in
 * proportion; what is not an eighth cheaper does not take over from whoever has more packets. */
START_TEST(the_fastest_serves)
{
	static const uint64_t fastest[CRYPT_SIZES] = {130, 190, 300, 1000, 1500};

	if (!beside_openssl((enum crypt_way)_i))
		return;
	runs(450, 400, 430);
	took[n_took++] = 1000000; /* its code comes from the disk */
	took[n_took++] = 1600;    /* alone as slow as OpenSSL's sixteen: just worth a try */
	for (size_t s = 0; s < CRYPT_SIZES; s++)
		runs(fastest[s] + (s % 2 ? 0 : 50), fastest[s] + 70, fastest[s] + (s % 2 ? 50 : 0));
	ck_assert(crypt_measure(&ways, scripted, &table));
	all_were_read();
	chosen((const size_t[]){2, 4, 10, CRYPT_BATCH, 0});
	ck_assert_uint_eq(table.hash_pace[HASH_SHA1][0].here, 100 * 1000 / 1024);
	ck_assert_uint_eq(table.hash_pace[HASH_SHA1][2].here, 1500 * 1000 / (16 * 1024));
	ck_assert_uint_eq(table.cipher_pace[CIPHER_3DES][0][1].openssl, 400 * 1000 / (4 * 64));
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
	ck_assert(crypt_measure(&ways, scripted, &table));
	all_were_read();
	chosen((const size_t[]){0});
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
	ck_assert(crypt_measure(&ways, scripted, &table));
	all_were_read();
	chosen((const size_t[]){1, CRYPT_BATCH, 0});
}
END_TEST

/* Where there is nothing else OpenSSL does everything, and its time is taken all the same. */
START_TEST(nothing_but_openssl)
{
	runs(400, 400, 400);
	ck_assert(crypt_measure(&ways, scripted, &table));
	all_were_read();
	chosen((const size_t[]){0});
	for (size_t i = 0; i < CRYPT_RATES; i++) /* its time is in proportion, up to a batch */
		ck_assert_uint_eq(table.hash_pace[HASH_SHA1][i].openssl, 100 * 1000 / 1024);
}
END_TEST

/* Lanes of DES: one run with all of them full tells what each further set of lanes costs. */
static uint64_t one_set(void)
{
	static const uint64_t openssl[] = {400, 400, 400}, lanes[] = {9999, 1000, 900, 800};
	size_t run = (readings - IDLE) / 2, hashes = 3 * 5, others = 3 * 3;
	size_t in_direction, of_ciphers = 2 * (3 + 4) + others;

	if (readings++ < IDLE || readings % 2 == 1)
		return now;
	in_direction = run < hashes ? 0 : (run - hashes) % of_ciphers;
	if (run < hashes || in_direction >= 2 * (3 + 4))
		now += openssl[0];
	else
		now += in_direction % 7 < 3 ? openssl[in_direction % 7]
		                            : lanes[in_direction % 7 - 3];
	return now;
}

START_TEST(lanes_of_des)
{
	size_t packets, set;

	if (!beside_openssl((enum crypt_way)_i))
		return;
	/* A packet fills one lane on its way out, and on its way in one for each block of it. */
	set = ways_des_lanes(&ways, other, true);
	ck_assert_uint_ge(set, 16);
	ck_assert_uint_eq(ways_des_lanes(&ways, other, false), set / (CRYPT_DES_UNIT / 8));
	ck_assert(crypt_measure(&ways, one_set, &table));
	ck_assert_uint_eq(readings, IDLE + 2 * (3 * PROBES + 4 * DES_PROBES));
	for (int encrypt = 0; encrypt < 2; encrypt++)
		for (enum cipher c = CIPHER_DES; c <= CIPHER_3DES; c++)
			for (packets = 1; packets <= CRYPT_BATCH; packets++) {
				uint8_t is = table.cipher[c][encrypt][packets];

				/* Eight of OpenSSL's cost as much as a set, six much less. */
				set = ways_des_lanes(&ways, other, encrypt);
				if (packets <= 6)
					ck_assert_uint_eq(is, CRYPT_OPENSSL);
				else if (set >= 16 && packets > 9 * ((packets + set - 1) / set))
					ck_assert_uint_eq(is, other);
			}
	for (size_t n = 1; n <= CRYPT_BATCH; n++) {
		ck_assert_uint_eq(table.hash[HASH_SHA1][n], CRYPT_OPENSSL);
		ck_assert_uint_eq(table.cipher[CIPHER_AES128][1][n], CRYPT_OPENSSL);
	}
}
END_TEST

/* As many as the longest fits into all; deciphering, all their bytes. Of others, the packets. */
START_TEST(load_of_a_batch)
{
	const struct crypt_load mixed = {30, 1400 + 29 * 56, 1400}, none = {0, 0, 0};
	const struct crypt_load full = {CRYPT_BATCH, CRYPT_BATCH * 1400, 1400};

	ck_assert_uint_eq(crypt_table_load(CIPHER_3DES, true, &mixed), 3);
	ck_assert_uint_eq(crypt_table_load(CIPHER_DES, false, &mixed), (1400 + 29 * 56 + 63) / 64);
	ck_assert_uint_eq(crypt_table_load(CIPHER_AES128, true, &mixed), 30);
	ck_assert_uint_eq(crypt_table_load(CIPHER_3DES, true, &none), 1);
	ck_assert_uint_eq(crypt_table_load(CIPHER_3DES, false, &full), CRYPT_BATCH);
	ck_assert_uint_eq(crypt_table_load(CIPHER_3DES, true, &full), CRYPT_BATCH);
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
	tcase_add_loop_test(tc, the_fastest_serves, CRYPT_MB_SSE, CRYPT_DES_BITS128);
	tcase_add_loop_test(tc, lanes_of_des, CRYPT_DES_BITS128, CRYPT_WAYS);
	tcase_add_test(tc, load_of_a_batch);
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
