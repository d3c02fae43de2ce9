/*
 * The lease of a session's address: a client of the tunnel group's DHCP servers
 * (engine/dhcp), asked through us as a relay agent.
 */
#ifndef GATEHOUSE_SESSION_LEASE_H
#define GATEHOUSE_SESSION_LEASE_H

#include "engine/session/objects.h"

/* Begins to ask. False: there are no servers, or no memory. Else `ready` is called once, with
 * s->address set or not; not from inside. */
bool lease_begin(struct session *, void (*ready)(struct session *));
/* Nobody waits any more: `ready` is called in a moment, without an address. */
void lease_hurry(struct session *);
/* Gives it back; harmless without one. */
void lease_end(struct session *);

/* Whom the client may ask for names, and its domain: what its policy says, and where that says
 * nothing what came with the lease of its address. Unset, "" = none. */
struct name_servers {
	struct addr dns[2], wins[2];
	const char *domain; /* lives as long as the session's policy and lease do */
};
struct name_servers session_name_servers(const struct session *);

#endif
