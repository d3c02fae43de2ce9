/* An acceptance that PPP hears of once there is an address. */
#ifndef GATEHOUSE_SESSION_WELCOME_H
#define GATEHOUSE_SESSION_WELCOME_H

#include "engine/session/objects.h"

/* Tells PPP, at once or when DHCP servers have answered. */
void welcome(struct session *, const struct ppp_auth_reply *yes);
/* What waits decides nothing any more: PPP is told so in a moment. */
void welcome_hurry(struct session *);
/* Forgets it; PPP hears nothing. */
void welcome_drop(struct session *);

#endif
