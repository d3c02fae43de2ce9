/* A datagram becomes a message (RFC 2408 3.1); see incoming.h. */
#include "engine/ike/incoming.h"

#include <string.h>

bool incoming_read(struct incoming *in, const uint8_t *msg, size_t len)
{
	const struct isakmp_header *h = &in->m.h;
	struct rd r = rd_init(msg, len);

	in->m.n = 0;
	if (len > MESSAGE_MAX || !isakmp_header_read(&r, &in->m.h) || cookie_is_zero(h->cky_i) ||
	    h->flags & ~(FLAG_ENCRYPTED | FLAG_COMMIT))
		return false;
	in->body_len = rd_left(&r);
	rd_copy(&r, in->body, in->body_len);
	return true;
}

bool incoming_digest(struct incoming *in, const struct crypto *crypto)
{
	const struct isakmp_header *h = &in->m.h;
	uint8_t sum[CRYPTO_HASH_MAX];
	/* Not the flags: a message is the same one with the Commit bit, which nothing protects. */
	struct chunk part[] = {
		{h->cky_i, COOKIE_LEN},
		{h->cky_r, COOKIE_LEN},
		{&h->next, 1},
		{&h->exchange, 1},
		{&h->msgid, sizeof h->msgid},
		{in->body, in->body_len},
	};

	if (!crypto_hash(crypto, HASH_SHA256, part, 6, sum))
		return false;
	memcpy(in->digest, sum, DIGEST_LEN);
	return true;
}
