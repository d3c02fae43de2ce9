/* What a key of ESP takes as long as its SA lives; contexts that serve many keys in turn. */
#include <check.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/crypt_ways.h"

enum { HEADER = 8, LEN = 64 };

static struct crypto *crypto;

/* What was overwritten last. */
static const uint8_t *wiped;
static size_t wiped_len;

void OPENSSL_cleanse(void *p, size_t len)
{
	wiped = p;
	wiped_len = len;
	memset(p, 0, len);
}

static void setup(void)
{
	crypto = crypto_create();
	ck_assert_ptr_nonnull(crypto);
}

static void teardown(void)
{
	crypto_destroy(crypto);
}

static struct crypt_key *key_of(struct crypt *c, enum cipher cipher, enum hash hash, uint8_t seed,
    bool encrypt)
{
	uint8_t enc[CRYPTO_KEY_MAX], auth[CRYPTO_HASH_MAX];
	struct crypt_key *k;

	for (size_t i = 0; i < sizeof enc; i++)
		enc[i] = (uint8_t)(seed + 3 * i);
	memset(auth, seed, sizeof auth);
	k = crypt_key_create(c, cipher, hash, enc, auth, encrypt);
	ck_assert_ptr_nonnull(k);
	return k;
}

static void run(struct crypt *c, const struct crypt_key *k, uint8_t *esp, bool encrypt)
{
	struct esp_job j = {.key = k, .esp = esp, .len = HEADER + CRYPT_IV_MAX + LEN};

	j.len -= cipher_info[crypt_key_cipher(k)].block == 8 ? 8 : 0;
	crypt_run(c, &j, 1, encrypt);
	ck_assert(j.ok);
}

static const enum cipher ciphers[] = {
    CIPHER_DES, CIPHER_3DES, CIPHER_AES128, CIPHER_AES192, CIPHER_AES256};

/* One worker's context enciphers by two keys in turn and forgets between; who has never seen more
 * than one of them understands it. */
START_TEST(keys_in_turn)
{
	struct crypt *many = crypt_create(crypto, CRYPT_OPENSSL), *one;
	struct crypt_key *out[2], *in;
	uint8_t packet[256];

	for (int n = 0; n < 2; n++)
		out[n] = key_of(many, ciphers[_i], HASH_SHA1, (uint8_t)(1 + n), true);
	for (int turn = 0; turn < 8; turn++) {
		uint8_t seed = (uint8_t)(1 + turn % 2);

		if (turn % 4 == 3)
			crypt_forget(many);
		memset(packet, turn, sizeof packet);
		run(many, out[turn % 2], packet, true);
		one = crypt_create(crypto, CRYPT_OPENSSL);
		in = key_of(one, ciphers[_i], HASH_SHA1, seed, false);
		run(one, in, packet, false);
		for (size_t i = HEADER + CRYPT_IV_MAX; i < HEADER + LEN; i++)
			ck_assert_int_eq(packet[i], turn);
		crypt_key_destroy(in);
		crypt_destroy(one);
	}
	for (int n = 0; n < 2; n++)
		crypt_key_destroy(out[n]);
	crypt_destroy(many);
}
END_TEST

/* There are two in each of 50,000 sessions, and all ways that serve a suite have their part. */
START_TEST(small)
{
	struct crypt *c = crypt_create(crypto, _i ? CRYPT_MEASURED : CRYPT_OPENSSL);

	for (size_t n = 0; n < sizeof ciphers / sizeof *ciphers; n++)
		for (int encrypt = 0; encrypt < 2; encrypt++) {
			struct crypt_key *k = key_of(c, ciphers[n], HASH_SHA1, 1, encrypt);

			ck_assert_uint_lt(malloc_usable_size(k), _i ? 1024 : 128);
			crypt_key_destroy(k);
		}
	crypt_destroy(c);
}
END_TEST

/* Of a key that has gone nothing stays in the room that DES works in, nor of what it ciphered. */
START_TEST(des_forgets)
{
	enum crypt_way way = CRYPT_DES_BITS128 + (enum crypt_way)(_i / 2);
	struct key_ways set = {.cipher = 1u << way};
	static const uint8_t secret[CRYPTO_KEY_MAX] = {7, 6, 5, 4, 3, 2, 1};
	uint8_t packet[256] = {0}, *fresh;
	struct crypt_ways w = {0};
	struct esp_job job = {.esp = packet, .len = HEADER + 8 + LEN}, *list = &job;
	struct crypt_key *k;
	size_t size;

	if (!ways_add(&w, crypto, way))
		return; /* not on this processor */
	size = malloc_usable_size(w.state[way]);
	fresh = malloc(size);
	memcpy(fresh, w.state[way], size);
	job.key = k = ways_key(&w, &set, CIPHER_3DES, HASH_NONE, secret, secret, _i % 2);
	ways_run(&w, way, &list, 1, _i % 2, CRYPT_CIPHER);
	ck_assert_int_ne(memcmp(fresh, w.state[way], size), 0);
	crypt_key_destroy(k);
	ways_forget(&w);
	ck_assert_int_eq(memcmp(fresh, w.state[way], size), 0);
	free(fresh);
	ways_drop(&w, way);
}
END_TEST

/* Nor is anything left of it when the room itself goes. */
START_TEST(des_is_gone)
{
	enum crypt_way way = CRYPT_DES_BITS128 + (enum crypt_way)(_i / 2);
	struct key_ways set = {.cipher = 1u << way};
	static const uint8_t secret[CRYPTO_KEY_MAX] = {7, 6, 5, 4, 3, 2, 1};
	uint8_t packet[256] = {0}, *room;
	struct crypt_ways w = {0};
	struct esp_job job = {.esp = packet, .len = HEADER + 8 + LEN}, *list = &job;
	struct crypt_key *k;
	size_t used;

	if (!ways_add(&w, crypto, way))
		return; /* not on this processor */
	room = w.state[way];
	job.key = k = ways_key(&w, &set, CIPHER_3DES, HASH_NONE, secret, secret, _i % 2);
	ways_run(&w, way, &list, 1, _i % 2, CRYPT_CIPHER);
	crypt_key_destroy(k);
	for (used = malloc_usable_size(room); used > 0 && !room[used - 1]; used--)
		continue;
	ways_drop(&w, way);
	ck_assert(wiped == room);
	ck_assert_uint_ge(wiped_len, used);
}
END_TEST

/* A key goes whole, with what each way has prepared of it. */
START_TEST(keys_are_gone)
{
	struct crypt *c = crypt_create(crypto, (enum crypt_way)_i);
	struct crypt_key *k;
	size_t used;

	ck_assert_ptr_nonnull(c);
	for (size_t n = 0; n < sizeof ciphers / sizeof *ciphers; n++) {
		k = key_of(c, ciphers[n], HASH_SHA1, 1, true);
		used = malloc_usable_size(k);
		while (used > 0 && !((const uint8_t *)k)[used - 1])
			used--;
		wiped = NULL;
		crypt_key_destroy(k);
		ck_assert(wiped == (const uint8_t *)k);
		ck_assert_uint_ge(wiped_len, used - 16); /* the allocator's own behind it */
	}
	crypt_destroy(c);
}
END_TEST

/* What one way alone has taken is given back, OpenSSL's too. */
START_TEST(given_back)
{
	size_t before = 0;

	for (int i = 0; i < 10; i++) {
		if (i == 2) /* the library keeps what it made for the first ones */
			before = mallinfo2().uordblks;
		crypt_destroy(crypt_create(crypto, (enum crypt_way)_i));
	}
	/* The allocator counts what it keeps at hand. */
	ck_assert_uint_lt(mallinfo2().uordblks, before + 16384);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("crypt_memory");
	TCase *c = tcase_create("crypt_memory");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, keys_in_turn, 0, sizeof ciphers / sizeof *ciphers);
	tcase_add_loop_test(c, small, 0, 2);
	tcase_add_loop_test(c, given_back, CRYPT_OPENSSL, CRYPT_WAYS);
	tcase_add_loop_test(c, des_forgets, 0, 2 * (CRYPT_WAYS - CRYPT_DES_BITS128));
	tcase_add_loop_test(c, des_is_gone, 0, 2 * (CRYPT_WAYS - CRYPT_DES_BITS128));
	tcase_add_loop_test(c, keys_are_gone, 0, CRYPT_OPENSSL + 1);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
