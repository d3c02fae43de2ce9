/*
 * struct child: from the question to the keeper to the end of the stream. Its
 * identity for the keeper is the id of that question. The owner's pointer is
 * good until `ended` was called or child_kill().
 */
#include "cli/manager/child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipc/channel.h"

#define FAREWELL_MS 3000 /* so long may one that is to finish take */

struct child {
	struct asks *asks;
	struct child_ears ears;
	void *arg;
	struct ask *asked; /* the keeper has not answered yet */
	uint32_t id;
	bool wanted, finished, open;
	uv_pipe_t stream;
	uv_timer_t end; /* it is overdue; or its end is told in the next turn */
	unsigned handles;
	struct stream_reader reader;
	char why[512];
};

struct piece {
	uv_write_t req;
	void (*sent)(void *arg);
	size_t len;
	uint8_t bytes[];
};

static void on_closed(uv_handle_t *h)
{
	struct child *c = h->data;

	if (--c->handles)
		return;
	stream_wipe(&c->reader);
	free(c);
}

static void close_all(struct child *c)
{
	if (c->open)
		uv_close((uv_handle_t *)&c->stream, on_closed);
	uv_close((uv_handle_t *)&c->end, on_closed);
}

/* `why` NULL: it went well. */
static void tell_end(struct child *c, const char *why)
{
	bool wanted = c->wanted;

	ask_cancel(c->asked);
	close_all(c);
	c->wanted = false; /* also by what has been sent and is on its way */
	if (wanted)
		c->ears.ended(c->arg, why);
}

static void kill_it(struct child *c)
{
	struct ipc_msg m = {
	    .type = MSG_KEEP_CHILD_END, .fd = -1, .keep_child_end = {.child = c->id}};

	ipc_send(c->asks->channel[ROLE_KEEPER], &m);
}

static void on_overdue(uv_timer_t *t)
{
	struct child *c = t->data;

	kill_it(c);
	tell_end(c, NULL);
}

/* ---- what it says ------------------------------------------------------------------- */

/* False: it was the last. */
static bool take_frame(struct child *c, const struct stream_frame *f)
{
	switch (f->type) {
	case STREAM_END:
		tell_end(c, NULL);
		return false;
	case STREAM_FAILED:
		strncpy(c->why, (const char *)f->data, sizeof c->why - 1);
		tell_end(c, c->why);
		return false;
	default:
		c->ears.frame(c->arg, f);
		return c->wanted;
	}
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct child *c = h->data;
	size_t room;
	uint8_t *to = stream_room(&c->reader, &room);

	(void)suggested;
	*buf = uv_buf_init((char *)to, (unsigned)room);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct child *c = s->data;
	struct stream_frame f;
	int got;

	(void)buf;
	if (n < 0) {
		tell_end(c, c->finished ? NULL : "ERROR: The task has ended before its time");
		return;
	}
	stream_added(&c->reader, (size_t)n);
	while ((got = stream_next(&c->reader, &f)) > 0)
		if (!take_frame(c, &f))
			return;
	if (got < 0) {
		kill_it(c);
		tell_end(c, "ERROR: The task talks nonsense");
	}
}

/* ---- its start ---------------------------------------------------------------------- */

static bool listen_to(struct child *c, int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (own < 0)
		return false;
	uv_pipe_init(c->asks->loop, &c->stream, 0);
	c->stream.data = c;
	c->open = true;
	c->handles++;
	return uv_pipe_open(&c->stream, own) == 0 &&
	       uv_read_start((uv_stream_t *)&c->stream, on_alloc, on_read) == 0;
}

static void on_answer(void *arg, const struct answer *a)
{
	struct child *c = arg;
	const char *why = answer_refusal(a);

	c->asked = NULL;
	if (!why && a->fd >= 0 && listen_to(c, a->fd)) {
		c->ears.there(c->arg);
		return;
	}
	snprintf(c->why, sizeof c->why, "ERROR: %s",
	    a->error == EAGAIN ? "Too many commands of this kind run; try again later"
	    : why	       ? why
			       : "the task cannot be heard");
	tell_end(c, c->why);
}

struct child *child_start(
    struct asks *asks, struct ipc_msg *request, const struct child_ears *ears, void *arg)
{
	struct child *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	c->asks = asks;
	c->ears = *ears;
	c->arg = arg;
	c->wanted = true;
	uv_timer_init(asks->loop, &c->end);
	c->end.data = c;
	c->handles = 1;
	c->asked = ask_send(asks, ROLE_KEEPER, request, on_answer, c);
	c->id = ask_id(c->asked);
	return c;
}

/* ---- its end, from outside ----------------------------------------------------------- */

static void on_shut(uv_shutdown_t *req, int status)
{
	(void)status;
	free(req);
}

void child_finish(struct child *c)
{
	uv_shutdown_t *req = malloc(sizeof *req);

	if (!req)
		abort();
	if (c->finished || !c->open || uv_shutdown(req, (uv_stream_t *)&c->stream, on_shut) < 0)
		free(req);
	if (!c->finished)
		uv_timer_start(&c->end, on_overdue, c->open ? FAREWELL_MS : 0, 0);
	c->finished = true;
}

void child_kill(struct child *c)
{
	if (!c)
		return;
	c->wanted = false;
	ask_cancel(c->asked);
	kill_it(c);
	close_all(c);
}

/* ---- what it is fed ------------------------------------------------------------------ */

static void on_written(uv_write_t *req, int status)
{
	struct piece *p = (struct piece *)(void *)req;
	struct child *c = req->handle->data;
	void (*sent)(void *) = p->sent;

	explicit_bzero(p->bytes, p->len);
	free(p);
	if (status == 0 && sent && c->wanted)
		sent(c->arg);
}

void child_send(
    struct child *c, enum stream_type type, const void *data, size_t len, void (*sent)(void *arg))
{
	struct piece *p = malloc(sizeof *p + STREAM_HEAD + len);
	uv_buf_t buf;

	if (!p)
		abort();
	p->sent = sent;
	p->len = STREAM_HEAD + len;
	stream_head(p->bytes, type, len);
	if (len)
		memcpy(p->bytes + STREAM_HEAD, data, len);
	buf = uv_buf_init((char *)p->bytes, (unsigned)p->len);
	if (!c->open || uv_write(&p->req, (uv_stream_t *)&c->stream, &buf, 1, on_written) < 0)
		free(p);
}
