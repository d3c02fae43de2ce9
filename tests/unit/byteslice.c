/*
 * The byte slice of DES at each width, against OpenSSL: batches of every size, mixed keys and
 * lengths. The widest runs on few processors: here its source is plain C, where that shuffles as
 * the processor's manual says.
 */
#include <check.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wpsabi"
#define BYTESLICE_LANES 64
#define BYTESLICE_WIDTH plain64
#include "engine/des/byteslice_body.h"

#define LEN 208
#define FRONT 24 /* an IV is in front of its packet, and something that is nobody's on both sides */

static bool everywhere(void)
{
	return true;
}

static void prepare64(void *scratch)
{
	byteslice_tables_init(&((struct byteslice_scratch *)scratch)->tables, plain64.high);
}

static void encrypt64(void *scratch, const struct des_job *jobs, size_t n)
{
	byteslice_encrypt(&plain64, &plain64, scratch, jobs, n);
}

static void decrypt64(void *scratch, const struct des_job *jobs, size_t n)
{
	byteslice_decrypt(&plain64, &plain64, scratch, jobs, n);
}

static const struct des_way plain = {
    .lanes = 64,
    .works = everywhere,
    .scratch = BYTESLICE_SCRATCH(64),
    .prepare = prepare64,
    .encrypt = encrypt64,
    .decrypt = decrypt64,
};
static const struct des_way *const ways[] = {&des_bytes16_sse, &des_bytes16_avx2, &des_bytes32,
    &des_bytes64, &plain};
#define WAYS (sizeof ways / sizeof *ways)

static uint32_t state;

static uint32_t next_random(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 8;
}

/* What goes in, and what OpenSSL makes of it. */
static uint8_t data[DES_JOBS][FRONT + LEN + 8], want[DES_JOBS][FRONT + LEN + 8];
static struct des_job job[DES_JOBS];
static struct des_key key[DES_JOBS];

static void openssl(uint8_t *packet, uint32_t len, const uint8_t secret[24], bool encrypt)
{
	static EVP_CIPHER *des;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int done = 0;

	if (!des)
		des = EVP_CIPHER_fetch(NULL, "DES-EDE3-CBC", NULL);
	ck_assert(EVP_CipherInit_ex(c, des, NULL, secret, packet + FRONT - 8, encrypt));
	EVP_CIPHER_CTX_set_padding(c, 0);
	ck_assert(EVP_CipherUpdate(c, packet + FRONT, &done, packet + FRONT, (int)len));
	ck_assert_int_eq(done, (int)len);
	EVP_CIPHER_CTX_free(c);
}

/* `len`: of all, or 0 for a random one of each. Of four jobs, two are of the same SA. */
static void make(size_t n, uint32_t len, bool encrypt)
{
	uint8_t secret[24];

	for (size_t i = 0; i < n; i++) {
		const struct des_key *k = &key[i];

		for (size_t b = 0; b < sizeof data[i]; b++)
			data[i][b] = want[i][b] = (uint8_t)next_random();
		for (size_t b = 0; b < sizeof secret && i % 4 != 1; b++)
			secret[b] = (uint8_t)next_random();
		des_key_init(&key[i], secret, sizeof secret);
		if (i % 4 == 1)
			k--;
		job[i] = (struct des_job){k, data[i] + FRONT - 8, data[i] + FRONT,
		    len ? len : 8 * (next_random() % (LEN / 8 + 1))};
		openssl(want[i], job[i].len, secret, encrypt);
	}
}

static void *scratch_of(const struct des_way *w)
{
	void *s = aligned_alloc(64, (w->scratch + 63) / 64 * 64);

	ck_assert_ptr_nonnull(s);
	memset(s, 0, w->scratch);
	w->prepare(s);
	return s;
}

static void same(size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_mem_eq(data[i], want[i], sizeof data[i]);
}

static void run(const struct des_way *w, void *scratch, size_t n, uint32_t len, bool encrypt)
{
	make(n, len, encrypt);
	(encrypt ? w->encrypt : w->decrypt)(scratch, job, n);
	same(n);
}

START_TEST(as_openssl)
{
	const struct des_way *w = ways[_i / 2];
	void *scratch;

	if (!w->works())
		return;
	scratch = scratch_of(w);
	for (size_t n = 1; n <= 64; n++) {
		run(w, scratch, n, 0, _i % 2);
		run(w, scratch, n, 40, _i % 2);
	}
	for (uint32_t len = 8; len <= LEN; len += 8)
		run(w, scratch, len % 24 / 8 * 15 + 1, len, _i % 2);
	run(w, scratch, DES_JOBS, 0, _i % 2);
	free(scratch);
}
END_TEST

/* Nothing to do, and nothing of a packet. */
START_TEST(empty)
{
	const struct des_way *w = ways[_i / 2];
	void *scratch;

	if (!w->works())
		return;
	scratch = scratch_of(w);
	make(3, 8, _i % 2);
	for (size_t i = 0; i < 3; i++) {
		memcpy(want[i], data[i], sizeof data[i]);
		job[i].len = 0;
	}
	(_i % 2 ? w->encrypt : w->decrypt)(scratch, job, 0);
	(_i % 2 ? w->encrypt : w->decrypt)(scratch, job, 3);
	same(3);
	free(scratch);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("byteslice");
	TCase *tc = tcase_create("byteslice");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, as_openssl, 0, 2 * WAYS);
	tcase_add_loop_test(tc, empty, 0, 2 * WAYS);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
