/* struct log_buffer: two in the manager's log, from its start to its end. */
#include "cli/log/buffer.h"

#include <stdlib.h>
#include <string.h>

void buffer_init(struct log_buffer *b)
{
	memset(b, 0, sizeof(*b));
	STAILQ_INIT(&b->lines);
}

static void drop_oldest(struct log_buffer *b)
{
	struct buffer_line *l = STAILQ_FIRST(&b->lines);

	STAILQ_REMOVE_HEAD(&b->lines, next);
	b->bytes -= l->len + 1;
	b->n--;
	free(l);
}

static void fit(struct log_buffer *b)
{
	while (b->n && ((b->max_bytes && b->bytes > b->max_bytes) ||
	    (b->max_lines && b->n > b->max_lines)))
		drop_oldest(b);
}

void buffer_bound(struct log_buffer *b, size_t bytes, size_t lines)
{
	b->max_bytes = bytes;
	b->max_lines = lines;
	fit(b);
}

void buffer_add(struct log_buffer *b, const char *line)
{
	size_t len = strlen(line);
	struct buffer_line *l = malloc(sizeof(*l) + len + 1);

	if (!l)
		return;
	l->len = len;
	memcpy(l->text, line, len + 1);
	STAILQ_INSERT_TAIL(&b->lines, l, next);
	b->bytes += len + 1; /* as it is shown, with its \n */
	b->n++;
	fit(b);
}

void buffer_show(const struct log_buffer *b, struct text *out)
{
	const struct buffer_line *l;

	STAILQ_FOREACH(l, &b->lines, next)
	{
		text_addn(out, l->text, l->len);
		text_addc(out, '\n');
	}
}

void buffer_clear(struct log_buffer *b)
{
	while (b->n)
		drop_oldest(b);
}
