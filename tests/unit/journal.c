/* Lines on standard error: plain for people, with a priority where it is the journal. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/journal.h"

/* What `text` at LOG_ERR looks like in a file; JOURNAL_STREAM names it, or an inode next to it. */
static void said(char *out, size_t size, const char *text, int beside)
{
	FILE *f = tmpfile();
	int kept = dup(STDERR_FILENO);
	char stream[64];
	struct stat st;
	size_t n;

	ck_assert(f && kept >= 0 && fstat(fileno(f), &st) == 0);
	snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)st.st_dev,
	    (unsigned long long)st.st_ino + (unsigned)beside);
	setenv("JOURNAL_STREAM", stream, 1);
	dup2(fileno(f), STDERR_FILENO);
	journal(LOG_ERR, "%s", text);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(f);
	n = fread(out, 1, size - 1, f);
	out[n] = 0;
	fclose(f);
	unsetenv("JOURNAL_STREAM");
}

START_TEST(the_journal_gets_priorities)
{
	char out[2048];

	said(out, sizeof out, "engine ended", 0);
	ck_assert_str_eq(out, "<3>engine ended\n");
}
END_TEST

START_TEST(others_get_a_plain_line)
{
	char out[2048];

	said(out, sizeof out, "engine ended", 1);
	ck_assert_str_eq(out, "gatehouse: engine ended\n");
}
END_TEST

START_TEST(one_line_stays_one)
{
	char out[2048], text[4096];

	said(out, sizeof out, "line 1 refused: a\n<0>forged\r", 0);
	ck_assert_str_eq(out, "<3>line 1 refused: a <0>forged \n");
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	said(out, sizeof out, text, 0);
	ck_assert_ptr_eq(strchr(out, '\n'), out + strlen(out) - 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("journal");
	TCase *tc = tcase_create("lines");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, the_journal_gets_priorities);
	tcase_add_test(tc, others_get_a_plain_line);
	tcase_add_test(tc, one_line_stays_one);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
