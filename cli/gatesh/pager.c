/*
 * struct pager: one per terminal client, begun anew for each command. A page
 * ends before the first line that has no room on it, and only when such a line
 * exists: output that just fills the screen asks for no key.
 */
#include "cli/gatesh/pager.h"

#include <string.h>
#include <wchar.h>

#define PIECE 4096 /* bytes of output without pages that are printed at a time */

void pager_begin(struct pager *p)
{
	p->room = p->lines;
	p->waiting = p->stopped = p->live = false;
	p->shown = 0;
	text_clear(&p->held);
}

void pager_live(struct pager *p)
{
	p->live = true;
	p->waiting = false;
}

void pager_put(struct pager *p, const char *text, size_t len)
{
	if (p->stopped)
		return;
	if (p->shown == p->held.len) {
		text_clear(&p->held);
		p->shown = 0;
	}
	text_addn(&p->held, text, len);
}

/* Columns of a line; what is no text counts a column a byte, as most terminals show it. */
static size_t columns(const char *s, size_t len)
{
	mbstate_t state = {0};
	size_t at = 0;

	for (size_t i = 0, n; i < len; i += n) {
		wchar_t c;
		int w;

		n = mbrtowc(&c, s + i, len - i, &state);
		if (n == 0 || n > len) {
			memset(&state, 0, sizeof(state));
			n = 1;
			at++;
		} else if (c == '\t') {
			at = (at / 8 + 1) * 8;
		} else {
			w = wcwidth(c);
			at += w > 0 ? (size_t)w : 0;
		}
	}
	return at;
}

/* Screen lines that a line takes. */
static unsigned rows(const struct pager *p, const char *s, size_t len)
{
	size_t n;

	if (!p->width || len <= p->width / 8)
		return 1;
	n = columns(s, len);
	return n > p->width ? (unsigned)((n + p->width - 1) / p->width) : 1;
}

const char *pager_take(struct pager *p, size_t *len)
{
	const char *from = p->held.p ? p->held.p + p->shown : NULL, *end, *s, *nl;
	size_t left = p->held.len - p->shown;

	if (left == 0 || p->waiting || p->stopped)
		return NULL;
	if (p->lines == 0 || p->live) {
		*len = left < PIECE ? left : PIECE;
		p->shown += *len;
		return from;
	}
	end = from + left;
	for (s = from; s < end; s = nl + 1) {
		unsigned need;

		nl = memchr(s, '\n', (size_t)(end - s));
		need = rows(p, s, (size_t)((nl ? nl : end) - s));
		if (p->room == 0 || (need > p->room && s != from)) {
			p->waiting = true;
			break;
		}
		if (!nl) { /* the line goes on in the next piece, and is counted there */
			s = end;
			break;
		}
		p->room -= need < p->room ? need : p->room;
	}
	*len = (size_t)(s - from);
	p->shown += *len;
	return *len ? from : NULL;
}

bool pager_key(struct pager *p, char key)
{
	switch (key) {
	case ' ':
		p->room = p->lines;
		break;
	case '\r':
	case '\n':
		p->room = 1;
		break;
	case 'q':
	case 'Q':
	case 3: /* ^C */
		p->stopped = true;
		break;
	default:
		return false;
	}
	p->waiting = false;
	return true;
}

void pager_free(struct pager *p)
{
	text_free(&p->held);
}
