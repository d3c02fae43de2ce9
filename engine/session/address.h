/*
 * The address of a login: where it may come from (`vpn-addr-assign`), in the
 * device's order: what the login server or the user's own attributes say, a
 * lease of the tunnel group's DHCP servers, a local pool.
 */
#ifndef GATEHOUSE_SESSION_ADDRESS_H
#define GATEHOUSE_SESSION_ADDRESS_H

#include "engine/session/objects.h"

/* Begins to ask DHCP servers, where that is to be done. False: nothing has to be waited for. Else
 * `ready` is called once, unless address_give() comes first; not from inside. */
bool address_prepare(struct session *, void (*ready)(struct session *));
/* Nobody waits for that any more: `ready` is called in a moment. */
void address_hurry(struct session *);
/* An address for the session, which may have it already; false: there is none. */
bool address_take(struct session *);
/* Why there is none, and its cure as it is told, "" = the reason's own. */
enum reason address_denied(const struct session *, char cure[CURE_MAX]);
/* Gives it back. */
void address_give(struct session *);

#endif
