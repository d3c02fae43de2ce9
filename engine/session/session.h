/* An L2TP session of a peer with its PPP link. */
#ifndef GATEHOUSE_SESSION_SESSION_H
#define GATEHOUSE_SESSION_SESSION_H

#include "engine/session/objects.h"

/* Ends it as soon as nobody stands on it: PPP and L2TP are told. */
void session_end(struct session *, enum reason);
/* The same without a word of PPP: what it lives by cannot be had. */
void session_lost(struct session *, enum reason);
/* Our end of a peer's PPP link: the address that IPCP names as ours. */
struct addr session_own_address(const struct peer *);

#endif
