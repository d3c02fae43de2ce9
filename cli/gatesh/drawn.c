/* struct drawn: what the terminal shows on its present row, and the way from there to another. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gatesh/row.h"

static void out_char(struct text *out, wchar_t c)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	size_t n = wcrtomb(bytes, c, &state);

	if (n != (size_t)-1)
		text_addn(out, bytes, n);
	else
		text_addc(out, '?');
}

static void out_cells(struct text *out, const struct row *r, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		if (r->cell[i].c)
			out_char(out, r->cell[i].c);
		if (r->cell[i].mark)
			out_char(out, r->cell[i].mark);
	}
}

static void out_times(struct text *out, char c, unsigned n)
{
	while (n--)
		text_addc(out, c);
}

static bool same(const struct row *a, const struct row *b, unsigned i)
{
	return a->cell[i].c == b->cell[i].c && a->cell[i].mark == b->cell[i].mark;
}

/* The cursor from one column to another, past cells that stand there already. */
static void out_move(struct text *out, const struct row *r, unsigned from, unsigned to)
{
	if (to >= from) {
		out_cells(out, r, from, to);
	} else if (from - to <= to + 1) {
		out_times(out, '\b', from - to);
	} else {
		text_addc(out, '\r');
		out_cells(out, r, 0, to);
	}
}

void drawn_show(struct drawn *d, const struct row *to, struct text *out)
{
	struct row *was = &d->row;
	unsigned least = was->len < to->len ? was->len : to->len, from = 0, end = to->len;

	while (from < least && same(was, to, from))
		from++;
	while (from > 0 && from < to->len && to->cell[from].c == 0)
		from--; /* a wide character is written whole */
	if (was->len == to->len)
		while (end > from && same(was, to, end - 1))
			end--;
	while (end < to->len && to->cell[end].c == 0)
		end++;
	if (from < end || was->len > to->len) {
		out_move(out, was, was->cursor, from);
		out_cells(out, to, from, end);
		if (was->len > to->len) {
			out_times(out, ' ', was->len - to->len);
			out_times(out, '\b', was->len - to->len);
		}
		out_move(out, to, end, to->cursor);
	} else {
		out_move(out, to, was->cursor, to->cursor);
	}
	memcpy(was->cell, to->cell, to->len * sizeof(to->cell[0]));
	was->len = to->len;
	was->cursor = to->cursor;
}

void drawn_wipe(struct drawn *d, struct text *out)
{
	if (d->row.len || d->row.cursor) {
		text_addc(out, '\r');
		out_times(out, ' ', d->row.len);
		text_addc(out, '\r');
	}
	drawn_leave(d);
}

void drawn_resized(struct drawn *d, unsigned width, struct text *out)
{
	text_addc(out, '\r');
	out_times(out, ' ', width);
	text_addc(out, '\r');
	drawn_leave(d);
}

void drawn_leave(struct drawn *d)
{
	d->row.len = d->row.cursor = 0;
}
