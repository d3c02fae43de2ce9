/*
 * Which pre-shared key. In main mode the key is needed before the client's identity can be read
 * (RFC 2409 5.4), so the candidates are tried on message 5: of the group named by the client's
 * address, of DefaultRAGroup, then of every other remote-access group as they stand in the
 * configuration; each distinct key once, PSK_CANDIDATES_MAX at most. The one that decrypts the
 * message and fits its HASH_I decides the tunnel group; when several groups have it, the one named
 * by the address, then the first that is not DefaultRAGroup.
 *
 * All are tried, whichever fits: how long it takes says nothing of the group. Keys beyond the first
 * two are charged to the address when none fits (tries.h). Who owes too much has only those two and
 * the keys of the groups by which clients of the same address are connected: one who guesses, or is
 * misconfigured, does not lock out who is behind the same NAT and renews his phase 1.
 */
#ifndef GATEHOUSE_IKE_PSK_H
#define GATEHOUSE_IKE_PSK_H

#include "engine/ike/sa.h"

/* The group where a connection lands for now, by its address; NULL: no group has a key. */
const struct cfg_tunnel_group *psk_first(const struct ike *, const struct path *);
/* The same with a group that has a key, by name, before all others. */
const struct cfg_tunnel_group *psk_named(const struct ike *, const struct path *,
    const char *name);
/* The key that decrypts message 5 and fits its HASH_I: fills rest->keys, in->body and in->m. */
const struct cfg_tunnel_group *psk_find(struct ike_sa *, struct incoming *);

#endif
