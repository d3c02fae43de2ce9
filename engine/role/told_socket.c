/* See told_socket.h. A turn of the loop reads some of what there is: others wait, too. What the
 * kernel had no room for is lost, and nobody is kept waiting for it. */
#include "engine/role/told_socket.h"

#include <errno.h>
#include <sys/socket.h>

#define READS 8 /* a turn */

static void readable(uv_poll_t *p, int status, int events)
{
	struct told_socket *s = p->data;
	struct told told;
	ssize_t n = 0;

	(void)events;
	if (status < 0) /* of a socket that was full: libuv hears it no more */
		uv_poll_start(p, UV_READABLE, readable);
	for (int i = 0; i < READS; i++) {
		struct rd r;

		n = recv(s->fd, s->buf, sizeof s->buf, MSG_DONTWAIT);
		if (n < 0 && errno == ENOBUFS)
			continue;
		if (n <= 0)
			return;
		r = rd_init(s->buf, (size_t)n);
		while (told_next(&r, &told))
			told_say(&s->say, &told);
	}
}

bool told_socket_start(
    struct told_socket *s, uv_loop_t *loop, int fd, const struct told_say *say)
{
	s->fd = fd;
	s->say = *say;
	if (uv_poll_init(loop, &s->poll, fd))
		return false;
	s->open = true;
	s->poll.data = s;
	return uv_poll_start(&s->poll, UV_READABLE, readable) == 0;
}

void told_socket_stop(struct told_socket *s)
{
	if (s->open)
		uv_close((uv_handle_t *)&s->poll, NULL);
	s->open = false;
}
