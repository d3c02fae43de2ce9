/* Records of access lists: what was counted of those that sessions are held to, flows that are
 * logged. */
#include "engine/base/env.h"
#include "engine/session/records.h"

/* The packet path's time as Unix time; its clock may be ahead of ours. */
static uint64_t unix_of(const struct gateway *gw, uint64_t last)
{
	uint64_t now = gw->env->now(gw->env);

	return last ? (uint64_t)gw->env->wall(gw->env) - (last < now ? now - last : 0) / SEC : 0;
}

/* The cursor is the place in what lists_counted() counts up. */
void query_lists(struct query *q)
{
	uint32_t at = q->q->cursor;
	struct ipc_msg m = {.type = MSG_REC_ACCESS_HITS};
	struct msg_rec_access_hits *r = &m.rec_access_hits;

	r->id = q->q->id;
	for (; lists_counted(&q->gw->lists, at, &r->name, &r->hash, &r->hits, &r->last); at++) {
		if (q->records == QUERY_PAGE) {
			query_end(q, at);
			return;
		}
		r->last = unix_of(q->gw, r->last);
		if (r->hits)
			query_emit(q, &m);
	}
	query_end(q, 0);
}

void query_flows(struct query *q)
{
	struct ipc_msg m = {.type = MSG_REC_ACCESS_FLOWS};

	m.rec_access_flows.id = q->q->id;
	m.rec_access_flows.total = (uint32_t)q->gw->flows.total;
	m.rec_access_flows.denied = (uint32_t)q->gw->flows.denied;
	query_emit(q, &m);
	query_end(q, 0);
}
