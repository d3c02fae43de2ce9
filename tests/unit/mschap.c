/* MS-CHAP vectors: RFC 2433 appendix B, RFC 2759 section 9.2, and refusals. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crypto/mschap.h"

static struct crypto *ctx;

static void start(void)
{
	ctx = crypto_create();
	ck_assert_ptr_nonnull(ctx);
}

static void stop(void)
{
	crypto_destroy(ctx);
}

static void unhex(const char *text, uint8_t *to)
{
	for (; *text; text += 2)
		*to++ = (uint8_t)strtoul((char[]){text[0], text[1], 0}, NULL, 16);
}

static void assert_hex(const uint8_t *got, const char *want)
{
	uint8_t bytes[64];

	unhex(want, bytes);
	ck_assert_mem_eq(got, bytes, strlen(want) / 2);
}

START_TEST(nt_hashes)
{
	static const struct {
		const char *password, *hash;
	} row[] = {
	    {"MyPw", "FC156AF7EDCD6C0EDDE3337D427F4EAC"},
	    {"clientPass", "44EBBA8D5312B8D611474411F56989AE"},
	    {"test", "0CB6948805F797BF2A82807973B89537"},
	    {"", "31D6CFE0D16AE931B73C59D7E0C089C0"},
	};
	uint8_t hash[16], other[16];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert(mschap_nt_hash(ctx, row[i].password, hash));
		assert_hex(hash, row[i].hash);
	}
	/* Beyond ASCII: e acute is one unit, an emoji a surrogate pair; broken UTF-8 is refused. */
	ck_assert(mschap_nt_hash(ctx, "caf\xc3\xa9 \xf0\x9f\x98\x80", hash));
	ck_assert(mschap_nt_hash(ctx, "caf\xc3\xa8 \xf0\x9f\x98\x80", other));
	ck_assert_mem_ne(hash, other, sizeof hash);
	ck_assert(!mschap_nt_hash(ctx, "caf\xe9", hash));
	ck_assert(!mschap_nt_hash(ctx, "\xc0\xaf", hash));
	ck_assert(!mschap_nt_hash(ctx, "\xed\xa0\x80", hash));
	ck_assert(!mschap_nt_hash(ctx, "\xed\xbf\xbf", hash));
	ck_assert(mschap_nt_hash(ctx, "\xed\x9f\xbf", hash)); /* on either side of the surrogates */
	ck_assert(mschap_nt_hash(ctx, "\xee\x80\x80", hash));
	ck_assert(mschap_nt_hash(ctx, "\xf4\x8f\xbf\xbf", hash));
	ck_assert(!mschap_nt_hash(ctx, "\xf4\x90\x80\x80", hash));
}
END_TEST

/* The first and the last code point of every length, and their neighbours (RFC 3629 3); each with
 * the bytes that it would need cut off. */
START_TEST(strict_utf_8)
{
	static const struct {
		const char *text;
		bool is;
	} row[] = {
		{"\x7f", true}, {"\xc2\x80", true}, {"\xdf\xbf", true},
		{"\xe0\xa0\x80", true}, {"\xef\xbf\xbf", true}, {"\xf0\x90\x80\x80", true},
		/* One below what its length is for. */
		{"\xc1\xbf", false}, {"\xe0\x9f\xbf", false}, {"\xf0\x8f\xbf\xbf", false},
		{"\x80", false}, {"\xbf", false}, {"\xf8\x88\x80\x80\x80", false}, {"\xff", false},
		{"\xc2", false}, {"\xe0\xa0", false}, {"\xf0\x90\x80", false},
		{"\xc2x", false}, {"\xe0x\x80", false}, {"\xe0\xa0x", false},
		{"\xf0\x90\x80x", false}, {"\xc2\xc0", false}, {"\xc2\x7f", false},
	};
	uint8_t hash[16];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(mschap_nt_hash(ctx, row[i].text, hash) == row[i].is, "%zu", i);
}
END_TEST

/* RFC 2759 8.3 hashes UTF-16: where a byte is no UTF-8 it may stand for itself, which only
 * changes those. */
START_TEST(bytes_that_are_no_utf_8)
{
	static const struct {
		const char *text, *same;
	} row[] = {
		{"abc", "abc"},
		{"\xe9", "\xc3\xa9"},
		{"a\xe9" "b", "a\xc3\xa9" "b"},
		{"\xe9\xc3\xa9", "\xc3\xa9\xc3\xa9"},
		{"\xff\xf0\x9f\x98\x80", "\xc3\xbf\xf0\x9f\x98\x80"},
		{"\xc2", "\xc3\x82"},
	};
	uint8_t hash[16], want[16];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert(mschap_nt_hash_latin1(ctx, row[i].text, hash));
		ck_assert(mschap_nt_hash(ctx, row[i].same, want));
		ck_assert_mem_eq(hash, want, sizeof hash);
	}
	/* "A", U+1F600 as D83D DE00 and "B" in little endian: an independent MD4. */
	ck_assert(mschap_nt_hash(ctx, "A\xf0\x9f\x98\x80" "B", hash));
	ck_assert(crypto_md4(ctx, "A\0\x3d\xd8\0\xde" "B", 8, want));
	ck_assert_mem_eq(hash, want, sizeof hash);
	ck_assert(mschap_nt_hash(ctx, "\xf0\x90\x80\x80", hash)); /* the first of the pairs */
	ck_assert(crypto_md4(ctx, "\0\xd8\0\xdc", 4, want));
	ck_assert_mem_eq(hash, want, sizeof hash);
}
END_TEST

/* 255 units, and one more where it is the second half of a pair. */
START_TEST(passwords_are_bounded)
{
	static const char face[] = "\xf0\x9f\x98\x80";
	char text[300];
	uint8_t hash[16];

	memset(text, 'a', sizeof text);
	text[255] = '\0';
	ck_assert(mschap_nt_hash(ctx, text, hash));
	strcpy(text + 254, face);
	ck_assert(mschap_nt_hash(ctx, text, hash));
	memset(text, 'a', sizeof text);
	text[256] = '\0';
	ck_assert(!mschap_nt_hash(ctx, text, hash));
	strcpy(text + 255, face);
	ck_assert(!mschap_nt_hash(ctx, text, hash));
}
END_TEST

START_TEST(version_1)
{
	uint8_t challenge[8], hash[16], nt[24], response[49];

	unhex("102DB5DF085D3041", challenge);
	ck_assert(mschap_nt_hash(ctx, "MyPw", hash));
	ck_assert(mschap_nt_response(ctx, challenge, hash, nt));
	assert_hex(nt, "4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");
	ck_assert(mschap_respond_v1(ctx, hash, challenge, response));
	ck_assert(mschap_check_v1(ctx, hash, challenge, response));
	response[48] = 0; /* the LAN Manager half only */
	ck_assert(!mschap_check_v1(ctx, hash, challenge, response));
	response[48] = 1;
	for (size_t i = 24; i < 48; i++) {
		response[i] ^= 1;
		ck_assert(!mschap_check_v1(ctx, hash, challenge, response));
		response[i] ^= 1;
	}
}
END_TEST

START_TEST(version_2)
{
	static const char *const names[] = {"User", "DOMAIN\\User"};
	uint8_t peer[16], auth[16], c8[8], hash[16], response[49];
	char success[MSCHAP_SUCCESS];

	unhex("21402324255E262A28295F2B3A337C7E", peer);
	unhex("5B5D7C7D7B3F2F3E3C2C602132262628", auth);
	ck_assert(mschap_nt_hash(ctx, "clientPass", hash));
	for (size_t i = 0; i < 2; i++) {
		ck_assert(mschap_challenge_hash(ctx, peer, auth, names[i], c8));
		assert_hex(c8, "D02E4386BCE91226");
		ck_assert(mschap_respond_v2(ctx, hash, auth, peer, names[i], response));
		assert_hex(response, "21402324255E262A28295F2B3A337C7E0000000000000000"
		                     "82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF00");
		ck_assert(mschap_check_v2(ctx, hash, auth, response, names[i], success));
		ck_assert_str_eq(success, "S=407A5589115FD0D6209F510FE9C04566932CDA56");
	}
	ck_assert(!mschap_check_v2(ctx, hash, auth, response, "user", success));
	response[47] ^= 0x80;
	ck_assert(!mschap_check_v2(ctx, hash, auth, response, "User", success));
	response[47] ^= 0x80;
	response[3] ^= 1; /* another peer challenge */
	ck_assert(!mschap_check_v2(ctx, hash, auth, response, "User", success));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("mschap");
	TCase *tc = tcase_create("mschap");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, start, stop);
	tcase_add_test(tc, nt_hashes);
	tcase_add_test(tc, strict_utf_8);
	tcase_add_test(tc, bytes_that_are_no_utf_8);
	tcase_add_test(tc, passwords_are_bounded);
	tcase_add_test(tc, version_1);
	tcase_add_test(tc, version_2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
