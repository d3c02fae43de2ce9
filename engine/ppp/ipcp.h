/* The IP Control Protocol of one link. */
#ifndef GATEHOUSE_PPP_IPCP_H
#define GATEHOUSE_PPP_IPCP_H

#include "engine/ppp/objects.h"

void ipcp_init(struct ppp *);

#endif
