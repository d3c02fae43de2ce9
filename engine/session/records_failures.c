/* Records of attempts that failed (failures.h), the newest first. */
#include <string.h>

#include "engine/session/records.h"

static bool fits(const struct failure *f, const struct msg_query *q)
{
	char from[ADDR_TEXT_MAX];

	if (strcmp(q->filter, "user") == 0)
		return strcmp(f->user, q->value) == 0;
	if (strcmp(q->filter, "address") == 0)
		return strcmp(addr_text(&f->address, from), q->value) == 0;
	return !*q->filter;
}

static void emit(struct query *q, const struct failure *f)
{
	const struct reason_text *t = reason_text(f->reason);
	struct ipc_msg m = {.type = MSG_REC_FAILURE};

	m.rec_failure = (struct msg_rec_failure){
	    .id = q->q->id,
	    .first = (uint64_t)f->first,
	    .last = (uint64_t)f->last,
	    .count = f->count,
	    .address = f->address,
	    .port = f->path.remote.port,
	    .ifname = f->interface,
	    .client = profile_text(f->client)->text,
	    .user = f->user,
	    .tunnel_group = f->group,
	    .group_policy = f->policy,
	    .stage = attempt_stage_text(f->stage),
	    .reason = t->plain,
	    .device = t->device,
	    .detail = f->detail,
	    .chosen = f->chosen,
	    .offered = f->offered,
	    .configured = f->configured,
	    .windows = (uint16_t)f->code,
	    .cure = f->cure,
	};
	query_emit(q, &m);
}

/* The cursor is the stamp of the last one of the page before: what came since stands before it. */
void query_failures(struct query *q)
{
	uint32_t before = q->q->cursor ? q->q->cursor : UINT32_MAX;
	struct ipc_msg gone = {.type = MSG_REC_FAILURES_GONE};
	const struct failure *f;

	while ((f = failures_before(&q->gw->failed, before))) {
		if (q->records == QUERY_PAGE) {
			query_end(q, before);
			return;
		}
		before = f->stamp;
		if (fits(f, q->q))
			emit(q, f);
	}
	if (q->gw->failed.gone && !*q->q->filter) {
		gone.rec_failures_gone.id = q->q->id;
		gone.rec_failures_gone.gone = q->gw->failed.gone;
		query_emit(q, &gone);
	}
	query_end(q, 0);
}
