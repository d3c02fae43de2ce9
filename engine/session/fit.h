/* What fits towards a peer. */
#ifndef GATEHOUSE_SESSION_FIT_H
#define GATEHOUSE_SESSION_FIT_H

#include "engine/session/objects.h"

/* The MTU of the interface that it is reached through. */
uint32_t peer_link_mtu(const struct peer *);
/* The name of that interface; "": it has none. */
const char *peer_nameif(const struct peer *);
/* The word of `crypto ipsec df-bit` that holds there. */
const char *peer_df_policy(const struct peer *);
/* What its client may send so that it fits the same way back. */
uint16_t peer_mru(const struct peer *, bool sequencing);
/* The longest packet of IP for the session's client in an outer one of `outer` bytes; 0: there is
 * no pair. */
uint16_t session_room(const struct session *, uint32_t outer);
/* The pair in use, its path or the path's MTU is another: packet path and PPP follow. */
void peer_fit(struct peer *);

#endif
