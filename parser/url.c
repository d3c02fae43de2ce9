/* The passwords of URLs, taken out of a part of a line. */
#include <string.h>

#include "parser/internal.h"

static void put_plain(struct gram_out *out, const char *text, size_t len)
{
	if (len)
		out->write(out->ctx, text, len);
}

/* `scheme://user:password@`: where the password stands, as far as the word goes; false: in none. */
static bool url_password(const char *text, size_t len, size_t *from, size_t *to)
{
	const char *mark = memmem(text, len, "://", 3);
	size_t at, end, colon = 0;

	if (!mark)
		return false;
	at = (size_t)(mark - text) + 3;
	*to = 0;
	for (end = at; end < len && !strchr("/ \t", text[end]); end++) {
		if (text[end] == ':' && !colon)
			colon = end + 1;
		if (text[end] == '@')
			*to = end;
	}
	*from = colon;
	return colon && *to >= colon;
}

void mask_urls(const char *text, size_t len, struct gram_out *out)
{
	size_t from, to;

	while (url_password(text, len, &from, &to)) {
		put_plain(out, text, from);
		put_plain(out, "*", 1);
		text += to;
		len -= to;
	}
	put_plain(out, text, len);
}
