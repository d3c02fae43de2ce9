/*
 * A place for a login among the sessions of its user (vpn-simultaneous-logins) and of the appliance
 * (vpn-sessiondb max-other-vpn-limit). Who is dead takes none: before a login is refused or another
 * one gives way, those that are in doubt are asked, and the login waits.
 */
#ifndef GATEHOUSE_SESSION_PLACE_H
#define GATEHOUSE_SESSION_PLACE_H

#include "engine/session/objects.h"

/* Asks who may be dead of that user's other sessions. False: nobody has to be asked. */
bool place_ask(struct session *, const char *user, uint32_t most);
/* Is there nothing left to wait for? */
bool place_known(const struct session *);
/* Makes room: what was asked and did not answer ends, then the oldest. REASON_NONE, or why there is
 * no place. */
enum reason place_take(struct session *, const char *user, uint32_t most);

#endif
