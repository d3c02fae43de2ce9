/*
 * struct client: a connection of the console socket: frames in, frames out, one
 * operator. It is born with accept, gets its operator with HELLO, and dies when
 * the client is gone, talks nonsense, or was told CLOSE and has read it.
 *
 * Nothing here waits. What the client does not read is queued: its debug lines
 * up to a bound, of the output at most that of one command, because its next
 * request is taken up only when it has read the last answer.
 */
#include "cli/operator/console_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/operator/console.h"
#include "cli/operator/idle.h"
#include "cli/operator/operator.h"
#include "cli/operator/tokens.h"

/* A client with more than this unread gets no debug lines; with more than the second, it is not
 * listened to until it has read. */
#define ASYNC_QUEUE (256u << 10)
#define QUEUE       (1u << 20)

struct client {
	uv_pipe_t pipe;
	struct clients *clients;
	struct client *next;
	struct console_reader reader;
	struct console_frame held; /* a request that waits until the operator is free */
	bool holding, reading, closing, last; /* last: CLOSE is in the queue */
	bool ended;			      /* by somebody else: goes in the next turn */
	bool kicked;               /* to be worked on in the next turn of the loop */
	struct operator *op;
	struct text out;           /* frames of this turn, not yet written */
	unsigned lost;             /* debug lines dropped since the last that went out */
};

struct write {
	uv_write_t req;
	size_t len;
	char bytes[];
};

static void client_closed(uv_handle_t *h)
{
	struct client *c = h->data;

	console_reader_free(&c->reader);
	text_free(&c->out);
	free(c);
}

void client_drop(struct client *c)
{
	if (c->closing)
		return;
	c->closing = true;
	for (struct client **p = &c->clients->first; *p; p = &(*p)->next) {
		if (*p != c)
			continue;
		*p = c->next;
		c->clients->n--;
		break;
	}
	operator_free(c->op);
	c->op = NULL;
	uv_close((uv_handle_t *)&c->pipe, client_closed);
}

static void client_work(struct client *);

static void client_written(uv_write_t *req, int status)
{
	struct write *w = (struct write *)(void *)req;
	struct client *c = w->req.handle->data;

	explicit_bzero(w->bytes, w->len);
	free(w);
	if (c->closing)
		return;
	if (status < 0)
		client_drop(c);
	else
		client_work(c);
}

/* Hands what has gathered to the socket. */
static void client_flush(struct client *c)
{
	struct write *w;
	uv_buf_t buf;
	int n;

	if (c->closing || c->out.len == 0)
		return;
	buf = uv_buf_init(c->out.p, (unsigned)c->out.len);
	n = uv_try_write((uv_stream_t *)&c->pipe, &buf, 1);
	if (n < 0)
		n = 0;
	if ((size_t)n < c->out.len) {
		size_t left = c->out.len - (size_t)n;

		w = malloc(sizeof(*w) + left);
		if (!w)
			abort();
		w->len = left;
		memcpy(w->bytes, c->out.p + n, left);
		buf = uv_buf_init(w->bytes, (unsigned)left);
		if (uv_write(&w->req, (uv_stream_t *)&c->pipe, &buf, 1, client_written) < 0)
			free(w);
	}
	text_clear(&c->out);
}

static void client_frame(struct client *c, enum console_type type, const void *data, size_t len)
{
	uint8_t head[CONSOLE_HEAD];

	console_head(head, type, len);
	text_addn(&c->out, (const char *)head, sizeof(head));
	text_addn(&c->out, data, len);
}

/* A debug line: only when the client keeps up; else it is counted, and the count is told later. */
static void client_async(struct client *c, const void *data, size_t len)
{
	char note[80];
	int n;

	if (c->pipe.write_queue_size + c->out.len > ASYNC_QUEUE) {
		c->lost++;
		return;
	}
	if (c->lost) {
		n = snprintf(note, sizeof(note),
		    "%u debug messages were lost: the terminal is too slow\n", c->lost);
		client_frame(c, CONSOLE_ASYNC, note, (size_t)n);
		c->lost = 0;
	}
	client_frame(c, CONSOLE_ASYNC, data, len);
}

static void client_send(void *ctx, enum console_type type, const void *data, size_t len)
{
	struct client *c = ctx;

	if (c->closing || c->last)
		return;
	if (type == CONSOLE_ASYNC)
		client_async(c, data, len);
	else
		client_frame(c, type, data, len);
	if (type == CONSOLE_CLOSE)
		c->last = true;
	if (type == CONSOLE_DONE) /* who acts on that answer finds done what it tells of */
		manager_flush(c->clients->manager);
	if ((type != CONSOLE_TEXT && type != CONSOLE_PROMPT && type != CONSOLE_PAGER) ||
	    c->out.len > CONSOLE_TEXT_MAX)
		client_flush(c);
	if (type != CONSOLE_DONE && type != CONSOLE_CLOSE && type != CONSOLE_TEXT)
		return;
	/* The operator is still on the stack: what waits for him is taken up in the next turn, when
	 * the output of a command that goes on leaves, too. */
	c->kicked = true;
	c->clients->kick(c->clients);
}

/* Somebody has ended the session: what he has not read by the next turn he will not read. */
static void client_ended(void *ctx)
{
	struct client *c = ctx;

	c->ended = c->kicked = true;
	c->clients->kick(c->clients);
}

/* The first frame says who he is; false when he may not be that here. */
static bool client_hello(struct client *c, const struct console_frame *f)
{
	struct tokens *tokens = c->clients->tokens;
	struct operator_login login;
	struct console_hello hello;

	if (f->type != CONSOLE_HELLO || !console_hello_decode(f, &hello)) {
		if (tokens)
			tokens->refused++;
		return false;
	}
	if (tokens) {
		if (!tokens_take(tokens, &hello, uv_now(c->pipe.loop), &login))
			return false;
		c->op = operator_admit(c->clients->manager, &hello, &login, client_send, c);
	} else if (hello.kind != CONSOLE_KIND_TOKEN) {
		c->op = operator_new(c->clients->manager, &hello, client_send, c);
	}
	if (c->op)
		operator_on_end(c->op, client_ended);
	return c->op != NULL;
}

/* One frame of the client; false when it makes no sense now. */
static bool client_request(struct client *c, const struct console_frame *f)
{
	const char *text = (const char *)f->data;
	uint16_t size[2];

	if (!c->op)
		return client_hello(c, f);
	idle_touch(c->op->idle);
	switch (f->type) {
	case CONSOLE_LINE:
		operator_line(c->op, text, f->len);
		return true;
	case CONSOLE_FILE:
		operator_file(c->op, text, f->len);
		return true;
	case CONSOLE_HELP:
		operator_help(c->op, text, f->len);
		return true;
	case CONSOLE_COMPLETE:
		operator_complete(c->op, text, f->len);
		return true;
	case CONSOLE_ANSWER:
		operator_answer(c->op, text, f->len);
		return true;
	case CONSOLE_INTERRUPT:
		operator_interrupt(c->op);
		return true;
	case CONSOLE_WINSIZE:
		if (!console_u16_decode(f, 2, size))
			return false;
		operator_winsize(c->op, size[0]);
		return true;
	case CONSOLE_TYPING:
		return true;
	case CONSOLE_BYE:
		operator_bye(c->op);
		return true;
	default:
		return false;
	}
}

/* Requests that must wait while a command runs or its output is unread. */
static bool must_wait(const struct client *c, enum console_type type)
{
	bool request = type == CONSOLE_LINE || type == CONSOLE_FILE || type == CONSOLE_HELP ||
	    type == CONSOLE_COMPLETE || type == CONSOLE_BYE;

	return request && c->op && (c->op->busy || c->pipe.write_queue_size > QUEUE);
}

static void client_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct client *c = h->data;
	size_t room = 0;
	uint8_t *p = console_reader_room(&c->reader, 4096, &room);

	(void)suggested;
	*buf = uv_buf_init((char *)p, (unsigned)(room < (1u << 30) ? room : 1u << 30));
}

static void client_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct client *c = s->data;

	(void)buf;
	if (n < 0) {
		client_drop(c);
		return;
	}
	console_reader_added(&c->reader, (size_t)n);
	client_work(c);
}

/* Takes up what the client has sent as far as it may be; stops reading at a request that waits. */
static void client_work(struct client *c)
{
	int got = 1;

	if (c->closing)
		return;
	if (c->ended) {
		client_drop(c);
		return;
	}
	while (!c->closing && !c->last) {
		if (!c->holding)
			got = console_reader_next(&c->reader, &c->held);
		if (got <= 0)
			break;
		c->holding = must_wait(c, c->held.type);
		if (c->holding)
			break;
		if (!client_request(c, &c->held)) {
			got = -1;
			break;
		}
	}
	client_flush(c);
	if (c->closing)
		return;
	if (got < 0 || (c->last && c->pipe.write_queue_size == 0)) {
		client_drop(c);
		return;
	}
	if (c->holding == c->reading) {
		c->reading = !c->holding;
		if (c->reading)
			uv_read_start((uv_stream_t *)&c->pipe, client_alloc, client_read);
		else
			uv_read_stop((uv_stream_t *)&c->pipe);
	}
}

void client_accept(struct clients *all, uv_stream_t *listener)
{
	struct client *c = calloc(1, sizeof(*c));

	if (!c)
		return;
	c->clients = all;
	c->out.secret = true;
	uv_pipe_init(listener->loop, &c->pipe, 0);
	c->pipe.data = c;
	if (uv_accept(listener, (uv_stream_t *)&c->pipe) < 0 || all->n >= CONSOLE_CLIENTS_MAX) {
		c->closing = true;
		uv_close((uv_handle_t *)&c->pipe, client_closed);
		return;
	}
	c->next = all->first;
	all->first = c;
	all->n++;
	c->reading = true;
	uv_read_start((uv_stream_t *)&c->pipe, client_alloc, client_read);
}

void clients_work(struct clients *all)
{
	struct client *next;

	for (struct client *c = all->first; c; c = next) {
		next = c->next;
		if (!c->kicked)
			continue;
		c->kicked = false;
		client_work(c);
	}
}
