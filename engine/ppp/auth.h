/* The authenticator of one link; what its owner answers comes by ppp_auth_done(). */
#ifndef GATEHOUSE_PPP_AUTH_H
#define GATEHOUSE_PPP_AUTH_H

#include "engine/ppp/objects.h"

void auth_init(struct ppp *);
/* LCP is open: the client is asked to prove himself by the method agreed on. */
void auth_start(struct ppp *);
void auth_stop(struct ppp *);
void auth_fini(struct ppp *);
/* Sends the Success or Ack once more; nothing when the user is not accepted. */
void auth_repeat(struct ppp *);
/* False: the packet is malformed. */
bool auth_receive_pap(struct ppp *, struct rd packet);
bool auth_receive_chap(struct ppp *, struct rd packet);

#endif
