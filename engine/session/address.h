/*
 * The address of a login: where it may come from (`vpn-addr-assign`), in the
 * device's order: what the login server or the user's own attributes say, a
 * lease of the tunnel group's DHCP servers, a local pool.
 */
#ifndef GATEHOUSE_SESSION_ADDRESS_H
#define GATEHOUSE_SESSION_ADDRESS_H

#include "engine/session/objects.h"

/* An address for the session, which may have it already; false: there is none. */
bool address_take(struct session *);
/* Gives it back. */
void address_give(struct session *);

#endif
