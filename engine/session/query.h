/*
 * An answer to a query: typed records about peers, SA pairs, sessions and
 * pools, in pages, so that a long list never keeps the control loop from its
 * packets. The manager formats them; nothing here knows a screen.
 */
#ifndef GATEHOUSE_SESSION_QUERY_H
#define GATEHOUSE_SESSION_QUERY_H

#include "engine/session/objects.h"

#define QUERY_PAGE 100

struct query {
	struct gateway *gw;
	const struct msg_query *q;
	gateway_emit *emit;
	void *arg;
	uint32_t records;
};

/* One record; its `id` is the query's. */
void query_emit(struct query *, struct ipc_msg *);
/* The page is full, the next begins at that cursor; 0: that was all. */
void query_end(struct query *, uint32_t cursor);

/* "172.16.1.2/255.255.255.255/17/1701" */
#define SELECTOR_TEXT_MAX 64
void selector_text(const struct selector *, char buf[SELECTOR_TEXT_MAX]);
uint32_t timer_seconds(struct gateway *, const struct timer *);

#endif
