/*
 * L2TP network server (RFC 2661, RFC 3193): tunnels and sessions of peers.
 * A tunnel is found by the id that we assigned and must belong to the peer
 * whose SA decrypted the packet; never by an outer address.
 */
#ifndef GATEHOUSE_L2TP_H
#define GATEHOUSE_L2TP_H

#include "engine/config/config.h"
#include "engine/base/env.h"
#include "engine/base/reason.h"
#include "engine/base/trace.h"

struct l2tp;
struct peer;

struct l2tp_session_info {
	uint16_t tunnel, session, remote_tunnel, remote_session; /* the first two are ours */
	uint16_t local_port, remote_port;
	const char *host, *vendor; /* of SCCRQ, "" when absent; valid while the tunnel lives */
	uint16_t firmware;         /* 0x0602 = 6.2 */
	bool has_firmware;
	uint64_t order; /* of the attributes of SCCRQ: their numbers, a byte each, the last 8 */
	bool sequencing; /* the client wants data messages numbered at all times (RFC 2661 5.4) */
};

struct l2tp_ops {
	/* One L2TP message to the peer. */
	void (*send)(void *owner, struct peer *, uint16_t local_port, uint16_t remote_port,
	    const uint8_t *msg, size_t len);
	/* ICCN arrived: PPP may start. Returns the object that l2tp hands back in ppp/down, NULL
	 * refuses the call. */
	void *(*session_up)(void *owner, struct peer *, const struct l2tp_session_info *);
	/* A PPP frame of that session, address and control field still there if they were sent. */
	void (*ppp)(void *owner, void *session, const uint8_t *frame, size_t len);
	/* What we said in the tunnel of that session was repeated in vain. True: the owner knows
	 * better, the tunnel waits; the next l2tp_hello() repeats what is unacknowledged.
	 * False, or NULL: it is over (RFC 2661 5.8). */
	bool (*unanswered)(void *owner, void *session);
	/* The session is over (CDN, StopCCN, lost); the pointer is not used again. */
	void (*session_down)(void *owner, void *session, enum reason);
	/* The peer's last tunnel is gone. Its last words may still be under way for some seconds:
	 * `send` is called for that peer until l2tp_peer_gone(). */
	void (*tunnel_down)(void *owner, struct peer *, enum reason);
	/* Whom a peer's lines of debugging are about; NULL: nobody says. */
	void (*about)(void *owner, const struct peer *, struct trace_ctx *);
};

struct l2tp_stats {
	uint64_t malformed, unknown_tunnel, foreign_peer, out_of_window, duplicates, retransmits;
	uint64_t too_many; /* SCCRQs for which a peer, or the server, had no place */
	uint64_t calls;    /* that were refused: a second one of a tunnel, one of ours, no id */
};

struct l2tp *l2tp_create(struct env *, const struct config *, struct trace *,
    const struct l2tp_ops *, void *owner);
void l2tp_destroy(struct l2tp *);
/* Where a UDP payload came from: the peer, which of its SAs (a number that is higher for each newer
 * one), and the ports inside. `ctx` for debug lines, may be NULL. */
struct l2tp_origin {
	struct peer *peer;
	uint32_t sa;
	uint16_t local_port, remote_port;
	const struct trace_ctx *ctx;
};

/* One UDP payload. Data messages are sent by whoever owns the session (session_up). False: it was
 * refused, for the tunnel that it names is another peer's. */
bool l2tp_receive(struct l2tp *, const struct l2tp_origin *, const uint8_t *msg, size_t len);
/* It is an SCCRQ: its client has no tunnel yet. */
bool l2tp_dials(const uint8_t *msg, size_t len);
/* PPP ended or an operator asked: CDN, then StopCCN when it was the tunnel's last session. Calls
 * session_down and tunnel_down before it returns. */
void l2tp_session_close(struct l2tp *, uint16_t session, enum reason);
/* The object of the session that is up and has these two ids of ours, whichever peer's it is; NULL:
 * there is none. */
void *l2tp_session_at(const struct l2tp *, uint16_t tunnel, uint16_t session);
/* The peer's tunnels that began before `since` (monotonic) are forgotten without a word,
 * session_down is called. */
void l2tp_forget(struct l2tp *, struct peer *, uint64_t since, enum reason);
/* The peer is gone: the same with all its tunnels. */
void l2tp_peer_gone(struct l2tp *, struct peer *, enum reason);
/* Hello (RFC 2661 6.5) in the tunnel of that session, which repeats it for half a minute; one that
 * was repeated in vain is said again as often. False: there is no such tunnel. */
bool l2tp_hello(struct l2tp *, uint16_t session);
size_t l2tp_tunnels(const struct l2tp *);
const struct l2tp_stats *l2tp_stats(const struct l2tp *);

#endif
