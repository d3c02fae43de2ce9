/* The pager: screen by screen, with its keys. */
#include <check.h>
#include <locale.h>
#include <stdlib.h>

#include "cli/gatesh/pager.h"

static struct text taken;

static const char *take(struct pager *p)
{
	const char *s;
	size_t len;

	text_clear(&taken);
	while ((s = pager_take(p, &len)))
		text_addn(&taken, s, len);
	return text_str(&taken);
}

/* Characters have columns, not bytes; a tab goes on to the next eighth. */
START_TEST(pager_counts_columns)
{
	static const struct {
		const char *line;
		unsigned rows;
	} row[] = {
	    {"0123456789", 1},
	    {"0123456789a", 2},
	    {"\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc", 1},
	    {"\u5317\u5317\u5317\u5317\u5317", 1},
	    {"\u5317\u5317\u5317\u5317\u5317x", 2},
	    {"\t89", 1},
	    {"\t89a", 2},
	    {"\xff\xff", 1},
	    {"a\u0301\u0301\u0301\u0301\u0301", 1},
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct pager p = {.lines = 3, .width = 10};
		struct text in = {0};

		text_addf(&in, "%s\n1\n2\n3\n", row[i].line);
		pager_begin(&p);
		pager_put(&p, in.p, in.len);
		take(&p);
		ck_assert_msg(in.len - p.shown == 2 * row[i].rows, "%s", row[i].line);
		pager_free(&p);
		text_free(&in);
	}
}
END_TEST

START_TEST(pager_pages)
{
	struct pager p = {.lines = 3, .width = 10};

	pager_begin(&p);
	pager_put(&p, "1\n2\n3\n", 6);
	ck_assert_str_eq(take(&p), "1\n2\n3\n");
	ck_assert(!p.waiting); /* a full screen alone asks nothing */
	pager_put(&p, "4\n5\n6\n7\n8\n9\n", 12);
	ck_assert_str_eq(take(&p), "");
	ck_assert(p.waiting);
	ck_assert(!pager_key(&p, 'x'));
	ck_assert(pager_key(&p, '\r'));
	ck_assert_str_eq(take(&p), "4\n");
	ck_assert(p.waiting);
	ck_assert(pager_key(&p, ' '));
	ck_assert_str_eq(take(&p), "5\n6\n7\n");
	ck_assert(pager_key(&p, 'q'));
	ck_assert_str_eq(take(&p), "");
	ck_assert(!p.waiting);
	pager_put(&p, "more\n", 5);
	ck_assert_str_eq(take(&p), "");
	pager_begin(&p); /* wrapped lines count by the rows they take */
	pager_put(&p, "0123456789abcdefghi\nx\ny\n", 24);
	ck_assert_str_eq(take(&p), "0123456789abcdefghi\nx\n");
	ck_assert(p.waiting);
	p.lines = 0;
	pager_begin(&p);
	pager_put(&p, "1\n2\n3\n4\n5", 9);
	ck_assert_str_eq(take(&p), "1\n2\n3\n4\n5");
	pager_free(&p);
}
END_TEST

START_TEST(what_is_live_has_no_pages)
{
	struct pager p = {.lines = 2};
	const char *text;
	size_t len;

	pager_begin(&p);
	pager_live(&p);
	pager_put(&p, "1\n2\n3\n4\n", 8);
	text = pager_take(&p, &len);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(len, 8);
	ck_assert(!p.waiting);
	pager_begin(&p); /* the next command has */
	pager_put(&p, "1\n2\n3\n4\n", 8);
	pager_take(&p, &len);
	ck_assert_uint_eq(len, 4);
	pager_free(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_pager");
	TCase *tc = tcase_create("cli_pager");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, what_is_live_has_no_pages);
	tcase_add_test(tc, pager_counts_columns);
	tcase_add_test(tc, pager_pages);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	text_free(&taken);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
