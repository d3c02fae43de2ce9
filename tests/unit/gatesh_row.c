/*
 * The row on which a line is typed: what is laid out for a text, a cursor and a width, and that the
 * bytes sent make a terminal show just that, whatever stood there before.
 */
#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gatesh/row.h"

/* ---- a terminal of one row ------------------------------------------------------------- */

static struct cell glass[ROW_COLUMNS];
static unsigned at;

static void glass_char(wchar_t c)
{
	int w = wcwidth(c);

	if (c == '\r') {
		at = 0;
	} else if (c == '\b') {
		ck_assert_uint_gt(at, 0);
		at--;
	} else if (w == 0) {
		unsigned on = at - 1;

		while (on && glass[on].c == 0)
			on--;
		glass[on].mark = c;
	} else {
		ck_assert_int_gt(w, 0);
		if (at && glass[at].c == 0) /* over half of a wide one */
			glass[at - 1] = (struct cell){' ', 0};
		glass[at++] = (struct cell){c, 0};
		if (w == 2)
			glass[at++] = (struct cell){0, 0};
		if (glass[at].c == 0) /* of one whose first half is gone */
			glass[at] = (struct cell){' ', 0};
	}
}

static void glass_take(const struct text *bytes)
{
	mbstate_t state = {0};
	wchar_t c;

	for (size_t i = 0, n; i < bytes->len; i += n) {
		n = mbrtowc(&c, bytes->p + i, bytes->len - i, &state);
		ck_assert_uint_le(n, bytes->len);
		glass_char(c);
	}
}

static void glass_clear(void)
{
	for (unsigned i = 0; i < ROW_COLUMNS; i++)
		glass[i] = (struct cell){' ', 0};
	at = 0;
}

/* ---- one line ---------------------------------------------------------------------------- */

static struct row row;
static struct drawn drawn;
static unsigned shift;

static void lay(const wchar_t *prompt, const wchar_t *text, size_t cursor, unsigned width)
{
	struct row_line l = {.prompt = prompt,
	    .prompt_len = wcslen(prompt),
	    .text = text,
	    .text_len = wcslen(text),
	    .cursor = cursor};

	row_lay(&row, &l, width, &shift);
}

/* The row as text, the cursor as `_` before its column. */
static const char *laid(void)
{
	static char out[4 * ROW_COLUMNS];
	size_t len = 0;

	for (unsigned i = 0; i <= row.len; i++) {
		if (i == row.cursor)
			out[len++] = '_';
		if (i < row.len && row.cell[i].c)
			len += (size_t)wctomb(out + len, row.cell[i].c);
		if (i < row.len && row.cell[i].mark)
			len += (size_t)wctomb(out + len, row.cell[i].mark);
	}
	out[len] = 0;
	return out;
}

static void setup(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	shift = 0;
	memset(&drawn, 0, sizeof(drawn));
	glass_clear();
}

START_TEST(short_lines_stand_whole)
{
	static const struct {
		const wchar_t *text;
		size_t cursor;
		const char *row;
	} rows[] = {
	    {L"", 0, "fw> _"},
	    {L"show", 4, "fw> show_"},
	    {L"show", 0, "fw> _show"},
	    {L"gr\u00fc\u00dfe", 3, "fw> gr\u00fc_\u00dfe"},
	    {L"\u5317x", 1, "fw> \u5317_x"},
	    {L"a\u0301b", 2, "fw> a\u0301_b"},
	    {L"a\x01"
	     L"b",
		2, "fw> a^A_b"},
	    {L"a\x80z", 2, "fw> a?_z"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		lay(L"fw> ", rows[i].text, rows[i].cursor, 80);
		ck_assert_str_eq(laid(), rows[i].row);
		ck_assert_uint_eq(shift, 0);
	}
	lay(L"fw> ", L"secret", 6, 80);
	ck_assert_str_eq(laid(), "fw> secret_");
}
END_TEST

/* The last column of the screen stays free: the cursor stands there behind a line that just fits.
 */
START_TEST(a_line_that_just_fits)
{
	lay(L"fw> ", L"0123456789012345678901234", 25, 30);
	ck_assert_str_eq(laid(), "fw> 0123456789012345678901234_");
	lay(L"fw> ", L"01234567890123456789012345", 26, 30);
	ck_assert_str_eq(laid(), "fw> $0123456789012345_");
}
END_TEST

/* It moves in steps, and only when the cursor would go out of sight. */
START_TEST(long_lines_move)
{
	static const wchar_t text[] = L"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	lay(L"fw> ", text, 0, 34);
	ck_assert_str_eq(laid(), "fw> _abcdefghijklmnopqrstuvwxyzAB$");
	lay(L"fw> ", text, 26, 34);
	ck_assert_str_eq(laid(), "fw> abcdefghijklmnopqrstuvwxyz_AB$");
	lay(L"fw> ", text, 27, 34);
	ck_assert_uint_eq(shift, 7);
	ck_assert_str_eq(laid(), "fw> $ijklmnopqrstuvwxyzA_BCDEFGHI$");
	lay(L"fw> ", text, 52, 34);
	ck_assert_str_eq(laid(), "fw> $HIJKLMNOPQRSTUVWXYZ_");
	lay(L"fw> ", text, 33, 34);
	ck_assert_str_eq(laid(), "fw> $_HIJKLMNOPQRSTUVWXYZ");
	lay(L"fw> ", text, 31, 34);
	ck_assert_str_eq(laid(), "fw> $yzABCDE_FGHIJKLMNOPQRSTUVWXYZ");
	lay(L"fw> ", text, 0, 34);
	ck_assert_str_eq(laid(), "fw> _abcdefghijklmnopqrstuvwxyzAB$");
	lay(L"fw> ", text, 52, 0);
	ck_assert_uint_eq(row.len, 56); /* no width: as long as it is */
}
END_TEST

/* A prompt beside which there is no room goes along. */
START_TEST(long_prompts_move)
{
	lay(L"ciscoasa(config-network-object-group)# ", L"host", 4, 40);
	ck_assert_str_eq(laid(), "$network-object-group)# host_");
}
END_TEST

/* ---- any line, any key, any width --------------------------------------------------------- */

static unsigned long seed = 88172645463325252UL;

static unsigned dice(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

/* What must be true of a row, however it came about. */
static void check_row(const wchar_t *text, size_t len, size_t cursor, unsigned width)
{
	unsigned usable = width - 1;

	ck_assert_uint_le(row.len, usable);
	ck_assert_uint_le(row.cursor, usable);
	if (cursor == len)
		ck_assert_uint_eq(row.cursor, row.len);
	else if (wcwidth(text[cursor]) > 0)
		ck_assert_int_eq(row.cell[row.cursor].c, text[cursor]);
	if (cursor && wcwidth(text[cursor - 1]) == 1 && row.cursor)
		ck_assert(row.cell[row.cursor - 1].c == text[cursor - 1] ||
			  row.cell[row.cursor - 1].c == '$');
}

START_TEST(whatever_is_typed_stands_there)
{
	static const wchar_t some[] = L"abcdefgh 0123456789\u00fc\u5317\u6771\u0301";
	static const wchar_t *const prompts[] = {
	    L"> ", L"fw(config)# ", L"ciscoasa(config-network-object-group)# ", L"\u5317\u6771> "};
	wchar_t text[600] = L"";
	size_t len = 0, cursor = 0;
	unsigned width = 80, prompt = 0;

	for (unsigned i = 0; i < 15000; i++) {
		struct text out = {0};
		bool rest = true;

		switch (dice(12)) {
		case 0:
			cursor = dice((unsigned)len + 1);
			break;
		case 1:
			cursor -= cursor > 0;
			break;
		case 2:
			cursor += cursor < len;
			break;
		case 3:
			if (cursor) {
				wmemmove(text + cursor - 1, text + cursor, len - cursor + 1);
				len--;
				cursor--;
			}
			break;
		case 4:
			if (dice(60) == 0) {
				len = cursor = 0;
				text[0] = 0;
				drawn_leave(&drawn);
				glass_clear();
				shift = 0;
				width = 7 + dice(160);
				prompt = dice(4);
			}
			break;
		default:
			if (len + 1 < sizeof(text) / sizeof(*text)) {
				wmemmove(text + cursor + 1, text + cursor, len - cursor + 1);
				text[cursor++] = some[dice(sizeof(some) / sizeof(*some) - 1)];
				len++;
			}
		}
		lay(prompts[prompt], text, cursor, width);
		check_row(text, len, cursor, width);
		drawn_show(&drawn, &row, &out);
		glass_take(&out);
		text_free(&out);
		ck_assert_uint_eq(at, row.cursor);
		for (unsigned k = 0; k < row.len; k++)
			if (glass[k].c != row.cell[k].c || glass[k].mark != row.cell[k].mark)
				ck_abort_msg("step %u, column %u: %x/%x is not %x/%x", i, k,
				    (unsigned)glass[k].c, (unsigned)glass[k].mark,
				    (unsigned)row.cell[k].c, (unsigned)row.cell[k].mark);
		for (unsigned k = row.len; k < 170; k++)
			rest = rest && glass[k].c == ' ';
		ck_assert(rest);
	}
}
END_TEST

/* Typing at the end sends the characters themselves; a device's echo is no more. */
START_TEST(echo_is_what_was_typed)
{
	struct text out = {0};

	for (size_t i = 0; i <= 4; i++) {
		wchar_t text[5] = L"";

		wmemcpy(text, L"show", i);
		lay(L"fw> ", text, i, 80);
		drawn_show(&drawn, &row, &out);
	}
	ck_assert_str_eq(text_str(&out), "fw> show");
	text_clear(&out);
	lay(L"fw> ", L"sho", 3, 80);
	drawn_show(&drawn, &row, &out);
	ck_assert_str_eq(text_str(&out), "\b \b");
	text_clear(&out);
	drawn_wipe(&drawn, &out);
	ck_assert_str_eq(text_str(&out), "\r       \r");
	text_free(&out);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gatesh_row");
	TCase *tc = tcase_create("gatesh_row");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, short_lines_stand_whole);
	tcase_add_test(tc, a_line_that_just_fits);
	tcase_add_test(tc, long_lines_move);
	tcase_add_test(tc, long_prompts_move);
	tcase_add_test(tc, whatever_is_typed_stands_there);
	tcase_add_test(tc, echo_is_what_was_typed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
