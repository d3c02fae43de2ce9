/* LCP's options, for lcp.c. */
#ifndef GATEHOUSE_PPP_LCP_OPTIONS_H
#define GATEHOUSE_PPP_LCP_OPTIONS_H

#include "engine/ppp/objects.h"

extern const struct fsm_option lcp_options[];

/* A Configure-Request begins (struct fsm_ops.fresh): the peer has asked for nothing yet. */
void lcp_fresh(struct fsm *);
/* What we ask for at the start of a negotiation. The peer's side is reset by each of its requests,
 * the first of which may be what ended the last negotiation. */
void lcp_reset(struct ppp *);

#endif
