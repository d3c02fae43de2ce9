/* The authenticator of one link; what its owner answers comes by ppp_auth_done(). */
#ifndef GATEHOUSE_PPP_AUTH_H
#define GATEHOUSE_PPP_AUTH_H

#include "engine/ppp/objects.h"

void auth_init(struct ppp *);
/* LCP is open: the client is asked to prove himself by the method agreed on. */
void auth_start(struct ppp *);
void auth_stop(struct ppp *);
void auth_fini(struct ppp *);
/* IPCP is open, and he knows that he is accepted: what the question took is given back. */
void auth_known(struct ppp *);
/* Sends the Success or Ack once more; nothing when the user is not accepted. */
void auth_repeat(struct ppp *);
/* A packet of PAP or CHAP. False: it is malformed. */
bool auth_receive(struct ppp *, uint16_t protocol, struct rd packet);

#endif
