/*
 * The codec of the console protocol (see console.h): frame heads, the reader
 * that cuts a stream into frames, and the payloads that are not plain text.
 * Owned by one connection on either side; knows no sockets.
 */
#include "cli/operator/console.h"

#include <stdlib.h>
#include <string.h>

#include "engine/wire/wire.h"

/* type                    longest payload */
static const struct {
	uint8_t type;
	long max;
} limits[] = {
    {CONSOLE_HELLO, CONSOLE_HELLO_MAX},
    {CONSOLE_LINE, CONSOLE_LINE_MAX},
    {CONSOLE_HELP, CONSOLE_LINE_MAX},
    {CONSOLE_COMPLETE, CONSOLE_LINE_MAX},
    {CONSOLE_FILE, CONSOLE_FILE_MAX},
    {CONSOLE_ANSWER, CONSOLE_LINE_MAX},
    {CONSOLE_INTERRUPT, 0},
    {CONSOLE_WINSIZE, 4},
    {CONSOLE_BYE, 0},
    {CONSOLE_TYPING, 0},
    {CONSOLE_TEXT, CONSOLE_TEXT_MAX},
    {CONSOLE_ASYNC, CONSOLE_TEXT_MAX},
    {CONSOLE_PROMPT, CONSOLE_LINE_MAX},
    {CONSOLE_QUESTION, CONSOLE_LINE_MAX},
    {CONSOLE_HELP_TEXT, CONSOLE_TEXT_MAX},
    {CONSOLE_COMPLETION, CONSOLE_LINE_MAX},
    {CONSOLE_DONE, 1},
    {CONSOLE_LIVE, 0},
    {CONSOLE_PAGER, 2},
    {CONSOLE_WIDTH, 2},
    {CONSOLE_HISTORY, CONSOLE_LINE_MAX},
    {CONSOLE_CLOSE, 1},
};

#define KEEP_SIZE (256u << 10) /* a larger buffer is given back when it is empty */

long console_max(unsigned type)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].type == type)
			return limits[i].max;
	return -1;
}

void console_head(uint8_t to[CONSOLE_HEAD], enum console_type type, size_t len)
{
	struct wr w = wr_init(to, CONSOLE_HEAD);

	wr_u32(&w, (uint32_t)len);
	wr_u8(&w, type);
}

/* Drops the frame that was handed out last. */
static void reader_settle(struct console_reader *r)
{
	if (!r->used)
		return;
	explicit_bzero(r->p, r->used);
	r->len -= r->used;
	if (r->len)
		memmove(r->p, r->p + r->used, r->len);
	r->used = 0;
	if (r->len == 0 && r->size > KEEP_SIZE) {
		free(r->p);
		r->p = NULL;
		r->size = 0;
	}
}

uint8_t *console_reader_room(struct console_reader *r, size_t min, size_t *room)
{
	size_t size = r->size ? r->size : 4096;
	uint8_t *p;

	reader_settle(r);
	while (size < r->len + min)
		size *= 2;
	if (size != r->size) {
		p = malloc(size);
		if (!p)
			return NULL;
		if (r->len)
			memcpy(p, r->p, r->len);
		if (r->p)
			explicit_bzero(r->p, r->len);
		free(r->p);
		r->p = p;
		r->size = size;
	}
	*room = r->size - r->len;
	return r->p + r->len;
}

void console_reader_added(struct console_reader *r, size_t n)
{
	r->len += n;
}

int console_reader_next(struct console_reader *r, struct console_frame *f)
{
	struct rd in;
	uint32_t len;
	uint8_t type;

	reader_settle(r);
	if (r->len < CONSOLE_HEAD)
		return 0;
	in = rd_init(r->p, r->len);
	len = rd_u32(&in);
	type = rd_u8(&in);
	if (console_max(type) < (long)len)
		return -1;
	f->data = rd_bytes(&in, len);
	if (in.bad)
		return 0;
	f->type = type;
	f->len = len;
	r->used = CONSOLE_HEAD + len;
	return 1;
}

void console_reader_free(struct console_reader *r)
{
	if (r->p)
		explicit_bzero(r->p, r->size);
	free(r->p);
	*r = (struct console_reader){0};
}

size_t console_hello_encode(const struct console_hello *h, uint8_t to[CONSOLE_HELLO_MAX])
{
	struct wr w = wr_init(to, CONSOLE_HELLO_MAX);

	wr_u8(&w, h->kind);
	wr_u8(&w, h->interactive);
	wr_u16(&w, h->width);
	wr_u16(&w, h->height);
	if (h->kind == CONSOLE_KIND_TOKEN) {
		wr_u8(&w, h->quiet);
		wr_bytes(&w, h->token, sizeof(h->token));
	}
	return wr_len(&w);
}

bool console_hello_decode(const struct console_frame *f, struct console_hello *h)
{
	struct rd r = rd_init(f->data, f->len);

	*h = (struct console_hello){0};
	h->kind = rd_u8(&r);
	h->interactive = rd_u8(&r);
	h->width = rd_u16(&r);
	h->height = rd_u16(&r);
	if (h->kind == CONSOLE_KIND_TOKEN) {
		const uint8_t *token;

		h->quiet = rd_u8(&r);
		token = rd_bytes(&r, sizeof(h->token));
		if (token)
			memcpy(h->token, token, sizeof(h->token));
	}
	return rd_done(&r) && h->kind >= CONSOLE_KIND_CONSOLE && h->kind <= CONSOLE_KIND_TOKEN;
}

bool console_u16_decode(const struct console_frame *f, size_t n, uint16_t *to)
{
	struct rd r = rd_init(f->data, f->len);

	for (size_t i = 0; i < n; i++)
		to[i] = rd_u16(&r);
	return rd_done(&r);
}
