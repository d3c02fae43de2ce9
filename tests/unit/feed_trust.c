/* Certificates of authorities as aaa hears them: from the lines of their data to DER. */
#include <check.h>
#include <stdlib.h>

#include "tests/support/feeding.h"

#define CHAIN "crypto ca certificate chain LAB\n"

START_TEST(certificates_of_authorities)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w, CHAIN "certificate ca 0a1b\n308205ec 308204d4\n a0030201\nquit\n",
	    (const char *const[]){"aaa: CFG_CA_CERTIFICATE op=1 trustpoint=\"LAB\" "
				  "serial=\"0a1b\" certificate=\"MIIF7DCCBNSgAwIB\"",
		NULL});
	feeding_says(&w, CHAIN "certificate ca 0c\n3003\nquit\n",
	    (const char *const[]){"serial=\"0a1b\"", "serial=\"0c\" certificate=\"MAM=\"", NULL});
	/* our own certificates, and what is no data, are nobody's business */
	feeding_says(&w, CHAIN "certificate 0d\n3004\nquit\n", (const char *const[]){NULL});
	ck_assert_uint_eq(feeding_count(&w, "MAQ="), 0);
	feeding_says(&w, CHAIN "certificate ca 0c\n3005\nquit\n",
	    (const char *const[]){"serial=\"0c\" certificate=\"MAU=\"", NULL});
	feeding_says(&w, CHAIN "no certificate ca 0c\n",
	    (const char *const[]){"op=2 trustpoint=\"LAB\" serial=\"0c\"", NULL});
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_AAA);
	ck_assert_uint_eq(feeding_count(&w, "CFG_CA_CERTIFICATE op=1"), 1);
	feeding_says(&w, "no crypto ca certificate chain LAB\n",
	    (const char *const[]){"op=2 trustpoint=\"LAB\" serial=\"0a1b\"", NULL});
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("feed_trust");
	TCase *c = tcase_create("trust");
	SRunner *r;
	int failed;

	tcase_add_test(c, certificates_of_authorities);
	suite_add_tcase(suite, c);
	r = srunner_create(suite);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
