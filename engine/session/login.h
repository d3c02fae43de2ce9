/* The login of a session: what an accepted user has of it. */
#ifndef GATEHOUSE_SESSION_LOGIN_H
#define GATEHOUSE_SESSION_LOGIN_H

#include "engine/session/objects.h"

void login_init(struct session *);
/* The session's place in the packet path, closed. False when out of memory. */
bool login_prepare(struct session *);
/* The user is accepted under this policy. False: vpn-simultaneous-logins is 0. */
bool login_accepted(struct session *, const char *user, const struct session_policy *);
void login_end(struct session *, enum reason);
/* What PPP calls, with the session as owner (struct ppp_ops). */
bool login_address(void *owner, struct ppp_ip *);
void login_open(void *owner);
void login_closed(void *owner);

/* Seconds without user traffic. */
uint32_t session_inactivity(const struct session *);

#endif
