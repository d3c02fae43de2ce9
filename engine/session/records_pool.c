/* Records of address pools. */
#include <string.h>

#include "engine/session/records.h"

static void emit_pool(struct query *q, const struct cfg_pool *p)
{
	struct ipc_msg m = {.type = MSG_REC_POOL};
	uint32_t taken = pool_taken(&q->gw->pools, p), held = pool_held(&q->gw->pools, p);

	m.rec_pool = (struct msg_rec_pool){
	    .id = q->q->id,
	    .name = p->name,
	    .first = addr_v4(p->range.first),
	    .last = addr_v4(p->range.last),
	    .mask = p->mask,
	    .free = pool_size(&q->gw->pools, p) - taken - held,
	    .held = held,
	    .in_use = taken,
	};
	query_emit(q, &m);
}

static void emit_pool_address(struct query *q, uint32_t address)
{
	struct ipc_msg m = {.type = MSG_REC_POOL_ADDR};

	m.rec_pool_addr = (struct msg_rec_pool_addr){q->q->id, addr_v4(address),
	    pool_holder(&q->gw->pools, address)  ? POOL_ADDRESS_IN_USE
	    : pool_rests(&q->gw->pools, address) ? POOL_ADDRESS_HELD
	                                         : POOL_ADDRESS_FREE};
	query_emit(q, &m);
}

/* The cursor counts lines as they would be without unusable addresses left out: each pool, then its
 * range. */
void query_pool(struct query *q)
{
	const struct config *c = q->gw->config;
	uint64_t at = 0, cursor = q->q->cursor;

	for (size_t n = 0; n < c->n_pools; n++) {
		const struct cfg_pool *p = &c->pools[n];
		uint64_t lines = (uint64_t)p->range.last - p->range.first + 2;

		if (*q->q->value && strcmp(p->name, q->q->value) != 0)
			continue;
		for (uint64_t k = cursor > at ? cursor - at : 0; k < lines; k++) {
			if (q->records == QUERY_PAGE) {
				query_end(q, at + k <= UINT32_MAX ? (uint32_t)(at + k) : 0);
				return;
			}
			if (k == 0)
				emit_pool(q, p);
			else if (pool_usable(&q->gw->pools, p, (uint32_t)(p->range.first + k - 1)))
				emit_pool_address(q, (uint32_t)(p->range.first + k - 1));
		}
		at += lines;
	}
	query_end(q, 0);
}
