/* What we say: builds each control message and sends it. */
#ifndef GATEHOUSE_L2TP_MESSAGES_H
#define GATEHOUSE_L2TP_MESSAGES_H

#include "engine/l2tp/objects.h"

#define L2TP_PROTOCOL_VERSION 0x0100 /* version 1, revision 0 (RFC 2661 4.4.3) */
#define L2TP_WINDOW 8                /* ours */

/* The channel's way to the wire (struct channel.transmit): nothing once the peer is gone. */
void tunnel_transmit(struct channel *, const uint8_t *msg, size_t len);

/* Of a tunnel; they are traced. */
void tunnel_send_zlb(struct tunnel *);
void tunnel_send_sccrp(struct tunnel *);
void tunnel_send_hello(struct tunnel *);
void tunnel_send_stopccn(struct tunnel *, uint16_t result, uint16_t error, const char *text);
void tunnel_send_icrp(struct tunnel *);
/* `remote` is the client's session id, `id` ours: a refused call is no session of the tunnel. */
void tunnel_send_cdn(struct tunnel *, uint16_t remote, uint16_t id, uint16_t result,
    uint16_t error, const char *text);

/* Of no tunnel: SCCRQ is refused with STOP_ERROR and that error (RFC 2661 4.4.2) ... */
void l2tp_answer_stopccn(struct l2tp *, const struct l2tp_origin *to, const struct l2tp_msg *sccrq,
    uint16_t error, const char *text);
/* ... and a message is acknowledged. */
void l2tp_answer_zlb(struct l2tp *, const struct l2tp_origin *to, const struct l2tp_msg *);

#endif
