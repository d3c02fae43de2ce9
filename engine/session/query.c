/* Pages of records, and what several records have in common; see query.h. */
#include "engine/session/query.h"

#include <stdio.h>

void query_emit(struct query *q, struct ipc_msg *m)
{
	m->fd = -1;
	q->emit(q->arg, m);
	q->records++;
}

void query_end(struct query *q, uint32_t cursor)
{
	struct ipc_msg m = {.type = MSG_QUERY_END, .fd = -1};

	m.query_end.id = q->q->id;
	m.query_end.cursor = cursor;
	m.query_end.records = q->records;
	q->emit(q->arg, &m);
}

uint32_t timer_seconds(struct gateway *gw, const struct timer *t)
{
	return (uint32_t)(timer_left(gw->env, t) / SEC);
}

void selector_text(const struct selector *s, char buf[SELECTOR_TEXT_MAX])
{
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];

	snprintf(buf, SELECTOR_TEXT_MAX, "%.15s/%.15s/%u/%u", addr_text(&s->addr, a),
	    addr_text(&s->mask, m), s->protocol, s->port);
}
