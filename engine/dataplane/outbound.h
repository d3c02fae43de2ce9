/* The way out of one worker; everything here ends in the batch w->out. */
#ifndef GATEHOUSE_OUTBOUND_H
#define GATEHOUSE_OUTBOUND_H

#include "engine/dataplane/worker.h"

/* The place for the next packet, where outbound_tun() finds it. */
static inline struct packet *outbound_place(struct worker *w)
{
	return &w->out[w->outs];
}
/* An IP packet from the TUN, in outbound_place(). */
void outbound_tun(struct worker *);
/* An L2TP message for this peer. */
void outbound_l2tp(struct worker *, struct dp_peer *, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len);
/* A PPP frame in a data message of this session. */
void outbound_ppp(
    struct worker *, struct dp_link *, const uint8_t *frame, size_t len, bool df);
/* An IP packet to the client of this session, if it is open. */
void outbound_ip(struct worker *, struct dp_link *, const uint8_t *ip, size_t len);
/* So many packets more may be taken before some have to leave, each of them in pieces. */
size_t outbound_ahead(const struct worker *);
/* Encrypts and sends those of whom few are collected, also in a pause; false: there are none. */
bool outbound_few(struct worker *);
/* Encrypts and sends those first of whom few are collected, and of the others as many as may be
 * worked on at once (fair.h). False: none is left. */
bool outbound_step(struct worker *);
/* The same until none is left, unless somebody is there who sends little: true then. */
bool outbound_run(struct worker *);
/* All that has been collected. */
void outbound_flush(struct worker *);

#endif
