/*
 * IKE fragmentation as Cisco and Microsoft do it: one ISAKMP message cut into pieces, each in a
 * message of its own with payload 132. One message at a time is put together for an SA that has
 * proved our cookie (it has its rest), of PIECES_MAX pieces and MESSAGE_MAX bytes at most; a newer
 * id displaces it. Pieces from elsewhere than where the client is have a
 * place of their own: they may be his, when he moves to port 4500, or recorded ones, which disturb
 * nobody.
 */
#ifndef GATEHOUSE_IKE_FRAGMENT_H
#define GATEHOUSE_IKE_FRAGMENT_H

#include "engine/ike/sa.h"

/* Takes a fragment; true when `in` now holds the whole message instead. */
bool fragment_receive(struct ike_sa *, struct incoming *);
void fragments_free(struct ike_sa *);

#endif
