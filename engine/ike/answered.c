/* Answers that may have to be repeated (RFC 2408 5.1); see answered.h. */
#include "engine/ike/answered.h"

#include <stdlib.h>
#include <string.h>

void answered_note(struct answered *a, const uint8_t digest[DIGEST_LEN])
{
	answered_drop(a);
	memcpy(a->digest, digest, DIGEST_LEN);
}

bool answered_is(const struct answered *a, const uint8_t digest[DIGEST_LEN])
{
	return memcmp(a->digest, digest, DIGEST_LEN) == 0;
}

void answered_keep(struct answered *a, const struct out *o, uint32_t msgid)
{
	size_t len = wr_len(&o->w);
	struct reply *r = malloc(sizeof *r + len);

	free(a->reply);
	a->reply = r;
	if (!r)
		return;
	r->len = len;
	r->plain = o->plain;
	r->n = o->n;
	r->msgid = msgid;
	memcpy(r->types, o->types, o->n);
	memcpy(r->bytes, o->buf, len);
}

void answered_drop(struct answered *a)
{
	free(a->reply);
	memset(a, 0, sizeof *a);
}
