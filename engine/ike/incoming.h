/*
 * One datagram on its way through the exchanges: read once, decrypted in place, never kept.
 */
#ifndef GATEHOUSE_IKE_INCOMING_H
#define GATEHOUSE_IKE_INCOMING_H

#include "engine/crypto/crypto.h"
#include "engine/ike/codec.h"
#include "engine/base/addr.h"

#define MESSAGE_MAX 8192 /* a longer datagram is not IKE of our peers */
#define DIGEST_LEN 16

struct incoming {
	const struct path *path;
	uint8_t digest[DIGEST_LEN];   /* tells a repeated message from another one */
	struct message m;
	uint8_t iv[CRYPTO_BLOCK_MAX]; /* of what follows this message */
	uint8_t body[MESSAGE_MAX];    /* what is behind the header, decrypted */
	size_t body_len;
};

/* What was made of a message. */
enum outcome {
	GO_NEXT, /* accepted: the exchange goes on */
	GO_STAY, /* refused or ignored: nothing has happened */
	GO_WAIT, /* accepted and parked: a job will take the step */
	GO_END   /* the exchange is over, or its SA is gone */
};

/* Header and body of a datagram; false when it is not an ISAKMP message. It has no payloads until
 * they are read, and no digest until it is known whose it is: it may be refused before. */
bool incoming_read(struct incoming *, const uint8_t *msg, size_t len);
/* Before it is decrypted. False: out of memory. */
bool incoming_digest(struct incoming *, const struct crypto *);

#endif
