/* HMAC (RFC 2202, 4231), ciphers and hashes against published vectors; Diffie-Hellman of every
 * group. */
#include <check.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crypto/crypto.h"
#include "engine/crypto/dh.h"

static struct crypto *c;

static void setup(void)
{
	c = crypto_create();
	ck_assert_ptr_nonnull(c);
}

static void teardown(void)
{
	crypto_destroy(c);
}

static size_t unhex(const char *text, uint8_t *out)
{
	size_t n = 0;

	for (; text[0] && text[1]; text += 2)
		out[n++] = (uint8_t)strtoul((char[3]){text[0], text[1], 0}, NULL, 16);
	return n;
}

static void same(const uint8_t *got, const char *want)
{
	uint8_t bytes[128];
	size_t n = unhex(want, bytes);

	ck_assert_mem_eq(got, bytes, n);
}

START_TEST(hmac_vectors)
{
	/* RFC 2202 cases 1 to 3 for MD5 and SHA1; RFC 4231 case 2 for SHA2. */
	static const struct {
		enum hash h;
		const char *key, *text, *mac;
	} row[] = {
	    {HASH_MD5, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There",
		"9294727a3638bb1c13f48ef8158bfc9d"},
	    {HASH_MD5, "4a656665", "what do ya want for nothing?",
		"750c783e6ab0b503eaa86e310a5db738"},
	    {HASH_SHA1, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There",
		"b617318655057264e28bc0b6fb378c8ef146be00"},
	    {HASH_SHA1, "4a656665", "what do ya want for nothing?",
		"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
	    {HASH_SHA256, "4a656665", "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	    {HASH_SHA384, "4a656665", "what do ya want for nothing?",
		"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78"
		"b3239ecfab21649"},
	    {HASH_SHA512, "4a656665", "what do ya want for nothing?",
		"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d"
		"034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t key[64], mac[CRYPTO_HASH_MAX];
		size_t len = unhex(row[i].key, key), half = strlen(row[i].text) / 2;
		struct chunk part[] = {
			{row[i].text, half},
			{row[i].text + half, strlen(row[i].text) - half},
		};

		ck_assert(crypto_hmac(c, row[i].h, (struct chunk){key, len}, part, 2, mac));
		same(mac, row[i].mac);
	}
}
END_TEST

#define BLOCK 128 /* what a key is padded to, at most */

/* Has so much been overwritten that held something? */
static bool wiped;

void OPENSSL_cleanse(void *p, size_t len)
{
	uint8_t *b = p;

	for (size_t i = 0; i < len && len == BLOCK; i++)
		wiped = wiped || b[i];
	memset(p, 0, len);
}

/* Keys of every length, up to a block and longer (RFC 2104 2). The padded key is overwritten. */
START_TEST(hmac_key_lengths)
{
	static const struct {
		enum hash h;
		const EVP_MD *(*md)(void);
	} all[] = {{HASH_MD5, EVP_md5}, {HASH_SHA1, EVP_sha1}, {HASH_SHA256, EVP_sha256},
	    {HASH_SHA384, EVP_sha384}, {HASH_SHA512, EVP_sha512}};
	const struct chunk part = {(const uint8_t *)"what is signed", 14};
	uint8_t key[300], ours[CRYPTO_HASH_MAX], theirs[EVP_MAX_MD_SIZE];
	unsigned len;

	for (size_t i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)(1 + i * 7);
	for (size_t n = 0; n <= sizeof key; n++) {
		ck_assert_ptr_nonnull(
		    HMAC(all[_i].md(), key, (int)n, part.p, part.len, theirs, &len));
		wiped = false;
		ck_assert(crypto_hmac(c, all[_i].h, (struct chunk){key, n}, &part, 1, ours));
		ck_assert_mem_eq(ours, theirs, len);
		ck_assert(wiped);
	}
}
END_TEST

START_TEST(hash_vectors)
{
	static const struct {
		enum hash h;
		const char *sum;
	} row[] = {
		{HASH_MD5, "900150983cd24fb0d6963f7d28e17f72"},
		{HASH_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{HASH_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	};
	struct chunk part[] = {{"a", 1}, {"bc", 2}};
	uint8_t sum[CRYPTO_HASH_MAX];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert(crypto_hash(c, row[i].h, part, 2, sum));
		same(sum, row[i].sum);
	}
	ck_assert(crypto_md4(c, "abc", 3, sum)); /* RFC 1320 A.5 */
	same(sum, "a448017aaf21d8525fc10ae87aa6729d");
	ck_assert(!crypto_hash(c, HASH_NONE, part, 2, sum));
}
END_TEST

START_TEST(cipher_vectors)
{
	static const struct {
		enum cipher c;
		const char *key, *iv, *plain, *sealed;
	} row[] = {
	    /* FIPS 81 (DES-CBC), NIST SP 800-38A F.2.1 and F.2.5, 800-20 style for 3DES. */
	    {CIPHER_DES, "0123456789abcdef", "1234567890abcdef",
		"4e6f77206973207468652074696d6520666f7220616c6c20",
		"e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6"},
	    {CIPHER_3DES, "0123456789abcdef0123456789abcdef0123456789abcdef", "1234567890abcdef",
		"4e6f77206973207468652074696d6520666f7220616c6c20",
		"e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6"},
	    {CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", "000102030405060708090a0b0c0d0e0f",
		"6bc1bee22e409f96e93d7e117393172a", "7649abac8119b246cee98e9b12e9197d"},
	    {CIPHER_AES256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
		"000102030405060708090a0b0c0d0e0f", "6bc1bee22e409f96e93d7e117393172a",
		"f58c4c04d6e5f1ba779eabfb5f7bfbd6"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t key[32], iv[16], buf[32], plain[32];
		size_t len;

		unhex(row[i].key, key);
		unhex(row[i].iv, iv);
		len = unhex(row[i].plain, plain);
		memcpy(buf, plain, len);
		ck_assert(crypto_cbc(c, row[i].c, true, key, iv, buf, len));
		same(buf, row[i].sealed);
		ck_assert(crypto_cbc(c, row[i].c, false, key, iv, buf, len));
		ck_assert_mem_eq(buf, plain, len);
	}
	uint8_t out[8]; /* a known DES pair: weak key test of SP 500-20 */
	ck_assert(crypto_des_block(c, (const uint8_t *)"\x01\x01\x01\x01\x01\x01\x01\x01",
	    (const uint8_t *)"\x80\0\0\0\0\0\0\0", out));
	same(out, "95f8a5e5dd31d900");
}
END_TEST

/* What cannot be computed is told, and leaves zeros instead of the clear text or of half a sum. */
START_TEST(nothing_half_done)
{
	static const uint8_t key[32] = {1}, iv[16] = {2}, zero[64];
	static const struct {
		enum cipher c;
		size_t len;
		bool fits;
	} row[] = {{CIPHER_NULL, 16, false}, {CIPHER_DES, 7, false}, {CIPHER_DES, 8, true},
	    {CIPHER_3DES, 9, false}, {CIPHER_AES128, 15, false}, {CIPHER_AES128, 16, true},
	    {CIPHER_AES128, 17, false}, {CIPHER_AES192, 24, false}, {CIPHER_AES256, 48, true}};
	struct chunk part = {"abc", 3};
	uint8_t buf[64];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		memset(buf, 0xaa, sizeof buf);
		ck_assert_msg(crypto_cbc(c, row[i].c, true, key, iv, buf, row[i].len) ==
			row[i].fits, "%zu", i);
		if (!row[i].fits)
			ck_assert_mem_eq(buf, zero, row[i].len);
		ck_assert_uint_eq(buf[row[i].len], 0xaa);
	}
	ck_assert(!crypto_hmac(c, HASH_NONE, part, &part, 1, buf));
	ck_assert(!crypto_hash(c, HASH_NONE, &part, 1, buf));
	ck_assert(!crypto_pbkdf2(c, HASH_NONE, "x", part, 1, buf, 16));
	memset(buf, 0xaa, 16);
	ck_assert(!crypto_pbkdf2(c, HASH_SHA512, "x", part, 0, buf, 16));
	ck_assert_mem_eq(buf, zero, 16);
}
END_TEST

/* RFC 6070 2, with the hash that has published values there; a key of no bytes (RFC 2104 2). */
START_TEST(derived_keys)
{
	struct chunk none = {NULL, 0}, salt = {"salt", 4};
	uint8_t out[CRYPTO_HASH_MAX];

	ck_assert(crypto_pbkdf2(c, HASH_SHA1, "password", salt, 1, out, 20));
	same(out, "0c60c80f961f0e71f3a9b524af6012062fe037a6");
	ck_assert(crypto_pbkdf2(c, HASH_SHA1, "password", salt, 2, out, 20));
	same(out, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
	ck_assert(crypto_hmac(c, HASH_SHA256, none, NULL, 0, out));
	same(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}
END_TEST

/* A name of none is one behind the last: whoever asks holds it against the count. */
START_TEST(names)
{
	for (enum cipher i = 0; i < CIPHER_COUNT; i++) {
		ck_assert_uint_eq(cipher_by_word(cipher_info[i].word), i);
		ck_assert_uint_eq(cipher_by_esp(cipher_info[i].esp), i);
	}
	for (enum hash h = 0; h < HASH_COUNT; h++) {
		ck_assert_uint_eq(hash_by_word(hash_info[h].word), h);
		ck_assert_uint_eq(hash_by_esp(hash_info[h].esp), h);
	}
	ck_assert_uint_eq(cipher_by_word("esp-aes"), CIPHER_COUNT);
	ck_assert_uint_eq(cipher_by_esp("aes"), CIPHER_COUNT);
	ck_assert_uint_eq(hash_by_word(""), HASH_COUNT);
	ck_assert_uint_eq(hash_by_esp("sha"), HASH_COUNT);
}
END_TEST

START_TEST(random_and_equal)
{
	uint8_t a[32] = {0}, b[32] = {0};

	ck_assert(crypto_equal(a, b, sizeof a));
	ck_assert(crypto_random(c, a, sizeof a) && crypto_random(c, b, sizeof b));
	ck_assert(!crypto_equal(a, b, sizeof a));
	memcpy(b, a, sizeof b);
	b[31] ^= 1;
	ck_assert(crypto_equal(a, b, 31) && !crypto_equal(a, b, 32));
	crypto_destroy(NULL);
	crypto_wipe(a, sizeof a);
	ck_assert_mem_eq(a, (uint8_t[32]){0}, sizeof a);
}
END_TEST

static const uint16_t groups[] = {1, 2, 5, 14, 15, 16, 19, 20, 21};

START_TEST(both_ends_agree)
{
	const struct dh_group *g = dh_group_find(groups[_i]);
	uint8_t secret[2][DH_SECRET_MAX], pub[2][DH_PUBLIC_MAX], shared[2][DH_PUBLIC_MAX];

	ck_assert_ptr_nonnull(g);
	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; i < DH_SECRET_MAX; i++)
			secret[k][i] = (uint8_t)(i * 37 + 11 + (size_t)k * 101);
		ck_assert(dh_public(c, g, secret[k], pub[k]));
	}
	ck_assert_mem_ne(pub[0], pub[1], g->public_len);
	for (int k = 0; k < 2; k++)
		ck_assert(dh_shared(c, g, secret[k], pub[!k], shared[k]));
	ck_assert_mem_eq(shared[0], shared[1], g->shared_len);
	/* 0, 1 and all ones are no public values of anybody, nor is a point off the curve. */
	memset(pub[0], 0, g->public_len);
	ck_assert(!dh_shared(c, g, secret[0], pub[0], shared[0]));
	pub[0][g->public_len - 1] = 1;
	ck_assert(!dh_shared(c, g, secret[0], pub[0], shared[0]));
	memset(pub[0], 0xff, g->public_len);
	ck_assert(!dh_shared(c, g, secret[0], pub[0], shared[0]));
}
END_TEST

/* 2 <= y <= p - 2 (RFC 2631 2.1.5): p - 1 has order two, p and beyond are no residues. */
START_TEST(range_of_modp_values)
{
	static const struct {
		uint16_t group;
		BIGNUM *(*prime)(BIGNUM *);
	} row[] = {{1, BN_get_rfc2409_prime_768}, {2, BN_get_rfc2409_prime_1024},
	    {5, BN_get_rfc3526_prime_1536}, {14, BN_get_rfc3526_prime_2048}};
	uint8_t secret[DH_SECRET_MAX] = {1}, pub[DH_PUBLIC_MAX], shared[DH_PUBLIC_MAX];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct dh_group *g = dh_group_find(row[i].group);
		BIGNUM *p = row[i].prime(NULL);

		for (int below = 0; below < 4; below++) {
			ck_assert(BN_bn2binpad(p, pub, g->public_len) == g->public_len);
			memset(shared, 0xaa, g->shared_len);
			ck_assert_int_eq(dh_shared(c, g, secret, pub, shared), below >= 2);
			if (below < 2) /* nothing is left to work with */
				ck_assert(shared[0] == 0 && shared[g->shared_len - 1] == 0);
			BN_sub_word(p, 1);
		}
		BN_free(p);
		memset(pub, 0, g->public_len);
		pub[g->public_len - 1] = 2;
		ck_assert(dh_shared(c, g, secret, pub, shared));
		ck_assert(dh_public(c, g, secret, pub)); /* 2 is everybody's base */
		ck_assert_mem_eq(shared, pub, g->public_len);
	}
}
END_TEST

/* A secret is a number of which the top bit is always set: what lies there does not matter. */
START_TEST(exponents_have_one_length)
{
	const struct dh_group *g = dh_group_find(2);
	uint8_t secret[DH_SECRET_MAX] = {[23] = 5}, pub[2][DH_PUBLIC_MAX];

	ck_assert(dh_public(c, g, secret, pub[0]));
	secret[0] = 0x80;
	ck_assert(dh_public(c, g, secret, pub[1]));
	ck_assert_mem_eq(pub[0], pub[1], g->public_len);
	secret[0] = 0x40;
	ck_assert(dh_public(c, g, secret, pub[1]));
	ck_assert_mem_ne(pub[0], pub[1], g->public_len);
}
END_TEST

/* The scalar is secret mod (n - 1), plus 1: between 1 and n - 1 for any bytes. With 1 it is the
 * base point itself (FIPS 186-4 D.1.2.3). */
START_TEST(curve_scalars)
{
	static const char order_less_one[] =
	    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
	static const char base[] =
	    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
	    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
	const struct dh_group *g = dh_group_find(19);
	uint8_t secret[DH_SECRET_MAX] = {0}, pub[2][DH_PUBLIC_MAX];

	ck_assert(dh_public(c, g, secret, pub[0]));
	same(pub[0], base);
	unhex(order_less_one, secret + 8);
	ck_assert(dh_public(c, g, secret, pub[0]));
	same(pub[0], base);
	secret[8 + 31]--; /* the last point: the base's mirror image */
	ck_assert(dh_public(c, g, secret, pub[1]));
	ck_assert_mem_eq(pub[1], pub[0], 32);
	ck_assert_mem_ne(pub[1] + 32, pub[0] + 32, 32);
}
END_TEST

START_TEST(known_curve_value)
{
	/* RFC 5903 8.1: the initiator's i and g^i of the 256-bit group. Our secret s stands for
	 * the scalar s + 1 below the order. */
	uint8_t secret[DH_SECRET_MAX] = {0}, pub[DH_PUBLIC_MAX];
	const struct dh_group *g = dh_group_find(19);

	unhex("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1432", secret + 8);
	ck_assert(dh_public(c, g, secret, pub));
	same(pub, "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"
	          "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3");
}
END_TEST

START_TEST(unknown_groups)
{
	ck_assert_ptr_null(dh_group_find(0));
	ck_assert_ptr_null(dh_group_find(3));
	ck_assert_ptr_null(dh_group_find(31));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("crypto");
	TCase *tc = tcase_create("vectors");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, hmac_vectors);
	tcase_add_loop_test(tc, hmac_key_lengths, 0, 5);
	tcase_add_test(tc, hash_vectors);
	tcase_add_test(tc, cipher_vectors);
	tcase_add_loop_test(tc, both_ends_agree, 0, (int)(sizeof groups / sizeof *groups));
	tcase_add_test(tc, nothing_half_done);
	tcase_add_test(tc, derived_keys);
	tcase_add_test(tc, names);
	tcase_add_test(tc, random_and_equal);
	tcase_add_test(tc, range_of_modp_values);
	tcase_add_test(tc, exponents_have_one_length);
	tcase_add_test(tc, curve_scalars);
	tcase_add_test(tc, known_curve_value);
	tcase_add_test(tc, unknown_groups);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
