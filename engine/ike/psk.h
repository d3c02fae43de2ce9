/*
 * Which pre-shared key. In main mode the key is needed before the client's identity can be read
 * (RFC 2409 5.4), so the candidates are tried on message 5: the group named by the client's
 * address, then DefaultRAGroup, then every other remote-access group that has a key; each distinct
 * key once. The first that decrypts the message and fits its HASH_I decides the tunnel group.
 */
#ifndef GATEHOUSE_IKE_PSK_H
#define GATEHOUSE_IKE_PSK_H

#include "engine/ike/sa.h"

/* The group where a connection lands for now, by its address; NULL: no group has a key. */
const struct cfg_tunnel_group *psk_first(const struct ike *, const struct path *);
/* The key that decrypts message 5 and fits its HASH_I: fills rest->keys, in->body and in->m. */
const struct cfg_tunnel_group *psk_find(struct ike_sa *, struct incoming *);

#endif
