/*
 * What phase 1 has to remember between message 3 and message 5: the other side's values, ours, and
 * what was tried. Belongs to one IKE SA; its secrets are wiped as soon as message 5 is good.
 */
#ifndef GATEHOUSE_IKE_HANDSHAKE_H
#define GATEHOUSE_IKE_HANDSHAKE_H

#include "engine/config/config.h"
#include "engine/crypto/dh.h"
#include "engine/ike/incoming.h"
#include "engine/ike/limits.h"

struct dh_job;

struct handshake {
	uint8_t gxi[DH_PUBLIC_MAX], gxr[DH_PUBLIC_MAX], gxy[DH_PUBLIC_MAX];
	uint8_t ni[NONCE_MAX], nr[NONCE_MAX];
	uint8_t idii[PHASE1_ID_MAX]; /* aggressive mode: body of message 1's */
	size_t idii_len;
	unsigned repeats; /* of message 2 of that mode */
	uint8_t natd[CRYPTO_HASH_MAX]; /* the client's for our end, when it is not ours */
	size_t ni_len, nr_len;
	uint8_t secret[DH_SECRET_MAX]; /* of our value, when we begin */
	struct dh_job *job;
	uint8_t tried[MM5_TRIES][DIGEST_LEN]; /* messages 5, not to be tried again */
	unsigned n_tried;
	int restarts;    /* other messages 3 after the first; one that was put off counts not */
	/* The tunnel group whose key opened message 5, while that message is worked on. */
	const struct cfg_tunnel_group *keyed_by;
};

/* NULL when out of memory. */
struct handshake *handshake_new(void);
/* Takes its job back and wipes it. NULL is allowed. */
void handshake_free(struct handshake *);
/* Was this message 5 tried before? */
bool handshake_tried(const struct handshake *, const uint8_t digest[DIGEST_LEN]);
/* One try more; there are less than MM5_TRIES. */
void handshake_try(struct handshake *, const uint8_t digest[DIGEST_LEN]);

#endif
