/* struct log_order: one in the manager's log, from its start to its end. */
#include "cli/log/order.h"

#include <stdlib.h>
#include <string.h>

static void release(struct log_order *o, struct log_line *l)
{
	TAILQ_REMOVE(&o->lines, l, next);
	o->n--;
	o->out(o->ctx, l);
	free(l);
}

/* Whoever is due goes, and all that happened before him. */
static void due(uv_timer_t *t)
{
	struct log_order *o = t->data;
	uint64_t now = uv_now(o->loop);
	struct log_line *l, *last = NULL;

	TAILQ_FOREACH(l, &o->lines, next)
		if (l->due <= now)
			last = l;
	while (last && (l = TAILQ_FIRST(&o->lines)) != NULL) {
		bool end = l == last;

		release(o, l); /* NOLINT(clang-analyzer-unix.Malloc): the last one is out */
		if (end)
			break;
	}
	if (o->n)
		uv_timer_start(t, due, ORDER_MS / 2, 0);
}

bool order_init(struct log_order *o, uv_loop_t *loop, void (*out)(void *, const struct log_line *),
    void *ctx)
{
	memset(o, 0, sizeof(*o));
	TAILQ_INIT(&o->lines);
	o->loop = loop;
	o->out = out;
	o->ctx = ctx;
	if (!loop)
		return true;
	o->timer = malloc(sizeof(*o->timer));
	if (!o->timer || uv_timer_init(loop, o->timer) < 0) {
		free(o->timer);
		o->timer = NULL;
		return false;
	}
	o->timer->data = o;
	return true;
}

/* A line is a line: what it quotes cannot begin one of its own, nor move a cursor. */
static void copy_text(char *to, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text, after = (unsigned char)text[1];
		bool c1 = c == 0xc2 && after >= 0x80 && after < 0xa0; /* controls of 8 bits */

		*to++ = c < ' ' || c == 0x7f || c1 ? ' ' : *text;
		text += c1;
	}
	*to = '\0';
}

static void insert(struct log_order *o, struct log_line *l)
{
	struct log_line *before = TAILQ_LAST(&o->lines, log_lines);

	while (before && before->time > l->time)
		before = TAILQ_PREV(before, log_lines, next);
	if (before)
		TAILQ_INSERT_AFTER(&o->lines, before, l, next);
	else
		TAILQ_INSERT_HEAD(&o->lines, l, next);
	o->n++;
}

void order_add(struct log_order *o, uint64_t time, unsigned severity, uint32_t number,
    const char *text)
{
	struct log_line *l = o->out ? malloc(sizeof(*l) + strlen(text) + 1) : NULL;

	if (!l)
		return;
	*l = (struct log_line){.time = time, .number = number, .severity = (uint8_t)severity};
	copy_text(l->text, text);
	insert(o, l);
	if (!o->timer) {
		order_flush(o);
		return;
	}
	uv_update_time(o->loop);
	l->due = uv_now(o->loop) + ORDER_MS;
	if (o->n > ORDER_MAX)
		release(o, TAILQ_FIRST(&o->lines));
	else if (!uv_is_active((uv_handle_t *)o->timer))
		uv_timer_start(o->timer, due, ORDER_MS, 0);
}

void order_flush(struct log_order *o)
{
	while (o->n) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the last one is out */
		release(o, TAILQ_FIRST(&o->lines));
}

static void closed(uv_handle_t *h)
{
	free(h);
}

void order_fini(struct log_order *o)
{
	order_flush(o);
	if (o->timer)
		uv_close((uv_handle_t *)o->timer, closed);
	o->timer = NULL;
}
