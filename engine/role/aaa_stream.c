/*
 * Owns a connection to a server. Life: connecting, with TLS then shaking hands, open, over; what is
 * to be sent waits for it to be open. Whoever has it hears of its end once, by `closed`, unless he
 * has ended it himself; its memory lives to the end of its handles.
 */
#include "engine/role/aaa_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/env.h"
#include "engine/role/aaa_net_loop.h"
#include "engine/role/aaa_socket.h"
#include "engine/role/aaa_tls.h"

#define WAITING_MAX (256 * 1024)
#define PIECE 16384

struct queue {
	uint8_t *p;
	size_t len, size;
};

struct aaa_stream {
	uv_poll_t poll;
	uv_timer_t later; /* an error of the first step */
	unsigned handles;
	int fd, error;
	const struct aaa_stream_events *events;
	void *arg;
	struct aaa_tls_end *tls; /* NULL: without */
	struct queue early;	 /* plain, until it is open */
	struct queue out;	 /* for the socket */
	bool connected, open, closed;
};

/* ---- queues ----------------------------------------------------------------------------- */

static bool queue_add(struct queue *q, const void *bytes, size_t len)
{
	if (len > WAITING_MAX - q->len)
		return false;
	if (q->len + len > q->size) {
		size_t size = q->len + len + PIECE;
		uint8_t *p = realloc(q->p, size);

		if (!p)
			return false;
		q->p = p;
		q->size = size;
	}
	if (len)
		memcpy(q->p + q->len, bytes, len);
	q->len += len;
	return true;
}

static void queue_cut(struct queue *q, size_t n)
{
	q->len -= n;
	memmove(q->p, q->p + n, q->len);
}

static void queue_fini(struct queue *q)
{
	if (q->p)
		explicit_bzero(q->p, q->size);
	free(q->p);
	*q = (struct queue){0};
}

/* ---- its end ---------------------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *h)
{
	struct aaa_stream *s = h->data;

	if (--s->handles)
		return;
	close(s->fd);
	free(s);
}

void aaa_stream_close(struct aaa_stream *s)
{
	if (!s || s->closed)
		return;
	s->closed = true;
	queue_fini(&s->early);
	queue_fini(&s->out);
	aaa_tls_destroy(s->tls);
	s->tls = NULL;
	uv_close((uv_handle_t *)&s->poll, on_handle_closed);
	uv_close((uv_handle_t *)&s->later, on_handle_closed);
}

static void over(struct aaa_stream *s, const char *why, bool certificate)
{
	if (s->closed)
		return;
	s->events->closed(s->arg, why, certificate);
	aaa_stream_close(s);
}

static void tls_failed(struct aaa_stream *s)
{
	bool certificate;
	const char *why = aaa_tls_why(s->tls, &certificate);

	over(s, why, certificate);
}

/* ---- sending ---------------------------------------------------------------------------- */

static void on_poll(uv_poll_t *, int status, int events);

static void want(struct aaa_stream *s)
{
	int what = UV_READABLE | (!s->connected || s->out.len ? UV_WRITABLE : 0);

	uv_poll_start(&s->poll, what, on_poll);
}

/* What TLS has made goes into the queue. */
static bool collect(struct aaa_stream *s)
{
	uint8_t piece[PIECE];
	size_t n;

	while (s->tls && (n = aaa_tls_take(s->tls, piece, sizeof piece)) > 0)
		if (!queue_add(&s->out, piece, n))
			return false;
	return true;
}

/* As much as the socket takes; an error of it is seen by who reads. */
static void flush(struct aaa_stream *s)
{
	while (s->connected && s->out.len) {
		ssize_t n = send(s->fd, s->out.p, s->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n <= 0)
			break;
		queue_cut(&s->out, (size_t)n);
	}
	want(s);
}

bool aaa_stream_send(struct aaa_stream *s, const void *bytes, size_t len)
{
	if (s->closed)
		return false;
	if (!s->open)
		return queue_add(&s->early, bytes, len);
	if (s->tls ? !aaa_tls_write(s->tls, bytes, len) || !collect(s)
		   : !queue_add(&s->out, bytes, len))
		return false;
	flush(s);
	return true;
}

/* ---- steps ------------------------------------------------------------------------------ */

/* What has been said early goes first. */
static void opened(struct aaa_stream *s)
{
	struct queue early = s->early;
	bool ok;

	s->open = true;
	s->early = (struct queue){0};
	ok = aaa_stream_send(s, early.p, early.len);
	queue_fini(&early);
	if (!ok)
		over(s, strerror(ENOBUFS), false);
	else if (s->events->opened)
		s->events->opened(s->arg);
}

static void shake(struct aaa_stream *s)
{
	enum aaa_tls_state state = aaa_tls_shake(s->tls);
	bool ok = collect(s);

	flush(s);
	if (!ok || state == AAA_TLS_FAILED || state == AAA_TLS_OVER)
		tls_failed(s);
	else if (state == AAA_TLS_OPEN)
		opened(s);
}

static void connected(struct aaa_stream *s)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		over(s, strerror(error), false);
		return;
	}
	s->connected = true;
	if (s->tls)
		shake(s);
	else
		opened(s);
}

static void deliver(struct aaa_stream *s)
{
	enum aaa_tls_state state = AAA_TLS_OPEN;
	uint8_t piece[PIECE];
	size_t n = 1;

	while (!s->closed && n) {
		n = aaa_tls_read(s->tls, piece, sizeof piece, &state);
		if (n)
			s->events->received(s->arg, piece, n);
	}
	explicit_bzero(piece, sizeof piece);
	if (s->closed)
		return;
	if (collect(s))
		flush(s);
	if (state == AAA_TLS_OVER)
		over(s, "the server has ended the connection", false);
	else if (state == AAA_TLS_FAILED)
		tls_failed(s);
}

static void came(struct aaa_stream *s, const uint8_t *bytes, size_t len)
{
	if (!s->tls) {
		s->events->received(s->arg, bytes, len);
	} else if (!aaa_tls_feed(s->tls, bytes, len)) {
		over(s, strerror(ENOMEM), false);
	} else {
		if (!s->open)
			shake(s);
		if (!s->closed && s->open)
			deliver(s);
	}
}

static void readable(struct aaa_stream *s)
{
	uint8_t piece[PIECE];
	ssize_t n = recv(s->fd, piece, sizeof piece, MSG_DONTWAIT);

	if (n > 0)
		came(s, piece, (size_t)n);
	else if (n == 0)
		over(s, "the server has ended the connection", false);
	else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		over(s, strerror(errno), false);
	explicit_bzero(piece, sizeof piece);
}

static void on_poll(uv_poll_t *p, int status, int events)
{
	struct aaa_stream *s = p->data;

	(void)status; /* the socket says itself what is wrong */
	(void)events;
	if (!s->connected)
		connected(s);
	if (!s->closed)
		flush(s);
	if (!s->closed)
		readable(s);
}

static void on_later(uv_timer_t *t)
{
	struct aaa_stream *s = t->data;

	over(s, strerror(s->error), false);
}

/* ---- its start -------------------------------------------------------------------------- */

static bool watch(struct aaa_stream *s, uv_loop_t *loop)
{
	if (uv_poll_init(loop, &s->poll, s->fd) < 0)
		return false;
	uv_timer_init(loop, &s->later);
	s->poll.data = s->later.data = s;
	s->handles = 2;
	if (s->error)
		uv_timer_start(&s->later, on_later, 0, 0);
	else
		want(s);
	return true;
}

struct aaa_stream *aaa_stream_open(struct aaa_net *net, const struct aaa_place *to,
    const struct aaa_tls *tls, const struct aaa_stream_events *events, void *arg)
{
	struct aaa_net_loop *n = container_of(net, struct aaa_net_loop, net);
	struct aaa_stream *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->events = events;
	s->arg = arg;
	s->tls = tls ? aaa_tls_create(tls) : NULL;
	s->fd = !tls || s->tls ? aaa_socket(SOCK_STREAM, to, &s->error) : -1;
	if (s->fd >= 0 && watch(s, n->loop))
		return s;
	if (s->fd >= 0)
		close(s->fd);
	aaa_tls_destroy(s->tls);
	free(s);
	return NULL;
}
