/*
 * struct row: laid out anew for each key. A line that does not fit moves to the left in steps
 * behind its prompt; where the prompt leaves too little room it moves with the text.
 */
#include "cli/gatesh/row.h"

#define ROOM_LEAST 20 /* columns of text beside a prompt that stays */
#define STEP_MOST 10  /* columns that come into sight with one move */

/* How a character is shown: itself, `^X`, or `?`; the number of its columns, 0 for a mark. */
static unsigned shown(wchar_t c, wchar_t to[2])
{
	int w;

	to[1] = 0;
	if (c < ' ' || c == 127) {
		to[0] = '^';
		to[1] = c ^ 64;
		return 2;
	}
	w = c < 127 ? 1 : wcwidth(c);
	to[0] = w < 0 ? '?' : c;
	return w < 0 ? 1 : (unsigned)w;
}

size_t row_columns(const wchar_t *s, size_t n)
{
	wchar_t as[2];
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += shown(s[i], as);
	return columns;
}

/* The columns of the row that a piece of the line may use. */
struct span {
	struct row *row;
	long left, right; /* the first, and the one behind the last */
};

static void put(const struct span *in, long at, wchar_t c)
{
	if (at < in->left || at >= in->right)
		return;
	in->row->cell[at] = (struct cell){c, 0};
	if ((unsigned)at >= in->row->len)
		in->row->len = (unsigned)at + 1;
}

static void put_mark(const struct span *in, long at, wchar_t mark)
{
	while (at > in->left && at < in->right && in->row->cell[at].c == 0)
		at--;
	if (at >= in->left && at < in->right)
		in->row->cell[at].mark = mark;
}

/* Puts characters from column `at` on, which may lie outside; the column behind them. */
static long put_all(const struct span *in, long at, const wchar_t *s, size_t n, bool stars)
{
	wchar_t as[2];

	for (size_t i = 0; i < n; i++) {
		unsigned w = stars ? 1 : shown(s[i], as);

		if (w == 0) {
			put_mark(in, at - 1, s[i]);
			continue;
		}
		put(in, at, stars ? '*' : as[0]);
		if (w == 2)
			put(in, at + 1, at < in->left ? ' ' : as[1]);
		at += w;
	}
	return at;
}

/* Marks the sides on which something is hidden; half of a wide character is not shown. */
static void mark_hidden(const struct span *in, bool left, bool right)
{
	struct cell *cell = in->row->cell;

	if (right) {
		if (cell[in->right - 1].c == 0 && in->right - 2 >= in->left)
			put(in, in->right - 2, ' ');
		put(in, in->right - 1, '$');
	}
	if (left) {
		put(in, in->left, '$');
		if (in->left + 1 < in->right && cell[in->left + 1].c == 0)
			put(in, in->left + 1, ' ');
	}
}

/* How far the text moves so that the cursor, `at` columns from its beginning, is in sight of `room`
 * columns; `whole` is its length. */
static size_t moved(size_t shift, size_t at, size_t whole, size_t room)
{
	size_t step = room / 4 < STEP_MOST ? room / 4 : STEP_MOST;
	bool more = shift + room < whole;

	if (at < shift + (shift > 0))
		shift = at > step + 1 ? at - step - 1 : 0;
	else if (at + 2 * more > shift + room - (at < whole)) /* a wide character is seen whole */
		shift = at + step + 2 > room ? at + step + 2 - room : 0;
	return shift;
}

void row_lay(struct row *r, const struct row_line *l, unsigned width, unsigned *shift)
{
	size_t usable = width && width <= ROW_COLUMNS ? width - 1 : ROW_COLUMNS - 1;
	size_t prompt = row_columns(l->prompt, l->prompt_len);
	size_t text = l->stars ? l->text_len : row_columns(l->text, l->text_len);
	size_t at = l->stars ? l->cursor : row_columns(l->text, l->cursor);
	size_t fixed = prompt + ROOM_LEAST <= usable ? prompt : 0, room = usable - fixed;
	struct span in = {.row = r, .right = (long)usable};
	long column;

	r->len = 0;
	if (usable < 6) { /* no room for a line and its marks */
		r->cursor = 0;
		return;
	}
	if (fixed) {
		put_all(&in, 0, l->prompt, l->prompt_len, false);
		in.left = (long)prompt;
	} else {
		text += prompt;
		at += prompt;
	}
	*shift = text <= room ? 0 : (unsigned)moved(*shift, at, text, room);
	column = in.left - (long)*shift;
	if (!fixed)
		column = put_all(&in, column, l->prompt, l->prompt_len, false);
	put_all(&in, column, l->text, l->text_len, l->stars);
	mark_hidden(&in, *shift > 0, *shift + room < text);
	r->cursor = (unsigned)(fixed + at - *shift);
}
