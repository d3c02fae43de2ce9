/* The machine of a tunnel (RFC 2661 7.2.1): its life, and what a message does to it. */
#ifndef GATEHOUSE_L2TP_TUNNEL_H
#define GATEHOUSE_L2TP_TUNNEL_H

#include "engine/l2tp/objects.h"

/* A tunnel for this SCCRQ, in IDLE; NULL when there is no memory or no id. */
struct tunnel *tunnel_create(struct l2tp *, const struct l2tp_origin *,
    const struct l2tp_msg *sccrq);
/* Frees at once; no callback, no word. */
void tunnel_free(struct tunnel *);
/* A control message that is this tunnel's. */
void tunnel_receive(struct tunnel *, const struct l2tp_msg *);
/* StopCCN of a client that does not know our id. */
void tunnel_stopped(struct tunnel *, const struct l2tp_msg *stopccn);
/* StopCCN with that result, then CLOSED. */
void tunnel_stop(struct tunnel *, uint16_t result, uint16_t error, const char *text, enum reason);
/* The tunnel is over: the owner is told, the rest of it lingers. */
void tunnel_over(struct tunnel *, enum reason);
/* The peer has gone: told, then freed without a word. */
void tunnel_abandon(struct tunnel *, enum reason);

#endif
