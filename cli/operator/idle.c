/*
 * struct idle: one per operator of a terminal. It looks at the clock now and then, so that a limit
 * that is configured meanwhile holds for those who are here already. Its memory goes in the loop's
 * close callback.
 */
#include "cli/operator/idle.h"

#include <stdlib.h>
#include <uv.h>

#include "cli/operator/operator.h"

#define LOOK_MS 5000
#define SSH_MINUTES 5 /* `ssh timeout` when the configuration cannot be read */

struct idle {
	uv_timer_t timer;
	struct operator *op;
	void (*expired)(struct operator *);
	uint64_t touched; /* ms of the loop's clock */
};

/* Minutes; 0: for ever. */
static unsigned limit(const struct operator *op)
{
	struct running *r = &op->act.manager->running;
	char minutes[8];

	if (op->session.way != WAY_SSH)
		return r->delivery.own.console_timeout;
	if (!db_get(r->db, "ssh", "timeout", NULL, 0, minutes, sizeof(minutes)))
		return SSH_MINUTES;
	return (unsigned)strtoul(minutes, NULL, 10);
}

bool idle_over(const struct operator *op, const struct idle *i, uint64_t now)
{
	unsigned minutes;

	if (op->busy && !op->act.answered)
		return false;
	minutes = limit(op);
	return minutes && now - i->touched >= minutes * UINT64_C(60000);
}

static void look(uv_timer_t *t)
{
	struct idle *i = t->data;

	if (i->op->busy && !i->op->act.answered)
		i->touched = uv_now(t->loop);
	else if (idle_over(i->op, i, uv_now(t->loop)))
		i->expired(i->op);
}

struct idle *idle_open(struct operator *op, void (*expired)(struct operator *))
{
	struct idle *i = calloc(1, sizeof(*i));

	if (!i)
		return NULL;
	i->op = op;
	i->expired = expired;
	uv_timer_init(op->act.manager->loop, &i->timer);
	i->timer.data = i;
	uv_unref((uv_handle_t *)&i->timer);
	uv_timer_start(&i->timer, look, LOOK_MS, LOOK_MS);
	idle_touch(i);
	return i;
}

static void closed(uv_handle_t *h)
{
	free(h->data);
}

void idle_close(struct idle *i)
{
	if (i)
		uv_close((uv_handle_t *)&i->timer, closed);
}

void idle_touch(struct idle *i)
{
	if (i)
		i->touched = uv_now(i->timer.loop);
}
