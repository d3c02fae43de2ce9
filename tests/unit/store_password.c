/* The forms of stored passwords, against captured and published values. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"
#include "engine/crypto/base64.h"
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

START_TEST(verifies)
{
	ck_assert(password_verify(one_crypto(), "cisco", "pbkdf2", CISCO));
	ck_assert(!password_verify(one_crypto(), "Cisco", "pbkdf2", CISCO));
	ck_assert(
	    password_verify(one_crypto(), "test", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(
	    !password_verify(one_crypto(), "tesT", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(password_verify(one_crypto(), "cisco", "encrypted", "2KFQnbNIdI.2KYOU"));
	ck_assert(password_verify(one_crypto(), "", "encrypted", "8Ry2YjIyt7RRXU24"));
	ck_assert(!password_verify(one_crypto(), "x", "encrypted", "8Ry2YjIyt7RRXU24"));
	ck_assert(!password_verify(one_crypto(), "", "nopassword", ""));
	ck_assert(!password_verify(one_crypto(), "cisco", "pbkdf2", "$sha512$0$a$b"));
	ck_assert(!password_verify(one_crypto(), "cisco", "another", "2KFQnbNIdI.2KYOU"));
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
		  password_verify(one_crypto(), "secret", form, out));
	ck_assert(password_store(one_crypto(), "secret", "", again, &form));
	ck_assert_str_ne(out, again); /* another salt */
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

START_TEST(texts_of_base64)
{
	static const struct {
		const char *text;
		int n; /* -1: it is none */
	} row[] = {{"", -1}, {"Zg==", 1}, {"Zm8=", 2}, {"Zm9v", 3}, {"Zm9vYg==", 4}, {"Zg=", -1},
	    {"Z", -1}, {"Zg", -1}, {"Zm9vY", -1}, {"Zm9!", -1}};
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

int main(void)
{
	Suite *s = suite_create("store_password");
	TCase *c = tcase_create("store_password");
	SRunner *r;
	int failed;

	tcase_add_test(c, vectors);
	tcase_add_test(c, verifies);
	tcase_add_test(c, stores);
	tcase_add_test(c, texts_of_base64);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
