/*
 * Flows that elements with `log` have fit: each is said once when it begins, then at the end of
 * each interval in which there was more of it, how many times there were; one of which there was
 * none is forgotten. What comes too often to be said is said a second later. Those that were
 * refused are limited in number (`access-list deny-flow-max`): what is more is not said, but that
 * it is so, once in `access-list alert-interval` (106101).
 */
#ifndef GATEHOUSE_FIREWALL_FLOW_LOG_H
#define GATEHOUSE_FIREWALL_FLOW_LOG_H

#include "engine/base/chains.h"
#include "engine/base/env.h"
#include "engine/base/log.h"
#include "engine/config/config.h"
#include "engine/net/acl.h"

/* So many flows that are permitted are known at most; one beyond that is said each time. */
#define FLOW_LOG_MAX 8192

struct flow_log {
	struct env *env;
	const struct config *config;
	struct log *log;
	struct chains flows;
	size_t total, denied;
	uint64_t alerted; /* when 106101 was said last; 0: never */
	struct timer tick;
};

/* What has fit an element. */
struct flow_hit {
	enum log_id id;	   /* the message: 106100, 106102 */
	unsigned severity; /* of it */
	const struct acl_seen *packet;
	uint32_t hash; /* of the element */
	bool permit;
	uint16_t interval; /* seconds */
	const char *head;  /* what the message says before "hit-cnt" */
};

/* What it leans on outlives it. It arms a timer while it knows flows. */
void flow_log_init(struct flow_log *, struct env *, const struct config *, struct log *);
/* Forgets all flows without a word. */
void flow_log_fini(struct flow_log *);
void flow_log_hit(struct flow_log *, const struct flow_hit *);

#endif
