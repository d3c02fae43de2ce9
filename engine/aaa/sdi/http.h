/*
 * A reader of one HTTP/1.1 response (RFC 9112), strict: a status line, lines that end with CRLF, a
 * body of a length that is said, or in chunks. Anything else is no answer. Pure.
 */
#ifndef GATEHOUSE_AAA_SDI_HTTP_H
#define GATEHOUSE_AAA_SDI_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SDI_HTTP_HEAD_MAX 8192
#define SDI_HTTP_BODY_MAX 32768

enum sdi_http_result { SDI_HTTP_MORE, SDI_HTTP_DONE, SDI_HTTP_BAD };

/* Zeroed memory is a reader that has read nothing. */
struct sdi_http {
	enum {
		HTTP_HEAD,
		HTTP_BODY,
		HTTP_SIZE,
		HTTP_CHUNK,
		HTTP_CHUNK_END,
		HTTP_TRAILER,
		HTTP_OVER
	} state;
	enum sdi_http_result result;
	unsigned status; /* 200, ... */
	size_t left;	 /* of the body or chunk */
	size_t line_len, len;
	char line[SDI_HTTP_HEAD_MAX]; /* the head; then a line of the chunks */
	char body[SDI_HTTP_BODY_MAX + 1];
};

/* Takes what has arrived. DONE and BAD are for good; what comes behind DONE is not looked at. */
enum sdi_http_result sdi_http_feed(struct sdi_http *, const uint8_t *, size_t len);

#endif
