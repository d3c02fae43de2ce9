/*
 * What is said of a line that was not understood, with the caret under the word that did not fit.
 */
#include <stdio.h>
#include <string.h>

#include "parser/parser.h"

/* Characters up to the caret: those of several bytes count once. */
static int caret_column(const struct gram_match *m, const char *line)
{
	int column = 0;

	for (unsigned i = 0; i < m->caret && line[i]; i++)
		column += ((unsigned char)line[i] & 0xc0) != 0x80;
	return column;
}

struct bounded {
	char *text;
	size_t used;
};

static void bounded_write(void *ctx, const char *text, size_t len)
{
	struct bounded *b = ctx;

	len = len < GRAM_LINE_MAX - b->used ? len : GRAM_LINE_MAX - b->used;
	memcpy(b->text + b->used, text, len);
	b->used += len;
}

size_t gram_error(const struct gram_match *m, const char *line, unsigned prompt_width, char *buf,
    size_t size)
{
	char shown[GRAM_LINE_MAX];
	struct bounded masked;
	struct gram_out out = {bounded_write, &masked};
	int n = 0;

	switch (m->status) {
	case GRAM_INVALID:
		n = snprintf(buf, size, "%*s^\nERROR: %% Invalid input detected at '^' marker.\n",
		    (int)prompt_width + caret_column(m, line), "");
		break;
	case GRAM_INCOMPLETE:
		n = snprintf(buf, size, "ERROR: %% Incomplete command\n");
		break;
	case GRAM_AMBIGUOUS:
		masked = (struct bounded){shown, 0};
		gram_mask_unknown(line, &out);
		n = snprintf(
		    buf, size, "ERROR: %% Ambiguous command:  \"%.*s\"\n", (int)masked.used, shown);
		break;
	case GRAM_ORPHAN:
		n = snprintf(buf, size, "ERROR: line belongs to a refused block\n");
		break;
	case GRAM_TOO_LONG:
		n = snprintf(buf, size, "ERROR: %% Line too long\n");
		break;
	default:
		break;
	}
	return (size_t)n < size ? (size_t)n : size - 1;
}
