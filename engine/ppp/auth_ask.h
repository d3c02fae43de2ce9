/* The question to the owner of a link, for the authenticator. */
#ifndef GATEHOUSE_PPP_AUTH_ASK_H
#define GATEHOUSE_PPP_AUTH_ASK_H

#include "engine/ppp/objects.h"

/* Asks what p->auth.request says. */
void auth_ask(struct ppp *);
/* The client's answer to a challenge of the open question. */
void auth_tell(struct ppp *, const struct ppp_auth_next *);
/* Wipes the request. */
void auth_forget_request(struct ppp *);

#endif
