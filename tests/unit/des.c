/*
 * DES and 3DES in vector registers: every technique that this processor can do, and the widest in
 * the form that any can compile, against OpenSSL, byte by byte and beyond the packets' ends.
 */
#include <check.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "engine/des/des.h"

#define MOST 9000 /* bytes of a packet */
#define EDGE 8	  /* in front of it stands its IV, behind it what must stay as it is */

/* The widest, as it is compiled for processors that do not have its registers. */
#define LANES 512
#define CIRCUITS "engine/des/circuits3.def"
#include "engine/des/bits_run.h"

static const struct des_way bits512_of_any = {
    .lanes = LANES,
    .works = des_always,
    .scratch = sizeof(struct room),
    .prepare = prepare,
    .encrypt = encrypt,
    .decrypt = decrypt,
};

static const struct des_way *const ways[] = {
    &des_bits128, &des_bits256, &des_bits256_vl, &des_bits512, &bits512_of_any};
#define WAYS (int)(sizeof ways / sizeof *ways)

static uint8_t bytes[DES_JOBS][EDGE + MOST + EDGE], want[DES_JOBS][sizeof bytes[0]];
static struct des_key in[DES_JOBS], out[DES_JOBS];
static uint8_t secret[DES_JOBS][24];
static struct des_job job[DES_JOBS];
static size_t key_of[DES_JOBS];

static void fill_random(uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)rand();
}

/* The first is one of DES, which OpenSSL takes for 3DES with three times the same. */
static void make_keys(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = i ? 24 : 8;

		fill_random(secret[i], len);
		des_key_init(&out[i], secret[i], len);
		des_key_init(&in[i], secret[i], len);
		for (; len < 24; len++)
			secret[i][len] = secret[i][len - 8];
	}
}

static void openssl_encrypt(EVP_CIPHER_CTX *ctx, const uint8_t key[24], uint8_t *packet, size_t len)
{
	int done;

	ck_assert(EVP_EncryptInit_ex(ctx, EVP_des_ede3_cbc(), NULL, key, packet));
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	ck_assert(EVP_EncryptUpdate(ctx, packet + EDGE, &done, packet + EDGE, (int)len));
	ck_assert_int_eq(done, (int)len);
}

static void make_jobs(size_t n, size_t keys, size_t least, size_t most)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

	for (size_t i = 0; i < n; i++) {
		size_t blocks = least / 8 + (size_t)rand() % (most / 8 - least / 8 + 1);

		key_of[i] = (size_t)rand() % keys;
		fill_random(bytes[i], 8 * blocks + 2 * EDGE);
		memcpy(want[i], bytes[i], 8 * blocks + 2 * EDGE);
		openssl_encrypt(ctx, secret[key_of[i]], want[i], 8 * blocks);
		job[i] = (struct des_job){
		    &out[key_of[i]], bytes[i], bytes[i] + EDGE, (uint32_t)(8 * blocks)};
	}
	EVP_CIPHER_CTX_free(ctx);
}

static void all_equal(size_t n, uint8_t is[][sizeof bytes[0]])
{
	for (size_t i = 0; i < n; i++)
		ck_assert_mem_eq(is[i], bytes[i], job[i].len + 2 * EDGE);
}

/* There, and back to what was before. */
static void batch(
    const struct des_way *way, void *room, size_t n, size_t keys, size_t least, size_t most)
{
	static uint8_t plain[DES_JOBS][sizeof bytes[0]];

	make_jobs(n, keys, least, most);
	for (size_t i = 0; i < n; i++)
		memcpy(plain[i], bytes[i], job[i].len + 2 * EDGE);
	way->encrypt(room, job, n);
	all_equal(n, want);
	for (size_t i = 0; i < n; i++)
		job[i].key = &in[key_of[i]];
	way->decrypt(room, job, n);
	all_equal(n, plain);
}

static void *room_of(const struct des_way *way)
{
	size_t size = (way->scratch + 63) / 64 * 64;
	void *room = aligned_alloc(64, size);

	ck_assert_ptr_nonnull(room);
	memset(room, 0, size);
	way->prepare(room);
	return room;
}

START_TEST(every_size_of_batch)
{
	void *room = ways[_i]->works() ? room_of(ways[_i]) : NULL;

	srand((unsigned)_i);
	make_keys(DES_JOBS);
	for (size_t n = 1; room && n <= DES_JOBS; n++)
		batch(ways[_i], room, n, n % 3 ? DES_JOBS : 1 + n / 20, 0, 160);
	free(room);
}
END_TEST

/* Lengths far apart, as of a download and its acknowledgements; and none of them, alone. */
START_TEST(every_length)
{
	void *room = ways[_i]->works() ? room_of(ways[_i]) : NULL;

	srand((unsigned)_i);
	make_keys(DES_JOBS);
	for (size_t len = 0; room && len <= 1000; len += 8)
		batch(ways[_i], room, 3, 2, len, len);
	for (size_t n = 1; room && n <= 64; n *= 4)
		batch(ways[_i], room, n, n, 8, MOST);
	if (room)
		batch(ways[_i], room, 200, 3, 8, 1500);
	free(room);
}
END_TEST

/* The same SAs in a room where others had been: nothing of a call lives on in the next. */
START_TEST(keys_come_and_go)
{
	void *room = ways[_i]->works() ? room_of(ways[_i]) : NULL;

	srand((unsigned)_i);
	for (int round = 0; room && round < 40; round++) {
		make_keys(2);
		batch(ways[_i], room, 1 + (size_t)rand() % 8, 1 + (size_t)round % 2, 800, 1400);
	}
	free(room);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("des");
	TCase *tc = tcase_create("des");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, every_size_of_batch, 0, WAYS);
	tcase_add_loop_test(tc, every_length, 0, WAYS);
	tcase_add_loop_test(tc, keys_come_and_go, 0, WAYS);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
