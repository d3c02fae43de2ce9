/* An L2TP session of a peer with its PPP link. */
#ifndef GATEHOUSE_SESSION_SESSION_H
#define GATEHOUSE_SESSION_SESSION_H

#include "engine/session/objects.h"

/* Ends it as soon as nobody stands on it: PPP and L2TP are told. */
void session_end(struct session *, enum reason);
/* The same without a word of PPP: what it lives by cannot be had. */
void session_lost(struct session *, enum reason);
/* A login fails: the attempt does, or, of a session that was up before, one of its own. Another one
 * behind that which failed the attempt is no news. `user`: who wanted in; detail: or NULL. */
void session_failure(struct session *, enum reason, const char *user, const char *detail);
/* Users' traffic since the login came up: what all who tell of it say. */
void session_counters(const struct session *, struct dp_session_counters *);
/* Our end of a peer's PPP link: the address that IPCP names as ours. */
struct addr session_own_address(const struct peer *);

#endif
