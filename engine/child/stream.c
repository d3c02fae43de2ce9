/* Frames of the stream between a short-lived child and the manager; either side's. */
#include "engine/child/stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t frame_len(const uint8_t *head)
{
	return (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
}

/* Gives back what the last frame took. */
static void forget(struct stream_reader *r)
{
	if (r->cut)
		r->bytes[r->used] = r->next;
	r->cut = false;
	if (!r->used)
		return;
	memmove(r->bytes, r->bytes + r->used, r->len - r->used);
	explicit_bzero(r->bytes + r->len - r->used, r->used);
	r->len -= r->used;
	r->used = 0;
}

uint8_t *stream_room(struct stream_reader *r, size_t *room)
{
	forget(r);
	*room = STREAM_HEAD + STREAM_MAX - r->len;
	return r->bytes + r->len;
}

void stream_added(struct stream_reader *r, size_t n)
{
	r->len += n;
}

int stream_next(struct stream_reader *r, struct stream_frame *f)
{
	size_t len;

	forget(r);
	if (r->len < STREAM_HEAD)
		return 0;
	len = frame_len(r->bytes);
	if (len > STREAM_MAX || r->bytes[0] < STREAM_REQUEST || r->bytes[0] > STREAM_HOST_KEY)
		return -1;
	if (r->len < STREAM_HEAD + len)
		return 0;
	f->type = (enum stream_type)r->bytes[0];
	f->data = r->bytes + STREAM_HEAD;
	f->len = len;
	r->used = STREAM_HEAD + len;
	r->next = r->bytes[r->used];
	r->cut = true;
	r->bytes[r->used] = 0;
	return 1;
}

void stream_wipe(struct stream_reader *r)
{
	explicit_bzero(r, sizeof *r);
}

void stream_head(uint8_t to[STREAM_HEAD], enum stream_type type, size_t len)
{
	to[0] = (uint8_t)type;
	to[1] = (uint8_t)(len >> 24);
	to[2] = (uint8_t)(len >> 16);
	to[3] = (uint8_t)(len >> 8);
	to[4] = (uint8_t)len;
}

static bool write_all(int fd, const uint8_t *p, size_t len)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

bool stream_send(int fd, enum stream_type type, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint8_t head[STREAM_HEAD];

	do {
		size_t n = len < STREAM_MAX ? len : STREAM_MAX;

		stream_head(head, type, n);
		if (!write_all(fd, head, sizeof head) || !write_all(fd, p, n))
			return false;
		p += n;
		len -= n;
	} while (len);
	return true;
}

bool stream_say(int fd, enum stream_type type, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return false;
	return stream_send(fd, type, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

int stream_wait(int fd, struct stream_reader *r, struct stream_frame *f)
{
	int got;

	while ((got = stream_next(r, f)) == 0) {
		size_t room;
		uint8_t *to = stream_room(r, &room);
		ssize_t n = read(fd, to, room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -1 : 0;
		stream_added(r, (size_t)n);
	}
	return got;
}
