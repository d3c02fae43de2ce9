/* The forms of stored passwords, against captured and published values. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"

#define CISCO "$sha512$5000$G5B9+ZfYxXVvcUPZ67ndpg==$SzTisL+GxQG2Nr/K7hh9gA=="

START_TEST(vectors)
{
	static const unsigned char salt[16] = { 0x1b, 0x90, 0x7d, 0xf9, 0x97, 0xd8, 0xc5, 0x75,
		0x6f, 0x71, 0x43, 0xd9, 0xeb, 0xb9, 0xdd, 0xa6 };
	char out[PASSWORD_FORM_MAX];

	ck_assert(password_pbkdf2("cisco", salt, out));
	ck_assert_str_eq(out, CISCO);
	ck_assert(password_nt("test", out));
	ck_assert_str_eq(out, "DLaUiAX3l78qgoB5c7iVNw==");
	/* RFC 2759 9.2: "clientPass" */
	ck_assert(password_nt("clientPass", out));
	ck_assert_str_eq(out, "ROu6jVMSuNYRR0QR9WmJrg==");
}
END_TEST

START_TEST(verifies)
{
	ck_assert(password_verify("cisco", "pbkdf2", CISCO));
	ck_assert(!password_verify("Cisco", "pbkdf2", CISCO));
	ck_assert(password_verify("test", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(!password_verify("tesT", "nt-encrypted", "DLaUiAX3l78qgoB5c7iVNw=="));
	ck_assert(password_verify("cisco", "encrypted", "2KFQnbNIdI.2KYOU"));
	ck_assert(password_verify("", "encrypted", "8Ry2YjIyt7RRXU24"));
	ck_assert(!password_verify("x", "encrypted", "8Ry2YjIyt7RRXU24"));
	ck_assert(!password_verify("", "nopassword", ""));
	ck_assert(!password_verify("cisco", "pbkdf2", "$sha512$0$a$b"));
}
END_TEST

START_TEST(stores)
{
	char out[PASSWORD_FORM_MAX], again[PASSWORD_FORM_MAX];
	const char *form;

	ck_assert(password_store("secret", "", out, &form));
	ck_assert_str_eq(form, "pbkdf2");
	ck_assert(password_form_valid("pbkdf2", out) && password_verify("secret", form, out));
	ck_assert(password_store("secret", "", again, &form));
	ck_assert_str_ne(out, again); /* another salt */
	ck_assert(password_store("test", "mschap", out, &form));
	ck_assert_str_eq(form, "nt-encrypted");
	ck_assert_str_eq(out, "DLaUiAX3l78qgoB5c7iVNw==");
	ck_assert(password_store(CISCO, "pbkdf2", out, &form));
	ck_assert_str_eq(out, CISCO);
	ck_assert(!password_store("cisco", "pbkdf2", out, &form));
	ck_assert(!password_store("DLaUiAX3l78qgoB5c7iVNw", "nt-encrypted", out, &form));
	ck_assert(password_store("2KFQnbNIdI.2KYOU", "encrypted", out, &form));
	ck_assert(!password_store("2KFQnbNIdI.2KYO!", "encrypted", out, &form));
	ck_assert(!password_store("x", "unknown", out, &form));
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
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
