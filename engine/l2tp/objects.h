/*
 * The objects of the L2TP server, as plain data:
 *
 *   l2tp      the server: all tunnels, found by peer and by the ids we assigned     server.c
 *   tunnel    identity: the id that we assigned; belongs to a peer                  tunnel.c
 *   session   one a tunnel, as on the device: part of it, with an id of its own     session.c
 *
 * A state is changed by `enter` of its machine's file alone.
 */
#ifndef GATEHOUSE_L2TP_OBJECTS_H
#define GATEHOUSE_L2TP_OBJECTS_H

#include <sys/queue.h>

#include "engine/base/table.h"
#include "engine/l2tp/avp.h"
#include "engine/l2tp/channel.h"
#include "engine/l2tp/l2tp.h"

#define L2TP_SETUP_TIME (60 * SEC) /* from SCCRQ to ICCN */
#define L2TP_BUCKETS 256

/* RFC 2661 7.2.1, the responder's part; CLOSED is a tunnel whose owner has been told already and
 * that lives on to deliver or acknowledge the last words. */
enum tunnel_state {
	TUNNEL_IDLE,
	TUNNEL_WAIT_CTL_CONN,
	TUNNEL_ESTABLISHED,
	TUNNEL_CLOSED,
	TUNNEL_STATES
};
/* RFC 2661 7.4.2, incoming call at the LNS. */
enum session_state { SESSION_IDLE, SESSION_WAIT_CONNECT, SESSION_ESTABLISHED, SESSION_STATES };

/* One session per tunnel, as on the device: it is part of its tunnel. */
struct session_part {
	enum session_state state;
	uint16_t id, remote; /* ours, the client's */
	void *object;        /* the owner's; NULL before ICCN */
};

struct tunnel {
	LIST_ENTRY(tunnel) link;
	struct l2tp *l2tp;
	struct peer *peer; /* NULL once the peer is gone */
	enum tunnel_state state;
	uint16_t id, remote; /* ours, the client's */
	uint16_t local_port, remote_port;
	uint32_t sa; /* that brought SCCRQ (struct l2tp_origin) */
	uint64_t born;
	struct channel channel;
	struct timer setup, linger;
	struct session_part session;
	uint16_t firmware;
	bool has_firmware;
	uint64_t order; /* of the attributes of SCCRQ (struct l2tp_msg) */
	bool dead; /* waits for its linger timer to free it */
	char host[L2TP_TEXT_MAX], vendor[L2TP_TEXT_MAX];
};

LIST_HEAD(tunnel_list, tunnel);

struct l2tp {
	struct env *env;
	const struct config *config;
	struct trace *trace;
	const struct l2tp_ops *ops;
	void *owner;
	size_t live; /* tunnels that are not CLOSED */
	struct tunnel_list buckets[L2TP_BUCKETS]; /* by peer */
	struct table by_tunnel, by_session;	  /* tunnels by our ids */
	struct l2tp_stats stats;
};

/* A debug line about a peer, which may be NULL. */
#define l2tp_log(l, peer, level, ...) l2tp_log_class(l, peer, TRACE_L2TP, level, __VA_ARGS__)
#define l2tp_log_class(l, peer, cls, level, ...) \
	do { \
		if (trace_on((l)->trace, cls, level)) { \
			struct trace_ctx about_ = l2tp_about(l, peer); \
\
			trace_text((l)->trace, &about_, cls, level, __VA_ARGS__); \
		} \
	} while (0)

static inline struct trace_ctx l2tp_about(const struct l2tp *l, const struct peer *peer)
{
	struct trace_ctx about = {0};

	if (peer && l->ops->about)
		l->ops->about(l->owner, peer, &about);
	return about;
}

static inline struct tunnel_list *l2tp_bucket(struct l2tp *l, const struct peer *peer)
{
	return &l->buckets[((uintptr_t)peer >> 4) % L2TP_BUCKETS];
}

#endif
