/* The Link Control Protocol of one link. */
#ifndef GATEHOUSE_PPP_LCP_H
#define GATEHOUSE_PPP_LCP_H

#include "engine/ppp/objects.h"

void lcp_init(struct ppp *);
/* Protocol-Reject (RFC 1661 5.7): no longer than the peer's MRU. */
void lcp_reject_protocol(struct ppp *, uint16_t protocol, struct rd info);

#endif
