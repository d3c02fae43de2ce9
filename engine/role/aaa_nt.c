/*
 * struct aaa_child: from the question to the keeper to the child's answer. Its
 * identity for the keeper is the id of that question. CALLED until the keeper
 * has started it, then HEARD until it has said what it has to; its memory goes
 * in the close callback of its stream. /
 */
#include "engine/role/aaa_nt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/child/stream.h"

struct aaa_child {
	LIST_ENTRY(aaa_child) link;
	struct aaa_nt *nt;
	uint32_t id;
	void (*done)(void *arg, uint32_t status, const char *why);
	void *arg;
	bool heard; /* the stream is there */
	uv_poll_t poll; /* a pipe of libuv would open /dev/null, which is not there */
	int fd;
	struct stream_reader reader;
};

static void closed(uv_handle_t *h)
{
	struct aaa_child *c = h->data;

	close(c->fd);
	stream_wipe(&c->reader);
	free(c);
}

static void forget(struct aaa_child *c)
{
	LIST_REMOVE(c, link);
	if (c->heard)
		uv_close((uv_handle_t *)&c->poll, closed);
	else
		free(c);
}

static void finish(struct aaa_child *c, uint32_t status, const char *why)
{
	c->done(c->arg, status, why);
	forget(c);
}

/* ---- its stream ------------------------------------------------------------------------- */

/* Whatever comes first is the answer. */
static void frame(struct aaa_child *c, const struct stream_frame *f)
{
	if (f->type == STREAM_DATA && f->len == 4)
		finish(c,
		    (uint32_t)f->data[0] << 24 | (uint32_t)f->data[1] << 16 |
			(uint32_t)f->data[2] << 8 | f->data[3],
		    NULL);
	else
		finish(c, 0, f->type == STREAM_FAILED && f->len ? (const char *)f->data :
			    "the program that asks it is confused");
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct aaa_child *c = poll->data;
	struct stream_frame f;
	size_t room;
	uint8_t *to = stream_room(&c->reader, &room);
	ssize_t n = status < 0 ? -1 : read(c->fd, to, room);
	int got;

	(void)events;
	if (status >= 0 && n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		finish(c, 0, "the program that asks it has ended");
		return;
	}
	stream_added(&c->reader, (size_t)n);
	got = stream_next(&c->reader, &f);
	if (got > 0)
		frame(c, &f);
	else if (got < 0)
		finish(c, 0, "the program that asks it is confused");
}

static void hear(struct aaa_child *c, int fd)
{
	if (uv_poll_init(c->nt->loop, &c->poll, fd) < 0) { /* and it does not block any more */
		close(fd);
		finish(c, 0, "no stream from the program that asks it");
		return;
	}
	c->poll.data = c;
	c->fd = fd;
	c->heard = true;
	if (uv_poll_start(&c->poll, UV_READABLE, on_readable) < 0)
		finish(c, 0, "no stream from the program that asks it");
}

/* ---- the keeper ------------------------------------------------------------------------- */

bool aaa_nt_reply(struct aaa_nt *nt, struct ipc_msg *m)
{
	struct aaa_child *c;

	if (m->keep_reply.id < AAA_NT_IDS)
		return false;
	LIST_FOREACH(c, &nt->open, link)
		if (c->id == m->keep_reply.id && !c->heard)
			break;
	if (c && !m->keep_reply.error && m->fd >= 0) {
		hear(c, m->fd);
		m->fd = -1;
	} else if (c) {
		finish(c, 0, "no program can be started to ask it");
	}
	return true; /* of one that was ended, the descriptor closes with the message */
}

struct aaa_child *aaa_nt_ask(struct aaa_nt *nt, struct ipc_msg *m,
    void (*done)(void *arg, uint32_t status, const char *why), void *arg)
{
	struct aaa_child *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	nt->last_id = nt->last_id < AAA_NT_IDS || nt->last_id == UINT32_MAX ? AAA_NT_IDS :
	    nt->last_id + 1;
	*c = (struct aaa_child){.nt = nt, .id = nt->last_id, .done = done, .arg = arg};
	LIST_INSERT_HEAD(&nt->open, c, link);
	m->keep_nt.id = c->id;
	nt->send(nt->arg, m);
	return c;
}

void aaa_nt_end(struct aaa_child *c)
{
	struct ipc_msg m = {
	    .type = MSG_KEEP_CHILD_END, .fd = -1, .keep_child_end = {.child = c->id}};

	c->nt->send(c->nt->arg, &m);
	forget(c);
}

void aaa_nt_init(struct aaa_nt *nt, uv_loop_t *loop,
    void (*send)(void *arg, const struct ipc_msg *), void *arg)
{
	*nt = (struct aaa_nt){.loop = loop, .send = send, .arg = arg};
}

void aaa_nt_fini(struct aaa_nt *nt)
{
	while (!LIST_EMPTY(&nt->open))
		forget(LIST_FIRST(&nt->open));
}
