/*
 * The console protocol's frame reader: a stream cut into pieces of every size. The first byte
 * seeds the cuts. However it is cut, the same frames come out, none longer than its type allows,
 * and the reader keeps no more than the longest frame and one piece.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/operator/console.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	size_t frames, bytes;
	unsigned sum;
	int status; /* -1: the stream made no sense from there on */
};

static void take(struct seen *s, const struct console_frame *f)
{
	struct console_hello hello;
	uint16_t numbers[2];

	if (console_max(f->type) < (long)f->len)
		abort();
	s->frames++;
	s->bytes += f->len;
	for (size_t i = 0; i < f->len; i++)
		s->sum = s->sum * 31 + f->data[i];
	if (f->type == CONSOLE_HELLO)
		(void)console_hello_decode(f, &hello);
	if (f->type == CONSOLE_WINSIZE)
		(void)console_u16_decode(f, 2, numbers);
}

static struct seen play(const uint8_t *data, size_t size, unsigned seed)
{
	struct console_reader r = {0};
	struct seen s = {0};
	struct console_frame f;

	while (size && s.status >= 0) {
		size_t room = 0,
		       n = seed ? 1 + (seed = seed * 1103515245 + 12345) / 65536 % 40 : size;
		uint8_t *to = console_reader_room(&r, 16, &room);

		if (!to || room < 16)
			abort();
		n = n < room ? n : room;
		n = n < size ? n : size;
		memcpy(to, data, n);
		console_reader_added(&r, n);
		data += n;
		size -= n;
		while ((s.status = console_reader_next(&r, &f)) > 0)
			take(&s, &f);
	}
	console_reader_free(&r);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole, cut;

	if (size < 1)
		return 0;
	whole = play(data + 1, size - 1, 0);
	cut = play(data + 1, size - 1, data[0] + 1U);
	if (whole.frames != cut.frames || whole.bytes != cut.bytes || whole.sum != cut.sum ||
	    whole.status != cut.status)
		abort();
	return 0;
}
