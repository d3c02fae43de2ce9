/* Certificates of authorities and the keytab: pasted or read from disk0, put into the
 * running-config, and nothing of what is wrong with them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/crypto/certificate.h"
#include "tests/support/screens.h"

/* EC P-256, CN=Test Root CA, serial 0a1b2c, CA:TRUE, for a hundred years. */
static const char *const pem[] = {
#include "tests/data/test_root.inc"
};

static struct screens w;
static struct screen s;
static struct operator* person;

static void type(const char *line)
{
	screen_type(person, &s, line);
	screen_wait(person, &s);
}

static bool said(const char *line, const char *text)
{
	type(line);
	return strstr(text_str(&s.t), text) != NULL;
}

static void setup(void)
{
	screens_setup(&w);
	person = screen_enter(&w, &s, CONSOLE_KIND_CONSOLE);
	type("enable");
	if (s.question)
		screen_answer(person, &s, "");
	type("configure terminal");
}

static void teardown(void)
{
	screen_leave(person, &s);
	screens_teardown(&w);
}

static void paste(const char *command)
{
	type(command);
	for (size_t i = 0; i < sizeof pem / sizeof *pem; i++)
		screen_answer(person, &s, pem[i]);
	screen_answer(person, &s, "quit");
}

static const char chain[] = "crypto ca certificate chain LAB\n certificate ca 0a1b2c\n    3082";

START_TEST(a_pasted_certificate)
{
	paste("crypto ca authenticate LAB");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Fingerprint:     "));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Do you accept this certificate?"));
	screen_answer(person, &s, "maybe");
	screen_answer(person, &s, "yes");
	screen_wait(person, &s);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "% Certificate successfully imported\n"));
	ck_assert(said("show running-config crypto ca certificate", chain));
	type("no crypto ca certificate chain LAB");
	ck_assert(!said("show running-config crypto ca certificate", chain));
	paste("crypto ca authenticate LAB");
	screen_answer(person, &s, "no");
	ck_assert(!said("show running-config crypto ca certificate", chain));
	paste("crypto ca authenticate LAB fingerprint 00");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "ERROR: the certificate has another"));
	type("crypto ca authenticate LAB");
	screen_answer(person, &s, "AAAA");
	screen_answer(person, &s, "quit");
	ck_assert_ptr_nonnull(
	    strstr(text_str(&s.t), "ERROR: Failed to parse or verify imported certificate\n"));
	paste("crypto ca authenticate LAB nointeractive");
	ck_assert(said("show running-config crypto ca certificate", chain));
}
END_TEST

static void put_file(const char *name, const void *bytes, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/disk0", w.dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/disk0/%s", w.dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

START_TEST(a_keytab)
{
	static const uint8_t file[] = "\5\2\0\0\0\44\0\2\0\4LAB.\0\4host\0\3asa"
				      "\0\0\0\1\0\0\0\0\7\0\22\0\2kk\0\0\0\0\0";

	put_file("our.keytab", file, 6 + 36);
	put_file("text", "hello", 5);
	ck_assert(said("show aaa kerberos keytab", "No keytab has been imported\n"));
	ck_assert(said("aaa kerberos import-keytab disk0:/text", "is no keytab"));
	ck_assert(said("aaa kerberos import-keytab disk0:/none", "No such file"));
	type("aaa kerberos import-keytab disk0:/our.keytab");
	ck_assert_ptr_null(strstr(text_str(&s.t), "ERROR"));
	ck_assert(said("show aaa kerberos keytab",
	    "Principal: host/asa@LAB.\nKey version: 7\nKey type: 18\n"));
	ck_assert(said("show running-config aaa", "aaa kerberos keytab *****\n"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli_acts_trust");
	TCase *c = tcase_create("acts");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_pasted_certificate);
	tcase_add_test(c, a_keytab);
	suite_add_tcase(suite, c);
	r = srunner_create(suite);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
