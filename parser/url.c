/* The passwords of URLs, taken out of a part of a line. */
#include <string.h>

#include "parser/internal.h"

static void put_plain(struct gram_out *out, const char *text, size_t len)
{
	if (len)
		out->write(out->ctx, text, len);
}

/* `scheme://user:password@`: where the password stands in the word that begins with `user`; false:
 * in none. A `/` may stand in no password, but is typed all the same. */
static bool url_password(const char *text, size_t len, size_t *from, size_t *to)
{
	size_t end = 0;

	*from = *to = 0;
	for (; end < len && !strchr("/ \t", text[end]); end++) {
		if (text[end] == ':' && !*from)
			*from = end + 1;
		if (text[end] == '@')
			*to = end;
	}
	for (; *from && !*to && end < len && !strchr(" \t", text[end]); end++)
		if (text[end] == '@')
			*to = end;
	return *from && *to >= *from;
}

void mask_urls(const char *text, size_t len, struct gram_out *out)
{
	const char *end = text + len, *mark;
	size_t from, to;

	while ((mark = memmem(text, (size_t)(end - text), "://", 3))) {
		put_plain(out, text, (size_t)(mark + 3 - text));
		text = mark + 3;
		if (!url_password(text, (size_t)(end - text), &from, &to))
			continue;
		put_plain(out, text, from);
		put_plain(out, "*", 1);
		text += to;
	}
	put_plain(out, text, (size_t)(end - text));
}
