/* Rows of counters since their zeros; see view.h. */
#include "engine/session/view.h"

uint64_t view_since(struct view *v, uint64_t counter)
{
	uint64_t *zero = v->n < VIEW_ROWS ? &v->zero[v->n] : NULL;

	v->n++;
	if (!zero)
		return counter;
	if (!v->q)
		*zero = counter;
	return counter - *zero;
}

void view_gauge(struct view *v, const char *name, uint64_t value)
{
	struct ipc_msg m = {.type = MSG_REC_COUNTER};

	if (!v->q)
		return;
	m.rec_counter = (struct msg_rec_counter){v->q->q->id, name, value, v->section};
	query_emit(v->q, &m);
}

void view_counter(struct view *v, const char *name, uint64_t counter)
{
	view_gauge(v, name, view_since(v, counter));
}

void view_counters(struct view *v, const struct view_row *rows, size_t n, const void *counters)
{
	for (size_t i = 0; i < n; i++)
		view_counter(v, rows[i].name,
		    *(const uint64_t *)((const char *)counters + rows[i].field));
}
