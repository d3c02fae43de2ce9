/* The machine of a tunnel's one session (RFC 2661 7.4.2). */
#ifndef GATEHOUSE_L2TP_SESSION_H
#define GATEHOUSE_L2TP_SESSION_H

#include "engine/l2tp/objects.h"

/* ICRQ, ICCN, CDN and the like, in an established tunnel. */
void session_receive(struct tunnel *, const struct l2tp_msg *);
/* CDN with that result, then IDLE; the owner is told. */
void session_hang_up(struct tunnel *, uint16_t result, uint16_t error, const char *text,
    enum reason);
/* The session is over without a word. */
void session_over(struct tunnel *, enum reason);

#endif
