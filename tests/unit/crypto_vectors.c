/* HMAC (RFC 2202, 4231), ciphers and hashes against published vectors; Diffie-Hellman of every
 * group. */
#include <check.h>
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
	tcase_add_test(tc, hash_vectors);
	tcase_add_test(tc, cipher_vectors);
	tcase_add_loop_test(tc, both_ends_agree, 0, (int)(sizeof groups / sizeof *groups));
	tcase_add_test(tc, known_curve_value);
	tcase_add_test(tc, unknown_groups);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
