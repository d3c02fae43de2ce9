/*
 * An HTTP/1.1 response, read as it arrives; see sdi_http.h.
 *
 *   HEAD --Content-Length--> BODY --------------------------------> OVER
 *   HEAD --chunked--> SIZE -> CHUNK -> CHUNK_END -> SIZE ... -> TRAILER -> OVER
 */
#include "engine/aaa/sdi/http.h"

#include <string.h>
#include <strings.h>

#define NO_LENGTH SIZE_MAX

static bool digits(const char *p, size_t len, unsigned base, size_t most, size_t *to)
{
	static const char all[] = "0123456789abcdef";

	*to = 0;
	for (size_t i = 0; i < len; i++) {
		const char *d = memchr(all, p[i] | (p[i] >= 'A' ? 0x20 : 0), base);

		if (!d)
			return false;
		*to = *to * base + (size_t)(d - all);
		if (*to > most)
			return false;
	}
	return len > 0;
}

/* "HTTP/1.1 200 OK" */
static bool status_line(struct sdi_http *h, const char *p, size_t len)
{
	size_t status;

	if (len < 12 || memcmp(p, "HTTP/1.", 7) != 0 || (p[7] != '0' && p[7] != '1') ||
	    p[8] != ' ' || !digits(p + 9, 3, 10, 599, &status) || (len > 12 && p[12] != ' ') ||
	    status < 200)
		return false;
	h->status = (unsigned)status;
	return true;
}

/* What a response says of its body. */
struct framing {
	size_t length;
	bool chunked;
};

static bool is(const char *p, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(p, word, len) == 0;
}

static bool header_line(struct framing *f, const char *p, size_t len)
{
	const char *colon = memchr(p, ':', len), *value;
	size_t name = colon ? (size_t)(colon - p) : 0, n;

	if (!name || memchr(p, ' ', name) || memchr(p, '\t', name) || memchr(p, '\0', len))
		return false;
	value = colon + 1;
	n = len - name - 1;
	while (n && (*value == ' ' || *value == '\t'))
		value++, n--;
	while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
		n--;
	if (is(p, name, "Content-Length"))
		return f->length == NO_LENGTH &&
		       digits(value, n, 10, SDI_HTTP_BODY_MAX, &f->length);
	if (is(p, name, "Transfer-Encoding")) {
		bool first = !f->chunked;

		f->chunked = true;
		return first && is(value, n, "chunked");
	}
	return true;
}

static bool head(struct sdi_http *h)
{
	struct framing f = {.length = NO_LENGTH};
	const char *p = h->line, *end = h->line + h->line_len - 2; /* the empty line */
	bool first = true, ok = true;

	while (ok && p < end) {
		const char *cr = memmem(p, (size_t)(end - p), "\r\n", 2);
		size_t len = (size_t)(cr - p);

		ok = !memchr(p, '\r', len) && !memchr(p, '\n', len) &&
		     (first ? status_line(h, p, len) : header_line(&f, p, len));
		first = false;
		p = cr + 2;
	}
	if (!ok || first || f.chunked == (f.length != NO_LENGTH))
		return false;
	h->line_len = 0;
	h->left = f.chunked ? 0 : f.length;
	h->state = f.chunked ? HTTP_SIZE : h->left ? HTTP_BODY : HTTP_OVER;
	return true;
}

static bool ends(const struct sdi_http *h, const char *with)
{
	size_t n = strlen(with);

	return h->line_len >= n && memcmp(h->line + h->line_len - n, with, n) == 0;
}

/* A chunk's size, with what it may say behind a semicolon. */
static bool size_line(struct sdi_http *h)
{
	size_t len = h->line_len - 2;
	const char *semicolon = memchr(h->line, ';', len);

	if (semicolon)
		len = (size_t)(semicolon - h->line);
	if (!digits(h->line, len, 16, SDI_HTTP_BODY_MAX, &h->left))
		return false;
	h->line_len = 0;
	h->state = h->left ? HTTP_CHUNK : HTTP_TRAILER;
	return true;
}

/* One more byte of the head, or of a line between the chunks. */
static bool line_byte(struct sdi_http *h, uint8_t b)
{
	if (h->line_len == sizeof h->line)
		return false;
	h->line[h->line_len++] = (char)b;
	if (h->state == HTTP_HEAD)
		return !ends(h, "\r\n\r\n") || head(h);
	if (!ends(h, "\r\n"))
		return true;
	if (h->state == HTTP_SIZE)
		return size_line(h);
	if (h->state == HTTP_CHUNK_END && h->line_len != 2)
		return false;
	if (h->state == HTTP_CHUNK_END)
		h->state = HTTP_SIZE;
	else if (h->line_len == 2)
		h->state = HTTP_OVER;
	h->line_len = 0;
	return true;
}

/* As much of the body as is there; what was taken is returned, 0: too much of it. */
static size_t body_bytes(struct sdi_http *h, const uint8_t *p, size_t len)
{
	size_t n = len < h->left ? len : h->left;

	if (h->len + n > SDI_HTTP_BODY_MAX)
		return 0;
	memcpy(h->body + h->len, p, n);
	h->len += n;
	h->left -= n;
	if (!h->left)
		h->state = h->state == HTTP_BODY ? HTTP_OVER : HTTP_CHUNK_END;
	return n;
}

enum sdi_http_result sdi_http_feed(struct sdi_http *h, const uint8_t *p, size_t len)
{
	size_t n;

	for (size_t i = 0; h->result == SDI_HTTP_MORE && i < len; i += n) {
		n = 1;
		if (h->state == HTTP_BODY || h->state == HTTP_CHUNK)
			n = body_bytes(h, p + i, len - i);
		else if (!line_byte(h, p[i]))
			n = 0;
		if (!n)
			h->result = SDI_HTTP_BAD;
		else if (h->state == HTTP_OVER)
			h->result = SDI_HTTP_DONE;
	}
	return h->result;
}
