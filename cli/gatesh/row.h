/*
 * The one row of the screen on which a line is typed: the prompt and what there is room for of the
 * text, `$` where something is hidden. Pure: text, cursor and width in, cells out; cells in, the
 * bytes that bring the screen there out.
 */
#ifndef GATEHOUSE_GATESH_ROW_H
#define GATEHOUSE_GATESH_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "parser/text.h"

#define ROW_COLUMNS 8192

/* One column: a character and a mark above or below it (0: none). `c` is 0 in the second column of
 * a wide character. */
struct cell {
	wchar_t c, mark;
};

struct row {
	struct cell cell[ROW_COLUMNS];
	unsigned len, cursor; /* columns */
};

struct row_line {
	const wchar_t *prompt, *text;
	size_t prompt_len, text_len, cursor; /* characters; the cursor stands in the text */
	bool stars;			     /* a secret: `*` for each character */
};

/* Lays the line out on a screen of `width` columns (0: as many as it needs), whose last one stays
 * free. `*shift` is how far the text was moved to the left when the line was laid out last, 0 for a
 * new line; it stays as long as the cursor is in sight. */
void row_lay(struct row *, const struct row_line *, unsigned width, unsigned *shift);

/* Columns of the text's first `n` characters. */
size_t row_columns(const wchar_t *, size_t n);

/* What stands on the screen's present row. Zeroed: nothing, the cursor at its beginning. */
struct drawn {
	struct row row;
};

/* Appends what makes the screen show `row`, with the cursor where it belongs: characters,
 * backspaces and blanks, so that it works on any terminal. */
void drawn_show(struct drawn *, const struct row *, struct text *out);
/* Appends what wipes the row; the cursor stands at its beginning. */
void drawn_wipe(struct drawn *, struct text *out);
/* The screen has so many columns now, and what it made of the row is not known: appends what wipes
 * all of it. */
void drawn_resized(struct drawn *, unsigned width, struct text *out);
/* The cursor stands at the beginning of another, empty row. */
void drawn_leave(struct drawn *);

#endif
