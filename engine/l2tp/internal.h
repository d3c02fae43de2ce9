/* Tunnels and sessions from the inside: what server.c, tunnel.c and session.c share. */
#ifndef GATEHOUSE_L2TP_INTERNAL_H
#define GATEHOUSE_L2TP_INTERNAL_H

#include <sys/queue.h>

#include "engine/l2tp/avp.h"
#include "engine/l2tp/channel.h"
#include "engine/l2tp/l2tp.h"

#define L2TP_CONTROL_MAX 512   /* the longest control message that we build */
#define L2TP_WINDOW 8          /* ours */
#define L2TP_WINDOW_DEFAULT 4  /* a peer's that does not say (RFC 2661 4.4.3) */
#define L2TP_TUNNELS_PER_PEER 8 /* with those that linger */
#define L2TP_SETUP_TIME (60 * SEC)  /* from SCCRQ to ICCN */
#define L2TP_LINGER (8 * SEC)       /* a dead tunnel that still acknowledges */
#define L2TP_REDIAL_TIME (10 * SEC) /* the same once SCCCN came: only what was late on the way repeats */
#define L2TP_REUSE_TIME (40 * SEC)  /* when a repeated SCCRQ can only be a new dial */
#define L2TP_BUCKETS 256

/* RFC 2661 7.2.1, the responder's part; CLOSED is a tunnel whose owner has been told already and
 * that lives on to deliver or acknowledge the last words. */
enum tunnel_state { TUNNEL_IDLE, TUNNEL_WAIT_CTL_CONN, TUNNEL_ESTABLISHED, TUNNEL_CLOSED, TUNNEL_STATES };
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
	uint64_t born, heard;
	struct channel channel;
	struct timer setup, hello, linger;
	struct session_part session;
	uint16_t firmware;
	bool has_firmware;
	bool dead; /* waits for its linger timer to free it */
	char host[L2TP_TEXT_MAX], vendor[L2TP_TEXT_MAX];
};

LIST_HEAD(tunnel_list, tunnel);

#ifndef LIST_FOREACH_SAFE /* the system's queue.h lacks it */
#define LIST_FOREACH_SAFE(var, head, field, next) \
	for ((var) = LIST_FIRST(head); (var) && ((next) = LIST_NEXT(var, field), 1); (var) = (next))
#endif

struct l2tp {
	struct env *env;
	const struct config *config;
	struct trace *trace;
	const struct l2tp_ops *ops;
	void *owner;
	size_t live; /* tunnels that are not CLOSED */
	struct tunnel_list buckets[L2TP_BUCKETS]; /* by peer */
	struct tunnel **by_tunnel, **by_session;  /* by our ids: 65536 each */
	struct l2tp_stats stats;
};

#define l2tp_log(l, level, ...) trace_plain((l)->trace, TRACE_L2TP, level, __VA_ARGS__)

static inline struct tunnel_list *l2tp_bucket(struct l2tp *l, const struct peer *peer)
{
	return &l->buckets[((uintptr_t)peer >> 4) % L2TP_BUCKETS];
}

/* server.c: an id nobody has, unpredictable; 0 when all are taken. */
uint16_t l2tp_new_id(struct l2tp *, struct tunnel **table);

/* tunnel.c */
/* A tunnel for this SCCRQ, in IDLE; NULL when there is no memory or no id. */
struct tunnel *tunnel_create(struct l2tp *, const struct l2tp_origin *, const struct l2tp_msg *sccrq);
/* Frees at once; no callback, no word. */
void tunnel_free(struct tunnel *);
/* A control message that is this tunnel's. */
void tunnel_receive(struct tunnel *, const struct l2tp_msg *);
/* Queues a finished message and traces it. */
void tunnel_send(struct tunnel *, struct wr *);
/* StopCCN of a client that does not know our id. */
void tunnel_stopped(struct tunnel *, const struct l2tp_msg *stopccn);
/* StopCCN with that result, then CLOSED. */
void tunnel_stop(struct tunnel *, uint16_t result, uint16_t error, const char *text, enum reason);
/* The tunnel is over: the owner is told, the rest of it lingers. */
void tunnel_over(struct tunnel *, enum reason);
/* The peer has gone: told, then freed without a word. */
void tunnel_abandon(struct tunnel *, enum reason);

/* session.c */
/* ICRQ, ICCN, CDN and the like, in an established tunnel. */
void session_receive(struct tunnel *, const struct l2tp_msg *);
/* CDN with that result, then IDLE; the owner is told. */
void session_hang_up(struct tunnel *, uint16_t result, uint16_t error, const char *text, enum reason);
/* The session is over without a word. */
void session_over(struct tunnel *, enum reason);

#endif
