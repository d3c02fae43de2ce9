/* The forms of stored passwords, against captured and published values. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"
#include "engine/crypto/base64.h"
#include "tests/support/config.h"
#include "tests/support/one_crypto.h"

#define CISCO "$sha512$5000$G5B9+ZfYxXVvcUPZ67ndpg==$SzTisL+GxQG2Nr/K7hh9gA=="

START_TEST(vectors)
{
	static const uint8_t salt[16] = { 0x1b, 0x90, 0x7d, 0xf9, 0x97, 0xd8, 0xc5, 0x75,
		0x6f, 0x71, 0x43, 0xd9, 0xeb, 0xb9, 0xdd, 0xa6 };
	char out[PASSWORD_FORM_MAX], again[PASSWORD_FORM_MAX];

	ck_assert(password_pbkdf2(one_crypto(), "cisco", salt, out));
	ck_assert_str_eq(out, CISCO);
	ck_assert(password_nt(one_crypto(), "test", out));
	ck_assert_str_eq(out, "DLaUiAX3l78qgoB5c7iVNw==");
	/* RFC 2759 9.2: "clientPass" */
	ck_assert(password_nt(one_crypto(), "clientPass", out));
	ck_assert_str_eq(out, "ROu6jVMSuNYRR0QR9WmJrg==");
	/* A byte that is not UTF-8 is taken as Latin-1, each for itself. */
	ck_assert(password_nt(one_crypto(), "\xe9t\xc3\xa9", out));
	ck_assert(password_nt(one_crypto(), "\xc3\xa9t\xc3\xa9", again));
	ck_assert_str_eq(out, again);
}
END_TEST

/* Does a clear text belong to a stored one of nobody's name? */
static bool fits(const char *clear, const char *form, const char *stored)
{
	struct password p;

	password_parse(&p, form, stored);
	return password_check(one_crypto(), &p, "", clear);
}

START_TEST(verifies)
{
	ck_assert(fits("cisco", "pbkdf2", CISCO));
	ck_assert(!fits("Cisco", "pbkdf2", CISCO));
	ck_assert(fits("test", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(!fits("tesT", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(fits("cisco", "encrypted", "2KFQnbNIdI.2KYOU"));
	ck_assert(fits("", "encrypted", "8Ry2YjIyt7RRXU24"));
	ck_assert(!fits("x", "encrypted", "8Ry2YjIyt7RRXU24"));
	ck_assert(fits("", "nopassword", ""));
	ck_assert(!fits("cisco", "pbkdf2", "$sha512$0$a$b"));
	ck_assert(!fits("cisco", "another", "2KFQnbNIdI.2KYOU"));
	ck_assert(!password_form_valid("another", "2KFQnbNIdI.2KYOU"));
	ck_assert(!password_form_valid("nopassword", ""));
}
END_TEST

START_TEST(stores)
{
	char out[PASSWORD_FORM_MAX], again[PASSWORD_FORM_MAX];
	const char *form;

	ck_assert(password_store(one_crypto(), "secret", "", out, &form));
	ck_assert_str_eq(form, "pbkdf2");
	ck_assert(password_form_valid("pbkdf2", out) &&
		  fits("secret", form, out));
	ck_assert(password_store(one_crypto(), "secret", "", again, &form));
	ck_assert_str_ne(out, again); /* another salt */
	ck_assert(password_store(one_crypto(), "secret", "", out, &form));
	ck_assert_str_ne(out, again);
	ck_assert(password_store(one_crypto(), "test", "mschap", out, &form));
	ck_assert_str_eq(form, "nt-encrypted");
	ck_assert_str_eq(out, "DLaUiAX3l78qgoB5c7iVNw==");
	ck_assert(password_store(one_crypto(), CISCO, "pbkdf2", out, &form));
	ck_assert_str_eq(out, CISCO);
	ck_assert(!password_store(one_crypto(), "cisco", "pbkdf2", out, &form));
	ck_assert(
	    !password_store(one_crypto(), "DLaUiAX3l78qgoB5c7iVNw", "nt-encrypted", out, &form));
	ck_assert(password_store(one_crypto(), "2KFQnbNIdI.2KYOU", "encrypted", out, &form));
	ck_assert(!password_store(one_crypto(), "2KFQnbNIdI.2KYO!", "encrypted", out, &form));
	ck_assert(!password_store(one_crypto(), "x", "unknown", out, &form));
	ck_assert(!password_store(one_crypto(), "2KFQnbNIdI.2KYO", "encrypted", out, &form));
	ck_assert(!password_store(one_crypto(), "2KFQnbNIdI.2KYOUx", "encrypted", out, &form));
}
END_TEST

/* What a stored PBKDF2 text may say; all others cost what an unknown user costs. */
START_TEST(texts_of_pbkdf2)
{
#define SALT "G5B9+ZfYxXVvcUPZ67ndpg=="
#define KEY "SzTisL+GxQG2Nr/K7hh9gA=="
#define SALT32 "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
	static const struct {
		const char *text;
		unsigned rounds; /* 0: it is none */
		size_t salt_len;
		bool made_here;
	} row[] = {
		{CISCO, 5000, 16, true},
		{"$sha512$1$" SALT "$" KEY, 1, 16, true},
		{"$sha512$1000000$" SALT "$" KEY, 1000000, 16, true},
		{"$sha512$1000001$" SALT "$" KEY, 0, 0, false},
		{"$sha512$0$" SALT "$" KEY, 0, 0, false},
		{"$sha512$5000$MQ==$" KEY, 5000, 1, false},
		{"$sha512$5000$" SALT32 "$" KEY, 5000, 32, false}, /* as long as is kept */
		{"$sha512$5000$MTIz" SALT32 "$" KEY, 0, 0, false},
		{"$sha512$5000$$" KEY, 0, 0, false},
		{"$sha512$5000$" SALT, 0, 0, false}, /* no key */
		{"$sha512$5000$" SALT "$", 0, 0, false},
		{"$sha512$5000$" SALT "$MTIzNDU2Nzg5MDEyMzQ1", 0, 0, false}, /* of 15 bytes */
		{"$sha512$5000$" SALT "$" KEY "MTIz", 0, 0, false},
		{"$sha512$5000", 0, 0, false},
		{"$sha512$5000:" SALT "$" KEY, 0, 0, false},
		{"$sha256$5000$" SALT "$" KEY, 0, 0, false},
		{"", 0, 0, false},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		bool is = row[i].rounds != 0;
		struct password p;

		password_parse(&p, "pbkdf2", row[i].text);
		ck_assert_msg(p.form == (is ? PASSWORD_PBKDF2 : PASSWORD_NONE), "%zu", i);
		ck_assert_uint_eq(p.rounds, is ? row[i].rounds : password_nobody.rounds);
		ck_assert_uint_eq(p.salt_len, is ? row[i].salt_len : password_nobody.salt_len);
		ck_assert_int_eq(password_form_valid("pbkdf2", row[i].text), row[i].made_here);
	}
}
END_TEST

/* The device's own MD5: four characters of the name at most, sixteen of both, and none of the
 * name for those who have none. The first is hashcat's example of mode 2410. */
START_TEST(legacy_forms_of_users)
{
	static const struct {
		const char *user, *clear, *stored;
		bool fits;
	} row[] = {
		{"36", "hashcat", "02dMBMYkTdC5Ziyp", true},
		{"37", "hashcat", "02dMBMYkTdC5Ziyp", false},
		{"36", "hashcat", "dRRVnUmUHXOTt9nk", true}, /* mode 2400: without a name */
		{"cisco", "cisco", "3USUcOPFUiMCO4Jk", true},
		{"cisc", "cisco", "3USUcOPFUiMCO4Jk", true},
		{"cis", "cisco", "3USUcOPFUiMCO4Jk", false},
		{"abcd", "123456789012", "f1m1kF80advlk/39", true}, /* just sixteen */
		{"abcx", "123456789012", "f1m1kF80advlk/39", false},
		{"abcd", "1234567890123", "IeORVuecCBjTw252", true}, /* the d is cut off */
		{"abcx", "1234567890123", "IeORVuecCBjTw252", true},
		{"abxd", "1234567890123", "IeORVuecCBjTw252", false},
		{"abcd", "1234567890123456", "feCkwUGktTCAgIbD", true},
		{"abcd", "12345678901234567", "feCkwUGktTCAgIbD", true},
		{"abcd", "1234567890123457", "feCkwUGktTCAgIbD", false},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct password p;

		password_parse(&p, "encrypted", row[i].stored);
		ck_assert_msg(password_check(one_crypto(), &p, row[i].user, row[i].clear) ==
			row[i].fits, "%zu", i);
	}
}
END_TEST

/* A secret that anybody has is no proof for `enable`, and opens the door of such a user. */
START_TEST(who_needs_no_password)
{
	struct password p;

	password_parse(&p, "nopassword", "");
	ck_assert(password_check(one_crypto(), &p, "test", "anything"));
	ck_assert(!password_check(one_crypto(), &password_nobody, "test", ""));
}
END_TEST

START_TEST(texts_of_base64)
{
	static const struct {
		const char *text;
		int n; /* -1: it is none */
	} row[] = {{"", -1}, {"Zg==", 1}, {"Zm8=", 2}, {"Zm9v", 3}, {"Zm9vYg==", 4}, {"Zg=", -1},
	    {"Z", -1}, {"Zg", -1}, {"Zm9vY", -1}, {"Zm9!", -1}, {"Z===", -1}, {"====", -1},
	    {"Z=8=", -1}, {"=m9v", -1}, {"Zg==Zg==", -1}, {"Zm9vZ===", -1}};
	char text[BASE64_TEXT(BASE64_MAX + 3)];
	uint8_t bytes[BASE64_MAX + 3], back[BASE64_MAX + 3];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		int n = base64_decode(row[i].text, strlen(row[i].text), back, sizeof back);

		ck_assert_msg(n == row[i].n, "%s: %d", row[i].text, n);
		if (n >= 0)
			ck_assert_mem_eq(back, "foob", (size_t)n);
		if (n > 0)
			ck_assert_int_eq(base64_decode(row[i].text, strlen(row[i].text), back,
			    (size_t)n - 1), -1);
	}
	for (size_t n = 1; n <= sizeof bytes; n++) {
		memset(bytes, (int)n, n);
		base64_encode(bytes, n, text);
		ck_assert_uint_eq(strlen(text), BASE64_TEXT(n) - 1);
		ck_assert_int_eq(base64_decode(text, strlen(text), back, sizeof back),
		    n <= BASE64_MAX ? (int)n : -1);
		if (n <= BASE64_MAX)
			ck_assert_mem_eq(back, bytes, n);
	}
}
END_TEST

/* Of a file written by hand, what may be shown? */
START_TEST(in_clear_or_a_hash)
{
	static const struct {
		const char *line;
		bool clear;
	} row[] = {
	    {"username test password cisco", true},
	    {"username test password cisco privilege 15", true},
	    {"username test password cisco mschap", true},
	    {"username test password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted", false},
	    {"username test password 2KFQnbNIdI.2KYOU encrypted privilege 1", false},
	    {"username test password " CISCO " pbkdf2", false},
	    {"enable password cisco", true},
	    {"enable password " CISCO " pbkdf2", false},
	    {"enable password 2KFQnbNIdI.2KYOU encrypted", false},
	    {"enable password encrypted", true}, /* a password of that name */
	};
	struct config_test t = {0};

	config_open(&t);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		gram_match(t.gram, &t.state, 15, row[i].line, &t.match);
		ck_assert_msg(t.match.status == GRAM_OK, "%s", row[i].line);
		ck_assert_msg(password_in_clear(&t.match) == row[i].clear, "%s", row[i].line);
		gram_match_done(&t.match);
	}
	config_close(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store_password");
	TCase *c = tcase_create("store_password");
	SRunner *r;
	int failed;

	tcase_add_test(c, vectors);
	tcase_add_test(c, verifies);
	tcase_add_test(c, stores);
	tcase_add_test(c, texts_of_pbkdf2);
	tcase_add_test(c, legacy_forms_of_users);
	tcase_add_test(c, who_needs_no_password);
	tcase_add_test(c, texts_of_base64);
	tcase_add_test(c, in_clear_or_a_hash);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
