/* What leaves a link, and its debug lines. */
#ifndef GATEHOUSE_PPP_SEND_H
#define GATEHOUSE_PPP_SEND_H

#include "engine/ppp/objects.h"

/* Builds ff 03, protocol, code, identifier, length, data, and sends it. */
void ppp_send(struct ppp *, uint16_t protocol, uint8_t code, uint8_t id, const void *data,
    size_t len);
/* A packet that went one `way`, "sent" or "rcvd". */
void ppp_trace_packet(struct ppp *, const char *way, uint16_t protocol, struct rd packet);
/* For fsm_ops.state. */
void ppp_trace_state(struct ppp *, const struct fsm *, enum fsm_event, enum fsm_state from,
    enum fsm_state to);

#endif
