/*
 * An acceptance that waits for authorization. Identity: its session's question.
 * Life: from the acceptance to the answer of the authorization servers, or to
 * the end of the session.
 */
#include "engine/session/acceptance.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/crypto/crypto.h"

struct acceptance {
	struct msg_auth_reply reply; /* points into the rest */
	uint8_t attributes[AAA_ATTRIBUTES_MAX], cookie[2048], success[64];
	char message[1024], user[256], by[256], group[256];
};

static struct bytes keep_bytes(uint8_t *to, size_t size, const struct bytes *from)
{
	uint16_t len = from->len <= size ? from->len : 0;

	if (len)
		memcpy(to, from->p, len);
	return (struct bytes){.len = len, .p = to};
}

static const char *keep_text(char *to, size_t size, const char *from)
{
	size_t len = strnlen(from, size - 1);

	memcpy(to, from, len);
	to[len] = '\0';
	return to;
}

struct acceptance *acceptance_keep(const struct msg_auth_reply *r)
{
	struct acceptance *a = calloc(1, sizeof *a);

	if (!a)
		return NULL;
	a->reply = *r;
	a->reply.attributes = keep_bytes(a->attributes, sizeof a->attributes, &r->attributes);
	a->reply.cookie = keep_bytes(a->cookie, sizeof a->cookie, &r->cookie);
	a->reply.mschap_success = keep_bytes(a->success, sizeof a->success, &r->mschap_success);
	a->reply.challenge = (struct bytes){.len = 0, .p = NULL};
	a->reply.message = keep_text(a->message, sizeof a->message, r->message);
	a->reply.user = keep_text(a->user, sizeof a->user, r->user);
	a->reply.by = keep_text(a->by, sizeof a->by, r->by);
	a->reply.group = keep_text(a->group, sizeof a->group, r->group);
	return a;
}

const struct msg_auth_reply *acceptance_answer(const struct acceptance *a)
{
	return &a->reply;
}

void acceptance_drop(struct acceptance **a)
{
	if (*a)
		crypto_wipe(*a, sizeof **a);
	free(*a);
	*a = NULL;
}
