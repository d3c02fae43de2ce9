/*
 * What goes out to a role: messages between CFG_BEGIN and CFG_END, and the
 * texts of the one that is being built, which are wiped when it has gone.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"

/* Room for longer texts than most messages have, until the message has been sent. */
struct feed_text {
	struct feed_text *next;
	size_t size;
	char text[];
};

static char *more_room(struct feed *f, size_t size)
{
	struct feed_text *t = malloc(sizeof *t + size);

	if (!t)
		return NULL;
	t->next = f->more;
	t->size = size;
	f->more = t;
	return t->text;
}

const char *feed_copy(struct feed *f, const char *text, size_t len)
{
	char *to = f->scratch + f->used;

	if (len < sizeof f->scratch - f->used)
		f->used += len + 1;
	else
		to = more_room(f, len + 1);
	f->incomplete = f->incomplete || !to;
	if (!to)
		return "";
	memcpy(to, text, len);
	to[len] = 0;
	return to;
}

void feed_forget_texts(struct feed *f)
{
	explicit_bzero(f->scratch, f->used);
	f->used = 0;
	for (struct feed_text *t = f->more, *next; t; t = next) {
		next = t->next;
		explicit_bzero(t->text, t->size);
		free(t);
	}
	f->more = NULL;
}

void feed_send(struct feed *f, enum role to, struct ipc_msg *m)
{
	struct ipc_msg begin = {.type = MSG_CFG_BEGIN, .fd = -1};

	if (f->stale[to])
		return;
	if (!f->open[to]) {
		f->open[to] = true;
		f->sink.send(f->sink.ctx, to, &begin);
	}
	f->changes[to]++;
	f->sink.send(f->sink.ctx, to, m);
}

void feed_close(struct feed *f, enum role to)
{
	struct ipc_msg end = {.type = MSG_CFG_END, .fd = -1};

	if (!f->open[to])
		return;
	end.cfg_end.changes = f->changes[to];
	f->sink.send(f->sink.ctx, to, &end);
	f->open[to] = false;
	f->changes[to] = 0;
}
