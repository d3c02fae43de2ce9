/* The login of a session: what an accepted user has of it. */
#ifndef GATEHOUSE_SESSION_LOGIN_H
#define GATEHOUSE_SESSION_LOGIN_H

#include "engine/session/objects.h"

void login_init(struct session *);
/* The session's place in the packet path, closed. False when out of memory. */
bool login_prepare(struct session *);
/* Is it what the session has already: LCP was negotiated again, and nothing has changed? */
bool login_goes_on(const struct session *, const char *user, const struct session_policy *,
    const struct acl *filter);
/* The user is accepted under this policy; login_filter() installs his filter. False when out of
 * memory: nobody is. */
bool login_accepted(struct session *, const char *user, const struct session_policy *);
/* It lives by this policy from now on, of which a copy is kept that all who live by the same share.
 * False when out of memory; it is as it was then. */
bool login_policy(struct session *, const struct session_policy *);
/* By none: the session goes. */
void login_policy_drop(struct session *);
/* Its limits of time are those of its policy from now on; `anew`: so is what has passed of the
 * session timeout. */
void login_limits(struct session *, bool anew);
/* What the session's packets have to pass from now on, NULL = nothing; it takes over the list.
 * False when out of memory; it is as it was then. */
bool login_filter(struct session *, struct acl *);
void login_end(struct session *, enum reason);
/* What PPP calls, with the session as owner (struct ppp_ops). */
bool login_address(void *owner, struct ppp_ip *);
void login_open(void *owner);
void login_closed(void *owner);

/* Seconds without user traffic. */
uint32_t session_inactivity(const struct session *);

#endif
