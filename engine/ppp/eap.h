/* EAP on one link, for auth.c: what is different from the methods of one packet. */
#ifndef GATEHOUSE_PPP_EAP_H
#define GATEHOUSE_PPP_EAP_H

#include "engine/ppp/objects.h"

/* The client is asked who he is, under p->auth.id. */
void eap_start(struct ppp *);
/* The Request once more; false: that often enough. */
bool eap_repeat(struct ppp *);
/* His Response to a server's Request, with its header. False: it is malformed. */
bool eap_response(struct ppp *, uint8_t id, struct rd packet);
/* The method is over. */
void eap_forget(struct ppp *);

#endif
