/* A memory of lines, newest last, bounded in bytes and in lines: `logging buffered`, ASDM's. */
#ifndef GATEHOUSE_LOG_BUFFER_H
#define GATEHOUSE_LOG_BUFFER_H

#include <stddef.h>
#include <sys/queue.h>

#include "parser/text.h"

struct buffer_line {
	STAILQ_ENTRY(buffer_line) next;
	size_t len;
	char text[];
};

struct log_buffer { /* zeroed by buffer_init() */
	STAILQ_HEAD(, buffer_line) lines;
	size_t bytes, n;
	size_t max_bytes, max_lines; /* 0 = no bound of that kind */
};

void buffer_init(struct log_buffer *);
/* New bounds; the oldest go that do not fit any more. */
void buffer_bound(struct log_buffer *, size_t bytes, size_t lines);
/* A line without its \n; what is older goes as far as it has to. Without memory it is left out. */
void buffer_add(struct log_buffer *, const char *line);
void buffer_show(const struct log_buffer *, struct text *out);
void buffer_clear(struct log_buffer *);

#endif
