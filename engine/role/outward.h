/* The engine's members, and its way out to the other roles; only engine/role includes this. */
#ifndef GATEHOUSE_OUTWARD_H
#define GATEHOUSE_OUTWARD_H

#include "engine/base/trace_filter.h"
#include "engine/role/crew.h"
#include "engine/role/engine.h"
#include "engine/role/dhcp_links.h"
#include "engine/role/dhcp_relays.h"
#include "engine/role/env_uv.h"
#include "engine/role/ike_socket.h"
#include "engine/role/told_socket.h"
#include "engine/role/untaken.h"
#include "engine/session/gateway.h"

/* What the keeper opens for us. */
enum { OPEN_UDP500 = 1, OPEN_UDP4500, OPEN_ESP, OPEN_DF, OPEN_ICMP, OPEN_TUN, OPEN_TOLD,
	OPEN_END };

struct engine {
	uv_loop_t *loop;
	const struct crypto *crypto;
	void (*stopped)(void *arg, int status);
	void *arg;
	struct env_uv world;
	struct config config;
	struct trace trace;
	struct trace_filter filter; /* its conditions, when it has some */
	struct ipc_channel *role[ROLE_COUNT];
	int fd[OPEN_END];
	bool taken[OPEN_END]; /* a port that another program has, to be asked for at `again` */
	uv_timer_t again;
	struct crew crew;
	bool configured; /* a configuration has been whole */
	bool ready; /* the keeper was told */
	struct ike_socket ike500, icmp;
	struct told_socket told;
	struct dataplane *dp;
	uv_poll_t dp_events;
	uv_prepare_t dp_flush;
	struct gateway *gw;
	struct dhcp_links dhcp;
	struct dhcp_relays relays;
	uint32_t lost_lines, lost_logs;
	struct untaken untaken; /* records of accounting */
	struct untaken sessions; /* records of sessions, for the manager's history */
	bool lists_changed; /* access lists, since the configuration was last whole */
	bool hours_changed;
	bool alive_changed; /* what silence is borne */
	bool over; /* `stopped` was called */
	enum reason why; /* sessions end with it */
};

/* Their owner is the engine. */
extern const struct gateway_ops outward_ops;
/* A request to the keeper. */
void outward_keeper(void *engine, struct ipc_msg *);
/* Debug lines for the manager; those it has no room for are counted, and it is told. */
void outward_trace(void *engine, enum trace_class, unsigned level, const char *text);
/* Log lines; those it has no room for are counted, and told with the next that has. */
void outward_log(void *engine, unsigned severity, unsigned number, const char *text);

#endif
