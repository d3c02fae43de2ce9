/*
 * Diffie-Hellman over the groups of IKEv1: MODP 1, 2, 5, 14, 15, 16 (RFC 2409,
 * 3526) and the curves 19, 20, 21 (RFC 5903) behind one interface. The secret is
 * a string of random bytes that the caller draws, so that a simulation repeats;
 * both functions are pure and may run in any thread.
 */
#ifndef GATEHOUSE_DH_H
#define GATEHOUSE_DH_H

#include "engine/crypto/crypto.h"

#define DH_SECRET_MAX 74  /* the bytes that a secret is made from */
#define DH_PUBLIC_MAX 512 /* the body of a KE payload */
#define DH_GROUPS 9

struct dh_group {
	uint16_t number;     /* Group Description, RFC 2409 A */
	uint16_t secret_len; /* random bytes to draw */
	uint16_t public_len; /* KE body: the value with leading zeros, or x || y */
	uint16_t shared_len; /* g^xy: the same, or x alone (RFC 5903 7) */
};

/* NULL when the number is none of ours. */
const struct dh_group *dh_group_find(uint64_t number);
/* All of them in order, `n` below DH_GROUPS, and where in that order one is. */
const struct dh_group *dh_group_at(size_t n);
size_t dh_group_place(const struct dh_group *);
/* Our public value. False only for want of memory. */
bool dh_public(const struct crypto *, const struct dh_group *, const uint8_t *secret,
    uint8_t *public_value);
/* The shared secret. False also when the peer's value is out of range or not on the curve. */
bool dh_shared(const struct crypto *, const struct dh_group *, const uint8_t *secret,
    const uint8_t *peer_value, uint8_t *shared);

#endif
