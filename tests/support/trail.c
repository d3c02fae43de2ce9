/* Stands between a log's order and its destinations; see trail.h. */
#include "tests/support/trail.h"

static void keep(void *ctx, const struct log_line *l)
{
	struct trail *t = ctx;

	text_addf(&t->text, "%%ASA-%u-%06u: %s\n", l->severity, l->number, l->text);
	t->out(t->audit, l);
}

void trail_open(struct trail *t, struct audit *a)
{
	*t = (struct trail){.audit = a, .out = a->order.out};
	a->order.out = keep;
	a->order.ctx = t;
}

const char *trail_text(struct trail *t)
{
	order_flush(&t->audit->order);
	return text_str(&t->text);
}

void trail_close(struct trail *t)
{
	t->audit->order.out = t->out;
	t->audit->order.ctx = t->audit;
	text_free(&t->text);
}
