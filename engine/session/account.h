/* Accounting of logins: what the login servers are told of those that are up. */
#ifndef GATEHOUSE_SESSION_ACCOUNT_H
#define GATEHOUSE_SESSION_ACCOUNT_H

#include "engine/session/objects.h"

/* What keys begin with: those of no other life of the engine. */
void account_born(struct gateway *);
void account_init(struct session *);
/* The session's login has been accepted, by that method (a constant), by a server of that group,
 * whose cookie goes back to it; the login's key is given once. False when out of memory. */
bool account_accepted(
    struct session *, const struct bytes *cookie, const char *auth_group, const char *method);
/* It is up: its tunnel group's accounting servers hear of it, then again and again if they are to,
 * and of its end. */
void account_start(struct session *);
/* Its peer is there now (peer_moved()); who asked to be told of changes is. */
void account_moved(struct peer *, const struct path *);
/* How often, once more from the configuration and the session's policy. */
void account_pace(struct session *);
/* It is over, with these counters; harmless when it never was up. */
void account_stop(struct session *, const struct dp_session_counters *, enum reason);
/* The login goes; so do its key and cookie. */
void account_forget(struct session *);

#endif
