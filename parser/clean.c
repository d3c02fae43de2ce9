/*
 * Bytes that come as text: from files with a byte order mark, in another
 * encoding, or with control characters, which would act on every terminal
 * that shows them.
 */
#include <string.h>

#include "parser/internal.h"
#include "parser/text.h"

const char *gram_skip_mark(const char *text, size_t *len)
{
	if (*len < 3 || memcmp(text, "\xef\xbb\xbf", 3) != 0)
		return text;
	*len -= 3;
	return text + 3;
}

/* The length of the UTF-8 sequence (RFC 3629) at `p`, 0 when it is none or a control character. */
static size_t character(const unsigned char *p, size_t left)
{
	/* first byte from..to     second byte from..to, and all: no C1 controls, longer forms,
	 *                         surrogates, nothing above U+10FFFF */
	static const struct {
		unsigned char from, to, low, high;
		size_t len;
	} rows[] = {
	    {'\t', '\t', 0, 0, 1},
	    {0x20, 0x7e, 0, 0, 1},
	    {0xc2, 0xc2, 0xa0, 0xbf, 2},
	    {0xc3, 0xdf, 0x80, 0xbf, 2},
	    {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3},
	    {0xed, 0xed, 0x80, 0x9f, 3},
	    {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4},
	    {0xf1, 0xf3, 0x80, 0xbf, 4},
	    {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (p[0] < rows[i].from || p[0] > rows[i].to || rows[i].len > left)
			continue;
		if (rows[i].len > 1 && (p[1] < rows[i].low || p[1] > rows[i].high))
			return 0;
		for (size_t k = 2; k < rows[i].len; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return rows[i].len;
	}
	return 0;
}

size_t gram_clean(const char *text, size_t len)
{
	size_t at = 0, n = 1;

	for (; at < len && n; at += n)
		n = text[at] >= 0x20 && text[at] <= 0x7e
			? 1
			: character((const unsigned char *)text + at, len - at);
	return at;
}

void gram_add_clean(struct text *to, const char *text, size_t len)
{
	for (size_t i = 0, n; i < len; i += n + 1) {
		n = gram_clean(text + i, len - i);
		text_addn(to, text + i, n);
		if (i + n < len && text[i + n] != '\r')
			text_addc(to, text[i + n] == '\n' ? '\n' : '?');
	}
}
