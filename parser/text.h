/* A text that grows: what a formatter writes, a renderer prints and a session sends. */
#ifndef GATEHOUSE_TEXT_H
#define GATEHOUSE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "parser/parser.h"

/* Zeroed = empty and valid. `p` is NUL-terminated once something was added, NULL before. */
struct text {
	char *p;
	size_t len, size;
	bool secret; /* wipe all of its memory, also what was cut off its end */
	bool failed; /* memory ran out: nothing was added since, until it is cleared or freed */
};

/* Appends a string, `n` bytes, or a printf format. Its bytes are wiped when they move or go. */
void text_add(struct text *, const char *s);
void text_addn(struct text *, const char *s, size_t n);
void text_addf(struct text *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_addc(struct text *, char c);
/* Appends spaces until the last line is `column` characters long; at least `min` of them. */
void text_pad(struct text *, size_t column, size_t min);
/* Never NULL: "" for an empty text. Valid until the next change. */
const char *text_str(const struct text *);
/* Is it not all that was added? */
static inline bool text_failed(const struct text *t)
{
	return t->failed;
}
/* Empties; memory is kept. */
void text_clear(struct text *);
/* Takes away what is behind the first `len` bytes, when there is more. */
void text_cut(struct text *, size_t len);
void text_free(struct text *);
/* What the parser and the database write goes to the text's end. */
struct gram_out text_out(struct text *);

#endif
